"""The report's tables in the reader's words, for the page and the files alike. Pure.

A cell of the page is text; beside a share stands how long its bar is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal

from agent_ui.web.filters import duration
from agent_ui.web.reports.columns import Kind as ReportKind
from agent_ui.web.reports.labels import NONE, Labels
from agent_ui.web.selfservice.columns import (
    NODES,
    VISITS,
    Column,
    Kind,
    Value,
    told_of,
)
from agent_ui.web.selfservice.gathering import Told
from crm_core.reports.asking import Grouping, Row
from crm_core.reports.intervals import Interval
from crm_core.reports.measures import NOTHING
from crm_core.selfservice.figures import Exit, SurveyFigures
from crm_core.selfservice.leaving import Leaving
from crm_core.selfservice.statistics import SurveyGrouping, SurveyRow
from crm_core.selfservice.surveys import HIGHEST, LOWEST, SCALES

_GROUPS = {SurveyGrouping.QUEUE: Grouping.QUEUE, SurveyGrouping.AGENT: Grouping.AGENT}
_FLOW_PLACES = ("selfservice.flow", "selfservice.version")
_SHOWN_EXITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value as people read it. `bar` is its length of 0 to 100, where it is a share."""

    text: str
    bar: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row: where it belongs, then its values. `ways` are the exits of a node."""

    places: tuple[str, ...]
    cells: tuple[Cell, ...]
    ways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Headings are codes of the texts. `total` is None where rows do not add up."""

    places: tuple[str, ...]
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    total: tuple[Cell, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How often an answer was given; `bar` is its length of 0 to 100 beside the most frequent."""

    value: int
    times: str
    bar: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A question: what became of it, how its answers spread, and whom they are about."""

    question: str
    spread: tuple[Step, ...]
    table: Table


def visits_table(told: Told, labels: Labels, interval: Interval) -> Table:
    """Visits by interval, flow and version."""
    by_time = interval is not Interval.WHOLE
    return Table(
        places=(*(["reports.interval"] if by_time else []), *_FLOW_PLACES),
        columns=_codes(VISITS),
        lines=tuple(
            Line(
                places=(
                    *([start(one.start, labels, interval)] if by_time else []),
                    one.flow,
                    one.version,
                ),
                cells=_cells(VISITS, one.figures, labels),
            )
            for one in told.visits.rows
        ),
        total=_cells(VISITS, told.visits.total, labels),
    )


def nodes_table(told: Told, labels: Labels) -> Table:
    """Stays by node, with the ways out that are taken most."""
    return Table(
        places=("selfservice.node",),
        columns=_codes(NODES),
        lines=tuple(
            Line(
                places=(one.node,),
                cells=_cells(NODES, one, labels),
                ways=tuple(way(exit_, labels) for exit_ in one.exits[:_SHOWN_EXITS]),
            )
            for one in told.visits.nodes.values()
        ),
    )


def survey_tables(
    told: Told, labels: Labels, interval: Interval, grouping: SurveyGrouping
) -> tuple[Survey, ...]:
    """A table for each question."""
    return tuple(
        Survey(
            question=question,
            spread=_spread(question, figures, labels),
            table=_survey(question, told, labels, interval, grouping),
        )
        for question, figures in told.by_question.items()
    )


def _survey(
    question: str, told: Told, labels: Labels, interval: Interval, grouping: SurveyGrouping
) -> Table:
    columns = told_of(question)
    heading, figures = survey_places(interval, grouping), told.by_question[question]
    rows = [one for one in told.answers if one.question == question]
    return Table(
        places=heading,
        columns=_codes(columns),
        lines=tuple(
            Line(
                places=survey_place(one, labels, interval, grouping),
                cells=_cells(columns, one.figures, labels),
            )
            for one in ordered(rows, labels, grouping)
        )
        if heading
        else (),
        total=_cells(columns, figures, labels),
    )


def survey_places(interval: Interval, grouping: SurveyGrouping) -> tuple[str, ...]:
    """Headings of what the rows of answers are told apart by."""
    by_time = ["reports.interval"] if interval is not Interval.WHOLE else []
    by_key = [] if grouping is SurveyGrouping.NONE else [f"reports.group.{grouping}"]
    return (*by_time, *by_key)


def survey_place(
    row: SurveyRow, labels: Labels, interval: Interval, grouping: SurveyGrouping
) -> tuple[str, ...]:
    """Where a row of answers belongs."""
    by_time = [start(row.start, labels, interval)] if interval is not Interval.WHOLE else []
    by_key = [] if grouping is SurveyGrouping.NONE else [name(row.key, labels, grouping)]
    return (*by_time, *by_key)


def ordered(rows: Sequence[SurveyRow], labels: Labels, grouping: SurveyGrouping) -> list[SurveyRow]:
    """Rows of an interval in the order of their names, what has none last."""
    return sorted(
        rows,
        key=lambda one: (
            "" if one.start is None else one.start.isoformat(),
            one.key is None,
            name(one.key, labels, grouping).casefold(),
        ),
    )


def name(key: str | None, labels: Labels, grouping: SurveyGrouping) -> str:
    """What a group is called."""
    if grouping is SurveyGrouping.NONE:
        return ""
    if key is None:
        return labels.text(f"selfservice.no.{grouping}")
    return labels.key(_GROUPS[grouping], key)


def start(at: Any, labels: Labels, interval: Interval) -> str:
    """When an interval begins."""
    return labels.start(Row(start=at, key=None, figures=NOTHING), interval)


def way(one: Exit, labels: Labels) -> str:
    """A way out of a node, with how often it was taken."""
    how = (
        labels.text("selfservice.leaving.key", key=one.key)
        if one.leaving is Leaving.KEY
        else labels.text(f"selfservice.leaving.{one.leaving}")
    )
    to = f" → {one.to}" if one.to else ""
    return f"{how}{to}: {labels.number(one.times)}"


def written(kind: Kind, value: Value, labels: Labels) -> str:
    """A value as people read it; a dash where there is none."""
    if value is None:
        return NONE
    match kind:
        case Kind.SHARE:
            return labels.value(ReportKind.SHARE, value)
        case Kind.DURATION:
            return duration(round(value))
        case Kind.MEAN:
            return str(format_decimal(value, "0.00", locale=labels.locale))
        case Kind.POINTS:
            signed = "+0.0;−0.0" if value else "0.0"
            return str(format_decimal(value, signed, locale=labels.locale))
        case Kind.COUNT:
            return labels.number(int(value))


def _codes(columns: Sequence[Column[Any]]) -> tuple[str, ...]:
    return tuple(f"selfservice.column.{one.name}" for one in columns)


def _cells(columns: Sequence[Column[Any]], figures: Any, labels: Labels) -> tuple[Cell, ...]:
    return tuple(_cell(one, one.value(figures), labels) for one in columns)


def _cell(column: Column[Any], value: Value, labels: Labels) -> Cell:
    barred = column.kind is Kind.SHARE and value is not None
    return Cell(
        text=written(column.kind, value, labels),
        bar=round(100 * value, 1) if barred and value is not None else None,
    )


def _spread(question: str, figures: SurveyFigures, labels: Labels) -> tuple[Step, ...]:
    lowest, highest = SCALES.get(question, (LOWEST, HIGHEST))
    most = max(figures.counts.values(), default=0) or 1
    times = {value: figures.counts.get(value, 0) for value in range(lowest, highest + 1)}
    return tuple(
        Step(value=value, times=labels.number(n), bar=round(100 * n / most, 1))
        for value, n in times.items()
    )
