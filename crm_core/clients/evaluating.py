"""Putting status and tier to what the rules say, party by party, with the history kept.

A batch is one transaction: a run that was cut off is simply made again. Nothing changes where the
rules say what already stands.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.clients.facts import facts_of
from crm_core.clients.rules import ClientRules
from crm_core.clients.standing import Verdict, status_of, tier_of
from crm_core.database import Database, moment
from crm_core.dated import end, held
from crm_core.ids import new_id
from crm_core.models import ClientStanding, Party, PartyStatus, StandingAspect
from routing.ids import PartyId

BATCH = 500

Progress = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A status or tier over a time. `why` holds the rule's code and what it counted."""

    aspect: StandingAspect
    value: str
    why: Mapping[str, str]
    since: datetime
    until: datetime | None


async def evaluate_all(
    db: Database,
    on: date,
    progress: Progress,
    *,
    rules: ClientRules,
) -> Mapping[str, int]:
    """Status and tier of all parties on the business date. Counts of parties and of changes."""
    counts: Counter[str] = Counter({"parties": 0, "status_changed": 0, "tier_changed": 0})
    last = PartyId("")
    while True:
        async with db.unit_of_work() as session:
            page = select(Party.id).where(Party.id > last, Party.merged_into.is_(None))
            batch = list(await session.scalars(page.order_by(Party.id).limit(BATCH)))
            if not batch:
                break
            counts += await evaluate(session, batch, on=on, rules=rules)
        last = batch[-1]
        await progress(len(batch))
    async with db.unit_of_work() as session:
        subject = Subject(kind="business_date", id=on.isoformat())
        told = {key: str(count) for key, count in counts.items()}
        await record(
            session,
            Action.CLIENTS_EVALUATED,
            actor="nightly",
            subject=subject,
            reason="rules",
            detail=told,
        )
    return {"parties": 0, "status_changed": 0, "tier_changed": 0} | dict(counts)


async def evaluate(
    session: AsyncSession,
    parties: Sequence[PartyId],
    *,
    on: date,
    rules: ClientRules,
) -> Counter[str]:
    """Status and tier of these parties on the business date, and what of it changed."""
    facts = await facts_of(session, parties, on=on, window_days=rules.window_days)
    found = await session.scalars(select(Party).where(Party.id.in_(parties)).order_by(Party.id))
    counts: Counter[str] = Counter()
    for row in found:
        counts["parties"] += 1
        status = status_of(facts[row.id], on, rules.days, before=row.status)
        tier = tier_of(facts[row.id], PartyStatus(status.value), on, rules)
        if status.value != row.status:
            counts["status_changed"] += 1
            await _change(session, row, StandingAspect.STATUS, row.status, status)
        if tier.value != row.tier:
            counts["tier_changed"] += 1
            await _change(session, row, StandingAspect.TIER, row.tier, tier)
    await session.flush()
    return counts


async def history(session: AsyncSession, party: PartyId, *, limit: int = 50) -> list[Period]:
    """How the party's status and tier changed, the newest first."""
    row = ClientStanding
    statement = select(row).where(row.party == party)
    rows = await session.scalars(statement.order_by(row.valid_from.desc(), row.id).limit(limit))
    return [_period(one) for one in rows]


async def standing_at(
    session: AsyncSession, party: PartyId, at: datetime, *, known_at: datetime | None = None
) -> dict[StandingAspect, Period]:
    """Status and tier at a time, by what was known then if told; without those never changed."""
    row = ClientStanding
    statement = select(row).where(row.party == party, held(row, at, known_at))
    return {one.aspect: _period(one) for one in await session.scalars(statement)}


async def _change(
    session: AsyncSession, row: Party, aspect: StandingAspect, before: str, verdict: Verdict
) -> None:
    now, table = moment(session), ClientStanding
    whose = and_(table.party == row.id, table.aspect == aspect)
    if await session.scalar(select(table.id).where(whose).limit(1)) is None and before:
        session.add(_first(row, aspect, before))
        await session.flush()
    await end(session, table, whose & table.valid_to.is_(None), now)
    session.add(
        ClientStanding(
            id=new_id(),
            party=row.id,
            aspect=aspect,
            value=verdict.value,
            why=dict(verdict.why),
            valid_from=now,
            created_at=now,
        )
    )
    values: dict[str, object] = {"updated_at": now, "row_version": Party.row_version + 1}
    if aspect is StandingAspect.STATUS:
        values |= {"status": PartyStatus(verdict.value), "status_since": now}
    else:
        values |= {"tier": verdict.value}
    await session.execute(update(Party).where(Party.id == row.id).values(values))


def _first(row: Party, aspect: StandingAspect, before: str) -> ClientStanding:
    """What stood before the first change, as it was told with the party."""
    since = row.status_since if aspect is StandingAspect.STATUS else row.created_at
    return ClientStanding(
        id=new_id(),
        party=row.id,
        aspect=aspect,
        value=before,
        why={"rule": "told"},
        valid_from=since,
        created_at=row.created_at,
    )


def _period(row: ClientStanding) -> Period:
    return Period(
        aspect=row.aspect,
        value=row.value,
        why=row.why,
        since=row.valid_from,
        until=row.valid_to,
    )
