"""The report as files: each table as CSV, in plain numbers, and all of them as a workbook."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_ui.web.reports.files import plain
from agent_ui.web.reports.labels import Labels
from agent_ui.web.selfservice.columns import (
    NODES,
    SURVEYS,
    VISITS,
    Column,
    Kind,
    Value,
    survey_value,
)
from agent_ui.web.selfservice.gathering import Told
from agent_ui.web.selfservice.query import SelfServiceQuery
from agent_ui.web.selfservice.tables import ordered, survey_place, survey_places, way
from agent_ui.web.workbook import Cell, Duration, Share, Sheet, workbook
from crm_core.reports.intervals import Interval

_NAMES_WIDE, _NUMBERS_WIDE, _WORDS_WIDE = 24, 15, 90
FORMULAS = ("containment", "drop_off", "median", "p90", "csat", "nps")
"""What is told of how it was counted, by the names of columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A table as a file has it; `places` columns of names stand in front."""

    name: str
    heading: list[str]
    rows: list[list[Cell]]
    places: int

    def plainly(self) -> Iterator[list[Cell]]:
        """For CSV."""
        return ([plain(cell) for cell in row] for row in self.rows)


def tables_of(told: Told, query: SelfServiceQuery, labels: Labels) -> tuple[Rows, Rows, Rows]:
    """Visits, stays by node, answers."""
    return _visits(told, query, labels), _nodes(told, labels), _answers(told, query, labels)


def book(told: Told, query: SelfServiceQuery, labels: Labels, made_at: datetime) -> bytes:
    """A workbook of the three, and how it was counted."""
    sheets = [
        Sheet(
            name=one.name,
            header=one.heading,
            rows=one.rows,
            widths=[_NAMES_WIDE] * one.places + [_NUMBERS_WIDE] * (len(one.heading) - one.places),
        )
        for one in tables_of(told, query, labels)
    ]
    return workbook([*sheets, _counted(told, labels)], made_at=made_at)


def _visits(told: Told, query: SelfServiceQuery, labels: Labels) -> Rows:
    text, by_time = labels.text, query.interval is not Interval.WHOLE
    places = [*(["reports.interval"] if by_time else []), "selfservice.flow", "selfservice.version"]
    rows: list[list[Cell]] = [
        [
            *([_day(one.start, labels)] if by_time else []),
            one.flow,
            one.version,
            *_cells(VISITS, one.figures),
        ]
        for one in told.visits.rows
    ]
    return Rows(
        name=text("selfservice.visits"),
        heading=[*map(text, places), *_headings(VISITS, labels)],
        rows=rows,
        places=len(places),
    )


def _nodes(told: Told, labels: Labels) -> Rows:
    text = labels.text
    rows: list[list[Cell]] = [
        [one.node, *_cells(NODES, one), "; ".join(way(each, labels) for each in one.exits)]
        for one in told.visits.nodes.values()
    ]
    return Rows(
        name=text("selfservice.nodes"),
        heading=[text("selfservice.node"), *_headings(NODES, labels), text("selfservice.ways")],
        rows=rows,
        places=1,
    )


def _answers(told: Told, query: SelfServiceQuery, labels: Labels) -> Rows:
    text, interval, grouping = labels.text, query.interval, query.grouping
    places = [*survey_places(interval, grouping), "selfservice.question"]
    rows: list[list[Cell]] = []
    for one in ordered(told.answers, labels, grouping):
        place: list[Cell] = list(survey_place(one, labels, interval, grouping))
        if interval is not Interval.WHOLE:
            place[0] = _day(one.start, labels)
        values = (
            _cell(column, survey_value(column, one.question, one.figures)) for column in SURVEYS
        )
        rows.append([*place, one.question, *values])
    return Rows(
        name=text("selfservice.surveys"),
        heading=[*map(text, places), *_headings(SURVEYS, labels)],
        rows=rows,
        places=len(places),
    )


def _counted(told: Told, labels: Labels) -> Sheet:
    text, period = labels.text, told.period
    rows: list[list[Cell]] = [
        [text("reports.period"), f"{period.first} – {period.last}, {period.zone.key}"]
    ]
    rows += [
        [text(f"selfservice.column.{one}"), text(f"selfservice.how.{one}")] for one in FORMULAS
    ]
    how = text("reports.how")
    return Sheet(name=how, header=["", how], rows=rows, widths=[_NAMES_WIDE, _WORDS_WIDE])


def _headings(columns: Sequence[Column[Any]], labels: Labels) -> list[str]:
    return [labels.text(f"selfservice.column.{one.name}") for one in columns]


def _cells(columns: Sequence[Column[Any]], figures: Any) -> list[Cell]:
    return [_cell(one, one.value(figures)) for one in columns]


def _cell(column: Column[Any], value: Value) -> Cell:
    if value is None:
        return None
    match column.kind:
        case Kind.SHARE:
            return Share(value)
        case Kind.DURATION:
            return Duration(value)
    return value


def _day(start: datetime | None, labels: Labels) -> Cell:
    return None if start is None else start.astimezone(labels.zone).date()
