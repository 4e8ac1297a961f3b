"""The figures of the report, gathered at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.web.access import parts_of
from agent_ui.web.reports.query import house_of
from agent_ui.web.selfservice.query import SelfServiceQuery, VisitsQuery
from crm_core.reports.intervals import Interval, Period
from crm_core.selfservice.figures import (
    FlowFigures,
    NodeFigures,
    SurveyFigures,
    flow_total,
    survey_total,
)
from crm_core.selfservice.statistics import FlowRow, SurveyRow, by_node, by_version, surveys
from crm_core.selfservice.surveys import SCALES
from routing.ids import FlowId


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Visits that were asked for. `known` are the flows that were visited in the period, with their
    versions; `nodes` those of `flow`, which is the one that was asked for, or the only one."""

    known: Mapping[FlowId, tuple[str, ...]]
    flow: FlowId | None
    rows: Sequence[FlowRow]
    nodes: Mapping[str, NodeFigures]

    @property
    def total(self) -> FlowFigures:
        """All of them together."""
        return flow_total(one.figures for one in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the page tells."""

    period: Period
    visits: Visits
    answers: Sequence[SurveyRow]

    @property
    def by_question(self) -> Mapping[str, SurveyFigures]:
        """All answers to each question, those that have formulas of their own first."""
        found: dict[str, list[SurveyFigures]] = {}
        for one in self.answers:
            found.setdefault(one.question, []).append(one.figures)
        order = [*SCALES, *sorted(found.keys() - SCALES.keys())]
        return {one: survey_total(found[one]) for one in order if one in found}


async def gather(request: Request, query: SelfServiceQuery) -> Told:
    """All of it. Raises FieldRefused."""
    period = query.period(house_of(request))
    async with parts_of(request).db.reading() as session:
        visits = await gather_visits(session, period, query)
        answers = await surveys(session, query.question(period))
    return Told(period=period, visits=visits, answers=answers)


async def gather_visits(session: AsyncSession, period: Period, query: VisitsQuery) -> Visits:
    """Visits and the nodes of one flow. Raises FieldRefused."""
    rows = whole = await by_version(session, period)
    known = _known(whole)
    if query.interval is not Interval.WHOLE or query.of_flow is not None:
        rows = await by_version(session, period, query.interval, flow=query.of_flow)
    shown = query.of_flow or (next(iter(known)) if len(known) == 1 else None)
    nodes: Mapping[str, NodeFigures] = {}
    if shown is not None:
        nodes = await by_node(session, shown, query.version, period.start, period.end)
    return Visits(
        known=known,
        flow=shown,
        rows=[one for one in rows if query.version in (None, one.version)],
        nodes=nodes,
    )


def _known(rows: Sequence[FlowRow]) -> Mapping[FlowId, tuple[str, ...]]:
    flows: dict[FlowId, tuple[str, ...]] = {}
    for one in rows:
        flows[one.flow] = (*flows.get(one.flow, ()), one.version)
    return flows
