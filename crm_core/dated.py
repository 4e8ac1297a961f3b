"""Rows that are dated twice: when what they tell held, and when that was recorded.

"What did the agent see at 10:05?" is asked with both times: what held at 10:05, by what was
recorded until then. An end that was recorded later did not count yet.
"""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, delete, false, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute


class Dated(Protocol):
    """A table with both dates. `ended_at` is when the end was recorded."""

    valid_from: InstrumentedAttribute[datetime]
    valid_to: InstrumentedAttribute[datetime | None]
    created_at: InstrumentedAttribute[datetime]
    ended_at: InstrumentedAttribute[datetime | None]


def held(
    row: Any, at: datetime | ColumnElement[datetime], known_at: datetime | None = None
) -> ColumnElement[bool]:
    """Whether a row of the `Dated` table held at a time, by all we know or by what we knew then."""
    table: Dated = row
    unended: ColumnElement[bool] = false()
    if known_at is not None:
        unended = table.ended_at > known_at
    holds = and_(
        table.valid_from <= at,
        or_(table.valid_to.is_(None), table.valid_to > at, unended),
    )
    return holds if known_at is None else and_(holds, table.created_at <= known_at)


async def end(session: AsyncSession, row: Any, whose: ColumnElement[bool], at: datetime) -> None:
    """Let the rows of the `Dated` table end, recorded at that time; what was to begin later, or
    begins this very moment, never was."""
    table: Any = row
    await session.execute(delete(table).where(whose, table.valid_from >= at))
    unended = or_(table.valid_to.is_(None), table.valid_to > at)
    await session.execute(update(table).where(whose, unended).values(valid_to=at, ended_at=at))
