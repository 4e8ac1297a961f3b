"""Forms of an organisation's profile: its figures and licences added, corrected and ended."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.parties.fields import Fields, fields_of
from agent_ui.web.parties.organisation_view import FIGURES, LICENCE, figures_told, licence_told
from agent_ui.web.parties.profile_pages import profile_page
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.parties.figures import add_figures, correct_figures, remove_figures
from crm_core.parties.licences import add_licence, correct_licence, end_licence
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/parties/{party}"
Party = Annotated[Ident, Path()]
Licence = Annotated[Ident, Path()]
Change = Callable[[AsyncSession, PartyId, str], Awaitable[object]]


@router.post(PAGE + "/figures")
async def add_year(request: Request, party: Party) -> Response:
    """Add the figures of a day."""
    form = await fields_of(request)
    told = figures_told(form)
    return await _change(
        request, party, lambda s, p, by: add_figures(s, p, told, by=by), FIGURES, None, form
    )


@router.post(PAGE + "/figures/{as_of}")
async def correct_year(request: Request, party: Party, as_of: date) -> Response:
    """Correct the figures of a day."""
    form = await fields_of(request)
    told = figures_told(form, as_of)
    of = as_of.isoformat()
    return await _change(
        request, party, lambda s, p, by: correct_figures(s, p, told, by=by), FIGURES, of, form
    )


@router.post(PAGE + "/figures/{as_of}/remove")
async def remove_year(request: Request, party: Party, as_of: date) -> Response:
    """Take back the figures of a day."""
    return await _change(request, party, lambda s, p, by: remove_figures(s, p, as_of, by=by))


@router.post(PAGE + "/licences")
async def new_licence(request: Request, party: Party) -> Response:
    """Add a licence."""
    form = await fields_of(request)
    facts = licence_told(form)
    return await _change(
        request, party, lambda s, p, by: add_licence(s, p, facts, by=by), LICENCE, None, form
    )


@router.post(PAGE + "/licences/{licence}")
async def other_licence(request: Request, party: Party, licence: Licence) -> Response:
    """Correct a licence."""
    form = await fields_of(request)
    facts = licence_told(form)
    return await _change(
        request,
        party,
        lambda s, p, by: correct_licence(s, p, licence, facts, by=by),
        LICENCE,
        licence,
        form,
    )


@router.post(PAGE + "/licences/{licence}/end")
async def licence_ends(request: Request, party: Party, licence: Licence) -> Response:
    """The licence holds no more."""
    return await _change(request, party, lambda s, p, by: end_licence(s, p, licence, by=by))


async def _change(
    request: Request,
    party: str,
    do: Change,
    name: str = "",
    of: str | None = None,
    form: Fields | None = None,
) -> Response:
    """Make the change and go back to the profile, or show there what was refused."""
    fields = form or Fields({})
    forms = {name: (of, fields)} if form else {}
    if fields.problems:
        return await profile_page(request, party, forms=forms)
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await do(session, PartyId(party), signed_in_of(request).employee.id)
    except Unknown:
        raise
    except FieldRefused as error:
        fields.refuse(error)
        return await profile_page(request, party, forms=forms)
    except Refused as error:
        return await profile_page(request, party, forms=forms, refused=error.code)
    return RedirectResponse(f"/parties/{party}/profile", status_code=303)
