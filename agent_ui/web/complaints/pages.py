"""Pages of complaints: the list, a new one, and one with what is left to do for its client."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.complaints.forms import ComplaintForm, ComplaintQuery, HandlingForm, Showing
from agent_ui.web.errors import NotFound
from agent_ui.web.shell import render
from agent_ui.web.work import now_of, people, products, rules_of, work_context
from crm_core.complaints import handling
from crm_core.complaints.reading import complaint as read_complaint
from crm_core.complaints.reading import complaints
from crm_core.complaints.states import COMPLAINT_MOVES, Channel, ComplaintMove
from crm_core.errors import FieldRefused
from crm_core.parties.head import head, looked_at
from crm_core.states import MoveRefused, can
from crm_core.tasks.history import history
from crm_core.tasks.task import Stale
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)


@router.get("/complaints")
async def complaint_list(request: Request, query: Annotated[ComplaintQuery, Query()]) -> Response:
    """Complaints with filters; htmx asks for the same page and takes the list out of it."""
    filters = query.filters(now_of(request))
    async with parts_of(request).db.reading() as session:
        page = await complaints(session, filters, cursor=query.cursor, limit=query.limit)
        context = {
            "page": page,
            "query": query,
            "showings": list(Showing),
            "people": await people(session),
            "partial": "hx-request" in request.headers,
        }
    return render(request, "complaints/list.html", work_context(request) | context)


@router.get("/complaints/new")
async def new_complaint(
    request: Request,
    party: Annotated[Ident, Query()],
    call: Annotated[Ident | None, Query()] = None,
) -> Response:
    """The form for a complaint of a party."""
    return await _form(request, ComplaintForm(party=party, call=call))


@router.post("/complaints")
async def register(request: Request, form: Annotated[ComplaintForm, Form()]) -> Response:
    """Take a complaint down and show it."""
    viewer = signed_in_of(request).employee
    try:
        async with parts_of(request).db.unit_of_work() as session:
            facts = form.facts()
            key = await handling.register(session, rules_of(request), facts, by=viewer.id)
    except FieldRefused as error:
        return await _form(request, form, refused=error)
    return RedirectResponse(f"/complaints/{key}", status_code=303)


@router.get("/complaints/{complaint}")
async def one_complaint(request: Request, complaint: Annotated[Ident, Path()]) -> Response:
    """One complaint, its next step, and its history."""
    return await _one(request, complaint)


@router.post("/complaints/{complaint}/move")
async def move_complaint(
    request: Request, complaint: Annotated[Ident, Path()], form: Annotated[HandlingForm, Form()]
) -> Response:
    """Move a complaint on."""
    viewer, rules = signed_in_of(request).employee, rules_of(request).tasks
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await handling.handle(session, complaint, form.handling(), rules=rules, by=viewer.id)
    except (FieldRefused, MoveRefused, Stale) as error:
        return await _one(request, complaint, form=form, refused=error)
    return RedirectResponse(f"/complaints/{complaint}", status_code=303)


async def _form(
    request: Request, form: ComplaintForm, *, refused: FieldRefused | None = None
) -> Response:
    async with parts_of(request).db.reading() as session:
        context = {
            "form": form,
            "refused": refused,
            "client": await head(session, PartyId(form.party)),
            "people": await people(session),
            "products": await products(session, request),
            "channels": list(Channel),
        }
    status = 422 if refused else 200
    return render(request, "complaints/new.html", work_context(request) | context, status=status)


async def _one(
    request: Request,
    key: str,
    *,
    form: HandlingForm | None = None,
    refused: FieldRefused | MoveRefused | Stale | None = None,
) -> Response:
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        found = await read_complaint(session, key)
        if found is None:
            raise NotFound
        context: dict[str, Any] = {
            "one": found,
            "form": form,
            "refused": refused,
            "history": await history(session, "complaint", key),
            "products": await products(session, request),
            "can": {move.value: can(COMPLAINT_MOVES, found.state, move) for move in ComplaintMove},
        }
        await looked_at(session, found.party, viewer=viewer.id, reason=f"complaint:{key}")
    status = 422 if isinstance(refused, FieldRefused) else 409 if refused else 200
    return render(request, "complaints/one.html", work_context(request) | context, status=status)
