"""The worklist of an employee: what the providers give, with the clients' names, ranked."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import Party
from crm_core.worklist.providers import PROVIDERS, Provider
from crm_core.worklist.ranking import Entry, Item, ranked
from routing.ids import AgentId, PartyId


async def worklist(
    session: AsyncSession,
    employee: AgentId,
    *,
    now: datetime,
    limit: int,
    providers: Sequence[Provider] = PROVIDERS,
) -> list[Entry]:
    """What the employee should do now, with whom and why, the first thing first."""
    items = [item for one in providers for item in await one(session, employee, now)]
    return ranked(await _with_clients(session, items), now)[:limit]


async def _with_clients(session: AsyncSession, items: Sequence[Item]) -> list[Item]:
    concerned = {item.party for item in items if item.party is not None}
    columns = (Party.id, Party.display_name, Party.tier, Party.vip)
    rows = await session.execute(select(*columns).where(Party.id.in_(concerned)))
    known = {party: (name, tier, vip) for party, name, tier, vip in rows}
    return [_with_client(item, known) for item in items]


def _with_client(item: Item, known: Mapping[PartyId, tuple[str, str, bool]]) -> Item:
    if item.party is None or item.party not in known:
        return item
    name, tier, vip = known[item.party]
    return dataclasses.replace(item, party_name=name, tier=tier, vip=vip)
