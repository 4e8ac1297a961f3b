"""The profile tab of a party, its edit form, and a person's whole tax id.

Two who edit at once: the second gets the form again with what he typed, what stands there now, and
the choice to write over it knowingly.
"""

import dataclasses
from typing import Annotated, Any

from babel import Locale
from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.errors import NotFound
from agent_ui.web.parties.fields import Fields, fields_of, shown
from agent_ui.web.parties.frame import frame_of, reason_of
from agent_ui.web.parties.organisation_view import Forms, organisation_context
from agent_ui.web.parties.profile_forms import form_of, general_told, own_told
from agent_ui.web.shell import language_of, render
from crm_core.bank.reveal import reveal
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.models import Education, RiskLevel, Sex
from crm_core.parties.profile import PersonFacts, Profile, profile
from crm_core.parties.profile_edit import (
    Difference,
    ProfileChanged,
    edit_profile,
    reveal_tax_id,
    set_tax_id,
)
from crm_core.parties.profile_rules import COUNTRIES, ZONES
from crm_core.staff.branches import branches
from crm_core.staff.permissions import Permission
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/parties/{party}/profile"


@router.get(PAGE)
async def one_profile(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """What is told of the party."""
    return await profile_page(request, party)


@router.post(PAGE + "/tax-id")
async def whole_tax_id(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """The profile with the whole tax id; audited."""
    async with parts_of(request).db.unit_of_work() as session:
        number = await reveal_tax_id(
            session,
            PartyId(party),
            seal=parts_of(request).seal,
            viewer=signed_in_of(request).employee.id,
            reason=reason_of(request),
        )
    return await profile_page(request, party, tax_id=number)


@router.get(PAGE + "/edit")
async def edit_form(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """The profile as a form."""
    frame = await frame_of(request, party, "profile")
    found = await _profile(request, party, frame)
    form = form_of(found, amounts=frame["look"].opens_amounts)
    return await _form(request, frame, found, form)


@router.post(PAGE + "/edit")
async def save(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """Keep what the form tells."""
    form = await fields_of(request)
    frame = await frame_of(request, party, "profile")
    found = await _profile(request, party, frame)
    conflict: ProfileChanged | None = None
    try:
        await _save(request, found, form, amounts=frame["look"].opens_amounts)
    except FieldRefused as error:
        form.refuse(error)
    except ProfileChanged as error:
        conflict = error
    if conflict:
        return await _form(request, frame, found, form, conflict=conflict)
    if form.problems:
        return await _form(request, frame, found, form)
    return RedirectResponse(f"/parties/{party}/profile", status_code=303)


async def _save(request: Request, found: Profile, form: Fields, *, amounts: bool) -> None:
    general, own = general_told(form), own_told(form, found.own, amounts=amounts)
    if isinstance(own, PersonFacts) and isinstance(found.own, PersonFacts):
        own = dataclasses.replace(own, employer=found.own.employer)
    seen = form.number("version", most=2**31 - 1) or 0
    number = form.text("new_tax_id", longest=64)
    if form.problems:
        return
    parts, by = parts_of(request), signed_in_of(request).employee.id
    async with parts.db.unit_of_work() as session:
        await edit_profile(session, found.party, general, own, seen=seen, by=by)
        if number and isinstance(own, PersonFacts):
            try:
                await set_tax_id(session, found.party, number, seal=parts.seal, by=by)
            except FieldRefused as error:
                raise FieldRefused("new_tax_id", error.problem) from None


async def _profile(request: Request, party: str, frame: dict[str, Any]) -> Profile:
    """The profile; that its amounts are shown is audited."""
    async with parts_of(request).db.unit_of_work() as session:
        try:
            found = await profile(session, PartyId(party))
        except PartyUnknown:
            raise NotFound from None
        own, look = found.own, frame["look"]
        has_amounts = isinstance(own, PersonFacts) and (own.monthly_income or own.monthly_expense)
        if has_amounts and look.opens_amounts:
            await reveal(session, PartyId(party), look)
    return found


async def profile_page(
    request: Request,
    party: str,
    *,
    tax_id: str | None = None,
    forms: Forms | None = None,
    refused: str | None = None,
) -> Response:
    """The tab; `forms` are those that were sent and refused."""
    frame = await frame_of(request, party, "profile")
    found = await _profile(request, party, frame)
    viewer = signed_in_of(request).employee
    context = {
        "profile": found,
        "tax_id": tax_id,
        "countries": dict(countries(request)),
        "editing": viewer.may(Permission.EDIT_PARTIES) and found.erased_at is None,
        "may_number": viewer.may(Permission.VIEW_NUMBERS),
        "may_erase": viewer.may(Permission.ERASE_PARTIES) and found.erased_at is None,
        "refused": refused,
        "home_branch": await _branch_name(request, found.general.home_branch),
        **await organisation_context(request, found, frame["look"], forms or {}),
    }
    status = 422 if forms or refused else 200
    return render(request, "parties/profile.html", frame | context, status=status)


async def _form(
    request: Request,
    frame: dict[str, Any],
    found: Profile,
    form: Fields,
    *,
    conflict: ProfileChanged | None = None,
) -> Response:
    opens = frame["look"].opens_amounts
    context = {
        "profile": found,
        "form": form,
        "conflict": conflict,
        "theirs": _theirs(conflict.differences if conflict else (), amounts=opens),
        "amounts": opens,
        **await choices(request, form),
    }
    status = 409 if conflict else 422 if form.problems else 200
    return render(request, "parties/profile_edit.html", frame | context, status=status)


def _theirs(differences: tuple[Difference, ...], *, amounts: bool) -> list[tuple[str, str, str]]:
    """Field, what was typed and what stands there now."""
    hidden = () if amounts else ("monthly_income", "monthly_expense")
    told = [one for one in differences if one.field not in hidden]
    yours = shown((one.field, one.yours) for one in told)
    stored = shown((one.field, one.stored) for one in told)
    return [(one.field, yours.get(one.field), stored.get(one.field)) for one in told]


async def choices(request: Request, form: Fields) -> dict[str, Any]:
    """What the selects of a profile's form offer."""
    return {
        "branches": await _branches(request, form.get("home_branch")),
        "countries": countries(request),
        "zones": sorted(ZONES),
        "sexes": list(Sex),
        "educations": list(Education),
        "risks": list(RiskLevel),
        "party_languages": ("ru", "en", "uk", "kk", "zh"),
    }


async def _branches(request: Request, held: str) -> list[tuple[str, str]]:
    """Open branches by their codes, with the one that stands there now, whatever it is."""
    async with parts_of(request).db.reading() as session:
        found = [(one.code, one.name) for one in await branches(session) if one.open]
    missing = [(held, held)] if held and held not in dict(found) else []
    return missing + found


async def _branch_name(request: Request, code: str | None) -> str | None:
    async with parts_of(request).db.reading() as session:
        names = {one.code: one.name for one in await branches(session)}
    return names.get(code, code) if code else None


def countries(request: Request) -> list[tuple[str, str]]:
    """Countries by their names in the asker's language."""
    names = Locale.parse(language_of(request)).territories
    found = ((code, str(names.get(code, code))) for code in COUNTRIES)
    return sorted(found, key=lambda one: one[1])
