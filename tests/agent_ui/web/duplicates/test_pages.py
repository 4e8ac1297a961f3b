"""Pages and API of duplicates: compare, merge, dismiss, undo."""

import httpx
import pytest

from crm_core.duplicates.finding import find_for
from crm_core.duplicates.pairs import pairs_of
from crm_core.models import PhoneRole
from crm_core.parties.records import PartyFacts, PersonName, add_person, add_phone
from routing.ids import PartyId
from tests.agent_ui.web.conftest import Site

NUMBER = "+79161112233"


@pytest.fixture
async def two(site: Site) -> tuple[PartyId, PartyId]:
    """Two records of one person, found to be alike."""
    made = []
    async with site.centre.db.unit_of_work() as session:
        for family, given in (("Соколов", "Пётр"), ("Sokolov", "Petr")):
            name = PersonName(family=family, given=given)
            party = await add_person(session, name, PartyFacts(), by="test")
            await add_phone(session, party, NUMBER, region="RU", role=PhoneRole.MOBILE)
            await find_for(session, party)
            made.append(party)
    return made[0], made[1]


async def pair_of(site: Site, party: PartyId) -> str:
    async with site.centre.db.reading() as session:
        (found,) = await pairs_of(session, party)
    return found.pair


async def decide(site: Site, browser: httpx.AsyncClient, pair: str, **form: str) -> httpx.Response:
    return await browser.post(
        f"/duplicates/{pair}", data={"csrf": await site.csrf(browser), **form}
    )


async def test_a_pair_is_shown_with_reasons_and_masked_numbers(
    site: Site, two: tuple[PartyId, PartyId]
) -> None:
    sofia = await site.browser("sofia")
    page = (await sofia.get("/duplicates")).text
    assert "Соколов Пётр · Sokolov Petr" in page or "Sokolov Petr · Соколов Пётр" in page
    both = (await sofia.get(f"/duplicates/{await pair_of(site, two[0])}")).text
    assert "Same name" in both
    assert NUMBER not in both


async def test_merging_and_undoing_on_the_pages(site: Site, two: tuple[PartyId, PartyId]) -> None:
    sofia = await site.browser("sofia")
    pair = await pair_of(site, two[0])
    done = await decide(site, sofia, pair, stays=two[0], reason="one person")
    assert (done.status_code, done.headers["location"]) == (303, "/duplicates")
    (made,) = (await sofia.get("/api/v1/merges")).json()
    assert (made["winner"], made["loser"], made["undone_at"]) == (*two, None)
    assert "one person" in (await sofia.get("/duplicates/merges")).text
    assert "They were merged" in (await sofia.get(f"/duplicates/{pair}")).text
    form = {"csrf": await site.csrf(sofia)}
    undone = await sofia.post(f"/duplicates/merges/{made['merge']}/undo", data=form)
    assert undone.status_code == 303
    assert (await sofia.get("/api/v1/merges")).json()[0]["undone_at"]


@pytest.mark.parametrize("stays", [True, False])
async def test_without_a_reason_nothing_happens_and_it_is_said(
    site: Site, two: tuple[PartyId, PartyId], stays: bool
) -> None:
    sofia = await site.browser("sofia")
    answer = await decide(
        site, sofia, await pair_of(site, two[0]), stays=two[0] if stays else "", reason=" "
    )
    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert (await sofia.get("/api/v1/duplicates")).json()["total"] == 1


async def test_dismissed_pairs_leave_the_list(site: Site, two: tuple[PartyId, PartyId]) -> None:
    sofia = await site.browser("sofia")
    pair = await pair_of(site, two[0])
    assert (await decide(site, sofia, pair, reason="father and son")).status_code == 303
    assert (await sofia.get("/api/v1/duplicates")).json() == {"items": [], "total": 0}
    again = await decide(site, sofia, pair, reason="again")
    assert again.status_code == 409


async def test_merging_over_the_api_says_what_it_did(
    site: Site, two: tuple[PartyId, PartyId]
) -> None:
    sofia = await site.browser("sofia")
    asked = {"winner": two[0], "loser": two[1], "reason": "one person"}
    done = await sofia.post("/api/v1/merges", json=asked)
    assert done.status_code == 201
    assert sum({**done.json()["moved"], **done.json()["kept"]}.values()) == 1
    refused = await sofia.post("/api/v1/merges", json=asked)
    assert (refused.status_code, refused.json()["code"]) == (409, "merge_refused")
    undone = await sofia.post(f"/api/v1/merges/{done.json()['merge']}/undo")
    assert undone.json() == {"party": two[1]}
