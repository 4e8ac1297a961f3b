"""Self-service and surveys over the API."""

from typing import Annotated

from fastapi import Path, Query, Request

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.errors import Problem
from agent_ui.web.reports.query import house_of
from agent_ui.web.selfservice.answers import answers_on
from agent_ui.web.selfservice.gathering import gather_visits
from agent_ui.web.selfservice.query import SurveysQuery, VisitsQuery
from agent_ui.web.selfservice.shapes import (
    AnswerShape,
    SelfServiceShape,
    SurveysShape,
    self_service_shape,
    surveys_shape,
)
from agent_ui.web.visible import visible_card
from crm_core.selfservice.statistics import surveys
from routing.ids import CallId

router = api_router("reports")


@router.get("/reports/self-service")
async def self_service(
    request: Request, query: Annotated[VisitsQuery, Query()]
) -> SelfServiceShape:
    """Visits to self-service by interval, flow and version, and stays in the nodes of one flow. A
    visit counts in the interval in which it ended. At most 400 days."""
    period = query.period(house_of(request))
    async with parts_of(request).db.reading() as session:
        found = await gather_visits(session, period, query)
    nodes = list(found.nodes.values())
    return self_service_shape(period, list(found.rows), found.total, found.flow or "", nodes)


@router.get("/reports/surveys")
async def survey_answers(request: Request, query: Annotated[SurveysQuery, Query()]) -> SurveysShape:
    """What callers answered after their calls, by interval, question and whom it was about. At most
    400 days."""
    period = query.period(house_of(request))
    async with parts_of(request).db.reading() as session:
        return surveys_shape(period, list(await surveys(session, query.question(period))))


@router.get(
    "/call-cards/{call}/survey",
    responses={404: {"model": Problem, "description": "None, or not yours"}},
)
async def card_answers(request: Request, call: Annotated[Ident, Path()]) -> list[AnswerShape]:
    """What the caller answered after the call."""
    async with parts_of(request).db.reading() as session:
        card = await visible_card(session, signed_in_of(request).employee, CallId(call))
    return await answers_on(request, card.call)
