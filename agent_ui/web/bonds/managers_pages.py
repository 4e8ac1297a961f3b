"""The tab of managers: the order with dates and leave, its changes, and who it was at a time."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.bonds.forms import DateText, IdText, Problem, problem_of, time_of
from agent_ui.web.parties.frame import frame_of
from agent_ui.web.shell import render
from crm_core.errors import Refused
from crm_core.managers.assigning import order_of, set_managers
from crm_core.managers.order import Order, Place, added, moved, removed
from crm_core.managers.reading import managers_at, order_over_time
from crm_core.models import ManagerRole
from crm_core.staff.employees import employees
from crm_core.staff.permissions import Permission, may
from routing.ids import AgentId, PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/parties/{party}/managers"
Deed = Literal["add", "remove", "move"]


class OrderChanged(Refused):
    """Somebody else has changed the order meanwhile."""

    code = "order_changed"


@router.get(PAGE)
async def managers(
    request: Request,
    party: Annotated[Ident, Path()],
    at: Annotated[str, Query(max_length=40)] = "",
    known: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The managers now; with `at` those of a time, with `known` as it was known at another."""
    return await _page(request, party, at=at, known=known)


@router.post(PAGE)
async def change_managers(
    request: Request,
    party: Annotated[Ident, Path()],
    deed: Annotated[Deed, Form()],
    employee: IdText = "",
    role: Annotated[ManagerRole, Form()] = ManagerRole.DEPUTY,
    rank: Annotated[int, Form(ge=1, le=99)] = 1,
    since: DateText = "",
    seen: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Add, remove or move a manager. `seen` is the order that the page showed."""
    one = Place(employee=AgentId(employee), role=role)
    try:
        start = time_of(request, since, "starts_at")
        async with parts_of(request).db.unit_of_work() as session:
            order = await order_of(session, PartyId(party))
            if seen != text_of(order):
                raise OrderChanged
            await set_managers(
                session,
                PartyId(party),
                _after(order, deed, one, rank),
                starts_at=start,
                by=signed_in_of(request).employee.id,
            )
    except Refused as error:
        return await _page(request, party, problem=problem_of(error))
    return RedirectResponse(PAGE.format(party=party), status_code=303)


def text_of(order: Order) -> str:
    """The order in a word, to tell whether it is still the same."""
    return ",".join(f"{one.employee}:{one.role}" for one in order)


def _after(order: Order, deed: Deed, one: Place, rank: int) -> Order:
    match deed:
        case "add":
            return added(order, one)
        case "remove":
            return removed(order, one.employee)
        case "move":
            return moved(order, one.employee, rank)


async def _page(
    request: Request,
    party: str,
    *,
    at: str = "",
    known: str = "",
    problem: Problem | None = None,
) -> Response:
    frame = await frame_of(request, party, "managers")
    async with parts_of(request).db.reading() as session:
        found = await _found(session, PartyId(party))
        try:
            past = await _past(request, session, PartyId(party), at, known)
        except Refused as error:
            past, problem = None, problem_of(error)
    context = (
        frame
        | found
        | {
            "at": at,
            "known": known,
            "past": past,
            "problem": problem,
            "assigning": signed_in_of(request).employee.may(Permission.ASSIGN_MANAGERS),
        }
    )
    return render(request, "bonds/managers.html", context, status=422 if problem else 200)


async def _found(session: AsyncSession, party: PartyId) -> dict[str, Any]:
    order = await order_of(session, party)
    people = [one for one in await employees(session) if may(one.role, Permission.TAKE_CALLS)]
    taken = {one.employee for one in order}
    return {
        "managers": await managers_at(session, party),
        "planned": [one.employee for one in order],
        "history": await order_over_time(session, party),
        "seen": text_of(order),
        "people": [one for one in people if one.active and one.id not in taken],
        "roles": list(ManagerRole),
    }


async def _past(
    request: Request, session: AsyncSession, party: PartyId, at: str, known: str
) -> object:
    when = time_of(request, at, "at")
    if when is None:
        return None
    return await managers_at(session, party, when, known_at=time_of(request, known, "known"))
