"""Events of the core bank: each taken in once, by itself, and answered with what became of it.

    {"event_id": "e-1", "source": "abs", "type": "party.upserted", "subject": "c1",
     "subject_version": 7, "business_date": "2026-03-02", "occurred_at": "2026-03-02T09:00:00Z",
     "schema": 1, "data": {"kind": "person", "family_name": "..."}}

`data` has the entity's columns without key and version, as text as in a batch; of an entity whose
rows come in groups it has them under `rows`. Events of a subject are ordered by its version. An
entry that an event tells of pays the loan it is booked on, for no schedule follows it at once.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.loans import ReversalRefused
from crm_core.bank.payments import settle
from crm_core.corebank.alarms import About, AlarmCode, raise_alarm, told
from crm_core.corebank.camt.booking import book_parked
from crm_core.corebank.cells import CellRefused, RowReader, Told
from crm_core.corebank.cells import told as told_of
from crm_core.corebank.entities import BY_EVENT, SCHEMA_VERSION, VERSION, Entity
from crm_core.corebank.ground import Ground, Outcome
from crm_core.corebank.names import EntityName
from crm_core.corebank.parking import park, unpark
from crm_core.corebank.store import store, targets
from crm_core.database import Database, moment
from crm_core.models import BankEvent
from crm_core.sealing import NumberSeal

MOST_ROWS = 1_000
"""Rows of a group in one event."""


class Result(StrEnum):
    """What became of an event."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    """It tells what is held, or something older."""
    PARKED = "parked"
    """It waits for its parent."""
    REPEATED = "repeated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as it came."""

    event_id: str
    source: str
    type: str
    subject: str
    subject_version: int
    business_date: date
    schema: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventResult:
    """What became of an event, and why: a code, with the column that it is about."""

    event_id: str
    result: Result
    reason: str = ""
    column: str = ""


async def take_in(
    db: Database, events: Sequence[Event], *, seal: NumberSeal, region: str
) -> list[EventResult]:
    """Take the events in, each in a transaction of its own, in this order."""
    return [await _take_in(db, one, seal, region) for one in events]


async def _take_in(db: Database, event: Event, seal: NumberSeal, region: str) -> EventResult:
    digest = _digest(event)
    async with db.unit_of_work() as session:
        known = await session.get(BankEvent, (event.source, event.event_id))
        if known is not None:
            return await _again(session, event, known, digest)
        ground = Ground(
            source=event.source,
            business_date=event.business_date,
            now=moment(session),
            seal=seal,
        )
        done = await _store(session, event, ground, region)
        row = {
            "source": event.source,
            "event_id": event.event_id,
            "type": event.type,
            "subject": event.subject,
            "hash": digest,
            "result": done.result,
            "reason": done.reason,
            "received_at": ground.now,
        }
        await session.execute(insert(BankEvent), row)
        return done


async def _again(session: AsyncSession, event: Event, known: BankEvent, digest: str) -> EventResult:
    if known.hash == digest:
        return EventResult(event_id=event.event_id, result=Result.REPEATED, reason=known.result)
    about = About(event.source, event.type, event.event_id)
    await raise_alarm(session, AlarmCode.EVENT_CHANGED, about)
    return _refused(event, "event_changed")


async def _store(session: AsyncSession, event: Event, ground: Ground, region: str) -> EventResult:
    entity = BY_EVENT.get(event.type)
    if event.schema != SCHEMA_VERSION or entity is None:
        return _refused(event, "schema" if entity else "type")
    try:
        thing = _read(event, entity, region)
    except CellRefused as error:
        return _refused(event, error.reason, error.column)
    try:
        async with session.begin_nested():
            outcome = await store(session, entity, [thing], ground)
            if outcome.stored:
                await _pay(session, entity, thing, ground)
    except ReversalRefused as error:
        return _refused(event, error.code, "reversal_of_key")
    await told(session, event.source, entity.name)
    if outcome.missing:
        await park(session, entity, outcome.missing, ground)
        return EventResult(event_id=event.event_id, result=Result.PARKED)
    if outcome.stored:
        await unpark(session, ground, region=region)
        await book_parked(session)
    return await _result(session, event, entity, outcome)


async def _result(
    session: AsyncSession, event: Event, entity: Entity, outcome: Outcome
) -> EventResult:
    if outcome.conflicts:
        about = About(event.source, entity.name, event.subject)
        await raise_alarm(session, AlarmCode.VERSION_CONFLICT, about)
        return _refused(event, "version_conflict", VERSION)
    if outcome.refused:
        _thing, column, reason = outcome.refused[0]
        return _refused(event, reason, column)
    done = Result.STORED if outcome.stored else Result.UNCHANGED
    return EventResult(event_id=event.event_id, result=done)


async def _pay(session: AsyncSession, entity: Entity, thing: Told, ground: Ground) -> None:
    if entity.name is EntityName.ENTRY:
        entries = await targets(session, entity.name, ground.source, [thing.key])
        await settle(session, entries[thing.key])


def _read(event: Event, entity: Entity, region: str) -> Told:
    """What the event tells. Raises CellRefused."""
    told_rows = event.data.get("rows") if entity.grouped else [event.data]
    if not isinstance(told_rows, list) or not 1 <= len(told_rows) <= MOST_ROWS:
        raise CellRefused("rows", "rows")
    reader = RowReader(entity, region=region)
    cells = [_cells(event, entity, row) for row in told_rows]
    return told_of(entity, [reader.read(one) for one in cells], cells, [0] * len(cells))


def _cells(event: Event, entity: Entity, row: object) -> tuple[str, ...]:
    fixed = {entity.key: event.subject, VERSION: str(event.subject_version)}
    if not isinstance(row, Mapping):
        raise CellRefused("data", "object")
    for name, value in row.items():
        if name not in entity.header or name in fixed:
            raise CellRefused("data", "unknown_field")
        if not isinstance(value, str):
            raise CellRefused(name, "not_text")
    whole = {**row, **fixed}
    return tuple(whole.get(name, "") for name in entity.header)


def _refused(event: Event, reason: str, column: str = "") -> EventResult:
    return EventResult(event_id=event.event_id, result=Result.REFUSED, reason=reason, column=column)


def _digest(event: Event) -> str:
    told_ = dataclasses.asdict(event) | {"business_date": event.business_date.isoformat()}
    return sha256(json.dumps(told_, sort_keys=True).encode()).hexdigest()
