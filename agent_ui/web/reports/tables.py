"""A report as a table: lines of texts for a page, with the total and the formulas. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent_ui.web.filters import duration
from agent_ui.web.reports.columns import Column, Kind, columns
from agent_ui.web.reports.labels import Labels
from crm_core.reports.asking import Grouping, Report
from crm_core.reports.intervals import Interval
from crm_core.reports.measures import MEASURES, Figures, Measure, Unit

MOST_LINES = 400
"""Of a page; all of them are in the files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the table. `start` and `key` are None where the table has no such column."""

    start: str | None
    key: str | None
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`left_out` lines are not shown."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: tuple[str, ...]
    by_time: bool
    by_key: bool
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A figure in a formula, by the code of its name, with what it came to."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A measure with the figures that made it; `value` is a dash if there was nothing to divide
    by."""

    name: str
    above: tuple[Term, ...]
    below: tuple[Term, ...]
    value: str


def table(report: Report, labels: Labels) -> Table:
    """The report, as far as a page shows it."""
    question = report.question
    shown = columns(tells_time=question.tells_time)
    by_time = question.interval is not Interval.WHOLE
    by_key = question.grouping is not Grouping.NONE
    lines = tuple(
        Line(
            start=labels.start(row, question.interval) if by_time else None,
            key=labels.key(question.grouping, row.key) if by_key else None,
            cells=_cells(shown, row.figures, labels),
        )
        for row in report.rows[:MOST_LINES]
    )
    return Table(
        columns=shown,
        lines=lines,
        total=_cells(shown, report.total, labels),
        by_time=by_time,
        by_key=by_key,
        left_out=len(report.rows) - len(lines),
    )


def formulas(report: Report, labels: Labels) -> tuple[Formula, ...]:
    """How the measures of the total came about."""
    told = report.question.tells_time
    return tuple(
        _formula(measure, report.total, labels)
        for measure in MEASURES
        if told or not any(name.startswith("time_") for name in measure.below)
    )


def _formula(measure: Measure, figures: Figures, labels: Labels) -> Formula:
    kind = Kind.SHARE if measure.unit is Unit.SHARE else Kind.DURATION
    return Formula(
        name=measure.name,
        above=_terms(measure.above, figures, labels),
        below=_terms(measure.below, figures, labels),
        value=labels.value(kind, measure.value(figures)),
    )


_SPENT = frozenset({"waited", "dialling", "talk", "hold", "wrap_up"})


def _terms(names: Iterable[str], figures: Figures, labels: Labels) -> tuple[Term, ...]:
    return tuple(Term(name=name, value=_figure(name, figures, labels)) for name in names)


def _figure(name: str, figures: Figures, labels: Labels) -> str:
    n = int(getattr(figures, name))
    if name in _SPENT or name.startswith("time_"):
        return duration(round(n / 1000))
    return labels.number(n)


def _cells(shown: Iterable[Column], figures: Figures, labels: Labels) -> tuple[str, ...]:
    return tuple(labels.value(one.kind, one.value(figures)) for one in shown)
