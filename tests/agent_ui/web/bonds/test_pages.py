"""Relations, managers and groups on the screen: seen, changed, refused with what was typed."""

import re

import httpx

from crm_core.managers.assigning import order_of
from crm_core.models import LeaveReason
from crm_core.staff.leave import Plan, take_leave
from tests.agent_ui.web.conftest import Site


def paths(site: Site) -> tuple[str, str]:
    party = site.centre.parties["client"]
    return f"/parties/{party}/relations", f"/parties/{party}/managers"


def seen_in(answer: httpx.Response) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', answer.text)
    assert found
    return found[1]


async def test_a_relation_is_found_added_drawn_and_ended(site: Site) -> None:
    browser, (page, _) = await site.browser("clara"), paths(site)
    firm = site.centre.parties["firm"]
    found = await browser.get(page, params={"find": "O'Neill"})
    assert f'value="{firm}"' in found.text
    form = {"other": firm, "type": "owned", "share": "12,5", "since": "2026-01-31"}
    assert (await browser.post(page, data=form)).status_code == 303
    shown = await browser.get(page)
    assert "owned company" in shown.text and "12.5 %" in shown.text
    assert "O&#39;Neill &amp; Co &lt;b&gt;" in shown.text and "<b>" not in shown.text
    assert f'<a href="/parties/{firm}" class="knot' in shown.text
    relation = re.search(r'data-relation="([^"]+)"', shown.text)
    assert relation
    assert (await browser.post(f"{page}/{relation[1]}/end")).status_code == 303
    assert "owned company of" not in (await browser.get(page)).text


async def test_a_refused_relation_keeps_what_was_typed(site: Site) -> None:
    browser, (page, _) = await site.browser("clara"), paths(site)
    firm = site.centre.parties["firm"]
    form = {"other": firm, "type": "owner", "share": "100.5", "find": "O'Neill"}
    answer = await browser.post(page, data=form)
    assert answer.status_code == 422
    assert "at most 100 %" in answer.text and 'value="100.5"' in answer.text
    assert '<option value="owner" selected>' in answer.text
    nobody = await browser.post(page, data={"type": "owner"})
    assert nobody.status_code == 422 and "Choose somebody first" in nobody.text


async def test_a_relation_is_ended_only_from_the_page_of_its_own_parties(site: Site) -> None:
    browser, (page, _) = await site.browser("clara"), paths(site)
    firm = site.centre.parties["firm"]
    await browser.post(page, data={"other": firm, "type": "owned"})
    relation = re.search(r'data-relation="([^"]+)"', (await browser.get(page)).text)
    assert relation
    elsewhere = f"/parties/{site.centre.id('anna')}/relations/{relation[1]}/end"
    assert (await browser.post(elsewhere)).status_code == 404


async def test_managers_are_moved_added_and_removed_by_those_who_assign(site: Site) -> None:
    sofia, (_, page) = await site.browser("sofia"), paths(site)
    party, clara = site.centre.parties["client"], site.centre.id("clara")

    async def names() -> list[str]:
        async with site.centre.db.reading() as session:
            order = await order_of(session, party)
        known = {one.id: name for name, one in site.centre.staff.items()}
        return [f"{known[one.employee]} {one.role}" for one in order]

    for form in (
        {"deed": "add", "employee": clara, "role": "expert"},
        {"deed": "move", "employee": clara, "rank": "2"},
        {"deed": "remove", "employee": site.centre.id("anna")},
    ):
        seen = seen_in(await sofia.get(page))
        assert (await sofia.post(page, data=form | {"seen": seen})).status_code == 303
    assert await names() == ["clara primary", "boris deputy"]
    stale = await sofia.post(page, data={"deed": "add", "employee": clara, "seen": "old"})
    assert stale.status_code == 422 and "Somebody else has changed the order" in stale.text
    agent = await (await site.browser("clara")).get(page)
    assert agent.status_code == 200 and 'name="deed"' not in agent.text


async def test_who_is_away_and_who_stands_in_is_shown_and_the_past_can_be_asked(
    site: Site,
) -> None:
    anna, clara = site.centre.id("anna"), site.centre.id("clara")
    async with site.centre.db.unit_of_work() as session:
        now = site.centre.db.clock.now()
        plan = Plan(employee=anna, reason=LeaveReason.SICK, starts_at=now, substitute=clara)
        await take_leave(session, plan, by="test")
    browser, (_, page) = await site.browser("clara"), paths(site)
    shown = await browser.get(page)
    assert "sick leave" in shown.text and "Clara stands in" in shown.text
    before = await browser.get(page, params={"at": "2001-01-01T10:05"})
    assert "Nobody looked after the client then" in before.text
    later = await browser.get(page, params={"at": "2199-01-01T10:05"})
    assert "1. Anna" in later.text
    wrong = await browser.get(page, params={"at": "yesterday"})
    assert wrong.status_code == 422 and "That is no date" in wrong.text


async def test_a_group_is_founded_filled_given_a_head_and_listed(site: Site) -> None:
    browser = await site.browser("clara")
    client, firm = site.centre.parties["client"], site.centre.parties["firm"]
    made = await browser.post("/groups", data={"kind": "holding", "name": "Big Holding"})
    page = made.headers["location"]
    for party in (client, firm):
        assert (await browser.post(f"{page}/members", data={"take": party})).status_code == 303
    form = {"kind": "companies", "name": "Big Group", "head": firm}
    assert (await browser.post(page, data=form)).status_code == 303
    shown = await browser.get(page)
    assert "Big Group" in shown.text and shown.text.count(' data-party="') == 2
    assert shown.text.index(f'data-party="{firm}"') < shown.text.index(f'data-party="{client}"')
    assert "Big Group" in (await browser.get("/groups?kind=companies&named=big")).text
    assert "Big Group" not in (await browser.get("/groups?kind=holding")).text
    await browser.post(f"{page}/members", data={"leave": firm})
    assert (await browser.get(page)).text.count(' data-party="') == 1
    stranger = await browser.post(page, data={"kind": "custom", "name": "x", "head": firm})
    assert stranger.status_code == 422 and "must be a member" in stranger.text
    assert "Big Group" in (await browser.get(f"/parties/{client}/relations")).text
