"""The contact points of a party: phones, mail, addresses."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.access import parts_of
from agent_ui.web.parties import tab_page
from agent_ui.web.parties.fields import Fields, fields_of
from agent_ui.web.parties.profile_pages import countries
from crm_core.models import AddressKind, PhoneRole
from crm_core.parties import addresses, contact_phones, emails
from crm_core.parties.contact_phones import LARGEST_RANK, PhoneUse
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/parties/{party}/contacts"
TAB = "contacts"
Party = Annotated[Ident, Path()]


@router.get(PAGE)
async def contact_points(request: Request, party: Party) -> Response:
    """All of them that hold now."""
    return await _show(request, party)


@router.post(PAGE + "/phones")
async def add_phone(request: Request, party: Party) -> Response:
    """The party uses a number from now on."""
    form, region = await fields_of(request), parts_of(request).options.region
    use, number = use_told(form), form.text("number", needed=True) or ""

    async def do(session: AsyncSession, party: PartyId, by: str) -> None:
        await contact_phones.use_phone(session, party, number, use, region=region, by=by)

    return await _change(request, party, do, ("phone", form))


@router.post(PAGE + "/phones/{phone}")
async def change_phone(request: Request, party: Party, phone: Annotated[Ident, Path()]) -> Response:
    """The number is this to the party from now on."""
    form = await fields_of(request)
    use = use_told(form)

    async def do(session: AsyncSession, party: PartyId, by: str) -> None:
        await contact_phones.change_use(session, party, phone, use, by=by)

    return await _change(request, party, do, (f"phone-{phone}", form))


@router.post(PAGE + "/phones/{phone}/end")
async def end_phone(request: Request, party: Party, phone: Annotated[Ident, Path()]) -> Response:
    """The party uses the number no more."""

    async def do(session: AsyncSession, party: PartyId, by: str) -> None:
        await contact_phones.end_use(session, party, phone, by=by)

    return await _change(request, party, do)


@router.post(PAGE + "/emails")
async def add_email(request: Request, party: Party) -> Response:
    """The party uses an address from now on."""
    form = await fields_of(request)
    address = form.text("email", longest=254, needed=True) or ""

    async def do(session: AsyncSession, party: PartyId, by: str) -> None:
        await emails.add_email(session, party, address, by=by)

    return await _change(request, party, do, ("email", form))


@router.post(PAGE + "/emails/{email}/end")
async def end_email(request: Request, party: Party, email: Annotated[Ident, Path()]) -> Response:
    """The party uses the address no more."""

    async def do(session: AsyncSession, party: PartyId, by: str) -> None:
        await emails.end_email(session, party, email, by=by)

    return await _change(request, party, do)


@router.post(PAGE + "/addresses")
async def keep_address(request: Request, party: Party) -> Response:
    """The party has an address from now on."""
    form = await fields_of(request)
    facts = addresses.AddressFacts(
        kind=form.one_of("kind", AddressKind, needed=True) or AddressKind.RESIDENCE,
        country=form.text("country", longest=2, needed=True) or "",
        region=form.text("region") or "",
        city=form.text("city") or "",
        street=form.text("street") or "",
        postal_code=form.text("postal_code", longest=20) or "",
    )

    async def do(session: AsyncSession, party: PartyId, by: str) -> None:
        await addresses.keep_address(session, party, facts, by=by)

    return await _change(request, party, do, ("address", form))


@router.post(PAGE + "/addresses/{address}/end")
async def end_address(
    request: Request, party: Party, address: Annotated[Ident, Path()]
) -> Response:
    """The address holds no more."""

    async def do(session: AsyncSession, party: PartyId, by: str) -> None:
        await addresses.end_address(session, party, address, by=by)

    return await _change(request, party, do)


def use_told(form: Fields) -> PhoneUse:
    """What a number is to the party, as the form tells it."""
    rank = form.number("rank", most=LARGEST_RANK)
    return PhoneUse(
        role=form.one_of("role", PhoneRole, needed=True) or PhoneRole.MOBILE,
        rank=1 if rank is None else rank,
        may_call=form.flag("may_call"),
        may_discuss=form.flag("may_discuss"),
        verified=form.flag("verified"),
    )


async def _read(session: AsyncSession, party: PartyId) -> dict[str, Any]:
    return {
        "phones": await contact_phones.uses(session, party),
        "emails": await emails.emails(session, party),
        "addresses": await addresses.addresses(session, party),
    }


async def _show(request: Request, party: str) -> Response:
    return await tab_page.show(request, party, TAB, _read, more=_more(request))


async def _change(
    request: Request,
    party: str,
    do: tab_page.Change,
    form: tuple[str, Fields] | None = None,
) -> Response:
    return await tab_page.change(request, party, TAB, _read, do, form=form, more=_more(request))


def _more(request: Request) -> dict[str, Any]:
    return {
        "countries": countries(request),
        "roles": list(PhoneRole),
        "address_kinds": list(AddressKind),
        "empty_country": Fields({"country": parts_of(request).options.region}),
    }
