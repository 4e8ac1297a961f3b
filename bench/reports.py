"""Reports over a year of calls: what a page asks, among a million cards and their agents' states.

The peer is the loop that one writes first: the month's cards and states as ORM objects, counted in
Python, by day and queue; the floor is the database counting the month's cards. Goal: a tenth of the
peer for contacts alone, half of it with agents' time.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.rows import Row, row
from bench.stores import Store, put, stores
from crm_core.database import Database, sync_engine, upgrade
from crm_core.models import AgentState, CallCard, EmployeeRow, Role
from crm_core.reports.asking import Grouping, Question
from crm_core.reports.intervals import Interval, Period
from crm_core.reports.measures import ServiceLevel
from crm_core.reports.reporting import report
from routing.ids import QueueId
from routing.terms import Activity, Availability, CallState, Direction, Match, WrapUpMode

CARDS, AGENTS, DAYS = 1_000_000, 100, 360
START = datetime(2025, 1, 1, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Moscow")
_QUEUES = ("service", "cards", "collections")
_LEVELS = {QueueId(queue): ServiceLevel() for queue in _QUEUES}
_SECOND = timedelta(seconds=1)

YEAR = Period(first=date(2025, 1, 1), last=date(2025, 12, 26), zone=ZONE)
MONTH = Period(first=date(2025, 6, 1), last=date(2025, 6, 30), zone=ZONE)
QUESTIONS = {
    "month by day and queue": (MONTH, Interval.DAY, Grouping.QUEUE),
    "month by hour": (MONTH, Interval.HOUR, Grouping.NONE),
    "month by day and agent": (MONTH, Interval.DAY, Grouping.AGENT),
    "year by day": (YEAR, Interval.DAY, Grouping.NONE),
    "year as a heat map": (YEAR, Interval.WHOLE, Grouping.WEEK_HOUR),
}


def run(quick: bool) -> list[Row]:
    """Measure on both databases with a million cards, or a twentieth in a quick run."""
    rows: list[Row] = []
    for store in stores():
        fill(store.url, CARDS // 20 if quick else CARDS)
        rows += asyncio.run(_measure(store))
    return rows


def fill(url: str, cards: int) -> None:
    """So many calls, four in five of them answered, each with the states of its agent."""
    upgrade(url)
    engine = sync_engine(url)
    with engine.begin() as connection:
        put(connection, EmployeeRow.__table__, (_employee(n) for n in range(AGENTS)))
        put(connection, CallCard.__table__, _cards(cards))
        put(connection, AgentState.__table__, _states(cards))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


async def _measure(store: Store) -> list[Row]:
    db = Database(store.url)
    rows: list[Row] = []
    try:
        peer = await _timed(db, _looped)
        floor = await _timed(db, _counted)
        for name, (period, interval, grouping) in QUESTIONS.items():
            question = Question(period=period, interval=interval, grouping=grouping, levels=_LEVELS)
            ours = await _timed(db, partial(report, question=question))
            beside = {"peer": peer, "floor": floor} if period is MONTH else {}
            rows.append(row(f"{store.name}: {name}", ours=ours, unit="ms", **beside))
    finally:
        await db.close()
    return rows


async def _timed(db: Database, asked: Callable[[AsyncSession], Awaitable[Any]]) -> float:
    """Milliseconds, the better of two."""
    taken = []
    for _ in range(2):
        async with db.reading() as session:
            began = time.perf_counter()
            await asked(session)
            taken.append(time.perf_counter() - began)
    return min(taken) * 1_000


async def _counted(session: AsyncSession) -> None:
    of_month = CallCard.ended_at.between(MONTH.start, MONTH.end)
    await session.scalar(select(func.count()).where(of_month))


async def _looped(session: AsyncSession) -> None:
    """By day and queue, as one would write it first."""
    counts: Counter[tuple[date, str, str]] = Counter()
    of_month = CallCard.ended_at.between(MONTH.start, MONTH.end)
    for card in await session.scalars(select(CallCard).where(of_month)):
        if card.ended_at is None:
            continue
        place = card.ended_at.astimezone(ZONE).date(), card.answered_in or card.queue
        if card.answered_at is not None:
            waited = (card.answered_at - card.queued_at).total_seconds()
            counts[*place, "answered"] += 1
            counts[*place, "in_time"] += waited <= 20
        else:
            counts[*place, "abandoned"] += 1
    of_agents = AgentState.since.between(MONTH.start, MONTH.end)
    for state in await session.scalars(select(AgentState).where(of_agents)):
        if state.until is not None:
            day, ms = state.since.astimezone(ZONE).date(), (state.until - state.since) // _SECOND
            counts[day, state.agent, state.activity] += ms


# ── The year ────────────────────────────────────────────────────────────────────────────────


def _employee(n: int) -> dict[str, Any]:
    name = f"agent{n}"
    return {
        "id": name,
        "username": name,
        "name": name,
        "role": Role.AGENT,
        "language": "en",
        "password_hash": "!",
        "browser_endpoint": f"b{n}",
        "desk_endpoint": f"d{n}",
        "active": True,
        "created_at": START,
        "updated_at": START,
        "row_version": 1,
    }


def _calls(cards: int) -> Iterator[tuple[int, str, datetime, int, int]]:
    """Number, agent, entry to the queue, wait, talk: the n-th agent's calls follow each other."""
    chance = random.Random(5)
    each = cards // AGENTS
    step = DAYS * 86_400 // each
    for agent in range(AGENTS):
        for n in range(each):
            queued = START + (n * step + chance.randrange(step // 8)) * _SECOND
            number = agent * each + n
            talk = 0 if number % 5 == 0 else chance.randrange(20, max(21, step // 3))
            yield number, f"agent{agent}", queued, chance.randrange(60), talk


def _cards(cards: int) -> Iterator[dict[str, Any]]:
    for number, agent, queued, wait, talk in _calls(cards):
        answered = queued + wait * _SECOND if talk else None
        ended = queued + (wait + talk) * _SECOND
        yield {
            "call": f"c{number}",
            "node": "pbx1",
            "version": 9,
            "state": CallState.CLOSED if talk else CallState.ABANDONED,
            "raw_number": "",
            "network_name": "",
            "dialled": "4000",
            "queue": _QUEUES[number % 3],
            "match": Match.UNKNOWN,
            "candidates": "[]",
            "managers": "[]",
            "arrived_at": queued,
            "queued_at": queued,
            "answered_at": answered,
            "ended_at": ended,
            "closed_at": ended,
            "wrap_up_mode": WrapUpMode.OPTIONAL,
            "must_be_filled": False,
            "held_seconds": 0.0,
            "agent": agent if talk else None,
            "consult_connected": False,
            "offers": "[]",
            "transfers": int(number % 25 == 1),
            "fell_back": False,
            "position": "0",
            "recorded_at": ended,
            "talk_ms": talk * 1_000,
        }


def _states(cards: int) -> Iterator[dict[str, Any]]:
    """Talk, wrap-up and waiting for each answered call."""
    last: tuple[str, datetime] | None = None
    for number, agent, queued, wait, talk in _calls(cards):
        if not talk:
            continue
        answered = queued + wait * _SECOND
        ended = answered + talk * _SECOND
        closed = ended + 10 * _SECOND
        if last is not None and last[0] == agent and last[1] < answered:
            yield _state(agent, last[1], answered, Activity.IDLE, None)
        yield _state(agent, answered, ended, Activity.ON_CALL, f"c{number}")
        yield _state(agent, ended, closed, Activity.WRAP_UP, f"c{number}")
        last = agent, closed


def _state(
    agent: str, since: datetime, until: datetime, activity: Activity, call: str | None
) -> dict[str, Any]:
    return {
        "agent": agent,
        "since": since,
        "until": until,
        "version": 1,
        "availability": Availability.AVAILABLE,
        "activity": activity,
        "call": call,
        "direction": Direction.INBOUND,
    }
