"""Pages of the core bank's data: how it stands, its batches, what was refused, what waits."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.export import csv_file
from agent_ui.web.shell import render
from crm_core.corebank import alarms, outbox, reading
from crm_core.corebank.names import EntityName
from crm_core.corebank.parking import parked

router = APIRouter(include_in_schema=False)

PAGE = "/admin/bank-data"
_SHOWN = 200
Cursor = Annotated[str | None, Query(max_length=400)]


@router.get(PAGE)
async def bank_data(request: Request, cursor: Cursor = None) -> Response:
    """How the bank's data stands, and the batches that came."""
    async with parts_of(request).db.reading() as session:
        context = {
            "trusted": await alarms.dialling_may_trust(session),
            "alarms": await alarms.alarms(session),
            "freshness": await alarms.freshness(session),
            "page": await reading.batches(session, cursor),
            "waiting": (await parked(session, limit=1)).items,
            "unsent": await outbox.waiting(session),
            "dead": await outbox.dead_letters(session),
            "cursor": cursor,
            "entities": frozenset(EntityName),
        }
    return render(request, "corebank/list.html", context)


@router.get(PAGE + "/parked")
async def parked_rows(request: Request, cursor: Cursor = None) -> Response:
    """Rows that wait for their parents."""
    async with parts_of(request).db.reading() as session:
        page = await parked(session, cursor)
    return render(request, "corebank/parked.html", {"page": page})


@router.get(PAGE + "/batches/{batch}")
async def one_batch(request: Request, batch: Annotated[Ident, Path()]) -> Response:
    """A batch and its first refused rows."""
    async with parts_of(request).db.reading() as session:
        context = {
            "batch": await reading.batch(session, batch),
            "errors": await reading.refused_rows(session, batch, limit=_SHOWN),
        }
    return render(request, "corebank/batch.html", context)


@router.get(PAGE + "/batches/{batch}/refused.csv")
async def refused(request: Request, batch: Annotated[Ident, Path()]) -> Response:
    """The refused rows as a file: line, column, reason."""
    async with parts_of(request).db.reading() as session:
        await reading.batch(session, batch)
        errors = await reading.refused_rows(session, batch)
    rows = [(one.line, one.column, one.reason) for one in errors]
    return csv_file(f"refused-{batch}.csv", ("line", "column", "reason"), rows)


@router.post(PAGE + "/alarms/{alarm}/acknowledge")
async def acknowledge(request: Request, alarm: Annotated[Ident, Path()]) -> Response:
    """An alarm was dealt with."""
    async with parts_of(request).db.unit_of_work() as session:
        await alarms.acknowledge(session, alarm, by=signed_in_of(request).employee.id)
    return RedirectResponse(PAGE, status_code=303)


@router.post(PAGE + "/outbox/{message}/retry")
async def retry(request: Request, message: Annotated[Ident, Path()]) -> Response:
    """Send a message again that was given up."""
    async with parts_of(request).db.unit_of_work() as session:
        await outbox.retry(session, message, by=signed_in_of(request).employee.id)
    return RedirectResponse(PAGE, status_code=303)
