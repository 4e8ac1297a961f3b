"""Pages of applications: the list, and one with what may be done to it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.applications.forms import ActForm, VoteForm
from agent_ui.web.applications.query import ApplicationQuery
from agent_ui.web.shell import language_of, render
from agent_ui.web.work import people
from crm_core.applications import deciding, moving
from crm_core.applications.application import (
    ApplicationStale,
    TellingRefused,
    Whole,
)
from crm_core.applications.reading import applications, line, whole
from crm_core.applications.rights import Act, NotPermitted, WhyNot, stage_right
from crm_core.applications.states import ApplicationState, VoteChoice
from crm_core.cards.verifying import verified_call
from crm_core.errors import FieldRefused, Refused
from crm_core.parties.head import looked_at
from crm_core.staff.employees import Employee, employees
from crm_core.staff.permissions import Permission
from crm_core.states import MoveRefused
from routing.ids import AgentId

router = APIRouter(include_in_schema=False)

_REFUSALS = (FieldRefused, NotPermitted, MoveRefused, ApplicationStale, TellingRefused)
_Doing = Callable[[AsyncSession, Employee], Awaitable[object]]
Version = Annotated[int | None, Form()]


def shows_amounts(viewer: Employee) -> bool:
    """Whether the viewer works with applications, and so needs their amounts."""
    working = (Permission.WORK_APPLICATIONS, Permission.DECIDE_APPLICATIONS)
    return any(viewer.may(one) for one in working)


@router.get("/applications")
async def application_list(
    request: Request, query: Annotated[ApplicationQuery, Query()]
) -> Response:
    """Applications with filters; htmx asks for the same page and takes the list out of it."""
    async with parts_of(request).db.reading() as session:
        page = await applications(session, query.filters(), cursor=query.cursor, limit=query.limit)
        owners = await people(session)
    context = {
        "page": page,
        "query": query,
        "states": list(ApplicationState),
        "owners": owners,
        "partial": "hx-request" in request.headers,
        **application_context(request),
    }
    return render(request, "applications/list.html", context)


@router.get("/applications/{application}")
async def one_application(request: Request, application: Annotated[Ident, Path()]) -> Response:
    """One application: facts, where it stands and for how long, and what may be done."""
    return await _one(request, application)


@router.post("/applications/{application}/act")
async def act(
    request: Request, application: Annotated[Ident, Path()], form: Annotated[ActForm, Form()]
) -> Response:
    """Move the application."""

    async def do(session: AsyncSession, viewer: Employee) -> None:
        if form.act not in moving.MOVING:
            raise NotPermitted(WhyNot.STATE)
        shown, note = form.version, form.note
        await moving.act(session, application, form.act, by=viewer, note=note, shown=shown)

    return await _do(request, application, do, kept=form)


@router.post("/applications/{application}/vote")
async def vote(
    request: Request, application: Annotated[Ident, Path()], form: Annotated[VoteForm, Form()]
) -> Response:
    """Vote on the application."""

    async def do(session: AsyncSession, viewer: Employee) -> None:
        currency = (await line(session, application)).amount.currency
        ballot = form.ballot(currency)
        await deciding.vote(session, application, ballot, by=viewer, shown=form.version)

    return await _do(request, application, do, kept=form)


@router.post("/applications/{application}/assign")
async def assign(
    request: Request,
    application: Annotated[Ident, Path()],
    owner: Annotated[Ident, Form()],
    version: Version = None,
) -> Response:
    """Give the application to somebody else."""

    async def do(session: AsyncSession, viewer: Employee) -> None:
        await moving.assign(session, application, AgentId(owner), by=viewer, shown=version)

    return await _do(request, application, do)


@router.post("/applications/{application}/documents")
async def receive(
    request: Request,
    application: Annotated[Ident, Path()],
    document: Annotated[Ident, Form()],
    version: Version = None,
) -> Response:
    """A document has come."""

    async def do(session: AsyncSession, viewer: Employee) -> None:
        await moving.receive(session, application, document, by=viewer, shown=version)

    return await _do(request, application, do)


@router.post("/applications/{application}/tell")
async def tell(
    request: Request, application: Annotated[Ident, Path()], version: Version = None
) -> Response:
    """The client was told the decision, in the call in which the viewer made sure who it is."""

    async def do(session: AsyncSession, viewer: Employee) -> None:
        told = await line(session, application)
        sure = await verified_call(session, told.party, viewer.id)
        if sure is None:
            raise TellingRefused
        await deciding.tell(session, application, sure[0], by=viewer, shown=version)

    return await _do(request, application, do)


def application_context(request: Request) -> dict[str, Any]:
    """What the templates of applications need beside their own."""
    language = language_of(request)
    return {
        "shows_amounts": shows_amounts(signed_in_of(request).employee),
        "product_name": lambda one: (
            one.product_names.get(language) or one.product_names.get("en", one.product)
        ),
    }


async def _do(
    request: Request, application: str, doing: _Doing, *, kept: ActForm | VoteForm | None = None
) -> Response:
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await doing(session, signed_in_of(request).employee)
    except _REFUSALS as error:
        return await _one(request, application, refused=error, kept=kept)
    return RedirectResponse(f"/applications/{application}", status_code=303)


async def _one(
    request: Request,
    application: str,
    *,
    refused: Refused | None = None,
    kept: ActForm | VoteForm | None = None,
) -> Response:
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        found = await whole(session, application, viewer)
        sure = await verified_call(session, found.line.party, viewer.id)
        able = await _able(session, found)
        reason = f"application:{application}"
        await looked_at(session, found.line.party, viewer=viewer.id, reason=reason)
    context = {
        "found": found,
        "acts": found.acts,
        "why_not": {act: why for act, why in found.acts.items() if why not in (None, WhyNot.STATE)},
        "choices": list(VoteChoice),
        "able": able,
        "sure": sure is not None,
        "refused": refused,
        "kept": kept,
        "Act": Act,
        **application_context(request),
    }
    status = 200 if refused is None else 422 if isinstance(refused, FieldRefused) else 409
    return render(request, "applications/one.html", context, status=status)


async def _able(session: AsyncSession, found: Whole) -> dict[AgentId, str]:
    """Whom the application can be given to at the stage where it stands."""
    if found.line.stage is None:
        return {}
    stage = found.route.stage(found.line.stage)
    everybody = (one for one in await employees(session) if one.active)
    return {one.id: one.name for one in everybody if stage_right(stage, one) is None}
