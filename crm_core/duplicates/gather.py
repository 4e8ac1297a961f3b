"""Reads parties as they are compared, many at once. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.duplicates.likeness import Likeness, firm, part_of_name
from crm_core.models import Organisation, Party, PartyKind, PartyPhone, Person, PhoneNumber
from routing.ids import PartyId


async def likenesses(session: AsyncSession, parties: Sequence[PartyId]) -> list[Likeness]:
    """Those of the parties that stand for themselves: merged and erased ones are not compared."""
    phones = await _phones(session, parties)
    statement = (
        select(Party, Person, Organisation)
        .outerjoin(Person, Person.party == Party.id)
        .outerjoin(Organisation, Organisation.party == Party.id)
        .where(Party.id.in_(parties), Party.merged_into.is_(None))
        .order_by(Party.id)
    )
    return [
        _firm(party, firm_row, phones[party.id])
        if party.kind is PartyKind.ORGANISATION
        else _person(party, person, phones[party.id])
        for party, person, firm_row in await session.execute(statement)
    ]


def _person(party: Party, row: Person | None, phones: Iterable[str]) -> Likeness:
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
        phones=frozenset(phones),
    )


def _firm(party: Party, row: Organisation | None, phones: Iterable[str]) -> Likeness:
    registration = row.registration_number if row else None
    return Likeness(
        party=party.id,
        kind=party.kind,
        family=firm((row.legal_name if row else "") or party.display_name),
        tax_ids=frozenset({registration} if registration else ()),
        phones=frozenset(phones),
    )


async def _phones(session: AsyncSession, parties: Sequence[PartyId]) -> dict[PartyId, set[str]]:
    found: dict[PartyId, set[str]] = defaultdict(set)
    statement = (
        select(PartyPhone.party, PhoneNumber.e164)
        .join(PhoneNumber, PhoneNumber.id == PartyPhone.phone)
        .where(PartyPhone.party.in_(parties))
    )
    for party, number in await session.execute(statement):
        found[party].add(number)
    return found
