"""The masked numbers of the parties of a result, those in use now, by rank."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import phones
from crm_core.database import moment
from crm_core.models import PartyPhone, PhoneNumber
from crm_core.parties.directory import valid
from routing.ids import PartyId


async def masked_numbers(
    session: AsyncSession, parties: Iterable[PartyId]
) -> dict[PartyId, list[str]]:
    """Numbers by party; those without any are left out."""
    statement = (
        select(PartyPhone.party, PhoneNumber.e164)
        .join(PhoneNumber, PhoneNumber.id == PartyPhone.phone)
        .where(PartyPhone.party.in_(parties))
        .where(valid(PartyPhone.valid_from, PartyPhone.valid_to, moment(session)))
        .order_by(PartyPhone.rank, PhoneNumber.e164)
    )
    numbers: dict[PartyId, list[str]] = {}
    for party, e164 in await session.execute(statement):
        numbers.setdefault(party, []).append(phones.mask(e164))
    return numbers
