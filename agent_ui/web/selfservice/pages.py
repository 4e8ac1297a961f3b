"""The report on self-service and on surveys: the page and its files."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from agent_ui.web.access import parts_of
from agent_ui.web.bonds.forms import problem_of
from agent_ui.web.export import csv_file
from agent_ui.web.reports.labels import Labels, labels_of
from agent_ui.web.reports.query import house_of
from agent_ui.web.selfservice.files import FORMULAS, Rows, book, tables_of
from agent_ui.web.selfservice.gathering import Told, gather
from agent_ui.web.selfservice.query import SelfServiceQuery
from agent_ui.web.selfservice.tables import nodes_table, survey_tables, visits_table
from agent_ui.web.shell import render
from agent_ui.web.workbook import xlsx_file
from crm_core.errors import Refused
from crm_core.reports.naming import People, people
from crm_core.selfservice.statistics import INTERVALS, SurveyGrouping

router = APIRouter(include_in_schema=False)

PAGE = "/reports/self-service"
_TEMPLATE = "selfservice/report.html"
Asked = Annotated[SelfServiceQuery, Query()]


@router.get(PAGE)
async def self_service(request: Request, query: Asked) -> Response:
    """Visits, nodes and surveys, with how they are counted."""
    who = await _people(request)
    shared = _shared(request, query, who)
    try:
        told = await gather(request, query)
    except Refused as error:
        context = shared | {"problem": problem_of(error), "told": None}
        return render(request, _TEMPLATE, context, status=422)
    return render(request, _TEMPLATE, shared | _context(told, query, labels_of(request, who)))


@router.get(PAGE + "/visits.csv")
async def visits_csv(request: Request, query: Asked) -> Response:
    """Visits by interval, flow and version."""
    return await _csv(request, query, "visits", 0)


@router.get(PAGE + "/nodes.csv")
async def nodes_csv(request: Request, query: Asked) -> Response:
    """Stays by node, of one flow."""
    return await _csv(request, query, "nodes", 1)


@router.get(PAGE + "/surveys.csv")
async def surveys_csv(request: Request, query: Asked) -> Response:
    """Answers by interval, group and question."""
    return await _csv(request, query, "surveys", 2)


@router.get(PAGE + ".xlsx")
async def workbook_of_all(request: Request, query: Asked) -> Response:
    """All three tables, and how they were counted."""
    labels = labels_of(request, await _people(request))
    told = await gather(request, query)
    made_at = parts_of(request).clock.now()
    content = await asyncio.to_thread(book, told, query, labels, made_at)
    return xlsx_file(_name("self-service", told, "xlsx"), content)


async def _csv(request: Request, query: SelfServiceQuery, what: str, n: int) -> Response:
    labels = labels_of(request, await _people(request))
    told = await gather(request, query)
    table: Rows = tables_of(told, query, labels)[n]
    return csv_file(_name(what, told, "csv"), table.heading, table.plainly())


def _context(told: Told, query: SelfServiceQuery, labels: Labels) -> dict[str, Any]:
    return {
        "problem": None,
        "told": told,
        "visits": visits_table(told, labels, query.interval),
        "nodes": nodes_table(told, labels),
        "surveys": survey_tables(told, labels, query.interval, query.grouping),
    }


def _shared(request: Request, query: SelfServiceQuery, who: People) -> dict[str, Any]:
    """What the form shows; a day that is none stays as it was typed."""
    try:
        period = query.period(house_of(request))
        days = period.first.isoformat(), period.last.isoformat()
    except Refused:
        days = query.first or "", query.last or ""
    return {
        "query": query,
        "days": days,
        "people": who,
        "asked": request.url.query,
        "intervals": INTERVALS,
        "groupings": tuple(SurveyGrouping),
        "formulas": FORMULAS,
    }


async def _people(request: Request) -> People:
    async with parts_of(request).db.reading() as session:
        return await people(session)


def _name(what: str, told: Told, kind: str) -> str:
    return f"{what}-{told.period.first}-{told.period.last}.{kind}"
