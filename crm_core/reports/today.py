"""What SQL has of the running day, for a board that begins in the middle of it. Reads only."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import AgentState, CallCard
from crm_core.reports.contact import Contact
from routing.ids import AgentId
from routing.terms import Activity, Availability, Direction, Dismissal

_ROWS_AT_ONCE = 2_000
_STREAM = {"yield_per": _ROWS_AT_ONCE}
LONGEST_CALL = timedelta(days=1)
"""An older card without an end is no call that goes on: nobody told how it ended."""
_COLUMNS = (
    "call",
    "version",
    "state",
    "direction",
    "queue",
    "answered_in",
    "queued_at",
    "answered_at",
    "ended_at",
    "agent",
    "transfers",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A state of an agent that is over."""

    agent: AgentId
    availability: Availability
    activity: Activity
    direction: Direction | None
    """Of the call that he had."""
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class DayInSql:
    """The contacts that ended since the day began or go on, and agents' states since then."""

    contacts: tuple[Contact, ...]
    spells: tuple[Spell, ...]


async def day_in_sql(session: AsyncSession, begins: datetime) -> DayInSql:
    """What there is since `begins` (UTC)."""
    return DayInSql(
        contacts=tuple([one async for one in _contacts(session, begins)]),
        spells=tuple([one async for one in _spells(session, begins)]),
    )


async def _contacts(session: AsyncSession, begins: datetime) -> AsyncIterator[Contact]:
    columns = [getattr(CallCard, name) for name in _COLUMNS]
    times = (CallCard.dial_ms, CallCard.talk_ms, CallCard.hold_ms, CallCard.wrap_up_ms)
    dismissal = CallCard.routing["dismissal"].as_string()
    goes_on = CallCard.ended_at.is_(None) & (CallCard.arrived_at >= begins - LONGEST_CALL)
    statement = select(*columns, *times, dismissal).where(or_(CallCard.ended_at >= begins, goes_on))
    rows = await session.stream(statement, execution_options=_STREAM)
    async for *told, dialling, talk, hold, wrap_up, dismissed in rows:
        yield Contact(
            **dict(zip(_COLUMNS, told, strict=True)),
            dismissal=Dismissal(dismissed) if dismissed else None,
            dialling=dialling,
            talk=talk,
            hold=hold,
            wrap_up=wrap_up,
        )


async def _spells(session: AsyncSession, begins: datetime) -> AsyncIterator[Spell]:
    state = AgentState
    columns = (state.agent, state.availability, state.activity, state.direction, state.since)
    statement = select(*columns, state.until).where(
        state.until > begins, state.since >= begins - LONGEST_CALL
    )
    rows = await session.stream(statement, execution_options=_STREAM)
    async for agent, availability, activity, direction, since, until in rows:
        if until is not None:
            yield Spell(
                agent=agent,
                availability=availability,
                activity=activity,
                direction=direction,
                since=since,
                until=until,
            )
