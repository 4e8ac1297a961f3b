"""The page of a new client: who may already be here is shown before anybody is added."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.parties.fields import Fields, fields_of, shown
from agent_ui.web.parties.profile_forms import DEFAULT_CURRENCY, general_told, own_told
from agent_ui.web.parties.profile_pages import choices
from agent_ui.web.shell import language_of, render
from crm_core.errors import FieldRefused
from crm_core.models import PartyKind, PhoneRole
from crm_core.parties.contact_phones import PhoneUse
from crm_core.parties.entry import (
    NewClient,
    NewPhone,
    Resembling,
    add_client,
    resembling,
    usual_use,
)
from crm_core.parties.profile import OrganisationFacts, PersonFacts

router = APIRouter(include_in_schema=False)

PAGE = "/parties/new"
PHONES = 2
"""How many numbers the form takes; more are added on the client's page."""


class Sure(StrEnum):
    """Whether the employee looked at those who are alike."""

    YES = "yes"


@router.get(PAGE)
async def new_client(
    request: Request,
    kind: PartyKind = PartyKind.PERSON,
    number: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """An empty form, with the number of whoever calls."""
    told = {
        "language": language_of(request),
        "budget_currency": DEFAULT_CURRENCY,
        "number_1": number,
        "role_1": "mobile" if kind is PartyKind.PERSON else "work",
    }
    return await _page(request, kind, shown(told.items()))


@router.post(PAGE)
async def add(request: Request) -> Response:
    """Add the client, unless there is somebody alike whom nobody has looked at yet."""
    form = await fields_of(request)
    kind = form.one_of("kind", PartyKind) or PartyKind.PERSON
    new, parts = _told(form, kind), parts_of(request)
    region, seal = parts.options.region, parts.seal
    if form.problems:
        return await _page(request, kind, form)
    if form.one_of("sure", Sure) is None:
        async with parts.db.reading() as session:
            alike = await resembling(session, new, region=region, seal=seal)
        if alike:
            return await _page(request, kind, form, alike=list(alike))
    try:
        async with parts.db.unit_of_work() as session:
            by = signed_in_of(request).employee.id
            party = await add_client(session, new, region=region, seal=seal, by=by)
    except FieldRefused as error:
        form.refuse(_field_of(error))
        return await _page(request, kind, form)
    return RedirectResponse(f"/parties/{party}/profile", status_code=303)


def _told(form: Fields, kind: PartyKind) -> NewClient:
    own = own_told(
        form, PersonFacts if kind is PartyKind.PERSON else OrganisationFacts, amounts=True
    )
    if isinstance(own, PersonFacts) and not own.whole_name:
        form.problems.setdefault("family_name", "missing")
    if isinstance(own, OrganisationFacts) and not own.name:
        form.problems.setdefault("name", "missing")
    return NewClient(
        general=general_told(form),
        own=own,
        phones=tuple(_phones(form)),
        tax_id=form.text("new_tax_id", longest=64),
    )


def _phones(form: Fields) -> list[NewPhone]:
    found = []
    for place in range(1, PHONES + 1):
        raw = form.text(f"number_{place}", longest=64)
        role = form.one_of(f"role_{place}", PhoneRole) or PhoneRole.MOBILE
        if raw:
            found.append(NewPhone(raw=raw, use=usual_use(PhoneUse(role=role, rank=place))))
    return found


def _field_of(error: FieldRefused) -> FieldRefused:
    """The form's own names for what crm_core calls otherwise."""
    names = {"number": "number_1", "tax_id": "new_tax_id"}
    return FieldRefused(names.get(error.field, error.field), error.problem)


async def _page(
    request: Request, kind: PartyKind, form: Fields, *, alike: list[Resembling] | None = None
) -> Response:
    context = {
        "kind": kind,
        "form": form,
        "alike": alike or [],
        "roles": list(PhoneRole),
        "places": range(1, PHONES + 1),
        **await choices(request, form),
    }
    status = 409 if alike else 422 if form.problems else 200
    return render(request, "parties/new_client.html", context, status=status)
