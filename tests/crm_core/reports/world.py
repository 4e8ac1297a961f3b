"""Days of a made-up centre, written as rows, and a slow recount of them: the oracle of the reports.

It walks over every contact and step by step through every agent's time in plain Python, lets SQL
add nothing up, and shares no code with what it checks but the names of the figures.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crm_core.cards.rows import card_row
from crm_core.database import Database
from crm_core.models import AgentState, CallCard, EmployeeRow, Role
from crm_core.reports.measures import ServiceLevel
from routing.ids import AgentId, CallId, QueueId
from routing.terms import (
    Activity,
    Availability,
    CallState,
    Direction,
    Dismissal,
    NotReadyReason,
    WrapUpMode,
)
from tests.crm_core.calls import view

QUEUES = ("service", "cards")
TOPICS = ("", "loan", "card")
LEVELS = {
    QueueId("service"): ServiceLevel(within=20, short=5),
    QueueId("cards"): ServiceLevel(within=15, short=0),
}
_SECOND = timedelta(seconds=1)
_ENDS = (
    (CallState.ABANDONED, None, Direction.INBOUND),
    (CallState.CALLBACK_TAKEN, None, Direction.INBOUND),
    (CallState.TURNED_AWAY, Dismissal.WAITED_TOO_LONG, Direction.INBOUND),
    (CallState.TURNED_AWAY, Dismissal.CLOSED, Direction.INBOUND),
    (CallState.LOST, None, Direction.INBOUND),
    (CallState.SELF_SERVED, None, Direction.INBOUND),
    (CallState.UNREACHED, None, Direction.CALLBACK),
)


@dataclass(slots=True)
class World:
    """Rows of cards and states, as they stand in SQL."""

    cards: list[dict[str, Any]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    agents: tuple[str, ...] = ()


def random_world(
    chance: random.Random, start: datetime, days: int, *, agents: int, calls: int
) -> World:
    """Calls and shifts from `start` on; some end or last beyond the days."""
    span = int(timedelta(days=days).total_seconds())
    names = tuple(f"agent{n}" for n in range(agents))
    world = World(agents=names)
    world.cards = [
        _card(f"c{n}", start + chance.randrange(span) * _SECOND, names, chance)
        for n in range(calls)
    ]
    for name in names:
        world.states += _shift(name, start, span, chance)
    return world


def made(call: str, queued: datetime) -> dict[str, Any]:
    """A contact that has ended as it began."""
    return {
        "call": CallId(call),
        "queued_at": queued,
        "queue": QueueId("service"),
        "answered_in": None,
        "agent": None,
        "answered_at": None,
        "ended_at": queued,
        "dismissal": None,
        "direction": Direction.INBOUND,
        "state": CallState.QUEUED,
        "transfers": 0,
        "topic": "",
        "dial_ms": 0,
        "talk_ms": 0,
        "hold_ms": 0,
        "wrap_up_ms": 0,
    }


def _card(
    call: str, queued: datetime, agents: Sequence[str], chance: random.Random
) -> dict[str, Any]:
    waited = chance.choice((0, 2, 4, 5, 15, 16, 20, 21, 90, 700)) * _SECOND
    row = made(call, queued) | {
        "queue": QueueId(chance.choice(QUEUES)),
        "ended_at": queued + waited,
    }
    if chance.random() < 0.6:
        talked = chance.randrange(1, 2_000)
        return row | {
            "state": chance.choice((CallState.CLOSED, CallState.WRAP_UP, CallState.LOST)),
            "direction": chance.choice((Direction.INBOUND, Direction.INBOUND, Direction.CALLBACK)),
            "agent": AgentId(chance.choice(agents)),
            "answered_in": chance.choice((None, *map(QueueId, QUEUES))),
            "answered_at": queued + waited,
            "ended_at": queued + waited + talked * _SECOND,
            "transfers": chance.choice((0, 0, 1, 2)),
            "topic": chance.choice(TOPICS),
            "dial_ms": chance.randrange(20) * 1_000,
            "talk_ms": talked * 1_000,
            "hold_ms": chance.randrange(90) * 1_000,
            "wrap_up_ms": chance.randrange(200) * 1_000,
        }
    if chance.random() < 0.1:
        return row | {"ended_at": None}
    state, dismissal, direction = chance.choice(_ENDS)
    return row | {"state": state, "dismissal": dismissal, "direction": direction}


_DEEDS = (
    *((Availability.AVAILABLE, None, activity) for activity in Activity),
    *((Availability.NOT_READY, reason, Activity.IDLE) for reason in NotReadyReason),
    (Availability.OFFLINE, None, Activity.IDLE),
)


def _shift(agent: str, start: datetime, span: int, chance: random.Random) -> list[dict[str, Any]]:
    states: list[dict[str, Any]] = []
    at = start - chance.randrange(7_200) * _SECOND
    while at < start + span * _SECOND:
        availability, reason, activity = chance.choice(_DEEDS)
        until = at + chance.choice((1, 7, 60, 899, 900, 5_000, 40_000)) * _SECOND
        states.append(
            {
                "agent": AgentId(agent),
                "since": at,
                "until": until,
                "version": len(states) + 1,
                "availability": availability,
                "reason": reason,
                "activity": activity,
                "call": None,
                "queue": None,
                "direction": chance.choice((None, *Direction)),
            }
        )
        at = until
    states[-1]["until"] = None
    return states


async def write_world(db: Database, world: World) -> None:
    """Put all rows in."""
    async with db.unit_of_work() as session:
        session.add_all(_employee(name, db) for name in world.agents)
        session.add_all(AgentState(**row) for row in world.states)
        session.add_all(_stored(row) for row in world.cards)


def _stored(row: dict[str, Any]) -> CallCard:
    names = ("state", "queue", "agent", "queued_at", "answered_at", "ended_at", "transfers")
    told = view(
        row["call"],
        **{name: row[name] for name in names},
        arrived_at=row["queued_at"],
        dismissal=row["dismissal"],
        direction=row["direction"],
        wrap_up_mode=WrapUpMode.OPTIONAL,
    )
    drained = card_row(told, position="0", recorded_at=row["queued_at"])
    later = ("dial_ms", "talk_ms", "hold_ms", "wrap_up_ms", "answered_in", "topic")
    return CallCard(**drained | {name: row[name] for name in later})


def _employee(name: str, db: Database) -> EmployeeRow:
    now = db.clock.now()
    return EmployeeRow(
        id=AgentId(name),
        username=name,
        name=name.title(),
        role=Role.AGENT,
        language="en",
        password_hash="none",
        browser_endpoint=f"{name}-b",
        desk_endpoint=f"{name}-d",
        active=True,
        created_at=now,
        updated_at=now,
    )


# ── The recount ─────────────────────────────────────────────────────────────────────────────


def recounted_contacts(
    world: World, start: datetime, end: datetime, label: Callable[[dict[str, Any]], Any]
) -> dict[Any, Counter[str]]:
    """What is not zero of the contacts that ended in [start, end), by a label."""
    found: dict[Any, Counter[str]] = {}
    for row in world.cards:
        if row["ended_at"] is not None and start <= row["ended_at"] < end:
            found.setdefault(label(row), Counter()).update(_counts(row))
    return {key: _not_zero(counts) for key, counts in found.items()}


def _not_zero(counts: Counter[str]) -> Counter[str]:
    return Counter({name: n for name, n in counts.items() if n})


def queue_of(row: dict[str, Any]) -> QueueId:
    return QueueId(row["answered_in"] or row["queue"])


def _counts(row: dict[str, Any]) -> dict[str, int]:
    level = LEVELS[queue_of(row)]
    if row["answered_at"] is None:
        return {_unanswered(row, level): 1}
    counts = {
        "transferred": int(row["transfers"] > 0),
        "dialling": row["dial_ms"],
        "talk": row["talk_ms"],
        "hold": row["hold_ms"],
        "wrap_up": row["wrap_up_ms"],
    }
    if row["direction"] is Direction.CALLBACK:
        return {**counts, "called_back": 1}
    waited = (row["answered_at"] - row["queued_at"]).total_seconds()
    in_time = int(waited <= level.within)
    return {**counts, "answered": 1, "answered_in_time": in_time, "waited": int(waited * 1000)}


def _unanswered(row: dict[str, Any], level: ServiceLevel) -> str:
    if row["direction"] is Direction.CALLBACK:
        return "unreached"
    if row["state"] is CallState.ABANDONED:
        gone = (row["ended_at"] - row["queued_at"]).total_seconds()
        return "abandoned_short" if gone < level.short or not gone else "abandoned"
    if row["state"] is CallState.TURNED_AWAY:
        waited_out = row["dismissal"] is Dismissal.WAITED_TOO_LONG
        return "waited_too_long" if waited_out else "turned_away"
    return {
        CallState.CALLBACK_TAKEN: "callbacks_taken",
        CallState.LOST: "lost",
        CallState.SELF_SERVED: "self_served",
    }[row["state"]]


def recounted_time(
    world: World,
    start: datetime,
    end: datetime,
    label: Callable[[str, datetime], Any],
    step: timedelta,
) -> dict[Any, Counter[str]]:
    """What every agent did in each step of time, asked step by step; the label is of the step's
    beginning, so a step must not reach over a label's edge."""
    found: dict[Any, Counter[str]] = {}
    for agent in world.agents:
        states = [row for row in world.states if row["agent"] == agent]
        at, n = start, 0
        while at < end:
            upto = min(at + step, end)
            while n < len(states) and (states[n]["until"] or end) <= at:
                n += 1
            for row in states[n:]:
                if row["since"] >= upto:
                    break
                part = min(row["until"] or end, upto) - max(row["since"], at)
                kind = _kind(row)
                if kind and part > timedelta():
                    ms = part // timedelta(milliseconds=1)
                    found.setdefault(label(agent, at), Counter())[kind] += ms
            at = upto
    return found


def _kind(row: dict[str, Any]) -> str | None:
    if row["activity"] is Activity.RINGING and row["direction"] is Direction.CALLBACK:
        return "time_dialling"
    if row["activity"] is not Activity.IDLE:
        return f"time_{row['activity']}"
    idle = {Availability.AVAILABLE: "time_idle", Availability.NOT_READY: "time_away"}
    return idle.get(row["availability"])
