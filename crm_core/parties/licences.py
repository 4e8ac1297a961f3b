"""Licences of an organisation: what it may do, by which number, until when.

A licence that is withdrawn expires on the day before; one that never held a day is taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.database import moment
from crm_core.errors import FieldRefused, Unknown
from crm_core.ids import new_id
from crm_core.models import Licence, PartyKind
from crm_core.parties.editing import editable, edited
from crm_core.parties.profile_rules import past_day
from routing.ids import PartyId

WARNED = timedelta(days=60)
"""How long before its end a licence is warned of."""


class LicenceUnknown(Unknown):
    """The organisation has no such licence."""

    code = "licence_unknown"


class LicenceStanding(StrEnum):
    """Whether a licence holds today."""

    HOLDS = "holds"
    EXPIRES_SOON = "expires_soon"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceFacts:
    """What is told of a licence; `expires_on` is the last day on which it holds."""

    number: str
    activity: str
    issued_by: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLicence:
    """A licence as it stands on the day it was read."""

    id: str
    facts: LicenceFacts
    standing: LicenceStanding


async def add_licence(
    session: AsyncSession, party: PartyId, facts: LicenceFacts, *, by: str
) -> str:
    """Add a licence; its id. Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused."""
    await _writable(session, party, facts)
    await _check_number(session, party, facts.number)
    row = Licence(id=new_id(), organisation=party, created_at=moment(session))
    _write(row, facts)
    session.add(row)
    await edited(session, party, Action.LICENCE_ADDED, by=by, detail={"licence": row.id})
    return row.id


async def correct_licence(
    session: AsyncSession, party: PartyId, licence: str, facts: LicenceFacts, *, by: str
) -> None:
    """Let the licence say this; nothing happens if it does.

    Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused, LicenceUnknown.
    """
    await _writable(session, party, facts)
    row = await _row(session, party, licence)
    if _facts(row) == facts:
        return
    if facts.number != row.number:
        await _check_number(session, party, facts.number)
    _write(row, facts)
    await edited(session, party, Action.LICENCE_CORRECTED, by=by, detail={"licence": licence})


async def end_licence(session: AsyncSession, party: PartyId, licence: str, *, by: str) -> None:
    """The licence holds no more from today on; nothing happens to one that has expired.

    Raises PartyUnknown, PartyErased, PartyMerged, LicenceUnknown.
    """
    await editable(session, party)
    row = await _row(session, party, licence)
    last = moment(session).date() - timedelta(days=1)
    if row.expires_on is not None and row.expires_on <= last:
        return
    if row.issued_on is not None and row.issued_on >= last:
        await session.delete(row)
    else:
        row.expires_on = last
    await edited(session, party, Action.LICENCE_ENDED, by=by, detail={"licence": licence})


async def licences(session: AsyncSession, party: PartyId) -> Sequence[HeldLicence]:
    """An organisation's licences: those that hold first, the earliest to expire on top."""
    rows = await session.scalars(select(Licence).where(Licence.organisation == party))
    today = moment(session).date()
    held = [
        HeldLicence(id=row.id, facts=_facts(row), standing=standing_on(row.expires_on, today))
        for row in rows
    ]
    return sorted(held, key=_order)


def standing_on(expires_on: date | None, today: date) -> LicenceStanding:
    """How a licence stands that holds until `expires_on`, or for ever. Pure."""
    if expires_on is None or expires_on > today + WARNED:
        return LicenceStanding.HOLDS
    return LicenceStanding.EXPIRED if expires_on < today else LicenceStanding.EXPIRES_SOON


def _order(one: HeldLicence) -> tuple[bool, date, str]:
    expired = one.standing is LicenceStanding.EXPIRED
    return expired, one.facts.expires_on or date.max, one.facts.number


async def _writable(session: AsyncSession, party: PartyId, facts: LicenceFacts) -> None:
    row = await editable(session, party)
    if row.kind is not PartyKind.ORGANISATION:
        raise FieldRefused("number", "other_kind")
    for field, told in (("number", facts.number), ("activity", facts.activity)):
        if not told.strip():
            raise FieldRefused(field, "missing")
    past_day("issued_on", facts.issued_on, moment(session).date())
    if facts.issued_on and facts.expires_on and facts.expires_on <= facts.issued_on:
        raise FieldRefused("expires_on", "before_issue")


async def _check_number(session: AsyncSession, party: PartyId, number: str) -> None:
    same = select(Licence.id).where(Licence.organisation == party, Licence.number == number)
    if await session.scalar(same) is not None:
        raise FieldRefused("number", "already_there")


async def _row(session: AsyncSession, party: PartyId, licence: str) -> Licence:
    row = await session.get(Licence, licence)
    if row is None or row.organisation != party:
        raise LicenceUnknown
    return row


def _write(row: Licence, facts: LicenceFacts) -> None:
    row.number, row.activity, row.issued_by = facts.number, facts.activity, facts.issued_by
    row.issued_on, row.expires_on = facts.issued_on, facts.expires_on


def _facts(row: Licence) -> LicenceFacts:
    return LicenceFacts(
        number=row.number,
        activity=row.activity,
        issued_by=row.issued_by,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
    )
