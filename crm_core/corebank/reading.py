"""What came from the core bank, to look at: batches, and the rows of them that were refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.names import EntityName
from crm_core.corebank.staging import MOST_ERRORS, RowError
from crm_core.cursors import before, cursor_at
from crm_core.errors import Unknown
from crm_core.models import BatchState, SyncBatch, SyncError

LARGEST_PAGE = 200


class BatchUnknown(Unknown):
    """There is no such batch."""

    code = "batch_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch as it was taken or refused; counts are rows. `problem` is a code."""

    id: str
    source: str
    batch_id: str
    entity: EntityName
    kind: str
    business_date: date
    state: BatchState
    problem: str | None
    rows: int
    stored: int
    unchanged: int
    refused: int
    parked: int
    ended: int
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """Batches, newest first."""

    items: tuple[Batch, ...]
    next_cursor: str | None


async def batches(
    session: AsyncSession, cursor: str | None = None, *, limit: int = 50
) -> BatchPage:
    """A page of batches, newest first. Raises CursorRefused."""
    row, limit = SyncBatch, max(1, min(limit, LARGEST_PAGE))
    statement = select(row).order_by(row.finished_at.desc(), row.id.desc()).limit(limit + 1)
    if cursor:
        statement = statement.where(before(row.finished_at, row.id, cursor))
    found = [_batch(one) for one in await session.scalars(statement)]
    items = tuple(found[:limit])
    more = cursor_at(items[-1].finished_at, items[-1].id) if len(found) > limit else None
    return BatchPage(items=items, next_cursor=more)


async def batch(session: AsyncSession, batch_: str) -> Batch:
    """One batch by our id. Raises BatchUnknown."""
    found = await session.get(SyncBatch, batch_)
    if found is None:
        raise BatchUnknown
    return _batch(found)


async def refused_rows(
    session: AsyncSession, batch_: str, *, limit: int = MOST_ERRORS
) -> list[RowError]:
    """The refused rows of a batch by line; there are at most MOST_ERRORS."""
    row = SyncError
    statement = select(row).where(row.batch == batch_).order_by(row.line).limit(limit)
    return list(_errors(await session.scalars(statement)))


def _errors(rows: Iterable[SyncError]) -> Iterable[RowError]:
    return (RowError(line=one.line, column=one.column, reason=one.reason) for one in rows)


def _batch(row: SyncBatch) -> Batch:
    return Batch(
        id=row.id,
        source=row.source,
        batch_id=row.batch_id,
        entity=row.entity,
        kind=row.kind,
        business_date=row.business_date,
        state=row.state,
        problem=row.problem,
        rows=row.rows,
        stored=row.stored,
        unchanged=row.unchanged,
        refused=row.refused,
        parked=row.parked,
        ended=row.ended,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
