"""Reads parties as they are compared, many at once. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.duplicates.likeness import Likeness, address, firm, part_of_name
from crm_core.models import (
    IdentityDocument,
    Organisation,
    Party,
    PartyAddress,
    PartyEmail,
    PartyKind,
    PartyPhone,
    Person,
    PhoneNumber,
)
from routing.ids import PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """What else is known of a party."""

    phones: frozenset[str]
    documents: frozenset[str]
    emails: frozenset[str]
    addresses: tuple[frozenset[str], ...]


async def likenesses(session: AsyncSession, parties: Sequence[PartyId]) -> list[Likeness]:
    """Those of the parties that stand for themselves: merged and erased ones are not compared."""
    marks = await _marks(session, parties)
    statement = (
        select(Party, Person, Organisation)
        .outerjoin(Person, Person.party == Party.id)
        .outerjoin(Organisation, Organisation.party == Party.id)
        .where(Party.id.in_(parties), Party.merged_into.is_(None), Party.erased_at.is_(None))
        .order_by(Party.id)
    )
    return [
        _firm(party, company, marks[party.id])
        if party.kind is PartyKind.ORGANISATION
        else _person(party, person, marks[party.id])
        for party, person, company in await session.execute(statement)
    ]


def _person(party: Party, row: Person | None, marks: _Marks) -> Likeness:
    family, family_suffix = part_of_name(row.family_name if row else party.display_name)
    given, given_suffix = part_of_name(row.given_name if row else "")
    middle, _ = part_of_name(row.middle_name if row else "")
    return Likeness(
        party=party.id,
        kind=party.kind,
        family=family,
        given=given,
        middle=middle,
        suffix=max(family_suffix, given_suffix),
        born=row.birth_date if row else None,
        sex=row.sex if row else None,
        tax_ids=frozenset({row.tax_id_hash} if row and row.tax_id_hash else ()),
        documents=marks.documents,
        phones=marks.phones,
        emails=marks.emails,
        addresses=marks.addresses,
    )


def _firm(party: Party, row: Organisation | None, marks: _Marks) -> Likeness:
    numbers = (row.registration_number, row.tax_id) if row else ()
    return Likeness(
        party=party.id,
        kind=party.kind,
        family=firm((row.legal_name if row else "") or party.display_name),
        tax_ids=frozenset(filter(None, numbers)),
        phones=marks.phones,
        emails=marks.emails,
        addresses=marks.addresses,
    )


async def _marks(session: AsyncSession, parties: Sequence[PartyId]) -> dict[PartyId, _Marks]:
    """Numbers and addresses of the past count too: an old phone is what duplicates often share."""
    phones = await _by_party(
        session,
        select(PartyPhone.party, PhoneNumber.e164)
        .join(PhoneNumber, PhoneNumber.id == PartyPhone.phone)
        .where(PartyPhone.party.in_(parties)),
    )
    documents = await _by_party(
        session,
        select(IdentityDocument.party, IdentityDocument.number_hash).where(
            IdentityDocument.party.in_(parties)
        ),
    )
    emails = await _by_party(
        session,
        select(PartyEmail.party, PartyEmail.folded).where(PartyEmail.party.in_(parties)),
    )
    places = await _by_party(
        session,
        select(
            PartyAddress.party, PartyAddress.city, PartyAddress.street, PartyAddress.postal_code
        ).where(PartyAddress.party.in_(parties)),
    )
    return {
        party: _Marks(
            phones=frozenset(row[0] for row in phones[party]),
            documents=frozenset(row[0] for row in documents[party]),
            emails=frozenset(row[0] for row in emails[party]),
            addresses=tuple(address(" ".join(row)) for row in places[party]),
        )
        for party in parties
    }


async def _by_party(
    session: AsyncSession, statement: Select[*tuple[Any, ...]]
) -> dict[PartyId, list[tuple[str, ...]]]:
    found: dict[PartyId, list[tuple[str, ...]]] = defaultdict(list)
    for party, *values in await session.execute(statement):
        found[party].append(tuple(values))
    return found
