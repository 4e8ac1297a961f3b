"""Alarms about the bank's data, how fresh it is, and whether dialling may trust it.

An alarm stands until good data clears it or an employee acknowledges it. `dialling_may_trust` is
what outbound dialling asks: an alarm that stands or stale arrears stop the dialler, never an agent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.corebank.names import EntityName
from crm_core.cursors import before, cursor_at
from crm_core.database import moment
from crm_core.errors import Unknown
from crm_core.ids import new_id
from crm_core.models import BankAlarm, BankFreshness
from crm_core.upsert import insert_into
from routing.ids import AgentId

LARGEST_PAGE = 200


class AlarmCode(StrEnum):
    """What is wrong."""

    CONTROL_TOTALS = "control_totals"
    """The bank's sums are not those of the rows that were taken over."""
    VERSION_CONFLICT = "version_conflict"
    """A row came again with the same version and another content."""
    BATCH_CHANGED = "batch_changed"
    """A batch came again under its id with another content."""
    EVENT_CHANGED = "event_changed"
    """An event came again under its id with another content."""
    BATCH_REFUSED = "batch_refused"
    SIZE_GUARD = "size_guard"
    """A full batch would have ended more than is credible."""
    PARKED_TOO_LONG = "parked_too_long"


FRESH_FOR: Mapping[EntityName, timedelta] = MappingProxyType(
    {
        EntityName.ARREARS: timedelta(hours=24),
        EntityName.BALANCE: timedelta(minutes=15),
        EntityName.APPLICATION: timedelta(minutes=5),
    }
)
"""For how long what was told of an entity may be trusted; the others never age."""


class AlarmUnknown(Unknown):
    """There is no such alarm."""

    code = "bank_alarm_unknown"


@dataclass(frozen=True, slots=True)
class About:
    """What is wrong with: a source's entity; `subject` is a batch's id or a row's key, if one."""

    source: str
    entity: str
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm, about what it is, and what became of it."""

    id: str
    code: AlarmCode
    about: About
    detail: Mapping[str, str]
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    cleared_at: datetime | None

    @property
    def stands(self) -> bool:
        return self.cleared_at is None and self.acknowledged_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmPage:
    """Alarms, newest first."""

    items: tuple[Alarm, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """When a source last told of an entity. `limit` None: it never ages."""

    source: str
    entity: EntityName
    told_at: datetime
    limit: timedelta | None
    stale: bool


async def raise_alarm(
    session: AsyncSession,
    code: AlarmCode,
    about: About,
    *,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Raise the alarm, once while it stands. `detail` carries codes and counts, never values."""
    fresh = insert_into(session, BankAlarm).values(
        id=new_id(),
        code=code,
        source=about.source,
        entity=about.entity,
        subject=about.subject,
        detail=dict(detail or {}),
        raised_at=moment(session),
    )
    await session.execute(fresh.on_conflict_do_nothing())


async def clear_alarms(session: AsyncSession, code: AlarmCode, about: About) -> None:
    """Good data came: alarms of this code for the entity (or for one subject of it) are over."""
    row = BankAlarm
    open_ = [row.code == code, row.source == about.source, row.entity == about.entity]
    if about.subject:
        open_.append(row.subject == about.subject)
    cleared = update(row).where(*open_, row.cleared_at.is_(None))
    await session.execute(cleared.values(cleared_at=moment(session)))


async def acknowledge(session: AsyncSession, alarm: str, *, by: AgentId) -> None:
    """An employee has dealt with it; audited. Raises AlarmUnknown."""
    row = BankAlarm
    found = await session.scalar(select(row).where(row.id == alarm).with_for_update())
    if found is None:
        raise AlarmUnknown
    if found.acknowledged_at is not None:
        return
    found.acknowledged_at, found.acknowledged_by = moment(session), by
    await session.flush()
    subject = Subject(kind="bank_alarm", id=alarm)
    action = Action.BANK_ALARM_ACKNOWLEDGED
    await record(session, action, actor=by, subject=subject, reason=found.code)


async def alarms(session: AsyncSession) -> tuple[Alarm, ...]:
    """The alarms that stand, newest first."""
    row = BankAlarm
    statement = select(row).where(row.cleared_at.is_(None), row.acknowledged_at.is_(None))
    newest = statement.order_by(row.raised_at.desc(), row.id.desc()).limit(LARGEST_PAGE)
    return tuple(_alarm(one) for one in await session.scalars(newest))


async def past_alarms(
    session: AsyncSession, cursor: str | None = None, *, limit: int = 50
) -> AlarmPage:
    """All alarms, newest first. Raises CursorRefused."""
    row, limit = BankAlarm, max(1, min(limit, LARGEST_PAGE))
    statement = select(row).order_by(row.raised_at.desc(), row.id.desc()).limit(limit + 1)
    if cursor:
        statement = statement.where(before(row.raised_at, row.id, cursor))
    found = [_alarm(one) for one in await session.scalars(statement)]
    items = tuple(found[:limit])
    more = cursor_at(items[-1].raised_at, items[-1].id) if len(found) > limit else None
    return AlarmPage(items=items, next_cursor=more)


async def told(
    session: AsyncSession, source: str, entity: EntityName, *, cursor: str | None = None
) -> None:
    """The source has just told of the entity, up to the cursor if it was pulled."""
    now = moment(session)
    row = {"source": source, "entity": entity, "told_at": now, "cursor": cursor}
    fresh = {"told_at": now} if cursor is None else {"told_at": now, "cursor": cursor}
    statement = insert_into(session, BankFreshness).values(**row)
    keys = [BankFreshness.source, BankFreshness.entity]
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh))


async def freshness(session: AsyncSession) -> tuple[Freshness, ...]:
    """How fresh each source's entities are, by source and entity."""
    row, now = BankFreshness, moment(session)
    rows = await session.scalars(select(row).order_by(row.source, row.entity))
    return tuple(
        Freshness(
            source=one.source,
            entity=one.entity,
            told_at=one.told_at,
            limit=FRESH_FOR.get(one.entity),
            stale=_is_stale(one, now),
        )
        for one in rows
    )


async def dialling_may_trust(session: AsyncSession) -> bool:
    """Whether nothing says that the bank's arrears are wrong or old. True without a core bank."""
    if await alarms(session):
        return False
    fresh = await freshness(session)
    return not any(one.stale for one in fresh if one.entity is EntityName.ARREARS)


def _is_stale(row: BankFreshness, now: datetime) -> bool:
    limit = FRESH_FOR.get(row.entity)
    return limit is not None and now - row.told_at > limit


def _alarm(row: BankAlarm) -> Alarm:
    return Alarm(
        id=row.id,
        code=AlarmCode(row.code),
        about=About(row.source, row.entity, row.subject),
        detail=row.detail,
        raised_at=row.raised_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        cleared_at=row.cleared_at,
    )
