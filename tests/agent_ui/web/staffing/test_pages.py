"""The staffing page: the calculator, a queue's day from its calls, and who may see them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crm_core.models import CallCard
from routing.ids import CallId, NodeId, QueueId
from routing.terms import CallState, Match, WrapUpMode
from tests.agent_ui.web.conftest import Site

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = timedelta(days=7)


def card(number: int, at: datetime, *, seconds: int | None, queue: str = "main") -> CallCard:
    """A call that came then and took an agent so many seconds; nobody answered one of None."""
    answered = at if seconds is not None else None
    return CallCard(
        call=CallId(f"c{number}"),
        node=NodeId("pbx1"),
        version=1,
        state=CallState.CLOSED if answered else CallState.ABANDONED,
        raw_number="",
        network_name="",
        dialled="",
        queue=QueueId(queue),
        match=Match.UNKNOWN,
        candidates=[],
        managers=[],
        arrived_at=at,
        queued_at=at,
        answered_at=answered,
        ended_at=at,
        wrap_up_mode=WrapUpMode.NONE,
        must_be_filled=False,
        held_seconds=0,
        consult_connected=False,
        offers=[],
        transfers=0,
        fell_back=False,
        position="",
        recorded_at=at,
        talk_ms=1000 * (seconds or 0),
    )


async def two_mondays(site: Site) -> None:
    """Twenty calls after noon of the first by local time, ten of the second; one elsewhere."""
    names = {"main": {"": "Main"}, "cards": {"": "Cards"}}
    site.app.state.parts = replace(site.app.state.parts, queue_names=names)
    nine = MONDAY + timedelta(hours=9, minutes=1)
    async with site.centre.db.unit_of_work() as session:
        session.add_all(card(n, nine, seconds=240) for n in range(19))
        session.add(card(19, nine, seconds=None))
        session.add_all(card(20 + n, nine + WEEK, seconds=240) for n in range(10))
        session.add(card(30, nine + WEEK, seconds=60, queue="cards"))


async def test_the_calculator_answers_by_both_models(site: Site) -> None:
    sofia = await site.browser("sofia")
    found = (await sofia.get("/api/v1/staffing?calls_per_hour=200&aht=180&patience=120")).json()
    assert found["erlangs"] == 10
    agents = {one["model"]: one["needed"]["agents"] for one in found["answers"]}
    assert agents == {"erlang_c": 14, "erlang_a": 12}
    page = await sofia.get("/staffing?calls_per_hour=200&aht=180&patience=0&agents=10")
    assert page.status_code == 200
    assert "88.8 %" in page.text
    assert "∞" in page.text


async def test_what_makes_no_sense_is_told_with_its_field(site: Site) -> None:
    sofia = await site.browser("sofia")
    for wrong in ("aht=-1", "target=2", "calls_per_hour=1e5&aht=36000", "calls_per_hour=nan"):
        page = await sofia.get(f"/staffing?{wrong}")
        assert page.status_code == 422
        assert "error-summary" in page.text
        assert (await sofia.get(f"/api/v1/staffing?{wrong}")).status_code == 422


async def test_a_day_is_planned_from_the_weeks_before(site: Site) -> None:
    await two_mondays(site)
    sofia = await site.browser("sofia")
    query = "queue=main&day=2026-03-16&weeks=3&patience=0&shrinkage=0"
    page = await sofia.get(f"/staffing?{query}")
    assert page.status_code == 200
    assert "9 Mar 2026" in page.text
    lines = (await sofia.get(f"/staffing/plan.csv?{query}")).text.splitlines()
    assert lines[0].lstrip("\ufeff").startswith("interval,calls,aht_seconds,erlang_c_agents")
    assert lines[1:] == ["12:00,15.0,240.0,4,4,,"]


async def test_agents_do_not_see_it(site: Site) -> None:
    clara = await site.browser("clara")
    for path in ("/staffing", "/staffing/plan.csv", "/api/v1/staffing"):
        assert (await clara.get(path)).status_code == 403
