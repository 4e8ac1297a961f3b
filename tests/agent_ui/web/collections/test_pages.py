"""Pages of collection work: who sees and does what, what a refusal keeps, what stays masked."""

from datetime import timedelta

from sqlalchemy import select

from crm_core.collections.states import CaseState, PromiseState
from crm_core.models import AuditEvent, BlacklistEntry, Promise
from tests.agent_ui.web.collections.debts import Debt, a_debt, posted, row_of, version_of
from tests.agent_ui.web.conftest import Site

SUM = "112"
"""The instalment of 11 200 kopecks, in roubles."""


def due(site: Site, days: int = 5) -> str:
    return (site.centre.desks.now().date() + timedelta(days=days)).isoformat()


async def promised(site: Site) -> tuple[Debt, str]:
    debt, kira = await a_debt(site), await site.browser("kira")
    answer = await posted(
        site, kira, debt, "promises", amount=SUM, currency="RUB", due_on=due(site), do="take"
    )
    assert answer.status_code == 303, answer.text
    async with site.centre.db.reading() as session:
        return debt, (await session.scalars(select(Promise.id))).one()


async def test_the_list_shows_ones_own_cases_and_those_of_nobody(site: Site) -> None:
    debt, kira = await a_debt(site), await site.browser("kira")
    assert debt.case not in (await kira.get("/collections")).text
    listed = (await kira.get("/collections", params={"whose": "nobodys"})).text
    assert debt.case in listed and "Call for a promise" in listed
    answer = await posted(site, kira, debt, "owner", owner=site.centre.id("kira"))
    assert answer.status_code == 303
    assert debt.case in (await kira.get("/collections")).text
    assert debt.case in (await (await site.browser("sofia")).get("/collections")).text
    none = await kira.get("/collections", params={"whose": "own", "range": "d181"})
    assert debt.case not in none.text


async def test_amounts_are_masked_until_they_are_opened_and_each_look_is_audited(
    site: Site,
) -> None:
    debt, kira = await a_debt(site), await site.browser("kira")
    assert "112.00" not in (await kira.get(debt.page)).text
    assert (await kira.post(f"{debt.page}/amounts")).status_code == 303
    assert "112.00" in (await kira.get(debt.page)).text
    async with site.centre.db.reading() as session:
        rows = select(AuditEvent.action, AuditEvent.reason).where(
            AuditEvent.subject == debt.party, AuditEvent.actor == site.centre.id("kira")
        )
        told = [tuple(row) for row in await session.execute(rows.order_by(AuditEvent.seq))]
    why = f"case:{debt.case}"
    opened = told[1][1]
    assert opened.startswith("opened:")
    assert told == [
        ("party_viewed", why),
        ("amounts_opened", opened),
        ("party_viewed", why),
        ("amounts_revealed", told[3][1]),
    ]
    assert told[3][1] in (opened, why)


async def test_a_talk_is_noted_and_stands_in_the_history(site: Site) -> None:
    debt, kira = await a_debt(site), await site.browser("kira")
    answer = await posted(
        site,
        kira,
        debt,
        "steps",
        step="promise_call",
        outcome="right_party",
        note="Will call <back>",
    )
    assert (answer.status_code, answer.headers["location"]) == (303, debt.page)
    page = (await kira.get(debt.page)).text
    assert "Will call &lt;back&gt;" in page and "Call for a promise" in page
    assert (await row_of(site, debt.party)).state is CaseState.IN_CONTACT


async def test_what_a_promise_would_pay_is_shown_before_it_is_taken(site: Site) -> None:
    debt, kira = await a_debt(site), await site.browser("kira")
    told = {"amount": "100,00", "currency": "RUB", "due_on": due(site), "do": "look"}
    hidden = await posted(site, kira, debt, "promises", **told)
    assert hidden.status_code == 200 and 'id="effect"' not in hidden.text
    await kira.post(f"{debt.page}/amounts")
    looked = await posted(site, kira, debt, "promises", **told)
    assert 'id="effect"' in looked.text
    assert "12.00" in looked.text, "of 112 roubles 12 would be left"
    assert 'value="100,00"' in looked.text
    assert (await row_of(site, debt.party)).state is CaseState.OPEN, "nothing was taken"


async def test_a_refused_promise_keeps_what_was_typed(site: Site) -> None:
    debt, kira = await a_debt(site), await site.browser("kira")
    for wrong, field, text in (
        ({"amount": "112.01"}, "amount", "More than is owed by that day"),
        ({"amount": "much"}, "amount", "The amount cannot be read"),
        ({"due_on": due(site, 15)}, "due_on", "later than the rules allow"),
        ({"due_on": ""}, "due_on", "Choose the day"),
    ):
        told = {"amount": SUM, "currency": "RUB", "due_on": due(site)} | wrong
        answer = await posted(site, kira, debt, "promises", **told)
        assert answer.status_code == 422
        assert f'id="error-{field}"' in answer.text and text in answer.text
        assert f'value="{told[field]}"' in answer.text


