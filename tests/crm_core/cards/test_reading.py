"""Cards in lists: filters, and pages that new calls do not shift."""

from datetime import timedelta

from crm_core.cards import CardFilters, Page, card, cards
from crm_core.database import Database
from routing.ids import AgentId, CallId, QueueId
from routing.terms import CallState
from tests.crm_core.calls import add_card, over, suggested, talking, view
from tests.crm_core.conftest import START, hired, person


async def page(db: Database, cursor: str | None = None, limit: int = 10, **filters: object) -> Page:
    async with db.reading() as session:
        return await cards(session, CardFilters(**filters), cursor, limit)  # type: ignore[arg-type]


async def calls(db: Database, **filters: object) -> list[str]:
    return [one.call for one in (await page(db, **filters)).items]


async def test_pages_have_each_card_once_the_newest_first(db: Database) -> None:
    """Several arrive in the same instant, and new ones between two pages."""
    await add_card(
        db, *(view(f"c{n:02}", arrived_at=START + timedelta(seconds=n // 3)) for n in range(20))
    )
    seen: list[str] = []
    cursor: str | None = None
    for turn in range(9):
        found = await page(db, cursor, 3)
        seen += [one.call for one in found.items]
        await add_card(db, view(f"new{turn}", arrived_at=START + timedelta(hours=1)))
        cursor = found.next_cursor
        if cursor is None:
            break
    assert seen == [f"c{n:02}" for n in reversed(range(20))]


async def test_the_last_page_says_so_even_when_it_is_full(db: Database) -> None:
    await add_card(db, view("c1"), view("c2"))
    assert (await page(db, None, 2)).next_cursor is None
    assert (await page(db, None, 1)).next_cursor is not None


async def test_each_filter_filters(db: Database) -> None:
    anna = await hired(db, "anna")
    party = await person(db, "Somebody")
    later = START + timedelta(hours=1)
    await add_card(
        db,
        view("plain", state=CallState.ABANDONED),
        talking("hers", anna.id),
        view("known", number="+79450000000", **suggested(party)),
        view("loans", queue=QueueId("loans"), arrived_at=later),
    )
    assert await calls(db, agent=anna.id) == ["hers"]
    assert await calls(db, state=CallState.ABANDONED) == ["plain"]
    assert await calls(db, party=party) == ["known"]
    assert await calls(db, number="+79450000000") == ["known"]
    assert await calls(db, queue=QueueId("loans")) == ["loans"]
    assert await calls(db, since=later) == ["loans"]
    assert await calls(db, until=later) == ["plain", "known", "hers"]
    assert await calls(db, agent=AgentId("nobody")) == []
    assert await calls(db, topic="loan") == await calls(db, disposition="promise") == []


async def test_names_come_with_the_cards(db: Database) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Somebody")
    await add_card(db, over("c1", anna.id, CallState.WRAP_UP, **suggested(party)))
    (one,) = (await page(db)).items
    assert (one.agent_name, one.suggested_name, one.party_name) == ("Anna", "Somebody", None)
    async with db.reading() as session:
        whole = await card(session, CallId("c1"))
        assert await card(session, CallId("c2")) is None
    assert whole and whole.candidates[0] == {
        "party": party,
        "reason": "mobile_number",
        "managers": [],
    }
