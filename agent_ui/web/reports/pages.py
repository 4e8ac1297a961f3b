"""Pages and files of reports: by interval, and the heat map."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from agent_ui.web.access import parts_of
from agent_ui.web.bonds.forms import problem_of
from agent_ui.web.export import csv_file
from agent_ui.web.reports import files
from agent_ui.web.reports.drawing import HEIGHT, WIDTH, Drawing, draw, joined
from agent_ui.web.reports.heat import heat
from agent_ui.web.reports.labels import Labels, labels_of
from agent_ui.web.reports.query import (
    GROUPINGS,
    HeatQuery,
    PeriodQuery,
    ReportQuery,
    house_of,
)
from agent_ui.web.reports.tables import formulas, table
from agent_ui.web.shell import render
from agent_ui.web.workbook import xlsx_file
from crm_core.errors import Refused
from crm_core.reports.asking import OF_CLOCK, Grouping, Report
from crm_core.reports.intervals import Interval
from crm_core.reports.naming import People, people
from crm_core.reports.reporting import report

router = APIRouter(include_in_schema=False)

PAGE = "/reports"
HEAT = "/reports/heatmap"
LONGEST_NAME = 12
"""Under a bar."""
Asked = Annotated[ReportQuery, Query()]
AskedHeat = Annotated[HeatQuery, Query()]


@router.get(PAGE)
async def interval_report(request: Request, query: Asked) -> Response:
    """The report as drawing and table, with its formulas."""
    who = await _people(request)
    labels = labels_of(request, who)
    shared = _shared(request, query, who) | {
        "intervals": tuple(Interval),
        "groupings": GROUPINGS,
    }
    try:
        found = labels.ordered(await _report(request, query))
    except Refused as error:
        context = shared | {"problem": problem_of(error), "report": None}
        return render(request, "reports/intervals.html", context, status=422)
    drawing = _drawing(found, labels)
    context = shared | {
        "problem": None,
        "report": found,
        "table": table(found, labels),
        "formulas": formulas(found, labels),
        "drawing": drawing,
        "line": joined(drawing) if drawing and _in_time(found) else "",
        "size": (WIDTH, HEIGHT),
    }
    return render(request, "reports/intervals.html", context)


@router.get(PAGE + "/intervals.csv")
async def interval_csv(request: Request, query: Asked) -> Response:
    """The report's rows, all that is counted."""
    labels = labels_of(request, await _people(request))
    found = labels.ordered(await _report(request, query))
    heading, rows = files.report_rows(found, labels)
    told = ([files.plain(cell) for cell in row] for row in rows)
    return await asyncio.to_thread(csv_file, _name("report", found, "csv"), heading, told)


@router.get(PAGE + "/intervals.xlsx")
async def interval_xlsx(request: Request, query: Asked) -> Response:
    """The same as a workbook, with how it was counted."""
    labels = labels_of(request, await _people(request))
    found = labels.ordered(await _report(request, query))
    made_at = parts_of(request).clock.now()
    content = await asyncio.to_thread(files.report_book, found, labels, made_at)
    return xlsx_file(_name("report", found, "xlsx"), content)


@router.get(HEAT)
async def heat_map(request: Request, query: AskedHeat) -> Response:
    """Contacts, or their service level, by weekday and hour."""
    who = await _people(request)
    shared = _shared(request, query, who)
    try:
        found = await _report(request, query)
    except Refused as error:
        context = shared | {"problem": problem_of(error), "heat": None}
        return render(request, "reports/heatmap.html", context, status=422)
    told = heat(found, query.show, labels_of(request, who))
    return render(request, "reports/heatmap.html", shared | {"problem": None, "heat": told})


@router.get(HEAT + ".csv")
async def heat_csv(request: Request, query: AskedHeat) -> Response:
    """A row for each weekday and hour."""
    found = await _report(request, query)
    heading, rows = files.heat_rows(found, labels_of(request, await _people(request)))
    told = ([files.plain(cell) for cell in row] for row in rows)
    return csv_file(_name("heatmap", found, "csv"), heading, told)


@router.get(HEAT + ".xlsx")
async def heat_xlsx(request: Request, query: AskedHeat) -> Response:
    """The same as a workbook."""
    found = await _report(request, query)
    labels, made_at = labels_of(request, await _people(request)), parts_of(request).clock.now()
    content = await asyncio.to_thread(files.heat_book, found, labels, made_at)
    return xlsx_file(_name("heatmap", found, "xlsx"), content)


async def _report(request: Request, query: ReportQuery | HeatQuery) -> Report:
    async with parts_of(request).db.reading() as session:
        return await report(session, query.question(house_of(request)))


async def _people(request: Request) -> People:
    async with parts_of(request).db.reading() as session:
        return await people(session)


def _shared(request: Request, query: PeriodQuery, who: People) -> dict[str, Any]:
    """What both pages' forms show; a day that is none stays as it was typed."""
    house = house_of(request)
    try:
        period = query.period(house)
        days = period.first.isoformat(), period.last.isoformat()
    except Refused:
        days = query.first or "", query.last or ""
    return {
        "query": query,
        "days": days,
        "people": who,
        "levels": house.levels,
        "asked": request.url.query,
    }


def _drawing(found: Report, labels: Labels) -> Drawing | None:
    """Of reports with one dimension: by time, or by a group of the whole period."""
    question = found.question
    by_time = question.interval is not Interval.WHOLE
    by_key = question.grouping is not Grouping.NONE
    if by_time == by_key:
        return None
    if by_time:
        interval = question.interval
        rows = [
            (labels.short(row, interval), labels.start(row, interval), row.figures)
            for row in found.rows
        ]
    else:
        names = [labels.key(question.grouping, row.key) for row in found.rows]
        figures = [row.figures for row in found.rows]
        rows = [(_cut(name), name, told) for name, told in zip(names, figures, strict=True)]
    return draw(rows)


def _in_time(found: Report) -> bool:
    """Whether its bars follow each other."""
    question = found.question
    return question.interval is not Interval.WHOLE or question.grouping in OF_CLOCK


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _name(what: str, found: Report, kind: str) -> str:
    period = found.question.period
    return f"{what}-{period.first}-{period.last}.{kind}"
