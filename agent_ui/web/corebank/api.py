"""The core bank over the API: events in, and what came of everything."""

from typing import Annotated

from fastapi import Path, Query, Request

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.corebank import shapes
from agent_ui.web.corebank.shapes import (
    BatchPageShape,
    EventResultsShape,
    EventsShape,
    ParkedPageShape,
    StandingShape,
    WholeBatchShape,
)
from agent_ui.web.errors import Problem
from crm_core.corebank import alarms, reading
from crm_core.corebank.inbox import take_in
from crm_core.corebank.parking import parked

router = api_router("core bank")

_SHOWN = 1_000
Cursor = Annotated[str | None, Query(max_length=400)]
Limit = Annotated[int, Query(ge=1, le=reading.LARGEST_PAGE)]


@router.post("/core-bank/events", status_code=202)
async def events(request: Request, told: EventsShape) -> EventResultsShape:
    """Take in events of the core bank, one after the other. Each answer stands for one event;
    a wrong event is refused by itself and keeps no other from being taken in."""
    parts = parts_of(request)
    results = await take_in(
        parts.db,
        [one.event() for one in told.events],
        seal=parts.seal,
        region=parts.options.region,
    )
    return EventResultsShape.model_validate({"results": results})


@router.get("/core-bank/standing")
async def standing(request: Request) -> StandingShape:
    """Alarms that stand, how fresh the data is, and whether dialling may trust it."""
    async with parts_of(request).db.reading() as session:
        return StandingShape(
            dialling_may_trust=await alarms.dialling_may_trust(session),
            alarms=[shapes.alarm(one) for one in await alarms.alarms(session)],
            freshness=[shapes.freshness(one) for one in await alarms.freshness(session)],
        )


@router.post(
    "/core-bank/alarms/{alarm}/acknowledge",
    status_code=204,
    responses={404: {"model": Problem, "description": "No such alarm"}},
)
async def acknowledge(request: Request, alarm: Annotated[Ident, Path()]) -> None:
    """Say that an alarm was dealt with."""
    async with parts_of(request).db.unit_of_work() as session:
        await alarms.acknowledge(session, alarm, by=signed_in_of(request).employee.id)


@router.get("/core-bank/batches")
async def batch_list(request: Request, cursor: Cursor = None, limit: Limit = 50) -> BatchPageShape:
    """Batches that came, newest first."""
    async with parts_of(request).db.reading() as session:
        page = await reading.batches(session, cursor, limit=limit)
    return BatchPageShape.model_validate(page)


@router.get(
    "/core-bank/batches/{batch}",
    responses={404: {"model": Problem, "description": "No such batch"}},
)
async def one_batch(request: Request, batch: Annotated[Ident, Path()]) -> WholeBatchShape:
    """A batch with its first refused rows."""
    async with parts_of(request).db.reading() as session:
        found = await reading.batch(session, batch)
        errors = await reading.refused_rows(session, batch, limit=_SHOWN)
    return WholeBatchShape.model_validate({"batch": found, "errors": errors})


@router.get("/core-bank/parked")
async def parked_list(
    request: Request, cursor: Cursor = None, limit: Limit = 50
) -> ParkedPageShape:
    """Rows that wait for their parents, the oldest first."""
    async with parts_of(request).db.reading() as session:
        page = await parked(session, cursor, limit=limit)
    return ParkedPageShape.model_validate(page)
