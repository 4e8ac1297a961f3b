"""Self-service and surveys over the API. Durations are seconds, shares 0 to 1; what cannot be told
is null."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from agent_ui.shapes import Shape
from agent_ui.web.selfservice.columns import NODES, VISITS, Column, told_of
from crm_core.reports.intervals import Period
from crm_core.selfservice.figures import FlowFigures, NodeFigures, SurveyFigures
from crm_core.selfservice.leaving import Leaving
from crm_core.selfservice.statistics import FlowRow, SurveyRow

Values = dict[str, int | float | None]


class VisitsShape(Shape):
    """Visits to a version of a flow in an interval; `start` is null of the whole period."""

    start: datetime | None
    flow: str
    version: str
    values: Values


class ExitShape(Shape):
    """A way out of a node; `to` is empty where it was the last."""

    leaving: Leaving
    key: Annotated[str, Field(description="Of a menu's choice alone")]
    to: str
    times: int


class NodeShape(Shape):
    """Stays in a node of the flow."""

    node: str
    values: Values
    exits: list[ExitShape]


class SelfServiceShape(Shape):
    """What callers did. `nodes` are of `flow`: of the one that was asked for, or the only one."""

    first: date
    last: date
    time_zone: str
    visits: list[VisitsShape]
    total: Values
    flow: str
    nodes: list[NodeShape]


class AnswersShape(Shape):
    """Answers to a question about a queue or an agent (`key`, null where nobody is known)."""

    start: datetime | None
    question: str
    key: str | None
    values: Values
    counts: Annotated[dict[int, int], Field(description="How often each answer was given")]


class SurveysShape(Shape):
    """What callers answered."""

    first: date
    last: date
    time_zone: str
    rows: list[AnswersShape]


class AnswerShape(Shape):
    """What a caller answered after a call."""

    question: str
    value: int
    asked_at: datetime


def self_service_shape(
    period: Period,
    visits: list[FlowRow],
    total: FlowFigures,
    flow: str,
    nodes: list[NodeFigures],
) -> SelfServiceShape:
    """The figures of self-service as the API tells them."""
    return SelfServiceShape(
        first=period.first,
        last=period.last,
        time_zone=period.zone.key,
        visits=[
            VisitsShape(
                start=one.start,
                flow=one.flow,
                version=one.version,
                values=_values(VISITS, one.figures),
            )
            for one in visits
        ],
        total=_values(VISITS, total),
        flow=flow,
        nodes=[
            NodeShape(
                node=one.node,
                values=_values(NODES, one),
                exits=[ExitShape.model_validate(each) for each in one.exits],
            )
            for one in nodes
        ],
    )


def surveys_shape(period: Period, rows: list[SurveyRow]) -> SurveysShape:
    """The answers as the API tells them."""
    return SurveysShape(
        first=period.first,
        last=period.last,
        time_zone=period.zone.key,
        rows=[
            AnswersShape(
                start=one.start,
                question=one.question,
                key=one.key,
                values=_of_question(one.question, one.figures),
                counts=dict(one.figures.counts),
            )
            for one in rows
        ],
    )


def _of_question(question: str, figures: SurveyFigures) -> Values:
    return _values(told_of(question), figures)


def _values(columns: tuple[Column[Any], ...], figures: Any) -> Values:
    return {one.name: one.value(figures) for one in columns}
