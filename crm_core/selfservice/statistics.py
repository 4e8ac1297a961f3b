"""Statistics of self-service in SQL: visits by flow and version, stays by node, answers to surveys.

The database adds up; formulas stand in `figures`. A visit counts in the interval in which it ended,
an answer in that in which it was given. An answer is about the agent and the queue that were told
with it, else about those of its card: the agent at the end, the queue in which he was answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, null, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.errors import FieldRefused
from crm_core.models import CallCard, ServiceStep, ServiceVisit, SurveyAnswer
from crm_core.reports.asking import LONGEST
from crm_core.reports.contacts import slot
from crm_core.reports.intervals import (
    Interval,
    Period,
    Stretch,
    interval_start,
    local_slot,
    stretches,
)
from crm_core.reports.timing import epoch_ms
from crm_core.selfservice.figures import Exit, FlowFigures, NodeFigures, SurveyFigures
from crm_core.selfservice.leaving import Leaving
from routing.ids import AgentId, FlowId, QueueId

INTERVALS = (Interval.DAY, Interval.WEEK, Interval.MONTH, Interval.WHOLE)
_DAY = timedelta(days=1)
_PARTS = _HALF, _NINE_TENTHS = 5, 9
"""Tenths of the stays."""


class SurveyGrouping(StrEnum):
    """Whom answers are told apart by."""

    NONE = "none"
    QUEUE = "queue"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow:
    """Visits to a version of a flow; `start` is their interval's, None of the whole period."""

    start: datetime | None
    flow: FlowId
    version: str
    figures: FlowFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRow:
    """Answers to a question; `key` is a queue or an agent, None where there is none or nothing is
    told apart."""

    start: datetime | None
    question: str
    key: str | None
    figures: SurveyFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyQuestion:
    """Which answers are asked for; what is None does not filter."""

    period: Period
    interval: Interval = Interval.WHOLE
    grouping: SurveyGrouping = SurveyGrouping.NONE
    queue: QueueId | None = None
    agent: AgentId | None = None


async def by_version(
    session: AsyncSession,
    period: Period,
    interval: Interval = Interval.WHOLE,
    *,
    flow: FlowId | None = None,
) -> Sequence[FlowRow]:
    """Visits by interval, flow and version, in this order, "10" after "9". Raises FieldRefused."""
    _check(period, interval)
    found: dict[tuple[datetime | None, str, str], FlowFigures] = {}
    for stretch in stretches(period):
        for at, *place, ending, n, contained, after, ms in await session.execute(
            _visits(stretch, flow)
        ):
            figures = FlowFigures(
                contained=contained, after_call=after, spent_ms=int(ms), ends={ending: n}
            )
            key = (_start(at, stretch, period, interval), *place)
            found[key] = found.get(key, FlowFigures()) + figures
    return [
        FlowRow(start=start, flow=FlowId(of), version=version, figures=found[start, of, version])
        for start, of, version in sorted(
            found, key=lambda one: (one[0] or period.start, one[1], len(one[2]), one[2])
        )
    ]


async def by_node(
    session: AsyncSession, flow: FlowId, version: str | None, since: datetime, until: datetime
) -> Mapping[str, NodeFigures]:
    """Stays in each node that was entered by visits to the flow, of one version or of all, that
    ended from `since` until `until`. In the order in which callers come to them."""
    row = ServiceVisit
    wanted = [row.flow == flow, row.left_at >= since, row.left_at < until]
    if version is not None:
        wanted.append(row.version == version)
    stays = (await session.execute(_stays(wanted))).all()
    times = await _quantiles(session, wanted, {node: entered for node, entered, *_ in stays})
    exits = await _exits(session, wanted)
    return {
        node: NodeFigures(
            node=node,
            entered=entered,
            visits=visits,
            hung_up=hung_up,
            spent_ms=int(spent),
            median_ms=times[node, _rank(entered, _HALF)],
            p90_ms=times[node, _rank(entered, _NINE_TENTHS)],
            exits=tuple(exits[node]),
        )
        for node, entered, visits, hung_up, spent, places in sorted(
            stays, key=lambda one: (one[-1] / one[1], one[0])
        )
    }


async def surveys(session: AsyncSession, asked: SurveyQuestion) -> Sequence[SurveyRow]:
    """Answers by interval, question and group, what has no group last. Raises FieldRefused."""
    period, interval = asked.period, asked.interval
    _check(period, interval)
    found: dict[tuple[datetime | None, str, str | None], SurveyFigures] = {}
    for stretch in stretches(period):
        for at, question, key, value, n in await session.execute(_answers(asked, stretch)):
            place = _start(at, stretch, period, interval), question, key
            counted = SurveyFigures(counts={value: n})
            found[place] = found.get(place, SurveyFigures()) + counted
    return [
        SurveyRow(start=start, question=question, key=key, figures=found[start, question, key])
        for start, question, key in sorted(
            found, key=lambda one: (one[0] or period.start, one[1], one[2] is None, one[2] or "")
        )
    ]


