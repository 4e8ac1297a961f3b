"""What-if runs: asked for by a supervisor, run one at a time, kept with their results.

The row is the truth about a run: whoever works it off writes its progress there, and a start of the
product finds what was left over and marks it as interrupted.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import RunState, WhatIfRun
from crm_core.states import after
from crm_core.whatif.cards import count_calls
from crm_core.whatif.states import LIVE, RUN_MOVES, RunEvent
from crm_core.whatif.wish import Wish, as_json, from_json
from routing.ids import AgentId

KEPT = 50
"""Runs; the oldest give way."""
REPLICATIONS = 5
LONGEST_NAME = 120


class RunUnknown(Unknown):
    """There is no such run."""

    code = "what_if_unknown"


class RunsBusy(Refused):
    """One run is asked for or running; the next has to wait for its end."""

    code = "what_if_busy"


class RunNotDone(Refused):
    """The run has no result."""

    code = "what_if_not_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as it stands."""

    id: str
    name: str
    first: date
    last: date
    wish: Wish
    state: RunState
    problem: str
    steps: int
    done: int
    asked_at: datetime
    asked_by: AgentId
    ended_at: datetime | None
    result: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for: some days, and what shall be otherwise on them."""

    name: str
    first: date
    last: date
    wish: Wish


async def ask(session: AsyncSession, order: Order, *, zone: ZoneInfo, by: AgentId) -> str:
    """Ask for a run. Its id. Raises FieldRefused, RunsBusy."""
    if not order.name.strip() or len(order.name) > LONGEST_NAME:
        raise FieldRefused("name", "missing" if not order.name.strip() else "too_long")
    await count_calls(session, order.first, order.last, zone)
    if await session.scalar(select(WhatIfRun.id).where(WhatIfRun.state.in_(LIVE)).limit(1)):
        raise RunsBusy
    run = new_id()
    days = (order.last - order.first).days + 1
    session.add(
        WhatIfRun(
            id=run,
            name=order.name.strip(),
            first_day=order.first,
            last_day=order.last,
            wish=as_json(order.wish),
            state=RunState.ASKED,
            problem="",
            steps=days,
            steps_done=0,
            asked_at=moment(session),
            asked_by=by,
            ended_at=None,
            result={},
        )
    )
    await session.flush()
    await _forget_old(session)
    subject = Subject(kind="what_if_run", id=run)
    await record(session, Action.WHAT_IF_ASKED, actor=by, subject=subject, reason="")
    return run


async def _forget_old(session: AsyncSession) -> None:
    newest = select(WhatIfRun.id).order_by(WhatIfRun.asked_at.desc(), WhatIfRun.id.desc())
    kept = list(await session.scalars(newest.limit(KEPT)))
    await session.execute(delete(WhatIfRun).where(WhatIfRun.id.not_in(kept)))


async def runs(session: AsyncSession) -> list[Run]:
    """All that are kept, the newest first."""
    newest = select(WhatIfRun).order_by(WhatIfRun.asked_at.desc(), WhatIfRun.id.desc())
    return [_run(row) for row in await session.scalars(newest.limit(KEPT))]


async def one_run(session: AsyncSession, run: str) -> Run:
    """A run. Raises RunUnknown."""
    row = await session.get(WhatIfRun, run)
    if row is None:
        raise RunUnknown
    return _run(row)


# ── Working them off ────────────────────────────────────────────────────────────────────────


async def interrupt_all(session: AsyncSession) -> int:
    """At a start: what was asked or ran before it will not end any more. How many."""
    left_over = list(await session.scalars(select(WhatIfRun).where(WhatIfRun.state.in_(LIVE))))
    for row in left_over:
        _move(session, row, RunEvent.INTERRUPT)
    return len(left_over)


async def start_next(session: AsyncSession) -> Run | None:
    """Take up what is asked for, if anything is."""
    row = await session.scalar(
        select(WhatIfRun).where(WhatIfRun.state == RunState.ASKED).limit(1).with_for_update()
    )
    if row is None:
        return None
    _move(session, row, RunEvent.START)
    await session.flush()
    return _run(row)


async def advance(session: AsyncSession, run: str, done: int, of: int) -> None:
    """Write down how far a run is. Raises RunUnknown."""
    row = await _row(session, run)
    row.steps, row.steps_done = of, done


async def finish(session: AsyncSession, run: str, result: dict[str, Any]) -> None:
    """A run is done. Raises RunUnknown, MoveRefused."""
    row = await _row(session, run)
    _move(session, row, RunEvent.FINISH)
    row.result, row.steps_done = result, row.steps


async def fail(session: AsyncSession, run: str, problem: str) -> None:
    """A run cannot be done, for this reason (a code). Raises RunUnknown, MoveRefused."""
    row = await _row(session, run)
    _move(session, row, RunEvent.FAIL)
    row.problem = problem


async def _row(session: AsyncSession, run: str) -> WhatIfRun:
    row = await session.scalar(select(WhatIfRun).where(WhatIfRun.id == run).with_for_update())
    if row is None:
        raise RunUnknown
    return row


def _move(session: AsyncSession, row: WhatIfRun, event: RunEvent) -> None:
    row.state = after(RUN_MOVES, row.state, event)
    row.ended_at = None if row.state in LIVE else moment(session)


def _run(row: WhatIfRun) -> Run:
    return Run(
        id=row.id,
        name=row.name,
        first=row.first_day,
        last=row.last_day,
        wish=from_json(row.wish),
        state=row.state,
        problem=row.problem,
        steps=row.steps,
        done=row.steps_done,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        ended_at=row.ended_at,
        result=row.result,
    )
