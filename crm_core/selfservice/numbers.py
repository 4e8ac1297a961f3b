"""Client numbers: the bank's where it tells them, else ours. Nothing is found by them here.

A number that we give is drawn, so that one does not tell the next.
"""

import secrets

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.models import ClientNumber
from crm_core.upsert import insert_into
from routing.ids import PartyId

SHORTEST, LONGEST = 6, 12
"""Digits of a client number."""
_OURS = 9 * 10**8
"""Numbers that we give are nine digits and begin with a nine."""
_SPAN = 10**8


async def number_of(session: AsyncSession, party: PartyId) -> str | None:
    """The number that the party has had longest."""
    row = ClientNumber
    held = select(row.number).where(row.party == party).order_by(row.created_at, row.number)
    number: str | None = await session.scalar(held.limit(1))
    return number


async def give(session: AsyncSession, party: PartyId) -> str:
    """The party's number; one of ours if it has none."""
    while (number := await number_of(session, party)) is None:
        await keep(session, party, str(_OURS + secrets.randbelow(_SPAN)))
    return number


async def keep(session: AsyncSession, party: PartyId, number: str) -> None:
    """The party has this number, if nobody has it already."""
    told = {"number": number, "party": party, "created_at": moment(session)}
    await session.execute(insert_into(session, ClientNumber).on_conflict_do_nothing(), told)
