"""The columns of the three tables: one list each for the page, the files and the API. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from crm_core.selfservice import surveys
from crm_core.selfservice.figures import FlowFigures, NodeFigures, SurveyFigures
from routing.terms import ServiceEnd

Figures = TypeVar("Figures")
Value = int | float | None


class Kind(StrEnum):
    """How a value is written. Durations are seconds, shares 0 to 1, points -100 to 100."""

    COUNT = "count"
    DURATION = "duration"
    SHARE = "share"
    MEAN = "mean"
    POINTS = "points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Figures]):
    """A named value of figures; its heading is the text `selfservice.column.<name>`."""

    name: str
    kind: Kind
    value: Callable[[Figures], Value]


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000


def _ended(end: ServiceEnd) -> Column[FlowFigures]:
    return Column(
        name=f"end_{end}", kind=Kind.COUNT, value=lambda figures: figures.ends.get(end, 0)
    )


VISITS: tuple[Column[FlowFigures], ...] = (
    Column(name="visits", kind=Kind.COUNT, value=lambda figures: figures.visits),
    Column(name="after_call", kind=Kind.COUNT, value=lambda figures: figures.after_call),
    Column(name="contained", kind=Kind.COUNT, value=lambda figures: figures.contained),
    Column(name="containment", kind=Kind.SHARE, value=lambda figures: figures.containment),
    *(_ended(end) for end in ServiceEnd),
    Column(name="mean_visit", kind=Kind.DURATION, value=lambda figures: _seconds(figures.mean_ms)),
)

NODES: tuple[Column[NodeFigures], ...] = (
    Column(name="entered", kind=Kind.COUNT, value=lambda figures: figures.entered),
    Column(name="node_visits", kind=Kind.COUNT, value=lambda figures: figures.visits),
    Column(name="hung_up", kind=Kind.COUNT, value=lambda figures: figures.hung_up),
    Column(name="drop_off", kind=Kind.SHARE, value=lambda figures: figures.drop_off),
    Column(name="mean", kind=Kind.DURATION, value=lambda figures: _seconds(figures.mean_ms)),
    Column(name="median", kind=Kind.DURATION, value=lambda figures: figures.median_ms / 1000),
    Column(name="p90", kind=Kind.DURATION, value=lambda figures: figures.p90_ms / 1000),
)

_ANSWERS: Column[SurveyFigures] = Column(
    name="answers", kind=Kind.COUNT, value=lambda figures: figures.answers
)
_MEAN: Column[SurveyFigures] = Column(
    name="mean_answer", kind=Kind.MEAN, value=lambda figures: figures.mean
)
_OF_SATISFACTION: tuple[Column[SurveyFigures], ...] = (
    Column(name="satisfied", kind=Kind.COUNT, value=lambda figures: figures.satisfied),
    Column(name="csat", kind=Kind.SHARE, value=lambda figures: figures.csat),
)
_OF_RECOMMENDING: tuple[Column[SurveyFigures], ...] = (
    Column(name="promoters", kind=Kind.COUNT, value=lambda figures: figures.promoters),
    Column(name="detractors", kind=Kind.COUNT, value=lambda figures: figures.detractors),
    Column(name="nps", kind=Kind.POINTS, value=lambda figures: figures.nps),
)
_BY_QUESTION = {
    surveys.SATISFACTION: _OF_SATISFACTION,
    surveys.RECOMMEND: _OF_RECOMMENDING,
}
SURVEYS: tuple[Column[SurveyFigures], ...] = (
    _ANSWERS,
    _MEAN,
    *_OF_SATISFACTION,
    *_OF_RECOMMENDING,
)


def told_of(question: str) -> tuple[Column[SurveyFigures], ...]:
    """The columns that mean something of a question."""
    return (_ANSWERS, _MEAN, *_BY_QUESTION.get(question, ()))


def survey_value(column: Column[SurveyFigures], question: str, figures: SurveyFigures) -> Value:
    """A value of a question; None where the column means nothing of it."""
    return column.value(figures) if column in told_of(question) else None
