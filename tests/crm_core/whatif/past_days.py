"""A past day in SQL: calls, and who was available when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from crm_core.database import Database
from routing.ids import AgentId, QueueId
from routing.terms import Activity, Availability, CallState
from tests.crm_core.reports.world import World, made, write_world

MORNING = datetime(2026, 2, 27, 7, 0, tzinfo=UTC)
"""A Friday, 10:00 in Moscow."""
CALLS = 40


async def write_day(db: Database, agent: AgentId, *, queue: QueueId) -> None:
    """Forty calls, one a minute, each fourth abandoned; one agent, available for an hour."""
    cards = [_card(n, agent, queue) for n in range(CALLS)]
    states = [
        _state(agent, MORNING, MORNING + timedelta(hours=1), Availability.AVAILABLE),
        _state(agent, MORNING + timedelta(hours=1), None, Availability.OFFLINE),
    ]
    await write_world(db, World(cards=cards, states=states))


def _card(number: int, agent: AgentId, queue: QueueId) -> dict[str, Any]:
    arrived = MORNING + timedelta(minutes=number)
    row = made(f"past-{number}", arrived) | {"arrived_at": arrived, "queue": queue}
    if number % 4 == 3:
        gone = arrived + timedelta(seconds=30)
        return row | {"state": CallState.ABANDONED, "ended_at": gone}
    answered = arrived + timedelta(seconds=10)
    return row | {
        "state": CallState.CLOSED,
        "agent": agent,
        "answered_at": answered,
        "ended_at": answered + timedelta(seconds=50),
        "talk_ms": 45_000,
        "hold_ms": 5_000,
        "wrap_up_ms": 8_000,
    }


def _state(
    agent: AgentId, since: datetime, until: datetime | None, availability: Availability
) -> dict[str, Any]:
    return {
        "agent": agent,
        "since": since,
        "until": until,
        "version": 1,
        "availability": availability,
        "reason": None,
        "activity": Activity.IDLE,
        "call": None,
        "queue": None,
    }
