"""A party's pages and API: what is seen, on what ground, and that the looking is written down."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.agreements import CardFacts, add_card, set_balance
from crm_core.bank.business_day import take_arrears
from crm_core.bank.terms import CardNetwork, CardStatus
from crm_core.models import Agreement, AuditEvent, OpenedAmounts
from crm_core.money import Money
from crm_core.sealing import NumberSeal
from routing.ids import PartyId
from tests.agent_ui.web.conftest import Site
from tests.crm_core.bank.offers import TODAY, credited, lent, opened

WHY = "written request about a fee"
NUMBER = "40817810000000001234"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bank:
    """The client has an account with 7 roubles, a loan 12 days late, and a card that waits."""

    party: PartyId
    account: str
    loan: str

    @property
    def page(self) -> str:
        return f"/parties/{self.party}"

    @property
    def api(self) -> str:
        return f"/api/v1/parties/{self.party}"


@pytest.fixture
async def bank(site: Site) -> AsyncIterator[Bank]:
    party = site.centre.parties["client"]
    seal: NumberSeal = site.app.state.parts.seal
    async with site.centre.db.unit_of_work() as session:
        account = await opened(session, party)
        money = Money(700, "RUB")
        at = site.centre.desks.now()
        await set_balance(session, account, booked=money, available=money, as_of=at)
        row = await session.get_one(Agreement, account)
        sealed = seal.seal(NUMBER, account)
        row.number_sealed, row.number_key, row.number_hash, row.number_last4 = (
            sealed.sealed,
            sealed.key,
            sealed.hash,
            sealed.last4,
        )
        loan = await lent(session, party, first_due_on=TODAY - 12 * DAY)
        await take_arrears(session, loan, on=TODAY)
        for _ in range(30):
            await credited(session, account, 100)
        facts = CardFacts(
            network=CardNetwork.MIR,
            status=CardStatus.READY,
            last4="4321",
            embossed_name="ANNA",
            expires_on=TODAY + 800 * DAY,
            branch="Tverskaya",
            ready_at_branch_on=TODAY,
        )
        await add_card(session, account, facts, holder=party)
    yield Bank(party, account, loan)


async def _opened(session: AsyncSession) -> Sequence[OpenedAmounts]:
    return (await session.scalars(select(OpenedAmounts))).all()


async def audited(site: Site, *actions: str) -> list[tuple[str, str]]:
    async with site.centre.db.reading() as session:
        told = select(AuditEvent).where(AuditEvent.action.in_(actions)).order_by(AuditEvent.seq)
        written = {f"opened:{one.id}": one.reason for one in await _opened(session)}
        events = await session.scalars(told)
        return [(one.action, written.get(one.reason, one.reason)) for one in events]


async def opened_by(browser: httpx.AsyncClient, bank: Bank, **form: str) -> httpx.Response:
    return await browser.post(f"{bank.page}/amounts", data={"reason": WHY, **form})


TABS = ("", "/agreements", "/cards", "/timeline", "/looks")


async def test_each_tab_shows_the_head_and_is_a_look_that_is_audited(
    site: Site, bank: Bank
) -> None:
    browser = await site.browser("anna")
    for tab in TABS:
        answer = await browser.get(bank.page + tab, params={"call": "pbx1-1.1"})
        assert answer.status_code == 200, tab
        assert "Иванова Анна" in answer.text
        assert "Overdue 12 days" in answer.text
    assert await audited(site, "party_viewed") == [("party_viewed", "call:pbx1-1.1")] * len(TABS)


async def test_amounts_are_hidden_until_a_reason_is_written(site: Site, bank: Bank) -> None:
    browser = await site.browser("anna")
    pages = (bank.page, f"{bank.page}/agreements", f"{bank.page}/agreements/{bank.account}")
    for page in pages:
        text = (await browser.get(page)).text
        assert "7.00" not in text
        assert "112.00" not in text
    assert await audited(site, "amounts_revealed", "amounts_opened") == []
    answer = await opened_by(browser, bank, back=f"{bank.page}/agreements")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{bank.page}/agreements")
    for page in pages:
        assert "7.00" in (await browser.get(page)).text
    told = await audited(site, "amounts_revealed", "amounts_opened")
    assert told == [("amounts_opened", WHY)] + [("amounts_revealed", WHY)] * 3
    assert (await browser.post(f"{bank.page}/amounts/close")).status_code == 303
    assert "7.00" not in (await browser.get(bank.page)).text


async def test_what_one_opened_is_closed_to_the_others(site: Site, bank: Bank) -> None:
    await opened_by(await site.browser("anna"), bank)
    assert "7.00" not in (await (await site.browser("boris")).get(bank.page)).text


async def test_a_reason_that_is_none_keeps_what_was_written(site: Site, bank: Bank) -> None:
    browser = await site.browser("anna")
    answer = await opened_by(browser, bank, reason="<fee")
    assert answer.status_code == 422
    assert 'value="&lt;fee"' in answer.text
    assert "Write a few words more." in answer.text
    assert f'name="back" value="{bank.page}"' in answer.text
    assert "7.00" not in answer.text


@pytest.mark.parametrize("back", ["https://evil.test/", "//evil.test", "/sign-out", ""])
async def test_one_goes_back_to_that_party_only(site: Site, bank: Bank, back: str) -> None:
    answer = await opened_by(await site.browser("anna"), bank, back=back)
    assert answer.headers["location"] == bank.page


async def test_a_whole_number_needs_the_right_and_a_ground(site: Site, bank: Bank) -> None:
    anna, clara = await site.browser("anna"), await site.browser("clara")
    path = f"{bank.page}/agreements/{bank.account}/number"
    assert (await clara.post(path)).status_code == 403
    assert (await anna.post(path)).status_code == 409
    await opened_by(anna, bank)
    assert NUMBER in (await anna.post(path)).text
    assert NUMBER not in (await anna.get(f"{bank.page}/agreements/{bank.account}")).text
    assert await audited(site, "number_revealed") == [("number_revealed", WHY)]


async def test_a_loan_shows_schedule_and_arrears_and_a_statement_goes_on(
    site: Site, bank: Bank
) -> None:
    browser = await site.browser("anna")
    page = f"{bank.page}/agreements/{bank.loan}"
    closed = (await browser.get(page)).text
    assert "How arrears went" in closed
    assert "schedule-title" not in closed
    await opened_by(browser, bank)
    assert "schedule-title" in (await browser.get(page)).text
    cursor, seen = None, 0
    while True:
        params = {"limit": "25"} | ({"cursor": cursor} if cursor else {})
        path = f"{bank.api}/agreements/{bank.account}/statement"
        answer = (await browser.get(path, params=params)).json()
        seen += len(answer["items"])
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert seen == 30
    account = await browser.get(f"{bank.page}/agreements/{bank.account}")
    assert account.text.count("Repayment") == 25
    assert "cursor=" in account.text


async def test_an_agreement_of_others_is_not_there(site: Site, bank: Bank) -> None:
    browser = await site.browser("anna")
    firm = site.centre.parties["firm"]
    for path in (
        f"/parties/{firm}/agreements/{bank.account}",
        f"/api/v1/parties/{firm}/agreements/{bank.account}/statement",
        "/parties/nobody/agreements",
        "/api/v1/parties/nobody/panel",
        "/api/v1/parties/nobody/timeline",
    ):
        assert (await browser.get(path)).status_code == 404, path


async def test_the_panel_over_the_api_is_masked_or_open(site: Site, bank: Bank) -> None:
    browser = await site.browser("anna", Accept="application/json")
    masked = (await browser.get(f"{bank.api}/panel")).json()
    assert masked["money"]["deposits"]["amounts"] is None
    assert [one["cause"] for one in masked["why"]] == ["arrears", "card_ready"]
    assert masked["next_action"]["step"] == "agree_on_payment"
    assert [one["flag"] for one in masked["flags"]] == ["arrears"]
    schedule = f"{bank.api}/agreements/{bank.loan}/schedule"
    refused = await browser.get(schedule)
    assert (refused.status_code, refused.json()["code"]) == (409, "amounts_masked")
    assert (await browser.post(f"{bank.api}/amounts", json={"reason": WHY})).status_code == 200
    panel = (await browser.get(f"{bank.api}/panel")).json()
    assert panel["money"]["deposits"]["amounts"][0]["amount_minor"] == 700
    first = (await browser.get(schedule)).json()["instalments"][0]
    assert first["principal"]["due"] == {"amount_minor": 10_000, "currency": "RUB"}
    agreements = (await browser.get(f"{bank.api}/agreements")).json()["items"]
    assert next(one["number"] for one in agreements) == "•••• 1234"
    short = await browser.post(f"{bank.api}/amounts", json={"reason": ""})
    assert (short.status_code, short.json()["errors"][0]["field"]) == (422, "reason")


async def test_a_timeline_is_filtered_and_paged(site: Site, bank: Bank) -> None:
    site.centre.phone_ready("clara")
    site.centre.ring("pbx1-9.9")
    await site.centre.drain()
    browser = await site.browser("anna")
    calls = (await browser.get(f"{bank.api}/timeline", params={"kind": "call"})).json()
    assert [one["ref"] for one in calls["items"]] == ["pbx1-9.9"]
    whole = (await browser.get(f"{bank.api}/timeline", params={"limit": "1"})).json()
    assert len(whole["items"]) == 1
    assert whole["next_cursor"]
    page = await browser.get(f"{bank.page}/timeline", params={"kind": ["call", "status"]})
    assert 'data-call="pbx1-9.9"' in page.text
    assert 'value="call" checked' in page.text
    for wrong in ({"kind": "x"}, {"cursor": "x"}, {"limit": "0"}):
        answer = await browser.get(f"{bank.api}/timeline", params=wrong)
        assert answer.status_code == 422, wrong


async def test_who_looked_is_for_managers_and_auditors(site: Site, bank: Bank) -> None:
    await opened_by(await site.browser("clara"), bank, back="")
    for name, status in (("anna", 200), ("sofia", 200), ("clara", 404), ("kira", 404)):
        browser = await site.browser(name)
        answer = await browser.get(f"{bank.page}/looks")
        assert answer.status_code == status, name
        overview = (await browser.get(bank.page)).text
        assert ("/looks" in overview) == (status == 200), name
        if status == 200:
            assert WHY in answer.text
