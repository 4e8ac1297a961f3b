"""Finding a party by an exact id or number, for whoever may not search: no names, no beginnings."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import phones
from crm_core.models import Organisation, Party, PartyKind, PartyPhone, PhoneNumber
from crm_core.sealing import NumberKind, NumberSeal
from crm_core.search.sealed import holders_of
from routing.ids import PartyId

MOST = 20


class ExactWhy(StrEnum):
    """By what a party was found."""

    ID = "id"
    PHONE = "phone"
    REGISTRATION = "registration"
    TAX_ID = "tax_id"
    DOCUMENT = "document"
    AGREEMENT = "agreement"


_SEALED = {
    NumberKind.PERSON: ExactWhy.TAX_ID,
    NumberKind.DOCUMENT: ExactWhy.DOCUMENT,
    NumberKind.AGREEMENT: ExactWhy.AGREEMENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactMatch:
    """A party and by what it was found; of an erased one the name is a sign."""

    party: PartyId
    name: str
    kind: PartyKind
    why: ExactWhy
    erased: bool


async def exactly(
    session: AsyncSession, text: str, *, region: str, seal: NumberSeal
) -> tuple[ExactMatch, ...]:
    """At most MOST parties with this id or this whole number, each once. Audit what is shown."""
    told = text.strip()
    if not told:
        return ()
    found: dict[PartyId, ExactWhy] = {}
    if await session.scalar(select(Party.id).where(Party.id == told)) is not None:
        found[PartyId(told)] = ExactWhy.ID
    for why, party in await _by_open_numbers(session, told, region):
        found.setdefault(party, why)
    for kind, question in holders_of(told, seal, MOST):
        for party, _last4 in await session.execute(question):
            found.setdefault(party, _SEALED[kind])
    rows = await session.scalars(select(Party).where(Party.id.in_(found)).order_by(Party.id))
    return tuple(
        ExactMatch(
            party=row.id,
            name=row.display_name,
            kind=row.kind,
            why=found[row.id],
            erased=row.erased_at is not None,
        )
        for row in rows.all()[:MOST]
    )


async def _by_open_numbers(
    session: AsyncSession, told: str, region: str
) -> list[tuple[ExactWhy, PartyId]]:
    firm, use = Organisation, PartyPhone
    numbered = or_(firm.tax_id == told, firm.registration_number == told)
    firms = await session.scalars(select(firm.party).where(numbered).limit(MOST))
    found = [(ExactWhy.REGISTRATION, party) for party in firms]
    number = phones.normalise(told, region)
    if number is not None:
        using = select(use.party).join(PhoneNumber, PhoneNumber.id == use.phone)
        users = await session.scalars(using.where(PhoneNumber.e164 == number).distinct())
        found += [(ExactWhy.PHONE, party) for party in users]
    return found
