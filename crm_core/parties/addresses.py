"""Addresses of a party: one of each kind at a time, and what they were before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.database import moment
from crm_core.errors import FieldRefused, Unknown
from crm_core.ids import new_id
from crm_core.models import AddressKind, PartyAddress
from crm_core.parties.directory import valid
from crm_core.parties.editing import editable, edited
from crm_core.parties.profile_rules import COUNTRIES
from routing.ids import PartyId


class AddressUnknown(Unknown):
    """The party has no such address now."""

    code = "address_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFacts:
    """An address. `country` is ISO 3166; of the other parts one at least is told."""

    kind: AddressKind
    country: str
    region: str = ""
    city: str = ""
    street: str = ""
    postal_code: str = ""

    @property
    def lines(self) -> str:
        """The address on one line, the smallest part first, without the country."""
        parts = (self.street, self.city, self.region, self.postal_code)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAddress:
    """An address from when to when it held."""

    id: str
    facts: AddressFacts
    valid_from: datetime
    valid_to: datetime | None


async def keep_address(
    session: AsyncSession, party: PartyId, facts: AddressFacts, *, by: str
) -> str:
    """The party has this address from now on; one of the same kind ends. Its id.

    Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused.
    """
    await editable(session, party)
    if facts.country not in COUNTRIES:
        raise FieldRefused("country", "unknown_country")
    if not facts.lines.strip():
        raise FieldRefused("street", "missing")
    now = moment(session)
    before = await _open(session, party, facts.kind)
    if before is not None and _facts(before) == facts:
        return before.id
    if before is not None:
        await _end(session, before, now)
    address = new_id()
    session.add(
        PartyAddress(
            id=address,
            party=party,
            kind=facts.kind,
            country=facts.country,
            region=facts.region,
            city=facts.city,
            street=facts.street,
            postal_code=facts.postal_code,
            valid_from=now,
            created_at=now,
        )
    )
    detail = {"address": address, "kind": facts.kind.value}
    await edited(session, party, Action.ADDRESS_KEPT, by=by, detail=detail)
    return address


async def end_address(session: AsyncSession, party: PartyId, address: str, *, by: str) -> None:
    """The address holds no more. Raises PartyUnknown, PartyErased, PartyMerged, AddressUnknown."""
    await editable(session, party)
    row = await session.get(PartyAddress, address)
    if row is None or row.party != party or row.valid_to is not None:
        raise AddressUnknown
    await _end(session, row, moment(session))
    await edited(session, party, Action.ADDRESS_ENDED, by=by, detail={"address": address})


async def addresses(
    session: AsyncSession, party: PartyId, *, at: datetime | None = None
) -> Sequence[HeldAddress]:
    """The party's addresses as they were at a time, now if none is given, in the order of kinds."""
    row = PartyAddress
    held = valid(row.valid_from, row.valid_to, at or moment(session))
    rows = await session.scalars(select(row).where(row.party == party, held))
    order = list(AddressKind)
    found = [
        HeldAddress(id=r.id, facts=_facts(r), valid_from=r.valid_from, valid_to=r.valid_to)
        for r in rows
    ]
    return sorted(found, key=lambda one: order.index(one.facts.kind))


async def _open(session: AsyncSession, party: PartyId, kind: AddressKind) -> PartyAddress | None:
    row = PartyAddress
    same = row.party == party, row.kind == kind, row.valid_to.is_(None)
    return (await session.scalars(select(row).where(*same))).one_or_none()


async def _end(session: AsyncSession, row: PartyAddress, now: datetime) -> None:
    """An address that never held is taken back; validity has no empty span."""
    if row.valid_from >= now:
        await session.delete(row)
    else:
        row.valid_to = row.ended_at = now
    await session.flush()


def _facts(row: PartyAddress) -> AddressFacts:
    return AddressFacts(
        kind=row.kind,
        country=row.country,
        region=row.region,
        city=row.city,
        street=row.street,
        postal_code=row.postal_code,
    )
