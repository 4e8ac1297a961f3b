"""How screens and the API see cards: one card, pages of cards, a party's timeline.

Pages go on from a cursor, not by counting rows, so that new calls do not shift them. Reads only.
"""

import dataclasses
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm_core.cards.card import Card, CardFilters, CardSummary, Page, UnfinishedCard
from crm_core.cursors import CursorRefused as CursorRefused
from crm_core.cursors import before, cursor_at
from crm_core.models import CallCard, EmployeeRow, Party
from routing.ids import AgentId, CallId, PartyId
from routing.terms import CallState

LARGEST_PAGE = 200
_Suggested = aliased(Party)
_JOINED: dict[str, InstrumentedAttribute[Any]] = {
    "agent_name": EmployeeRow.name,
    "party_name": Party.display_name,
    "suggested_name": _Suggested.display_name,
}


async def card(session: AsyncSession, call: CallId) -> Card | None:
    """The card of a call, or None as long as it is not in SQL."""
    row = (await session.execute(_of(Card).where(CallCard.call == call))).first()
    return Card(**row._mapping) if row else None


async def number_of(session: AsyncSession, call: CallId) -> str | None:
    """The number (E.164) that the call came from; None if it was withheld or is not in SQL."""
    return await session.scalar(select(CallCard.number).where(CallCard.call == call))


async def cards(
    session: AsyncSession, filters: CardFilters, cursor: str | None, limit: int
) -> Page:
    """A page of cards, newest first. Raises CursorRefused."""
    limit = max(1, min(limit, LARGEST_PAGE))
    statement = _newest_first(_of(CardSummary).where(*_conditions(filters)), limit + 1)
    if cursor:
        statement = statement.where(before(CallCard.arrived_at, CallCard.call, cursor))
    rows = (await session.execute(statement)).all()
    items = _summaries(rows[:limit])
    last = items[-1] if len(rows) > limit else None
    return Page(items=items, next_cursor=cursor_at(last.arrived_at, last.call) if last else None)


async def timeline(session: AsyncSession, party: PartyId, limit: int) -> tuple[CardSummary, ...]:
    """A party's last calls, newest first: those it was chosen for, and those where its number
    alone suggested it and the agent chose nobody."""
    newest = union_all(*(_newest_calls(kind, limit) for kind in _kinds(party)))
    statement = _of(CardSummary).where(CallCard.call.in_(newest))
    return _summaries((await session.execute(_newest_first(statement, limit))).all())


async def unfinished(session: AsyncSession, agent: AgentId) -> tuple[UnfinishedCard, ...]:
    """The cards that the agent still owes, the oldest first."""
    columns = (getattr(CallCard, field.name) for field in dataclasses.fields(UnfinishedCard))
    statement = (
        select(*columns)
        .where(CallCard.state == CallState.CLOSED_INCOMPLETE, CallCard.agent == agent)
        .order_by(CallCard.ended_at, CallCard.call)
    )
    rows = await session.execute(statement)
    return tuple(UnfinishedCard(**row._mapping) for row in rows)


def concerns(party: PartyId) -> ColumnElement[bool]:
    """Whether a card is a party's: by the agent's choice, or by the number where he made none."""
    return or_(*_kinds(party))


def _kinds(party: PartyId) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    suggested = and_(CallCard.party.is_(None), CallCard.suggested_party == party)
    return CallCard.party == party, suggested


def _newest_calls(kind: ColumnElement[bool], limit: int) -> Select[CallId]:
    """One index is read from its end, so that it takes as long whatever the planner knows."""
    newest = select(CallCard.call, CallCard.arrived_at).where(kind)
    newest = newest.order_by(CallCard.arrived_at.desc()).limit(limit)
    return select(newest.subquery().c.call)


def _of(shape: type[Card] | type[CardSummary]) -> Select[Any]:
    names = [field.name for field in dataclasses.fields(shape)]
    columns = [_column(name).label(name) for name in names]
    return (
        select(*columns)
        .select_from(CallCard)
        .outerjoin(EmployeeRow, EmployeeRow.id == CallCard.agent)
        .outerjoin(Party, Party.id == CallCard.party)
        .outerjoin(_Suggested, _Suggested.id == CallCard.suggested_party)
    )


def _column(name: str) -> InstrumentedAttribute[Any]:
    joined = _JOINED.get(name)
    return getattr(CallCard, name) if joined is None else joined


def _newest_first(statement: Select[Any], limit: int) -> Select[Any]:
    return statement.order_by(CallCard.arrived_at.desc(), CallCard.call.desc()).limit(limit)


def _summaries(rows: Any) -> tuple[CardSummary, ...]:
    return tuple(CardSummary(**row._mapping) for row in rows)


def _conditions(filters: CardFilters) -> list[ColumnElement[bool]]:
    equal = ("agent", "number", "queue", "state", "topic", "disposition")
    found = [
        getattr(CallCard, name) == getattr(filters, name)
        for name in equal
        if getattr(filters, name) is not None
    ]
    if filters.party is not None:
        found.append(concerns(filters.party))
    if filters.since is not None:
        found.append(CallCard.arrived_at >= filters.since)
    if filters.until is not None:
        found.append(CallCard.arrived_at < filters.until)
    return found
