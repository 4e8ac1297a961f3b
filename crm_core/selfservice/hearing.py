"""Who may be told about himself by a machine. Deny by default: whoever is in doubt gets a person.

A record that gave way, an erased one, one of somebody who has died, of a child or under a fraud
alert is told nothing, whatever PIN was typed: what an agent would do then, a machine cannot.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import Party, Person
from crm_core.parties.known import is_minor
from crm_core.parties.signal_sources import blacklist_signals, case_signals, life_signals
from crm_core.parties.signals import SignalCode
from routing.ids import PartyId

_PERSONS_ONLY = frozenset({SignalCode.DECEASED, SignalCode.FRAUD_ALERT})


async def may_hear(session: AsyncSession, party: PartyId, today: date) -> bool:
    """Whether the party may be told about itself, if it is that party that asks."""
    row, person = Party, Person
    found = await session.execute(
        select(row.merged_into, row.erased_at, person.birth_date)
        .outerjoin(person, person.party == row.id)
        .where(row.id == party)
    )
    known = found.one_or_none()
    if known is None or known.merged_into or known.erased_at or is_minor(known.birth_date, today):
        return False
    sources = life_signals, blacklist_signals, case_signals
    told = {one.code for source in sources for one in await source(session, party)}
    return not told & _PERSONS_ONLY
