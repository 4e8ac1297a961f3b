"""Figures and licences of an organisation over the API; amounts are null unless they are open."""

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Path, Request
from pydantic import Field

from agent_ui.shapes import Shape
from agent_ui.text import Ident, ShortText
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.errors import Problem
from agent_ui.web.parties.frame import amounts_look, reason_of
from agent_ui.web.parties.profile_shapes import Added, Number, Told
from crm_core.bank.reveal import reveal
from crm_core.money import LARGEST_MINOR
from crm_core.parties import figures, licences
from crm_core.parties.figures import Figures, Year
from crm_core.parties.head import check_known, looked_at
from crm_core.parties.licences import LicenceFacts, LicenceStanding
from routing.ids import PartyId

router = api_router("organisations")

NONE: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "There is no such party, or nothing such of it"}
}
Party = Annotated[Ident, Path()]
Licence = Annotated[Ident, Path()]
HERE = "/parties/{party}"
Minor = Annotated[
    int | None, Field(ge=-LARGEST_MINOR, le=LARGEST_MINOR, description="In minor units")
]


class FiguresTold(Told):
    """Figures of a day in one currency; a loss is a negative profit."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["RUB"])]
    assets_minor: Minor = None
    revenue_minor: Minor = None
    profit_minor: Minor = None
    employees: Annotated[int | None, Field(ge=0, le=10_000_000)] = None


class NewFigures(FiguresTold):
    """Figures with their day."""

    as_of: date


class ChangesShape(Shape):
    """Per cent against the same month a year before; null if that is not known."""

    assets: Decimal | None
    revenue: Decimal | None
    profit: Decimal | None
    employees: Decimal | None


class YearShape(Shape):
    """Figures of a day, with their changes."""

    as_of: date
    currency: str
    assets_minor: int | None
    revenue_minor: int | None
    profit_minor: int | None
    employees: int | None
    changes: ChangesShape


class FiguresShape(Shape):
    """All figures of an organisation, the newest first. `amounts_open` tells why one is null."""

    amounts_open: bool
    items: list[YearShape]


class LicenceTold(Told):
    """A licence; `expires_on` is the last day on which it holds."""

    number: Number
    activity: ShortText
    issued_by: ShortText = ""
    issued_on: date | None = None
    expires_on: date | None = None


class LicenceShape(Shape):
    """A licence, and how it stands today."""

    id: str
    number: str
    activity: str
    issued_by: str
    issued_on: date | None
    expires_on: date | None
    standing: LicenceStanding


class LicencesShape(Shape):
    """An organisation's licences, those that hold first."""

    items: list[LicenceShape]


@router.get(HERE + "/figures", responses=NONE)
async def all_figures(request: Request, party: Party) -> FiguresShape:
    """Figures by day; the look is audited."""
    who, viewer = PartyId(party), signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await check_known(session, who)
        look, told = await amounts_look(session, request, who), await figures.years(session, who)
        if told and look.opens_amounts:
            await reveal(session, who, look)
        await looked_at(session, who, viewer=viewer, reason=reason_of(request))
    items = [_year(one, opened=look.opens_amounts) for one in told]
    return FiguresShape(amounts_open=look.opens_amounts, items=items)


@router.post(HERE + "/figures", status_code=204, responses=NONE)
async def add_figures(request: Request, party: Party, told: NewFigures) -> None:
    """Add the figures of a day."""
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await figures.add_figures(session, PartyId(party), Figures(**told.model_dump()), by=by)


@router.put(HERE + "/figures/{as_of}", status_code=204, responses=NONE)
async def correct_figures(request: Request, party: Party, as_of: date, told: FiguresTold) -> None:
    """Correct the figures of a day: all of them."""
    facts, by = Figures(as_of=as_of, **told.model_dump()), signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await figures.correct_figures(session, PartyId(party), facts, by=by)


@router.post(HERE + "/figures/{as_of}/remove", status_code=204, responses=NONE)
async def remove_figures(request: Request, party: Party, as_of: date) -> None:
    """Take back figures that were entered by mistake."""
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await figures.remove_figures(session, PartyId(party), as_of, by=by)


@router.get(HERE + "/licences", responses=NONE)
async def all_licences(request: Request, party: Party) -> LicencesShape:
    """Licences; the look is audited."""
    who, viewer = PartyId(party), signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await check_known(session, who)
        held = await licences.licences(session, who)
        await looked_at(session, who, viewer=viewer, reason=reason_of(request))
    return LicencesShape(
        items=[
            LicenceShape(id=one.id, standing=one.standing, **dataclasses.asdict(one.facts))
            for one in held
        ]
    )


@router.post(HERE + "/licences", status_code=201, responses=NONE)
async def add_licence(request: Request, party: Party, told: LicenceTold) -> Added:
    """Add a licence."""
    facts, by = LicenceFacts(**told.model_dump()), signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        return Added(id=await licences.add_licence(session, PartyId(party), facts, by=by))


@router.put(HERE + "/licences/{licence}", status_code=204, responses=NONE)
async def correct_licence(
    request: Request, party: Party, licence: Licence, told: LicenceTold
) -> None:
    """Correct a licence: the whole of it."""
    facts, by = LicenceFacts(**told.model_dump()), signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await licences.correct_licence(session, PartyId(party), licence, facts, by=by)


@router.post(HERE + "/licences/{licence}/end", status_code=204, responses=NONE)
async def end_licence(request: Request, party: Party, licence: Licence) -> None:
    """The licence holds no more from today on."""
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await licences.end_licence(session, PartyId(party), licence, by=by)


def _year(one: Year, *, opened: bool) -> YearShape:
    told = dataclasses.asdict(one.figures)
    changes = ChangesShape.model_validate(one.changes)
    if not opened:
        told |= dict.fromkeys(("assets_minor", "revenue_minor", "profit_minor"))
        changes = ChangesShape(assets=None, revenue=None, profit=None, employees=changes.employees)
    return YearShape(changes=changes, **told)
