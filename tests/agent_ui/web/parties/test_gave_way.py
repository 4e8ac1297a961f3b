"""A record that was merged into another leads on to that one: pages, API, calls, new work."""

import pytest

from crm_core.duplicates.merging import merge, part
from crm_core.models import PhoneRole
from crm_core.parties.records import PartyFacts, PersonName, add_person, add_phone
from routing.ids import PartyId
from tests.agent_ui.web.conftest import Site


@pytest.fixture
async def two(site: Site) -> tuple[PartyId, PartyId, str]:
    """Who stays, who gave way to it, and the merge."""
    made = []
    async with site.centre.db.unit_of_work() as session:
        for given, number in (("Пётр", "+79161112233"), ("Petr", "+79161112244")):
            name = PersonName(family="Соколов", given=given)
            party = await add_person(session, name, PartyFacts(), by="test")
            await add_phone(session, party, number, region="RU", role=PhoneRole.MOBILE)
            made.append(party)
        done = await merge(session, made[0], made[1], by="sofia", reason="one person")
    return made[0], made[1], done.merge


@pytest.mark.parametrize(
    "path", ["", "/profile?call=c1", "/contacts", "/timeline?kind=call", "/relations"]
)
async def test_its_pages_lead_to_the_same_page_of_the_other(
    site: Site, two: tuple[PartyId, PartyId, str], path: str
) -> None:
    sofia = await site.browser("sofia")
    answer = await sofia.get(f"/parties/{two[1]}{path}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/parties/{two[0]}{path}")
    assert (await sofia.get(answer.headers["location"])).status_code == 200


async def test_the_api_leads_on_too_and_refuses_to_write(
    site: Site, two: tuple[PartyId, PartyId, str]
) -> None:
    sofia = await site.browser("sofia", Accept="application/json")
    read = await sofia.get(f"/api/v1/parties/{two[1]}/panel?call=c1")
    assert read.headers["location"] == f"/api/v1/parties/{two[0]}/panel?call=c1"
    address = {"address": "petr@example.org"}
    written = await sofia.post(f"/api/v1/parties/{two[1]}/emails", json=address)
    assert (written.status_code, written.json()["code"]) == (409, "party_merged")
    assert written.json()["party"] == two[0]
    task = {"type": "call_back", "title": "Call", "party": two[1], "due_at": "2030-01-01T09:00:00Z"}
    added = await sofia.post("/api/v1/tasks", json=task)
    assert (added.status_code, added.json().get("party")) == (409, two[0]), added.text


async def test_a_visitor_learns_nothing_of_it(
    site: Site, two: tuple[PartyId, PartyId, str]
) -> None:
    answer = await site.visitor().get(f"/parties/{two[1]}")
    assert answer.headers["location"] == "/sign-in"


async def test_who_looked_at_it_stays_its_own(
    site: Site, two: tuple[PartyId, PartyId, str]
) -> None:
    sofia = await site.browser("sofia")
    assert (await sofia.get(f"/parties/{two[1]}/looks")).status_code == 200


async def test_the_timeline_tells_of_the_merge_until_and_after_it_is_undone(
    site: Site, two: tuple[PartyId, PartyId, str]
) -> None:
    sofia = await site.browser("sofia")
    timeline = f"/parties/{two[0]}/timeline"
    told = "Merged with the record “Соколов Petr”; entries moved here: 1"
    assert told in (await sofia.get(timeline)).text
    async with site.centre.db.unit_of_work() as session:
        await part(session, two[2], by="sofia")
    assert "parted from it again since" in (await sofia.get(timeline)).text
    assert (await sofia.get(f"/parties/{two[1]}")).status_code == 200
