"""Reports over the API."""

from typing import Annotated

from fastapi import Query, Request

from agent_ui.web.access import parts_of
from agent_ui.web.api import api_router
from agent_ui.web.reports.query import HeatQuery, ReportQuery, house_of
from agent_ui.web.reports.shapes import HeatShape, ReportShape, heat_shape, report_shape
from crm_core.reports.reporting import report

router = api_router("reports")


@router.get("/reports/intervals")
async def intervals(request: Request, query: Annotated[ReportQuery, Query()]) -> ReportShape:
    """Contacts and agents' time by interval and group, with the measures made of them. At most 400
    days, 100 by the hour, 62 by half an hour, 31 by a quarter, and 10,000 rows."""
    async with parts_of(request).db.reading() as session:
        return report_shape(await report(session, query.question(house_of(request))))


@router.get("/reports/heatmap")
async def heatmap(request: Request, query: Annotated[HeatQuery, Query()]) -> HeatShape:
    """Contacts and their service level by weekday and hour."""
    async with parts_of(request).db.reading() as session:
        return heat_shape(await report(session, query.question(house_of(request))))