def _check(period: Period, interval: Interval) -> None:
    if period.days < 1:
        raise FieldRefused("to", "before_from")
    if period.days > LONGEST:
        raise FieldRefused("to", "too_long")
    if interval not in INTERVALS:
        raise FieldRefused("interval", "too_short")


def _start(at: int, stretch: Stretch, period: Period, interval: Interval) -> datetime | None:
    local = max(local_slot(at, _DAY), stretch.local_start)
    return interval_start(local, interval, stretch.offset, period.zone)


def _visits(stretch: Stretch, flow: FlowId | None) -> Select[Any]:
    """Day, flow, version, end; then visits, those contained, those after a talk, their time."""
    row, card = ServiceVisit, CallCard
    spent = epoch_ms(row.left_at) - epoch_ms(row.began_at)
    day = slot(row.left_at, stretch, _DAY).label("at_day")
    after = func.count().filter(card.answered_at <= row.began_at)
    counts = func.count(), func.count().filter(row.contained), after, func.sum(spent)
    wanted = [row.left_at >= stretch.start, row.left_at < stretch.end]
    if flow is not None:
        wanted.append(row.flow == flow)
    columns: tuple[Any, ...] = day, row.flow, row.version, row.ending, *counts
    return (
        select(*columns)
        .outerjoin(card, card.call == row.call)
        .where(*wanted)
        .group_by("at_day", row.flow, row.version, row.ending)
    )


def _stays(wanted: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Node; stays, visits, hang-ups, time; the sum of its places in visits."""
    step = ServiceStep
    columns: tuple[Any, ...] = (
        step.node,
        func.count(),
        func.count(step.visit.distinct()),
        func.count().filter(step.leaving == Leaving.HUNG_UP),
        func.sum(step.ms),
        func.sum(step.n),
    )
    return (
        select(*columns)
        .join(ServiceVisit, ServiceVisit.id == step.visit)
        .where(*wanted)
        .group_by(step.node)
    )


def _rank(stays: int, tenths: int) -> int:
    """The place of a stay, from the shortest as 1, that so many tenths of all do not go beyond."""
    return -(-stays * tenths // 10)


async def _quantiles(
    session: AsyncSession, wanted: Sequence[ColumnElement[bool]], stays: Mapping[str, int]
) -> Mapping[tuple[str, int], int]:
    """Times by node and rank. The databases share no word for percentiles, so stays are ranked."""
    step = ServiceStep
    rank = func.row_number().over(partition_by=step.node, order_by=step.ms)
    ranked = (
        select(step.node, step.ms, rank.label("rank"))
        .join(ServiceVisit, ServiceVisit.id == step.visit)
        .where(*wanted)
        .subquery()
    )
    places = [(node, _rank(n, part)) for node, n in stays.items() for part in _PARTS]
    one = ranked.c
    found = select(one.node, one.rank, one.ms).where(tuple_(one.node, one.rank).in_(places))
    return {(node, place): ms for node, place, ms in await session.execute(found)}


async def _exits(
    session: AsyncSession, wanted: Sequence[ColumnElement[bool]]
) -> Mapping[str, list[Exit]]:
    step, times = ServiceStep, func.count().label("times")
    ways = step.node, step.leaving, step.pressed, step.next_node
    statement = (
        select(*ways, times)
        .join(ServiceVisit, ServiceVisit.id == step.visit)
        .where(*wanted)
        .group_by(*ways)
        .order_by(times.desc(), *ways[1:])
    )
    found: dict[str, list[Exit]] = {}
    for node, leaving, key, to, n in await session.execute(statement):
        found.setdefault(node, []).append(Exit(leaving=leaving, key=key, to=to, times=n))
    return found


def _answers(asked: SurveyQuestion, stretch: Stretch) -> Select[Any]:
    """Day, question, group, answer; how often."""
    row, card = SurveyAnswer, CallCard
    agent = func.coalesce(row.agent, card.agent)
    queue = func.coalesce(row.queue, card.answered_in, card.queue)
    groups: Mapping[SurveyGrouping, Any] = {
        SurveyGrouping.AGENT: agent,
        SurveyGrouping.QUEUE: queue,
    }
    day = slot(row.asked_at, stretch, _DAY).label("at_day")
    key = groups.get(asked.grouping, null()).label("of_key")
    found = (
        select(day, row.question, key, row.value, func.count())
        .outerjoin(card, card.call == row.call)
        .where(row.asked_at >= stretch.start, row.asked_at < stretch.end)
        .group_by("at_day", row.question, "of_key", row.value)
    )
    if asked.queue is not None:
        found = found.where(queue == literal(asked.queue))
    return found if asked.agent is None else found.where(agent == literal(asked.agent))
