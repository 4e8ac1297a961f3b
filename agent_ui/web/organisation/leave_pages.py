"""The page of leave: who is away or will be, who stands in, and a form for another leave."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.bonds.forms import DateText, IdText, Problem, problem_of, time_of
from agent_ui.web.shell import render
from crm_core.errors import FieldRefused, Refused
from crm_core.models import LeaveReason
from crm_core.staff.employees import employees
from crm_core.staff.leave import Plan, end_leave, leaves, take_leave
from routing.ids import AgentId

router = APIRouter(include_in_schema=False)

PAGE = "/admin/leave"


@router.get(PAGE)
async def leave_list(request: Request) -> Response:
    """Leaves that are on or to come."""
    return await _page(request)


@router.post(PAGE)
async def new_leave(
    request: Request,
    employee: IdText = "",
    substitute: IdText = "",
    reason: Annotated[LeaveReason, Form()] = LeaveReason.HOLIDAY,
    since: DateText = "",
    until: DateText = "",
) -> Response:
    """An employee is away from a time until another, if that is known."""
    try:
        starts_at = time_of(request, since, "starts_at")
        if starts_at is None:
            raise FieldRefused("starts_at", "no_date")
        plan = Plan(
            employee=AgentId(employee),
            reason=reason,
            starts_at=starts_at,
            ends_at=time_of(request, until, "ends_at"),
            substitute=AgentId(substitute) if substitute else None,
        )
        async with parts_of(request).db.unit_of_work() as session:
            await take_leave(session, plan, by=signed_in_of(request).employee.id)
    except Refused as error:
        asked = {"employee": employee, "substitute": substitute, "reason": reason}
        asked |= {"since": since, "until": until}
        return await _page(request, asked=asked, problem=problem_of(error))
    return RedirectResponse(PAGE, status_code=303)


@router.post(PAGE + "/{leave}/end")
async def back(request: Request, leave: Annotated[Ident, Path()]) -> Response:
    """He is back now, or does not go."""
    async with parts_of(request).db.unit_of_work() as session:
        await end_leave(session, leave, by=signed_in_of(request).employee.id)
    return RedirectResponse(PAGE, status_code=303)


async def _page(
    request: Request, *, asked: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    async with parts_of(request).db.reading() as session:
        found = await leaves(session)
        people = [one for one in await employees(session) if one.active]
    empty = {"employee": "", "substitute": "", "reason": "", "since": "", "until": ""}
    context = {
        "leaves": found,
        "now": parts_of(request).clock.now(),
        "people": people,
        "reasons": list(LeaveReason),
        "asked": empty | (asked or {}),
        "problem": problem,
    }
    return render(request, "organisation/leave.html", context, status=422 if problem else 200)
