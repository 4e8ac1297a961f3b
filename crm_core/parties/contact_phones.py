"""Phones of a party: which it uses, in what role and order, and what may be done on each.

`records.add_phone` begins a use; this module changes and ends one. A number in use of others too
stays theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import phones
from crm_core.audit import Action
from crm_core.database import moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.models import PartyPhone, PhoneNumber, PhoneRole, PhoneStatus
from crm_core.parties import records
from crm_core.parties.directory import valid
from crm_core.parties.editing import editable, edited
from crm_core.parties.signals import Signal, SignalCode
from routing.ids import PartyId

LARGEST_RANK = 99
OF_OTHERS = frozenset({PhoneRole.RELATIVE, PhoneRole.THIRD_PARTY})
"""Roles of numbers that somebody else answers: nothing is discussed there unless allowed."""


class PhoneUnknown(Unknown):
    """The party does not use this number now."""

    code = "phone_unknown"


class PhoneKnown(Refused):
    """The party uses this number already."""

    code = "phone_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneUse:
    """What a number is to a party and what may be done on it."""

    role: PhoneRole
    rank: int = 1
    may_call: bool = True
    may_discuss: bool = True
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPhone:
    """A number in use, whole and masked; which of both is shown is decided by right.

    A `synthetic` one was made up and must never be dialled on a real trunk.
    """

    id: str
    display: str
    masked: str
    status: PhoneStatus
    synthetic: bool
    use: PhoneUse
    verified_at: datetime | None
    valid_from: datetime


async def use_phone(
    session: AsyncSession, party: PartyId, raw: str, use: PhoneUse, *, region: str, by: str
) -> str:
    """The party uses this number from now on. The use's id.

    Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused, PhoneKnown.
    """
    await editable(session, party)
    _check(use)
    e164 = phones.normalise(raw, region)
    if e164 is None:
        raise FieldRefused("number", "not_a_number")
    if await _use_of(session, party, e164) is not None:
        raise PhoneKnown
    await records.add_phone(session, party, raw, region=region, role=use.role, rank=use.rank)
    row = await _use_of(session, party, e164)
    if row is None:
        raise PhoneUnknown
    _set(row, use, moment(session))
    detail = {"phone": row.id, "role": use.role.value}
    await edited(session, party, Action.PHONE_ADDED, by=by, detail=detail)
    return row.id


async def change_use(
    session: AsyncSession, party: PartyId, phone: str, use: PhoneUse, *, by: str
) -> None:
    """The number is this to the party from now on.

    Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused, PhoneUnknown.
    """
    await editable(session, party)
    _check(use)
    row = await _row(session, party, phone)
    _set(row, use, moment(session))
    await edited(session, party, Action.PHONE_CHANGED, by=by, detail={"phone": phone})


async def end_use(session: AsyncSession, party: PartyId, phone: str, *, by: str) -> None:
    """The party uses the number no more: it stops suggesting the party at once.

    Raises PartyUnknown, PartyErased, PartyMerged, PhoneUnknown.
    """
    await editable(session, party)
    row = await _row(session, party, phone)
    now = moment(session)
    if row.valid_from >= now:
        await session.delete(row)
    else:
        row.valid_to = row.ended_at = now
    await edited(session, party, Action.PHONE_ENDED, by=by, detail={"phone": phone})


async def uses(session: AsyncSession, party: PartyId) -> Sequence[HeldPhone]:
    """The numbers that the party uses now, by rank."""
    row = PartyPhone
    statement = (
        select(row, PhoneNumber)
        .join(PhoneNumber, PhoneNumber.id == row.phone)
        .where(row.party == party, valid(row.valid_from, row.valid_to, moment(session)))
        .order_by(row.rank, PhoneNumber.e164)
    )
    return tuple(_held(*one) for one in await session.execute(statement))


async def number_signals(
    session: AsyncSession, party: PartyId, number: str | None
) -> Sequence[Signal]:
    """Whether the party said that nothing is to be discussed on the number (E.164) of this call.

    Of a number that the party does not use, or a withheld one, nothing is known.
    """
    use = None if number is None else await _use_of(session, party, number)
    if use is None or use.may_discuss:
        return ()
    return (Signal(code=SignalCode.DO_NOT_DISCUSS, ref=use.id),)


def _check(use: PhoneUse) -> None:
    if not 1 <= use.rank <= LARGEST_RANK:
        raise FieldRefused("rank", "out_of_range")


def _set(row: PartyPhone, use: PhoneUse, now: datetime) -> None:
    row.role, row.rank = use.role, use.rank
    row.may_call, row.may_discuss = use.may_call, use.may_discuss
    row.verified_at = (row.verified_at or now) if use.verified else None


async def _use_of(session: AsyncSession, party: PartyId, e164: str) -> PartyPhone | None:
    row = PartyPhone
    statement = (
        select(row)
        .join(PhoneNumber, PhoneNumber.id == row.phone)
        .where(row.party == party, PhoneNumber.e164 == e164)
        .where(valid(row.valid_from, row.valid_to, moment(session)))
        .limit(1)
    )
    return (await session.scalars(statement)).one_or_none()


async def _row(session: AsyncSession, party: PartyId, phone: str) -> PartyPhone:
    row = await session.get(PartyPhone, phone)
    if row is None or row.party != party or row.valid_to is not None:
        raise PhoneUnknown
    return row


def _held(row: PartyPhone, number: PhoneNumber) -> HeldPhone:
    return HeldPhone(
        id=row.id,
        display=phones.display(number.e164),
        masked=phones.mask(number.e164),
        status=number.status,
        synthetic=number.synthetic,
        use=PhoneUse(
            role=row.role,
            rank=row.rank,
            may_call=row.may_call,
            may_discuss=row.may_discuss,
            verified=row.verified_at is not None,
        ),
        verified_at=row.verified_at,
        valid_from=row.valid_from,
    )
