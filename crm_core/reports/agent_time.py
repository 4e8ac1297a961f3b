"""Agents' time, split over intervals. The database adds up the states that lie within one slot,
which are nearly all; the few that reach over a slot's edge are split here.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, null, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.models import AgentState, EmployeeRow
from crm_core.reports.asking import Grouping, Question
from crm_core.reports.contacts import STREAM, slot
from crm_core.reports.intervals import Stretch, as_ms
from crm_core.reports.timing import epoch_ms
from routing.ids import AgentId
from routing.terms import Activity, Availability, Direction

_MS = timedelta(milliseconds=1)
_STATE = AgentState
_RINGING = _STATE.activity == Activity.RINGING
_IDLE = _STATE.activity == Activity.IDLE

KIND = case(
    (_STATE.activity == Activity.ON_CALL, "time_on_call"),
    (_STATE.activity == Activity.ON_HOLD, "time_on_hold"),
    (_STATE.activity == Activity.WRAP_UP, "time_wrap_up"),
    (and_(_RINGING, _STATE.direction == Direction.CALLBACK), "time_dialling"),
    (_RINGING, "time_ringing"),
    (_STATE.activity == Activity.NOT_RESPONDING, "time_not_responding"),
    (and_(_IDLE, _STATE.availability == Availability.AVAILABLE), "time_idle"),
    (and_(_IDLE, _STATE.availability == Availability.NOT_READY), "time_away"),
    else_=null(),
)
"""Which of the figures a state's time is; null of who is not on shift."""


Spent = dict[tuple[int, AgentId | None, str], int]
"""Milliseconds by slot, agent (None where agents are not told apart) and kind."""


async def time_spent(
    session: AsyncSession, question: Question, stretch: Stretch, width: timedelta, now: datetime
) -> Spent:
    """All time of the stretch that is over. A state that nothing has ended lasts until now."""
    spent: Spent = {}
    async for at, agent, kind, ms in await session.stream(
        _within(question, stretch, width), execution_options=STREAM
    ):
        spent[at, agent, kind] = int(ms)
    starts, ends = as_ms(stretch.start), as_ms(min(stretch.end, now))
    for statement in (_over_an_edge(question, stretch, width), _begun_before(question, stretch)):
        rows = await session.stream(statement, execution_options=STREAM)
        async for portion in rows.partitions():
            for agent, kind, since, until in portion:
                over = ends if until is None else min(until, ends)
                for at, ms in split(max(since, starts), over, stretch.offset, width):
                    place = at, agent, kind
                    spent[place] = spent.get(place, 0) + ms
    return spent


def _within(question: Question, stretch: Stretch, width: timedelta) -> Select[Any]:
    spent = func.sum(epoch_ms(_STATE.until) - epoch_ms(_STATE.since))
    at = slot(_STATE.since, stretch, width).label("at_slot")
    return (
        select(at, _agent(question).label("of_agent"), KIND.label("of_kind"), spent)
        .where(*_begun_in(question, stretch), _ends_in_its_slot(stretch, width))
        .group_by("at_slot", "of_agent", "of_kind")
    )


def _over_an_edge(question: Question, stretch: Stretch, width: timedelta) -> Select[Any]:
    inside = func.coalesce(_ends_in_its_slot(stretch, width), False)
    return _whole(question).where(*_begun_in(question, stretch), ~inside)


def _begun_before(question: Question, stretch: Stretch) -> Select[Any]:
    """The state in which each agent went into the stretch: one look into the index an agent."""
    earlier = aliased(AgentState)
    latest = (
        select(func.max(earlier.since))
        .where(earlier.agent == EmployeeRow.id, earlier.since < stretch.start)
        .scalar_subquery()
    )
    reaches = or_(_STATE.until.is_(None), _STATE.until > stretch.start)
    return (
        _whole(question)
        .join(EmployeeRow, EmployeeRow.id == _STATE.agent)
        .where(_STATE.since == latest, reaches, *_told(question))
    )


def _whole(question: Question) -> Select[Any]:
    return select(
        _agent(question), KIND, epoch_ms(_STATE.since), epoch_ms(_STATE.until)
    ).select_from(_STATE)


def _agent(question: Question) -> ColumnElement[Any]:
    apart = question.grouping is Grouping.AGENT or question.tells_teams
    return _STATE.agent.expression if apart else null()


def _begun_in(question: Question, stretch: Stretch) -> list[ColumnElement[bool]]:
    inside: list[ColumnElement[bool]] = [
        _STATE.since >= stretch.start,
        _STATE.since < stretch.end,
    ]
    return [*inside, *_told(question)]


def _told(question: Question) -> list[ColumnElement[bool]]:
    told: list[ColumnElement[bool]] = [KIND.is_not(None)]
    if question.agent is not None:
        told.append(_STATE.agent == question.agent)
    return told


def _ends_in_its_slot(stretch: Stretch, width: timedelta) -> ColumnElement[bool]:
    shift, length = literal(stretch.offset // _MS), literal(width // _MS)
    last = (epoch_ms(_STATE.until) - 1 + shift) // length
    return and_(_STATE.until <= stretch.end, slot(_STATE.since, stretch, width) == last)


def split(since: int, until: int, offset: timedelta, width: timedelta) -> Iterator[tuple[int, int]]:
    """The slots that a time reaches into, with its milliseconds in each."""
    shift, length = offset // _MS, width // _MS
    while since < until:
        at = (since + shift) // length
        edge = min((at + 1) * length - shift, until)
        yield at, edge - since
        since = edge
