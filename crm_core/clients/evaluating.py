"""Putting status and tier to what the rules say, party by party, with the history kept.

A batch is one transaction: a run that was cut off is simply made again. Nothing changes where the
rules say what already stands.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, Update, and_, bindparam, insert, select, update
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


@dataclass(frozen=True, slots=True)
class _Change:
    """A party that is to stand elsewhere."""

    row: Party
    aspect: StandingAspect
    verdict: Verdict

    @property
    def before(self) -> str:
        return self.row.status if self.aspect is StandingAspect.STATUS else self.row.tier

    @property
    def parameters(self) -> dict[str, str]:
        return {"whose": self.row.id, "new_value": self.verdict.value}


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
    changes: list[_Change] = []
    count = 0
    for row in found:
        count += 1
        status = status_of(facts[row.id], on, rules.days, before=row.status)
        tier = tier_of(facts[row.id], PartyStatus(status.value), on, rules)
        if status.value != row.status:
            changes.append(_Change(row, StandingAspect.STATUS, status))
        if tier.value != row.tier:
            changes.append(_Change(row, StandingAspect.TIER, tier))
    for aspect in StandingAspect:
        await _write(session, aspect, [one for one in changes if one.aspect is aspect])
    changed = Counter(f"{one.aspect}_changed" for one in changes)
    return changed + Counter({"parties": count})


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


async def _write(session: AsyncSession, aspect: StandingAspect, changes: Sequence[_Change]) -> None:
    """Put the parties to their verdicts and keep what stood before, all at once."""
    if not changes:
        return
    now, table = moment(session), ClientStanding
    parties = [one.row.id for one in changes]
    whose = and_(table.party.in_(parties), table.aspect == aspect)
    known = set(await session.scalars(select(table.party).where(whose)))
    first = [_first(one) for one in changes if one.row.id not in known and one.before]
    if first:
        await session.execute(insert(table), first)
    await end(session, table, and_(whose, table.valid_to.is_(None)), now)
    fresh = [_standing(one, one.verdict.value, dict(one.verdict.why), now, now) for one in changes]
    await session.execute(insert(table), fresh)
    await session.execute(_settled(aspect, now), [one.parameters for one in changes])


def _settled(aspect: StandingAspect, now: datetime) -> Update:
    """The statement that puts a party to the value of its parameters."""
    table = cast(Table, Party.__table__)
    values: dict[str, Any] = {aspect.value: bindparam("new_value"), "updated_at": now}
    if aspect is StandingAspect.STATUS:
        values["status_since"] = now
    values["row_version"] = table.c.row_version + 1
    return update(table).where(table.c.id == bindparam("whose")).values(values)


def _first(one: _Change) -> dict[str, Any]:
    """What stood before the first change, as it was told with the party."""
    row = one.row
    since = row.status_since if one.aspect is StandingAspect.STATUS else row.created_at
    return _standing(one, one.before, {"rule": "told"}, since, row.created_at)


def _standing(
    one: _Change, value: str, why: dict[str, str], since: datetime, recorded_at: datetime
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "party": one.row.id,
        "aspect": one.aspect,
        "value": value,
        "why": why,
        "valid_from": since,
        "created_at": recorded_at,
    }


def _period(row: ClientStanding) -> Period:
    return Period(
        aspect=row.aspect,
        value=row.value,
        why=row.why,
        since=row.valid_from,
        until=row.valid_to,
    )
