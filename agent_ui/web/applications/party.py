"""The client's tab of applications, and taking a new one down from it."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.applications.forms import NewForm
from agent_ui.web.applications.pages import application_context
from agent_ui.web.parties.frame import frame_of
from agent_ui.web.shell import language_of, render
from crm_core.applications.application import ProductNotOffered
from crm_core.applications.reading import ApplicationFilters, applications
from crm_core.applications.records import add_application
from crm_core.applications.routes import NoRoute
from crm_core.applications.states import ApplicationChannel, LoanPurpose
from crm_core.bank.offering import offered_on_credit
from crm_core.errors import FieldRefused, PartyUnknown, Refused
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

_SHOWN = 100


@router.get("/parties/{party}/applications")
async def party_applications(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """The client's applications, those he is a co-applicant of included."""
    frame = await frame_of(request, party, "applications")
    async with parts_of(request).db.reading() as session:
        filters = ApplicationFilters(party=PartyId(party))
        page = await applications(session, filters, cursor=None, limit=_SHOWN)
    context = {"page": page, **application_context(request)}
    return render(request, "applications/tab.html", frame | context)


@router.get("/parties/{party}/applications/new")
async def new_application(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """The form of a new application."""
    return await _form(request, party, NewForm())


@router.post("/parties/{party}/applications")
async def take_down(
    request: Request, party: Annotated[Ident, Path()], form: Annotated[NewForm, Form()]
) -> Response:
    """Take the application down and show it."""
    viewer = signed_in_of(request).employee
    try:
        facts = form.facts(party)
        async with parts_of(request).db.unit_of_work() as session:
            key = await add_application(session, facts, by=viewer.id)
    except (FieldRefused, ProductNotOffered, NoRoute, PartyUnknown) as error:
        return await _form(request, party, form, refused=error)
    return RedirectResponse(f"/applications/{key}", status_code=303)


async def _form(
    request: Request, party: str, form: NewForm, *, refused: Refused | None = None
) -> Response:
    frame = await frame_of(request, party, "applications")
    async with parts_of(request).db.reading() as session:
        products, currencies = await _offers(request, session)
    context = {
        "form": form,
        "refused": refused,
        "products": products,
        "currencies": currencies,
        "purposes": list(LoanPurpose),
        "channels": list(ApplicationChannel),
    }
    status = 422 if refused else 200
    return render(request, "applications/new.html", frame | context, status=status)


async def _offers(request: Request, session: AsyncSession) -> tuple[dict[str, str], list[str]]:
    """Products that are lent today with their names, and the currencies that they come in."""
    language = language_of(request)
    today = parts_of(request).clock.now().date()
    found = await offered_on_credit(session, today)
    names = {one.code: one.names.get(language) or one.names.get("en", one.code) for one in found}
    return names, sorted({currency for one in found for currency in one.currencies})
