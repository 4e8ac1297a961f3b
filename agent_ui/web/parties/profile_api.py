"""Profiles over the API: reading, adding without duplicates, and changing by the newest version."""

import dataclasses
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.errors import Problem
from agent_ui.web.once import TELLS_SECRET
from agent_ui.web.parties.frame import amounts_look, reason_of
from agent_ui.web.parties.profile_shapes import (
    Added,
    AlikeList,
    AlikeShape,
    AmountShape,
    ConflictShape,
    DifferenceShape,
    GeneralTold,
    NewPartyTold,
    OrganisationTold,
    PersonTold,
    ProfileChange,
    ProfileShape,
    Told,
    WholeNumber,
)
from crm_core.bank.reveal import reveal
from crm_core.errors import FieldRefused
from crm_core.money import Money
from crm_core.parties.contact_phones import PhoneUse
from crm_core.parties.entry import NewClient, NewPhone, add_client, resembling
from crm_core.parties.head import looked_at
from crm_core.parties.profile import GeneralFacts, OrganisationFacts, PersonFacts, Profile, profile
from crm_core.parties.profile_edit import ProfileChanged, edit_profile, reveal_tax_id
from crm_core.sealing import masked
from routing.ids import PartyId

router = api_router("profiles")

AMOUNTS = ("monthly_income", "monthly_expense")
NONE: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "There is no such party"}
}
Party = Annotated[Ident, Path()]
Own = PersonFacts | OrganisationFacts


@router.get("/parties/{party}/profile", responses=NONE)
async def one_profile(request: Request, party: Party) -> ProfileShape:
    """The whole profile; the look is audited. Amounts are null unless they are open."""
    async with parts_of(request).db.unit_of_work() as session:
        return await _told(session, request, PartyId(party))


@router.post(
    "/parties",
    status_code=201,
    response_model=Added,
    responses={409: {"model": AlikeList, "description": "Somebody is alike; nobody was added"}},
)
async def add_party(request: Request, told: NewPartyTold) -> Any:
    """Add a client, unless somebody is alike; `sure` adds him all the same."""
    new, parts = _new(told), parts_of(request)
    region, seal = parts.options.region, parts.seal
    if not told.sure:
        async with parts.db.reading() as session:
            alike = await resembling(session, new, region=region, seal=seal)
        if alike:
            found = AlikeList(items=[AlikeShape.model_validate(one) for one in alike])
            return JSONResponse(found.model_dump(mode="json"), 409)
    async with parts.db.unit_of_work() as session:
        by = signed_in_of(request).employee.id
        return Added(id=await add_client(session, new, region=region, seal=seal, by=by))


@router.patch(
    "/parties/{party}/profile",
    response_model=ProfileShape,
    responses=NONE | {409: {"model": ConflictShape, "description": "Changed meanwhile"}},
)
async def change_profile(request: Request, party: Party, told: ProfileChange) -> Any:
    """Change the fields that are given. A change made from an older version is refused with what
    stands there now."""
    parts, by = parts_of(request), signed_in_of(request).employee.id
    try:
        async with parts.db.unit_of_work() as session:
            before = await profile(session, PartyId(party))
            general, own = _merged(before, told)
            await edit_profile(session, PartyId(party), general, own, seen=told.version, by=by)
            return await _told(session, request, PartyId(party))
    except ProfileChanged as error:
        return await _conflict(request, party, error)


@router.post("/parties/{party}/profile/tax-id", responses=NONE, openapi_extra=TELLS_SECRET)
async def whole_tax_id(request: Request, party: Party) -> WholeNumber:
    """A person's whole tax id; audited."""
    async with parts_of(request).db.unit_of_work() as session:
        number = await reveal_tax_id(
            session,
            PartyId(party),
            seal=parts_of(request).seal,
            viewer=signed_in_of(request).employee.id,
            reason=reason_of(request),
        )
    return WholeNumber(number=number)


async def _told(session: AsyncSession, request: Request, party: PartyId) -> ProfileShape:
    found = await profile(session, party)
    look = await amounts_look(session, request, party)
    own = found.own
    if isinstance(own, PersonFacts) and (own.monthly_income or own.monthly_expense):
        if look.opens_amounts:
            await reveal(session, party, look)
        else:
            own = dataclasses.replace(own, monthly_income=None, monthly_expense=None)
    await looked_at(
        session, party, viewer=signed_in_of(request).employee.id, reason=reason_of(request)
    )
    last4, firm = found.tax_id_last4, isinstance(own, OrganisationFacts)
    return ProfileShape(
        party=found.party,
        kind=found.kind,
        version=found.version,
        general=GeneralTold(**_plain(found.general)),
        person=PersonTold(**_plain(own)) if isinstance(own, PersonFacts) else None,
        organisation=OrganisationTold(**_plain(own)) if firm else None,
        tax_id=masked(last4) if last4 else None,
        updated_at=found.updated_at,
        erased_at=found.erased_at,
    )


def _plain(facts: GeneralFacts | Own) -> dict[str, Any]:
    """Facts as a shape takes them."""
    pairs = ((one.name, getattr(facts, one.name)) for one in dataclasses.fields(facts))
    return {name: _amount(value) if isinstance(value, Money) else value for name, value in pairs}


def _amount(money: Money) -> AmountShape:
    return AmountShape(amount_minor=money.minor, currency=money.currency)


def _given(told: Told | None) -> Mapping[str, Any]:
    """The fields that were given, as facts take them."""
    names = told.model_fields_set if told else ()
    given = ((name, getattr(told, name)) for name in names)
    return {
        name: Money(value.amount_minor, value.currency) if isinstance(value, AmountShape) else value
        for name, value in given
    }


def _merged(before: Profile, told: ProfileChange) -> tuple[GeneralFacts, Own]:
    other = told.organisation if isinstance(before.own, PersonFacts) else told.person
    if other is not None:
        raise FieldRefused("kind", "other_kind")
    general = dataclasses.replace(before.general, **_given(told.general))
    if isinstance(before.own, PersonFacts):
        return general, dataclasses.replace(before.own, **_given(told.person))
    return general, dataclasses.replace(before.own, **_given(told.organisation))


def _new(told: NewPartyTold) -> NewClient:
    if (told.person is None) == (told.organisation is None):
        raise FieldRefused("person", "one_of_both")
    own: Own
    if told.person is not None:
        own = PersonFacts(**{"family_name": "", **_given(told.person)})
    else:
        own = OrganisationFacts(**{"name": "", "legal_name": "", **_given(told.organisation)})
    return NewClient(
        general=GeneralFacts(**{"language": "en", **_given(told.general)}),
        own=own,
        phones=tuple(
            NewPhone(raw=one.number, use=PhoneUse(**one.model_dump(exclude={"number"})))
            for one in told.phones
        ),
        tax_id=told.tax_id,
    )


async def _conflict(request: Request, party: str, error: ProfileChanged) -> Response:
    """Both values of each field; those of amounts only where amounts are open."""
    async with parts_of(request).db.unit_of_work() as session:
        look = await amounts_look(session, request, PartyId(party))
    shown = [one for one in error.differences if look.opens_amounts or one.field not in AMOUNTS]
    found = ConflictShape(
        version=error.version,
        differences=[
            DifferenceShape(field=one.field, yours=_said(one.yours), stored=_said(one.stored))
            for one in shown
        ],
    )
    return JSONResponse(found.model_dump(mode="json"), 409)


def _said(value: object) -> object:
    return _amount(value) if isinstance(value, Money) else value