async def test_a_stale_page_is_told_so(site: Site) -> None:
    debt, kira = await a_debt(site), await site.browser("kira")
    old = await version_of(site, debt)
    await posted(site, kira, debt, "owner", owner=site.centre.id("kira"))
    answer = await kira.post(f"{debt.page}/steps", data={"version": old, "note": "mine"})
    assert answer.status_code == 409
    assert "Somebody else changed this case" in answer.text and "mine" in answer.text


async def test_a_promise_is_cancelled_by_the_one_who_asks_and_another(site: Site) -> None:
    debt, promise = await promised(site)
    kira, sofia = await site.browser("kira"), await site.browser("sofia")
    way = f"promises/{promise}/cancel"
    assert (await posted(site, kira, debt, way, reason="")).status_code == 422
    assert (await posted(site, kira, debt, way, reason="Another client")).status_code == 303
    assert (await posted(site, kira, debt, f"{way}led")).status_code == 403
    assert "Another client" in (await sofia.get(debt.page)).text
    assert (await posted(site, sofia, debt, f"{way}led")).status_code == 303
    async with site.centre.db.reading() as session:
        states = list(await session.scalars(select(Promise.state)))
    assert states == [PromiseState.CANCELLED]


async def test_a_supervisor_directs_and_a_collector_does_not(site: Site) -> None:
    debt = await a_debt(site)
    kira, sofia = await site.browser("kira"), await site.browser("sofia")
    pause = {"until": due(site, 9), "why": "dispute"}
    assert (await posted(site, kira, debt, "pause", **pause)).status_code == 403
    assert (
        await posted(site, kira, debt, "owner", owner=site.centre.id("anna"))
    ).status_code == 403
    assert (await posted(site, kira, debt, "move", event="file")).status_code == 403
    assert (await posted(site, sofia, debt, "steps")).status_code == 403
    assert (await posted(site, sofia, debt, "pause", until="", why="dispute")).status_code == 422
    assert (await posted(site, sofia, debt, "pause", **pause)).status_code == 303
    assert (await row_of(site, debt.party)).state is CaseState.PAUSED
    assert (await posted(site, sofia, debt, "resume")).status_code == 303
    wrong = await posted(site, sofia, debt, "owner", owner=site.centre.id("sofia"))
    assert wrong.status_code == 422 and "does not work on cases" in wrong.text
    assert (await posted(site, sofia, debt, "move", event="file")).status_code == 409


async def test_a_case_that_is_not_there_is_not_found(site: Site) -> None:
    kira = await site.browser("kira")
    assert (await kira.get("/collections/none")).status_code == 404
    assert (await kira.post("/collections/none/steps", data={"version": "1"})).status_code == 404


async def test_the_tab_of_a_party_leads_to_its_case(site: Site) -> None:
    debt, anna = await a_debt(site), await site.browser("anna")
    page = await anna.get(f"/parties/{debt.party}/collections")
    assert page.status_code == 200 and f'href="{debt.page}"' in page.text
    firm = site.centre.parties["firm"]
    other = await anna.get(f"/parties/{firm}/collections")
    assert "no collection case" in other.text
    assert (
        await (await site.browser("oleg")).get(f"/parties/{firm}/collections")
    ).status_code == 403


async def test_the_blacklist_takes_two_persons(site: Site) -> None:
    kira, sofia = await site.browser("kira"), await site.browser("sofia")
    page = "/collections/blacklist"
    both = {"number": "+79161234567", "document": "4510 123456", "why": "fraud", "scope": "all"}
    assert (await kira.post(page, data=both)).status_code == 422
    none = await kira.post(page, data={**both, "number": "12", "document": ""})
    assert none.status_code == 422 and "This is no phone number" in none.text
    assert (await kira.post(page, data={**both, "document": ""})).status_code == 303
    party = {"party": site.centre.parties["client"], "why": "court", "scope": "collection"}
    assert (await sofia.post(page, data=party)).status_code == 303
    async with site.centre.db.reading() as session:
        rows = select(BlacklistEntry.kind, BlacklistEntry.id)
        entries = {kind.value: entry for kind, entry in await session.execute(rows)}
    assert (await kira.post(f"{page}/{entries['number']}/approve")).status_code == 403
    own = await sofia.post(f"{page}/{entries['party']}/approve")
    assert own.status_code == 409 and "Another person must approve" in own.text
    assert (await sofia.post(f"{page}/{entries['number']}/approve")).status_code == 303
    assert (await sofia.post(f"{page}/{entries['number']}/refuse")).status_code == 409
    shown = await kira.get(page)
    assert "in force" in shown.text and "waits for approval" in shown.text
