"""How screens and the API see interests and deals, and what a client's panel tells of them."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.cursors import before as older
from crm_core.cursors import cursor_at
from crm_core.interests.interest import Deal, Interest, InterestFilters, InterestPage
from crm_core.interests.states import InterestState
from crm_core.models import EmployeeRow, OfferMade, Opportunity, Party, Product, WorkEvent
from crm_core.models import Interest as InterestRow
from crm_core.money import Money
from crm_core.parties.timeline import Place, TimelineEvent, TimelineKind, earlier
from routing.ids import PartyId

LARGEST_PAGE = 200
OPEN = frozenset({InterestState.OPEN, InterestState.QUALIFIED})
_DealOwner = aliased(EmployeeRow)
_Row = Select[InterestRow, str, str, Opportunity, str]
_PLAIN = tuple(
    field.name
    for field in dataclasses.fields(Interest)
    if field.name not in {"party_name", "owner_name", "deal"}
)


async def interest(session: AsyncSession, key: str) -> Interest | None:
    """One interest, whatever its state."""
    row = (await session.execute(_interests().where(InterestRow.id == key))).first()
    return _interest(*row) if row else None


async def interest_of_deal(session: AsyncSession, deal: str) -> Interest | None:
    """The interest that the opportunity came of."""
    row = (await session.execute(_interests().where(Opportunity.id == deal))).first()
    return _interest(*row) if row else None


async def interests(
    session: AsyncSession, filters: InterestFilters, *, cursor: str | None = None, limit: int = 50
) -> InterestPage:
    """A page of interests, newest first. Raises CursorRefused."""
    limit = max(1, min(limit, LARGEST_PAGE))
    statement = _interests().where(*_conditions(filters))
    if cursor:
        statement = statement.where(older(InterestRow.created_at, InterestRow.id, cursor))
    statement = statement.order_by(InterestRow.created_at.desc(), InterestRow.id.desc())
    rows = (await session.execute(statement.limit(limit + 1))).all()
    items = tuple(_interest(*row) for row in rows[:limit])
    more = len(rows) > limit
    return InterestPage(
        items=items, next_cursor=cursor_at(items[-1].created_at, items[-1].id) if more else None
    )


async def product_names(session: AsyncSession) -> dict[str, Mapping[str, str]]:
    """What clients can ask for: codes of products with their names by language."""
    rows = await session.execute(select(Product.code, Product.names).order_by(Product.code))
    return {row.code: row.names for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestsGlance:
    """A client's interests that are still open, the newest first."""

    open: tuple[Interest, ...]


async def glance(session: AsyncSession, party: PartyId) -> InterestsGlance | None:
    """What the panel shows of a client's interests; None if none is open."""
    page = await interests(session, InterestFilters(party=party, states=OPEN))
    return InterestsGlance(open=page.items) if page.items else None


async def timeline_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    """What happened to the client's interests and deals, and what he said to offers."""
    happened = await _moves(session, party, before=before, limit=limit)
    offered = await _offers(session, party, before=before, limit=limit)
    both = sorted([*happened, *offered], key=lambda one: one.place, reverse=True)
    return both[:limit]


async def _moves(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    kind = TimelineKind.INTEREST
    statement = (
        select(WorkEvent, InterestRow.product, InterestRow.note, EmployeeRow.name)
        .join(InterestRow, InterestRow.id == WorkEvent.subject)
        .outerjoin(EmployeeRow, EmployeeRow.id == WorkEvent.actor)
        .where(WorkEvent.subject_kind == "interest", InterestRow.party == party)
        .where(earlier(before, kind, WorkEvent.at.expression, WorkEvent.id.expression))
        .order_by(WorkEvent.at.desc(), WorkEvent.id.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=event.at,
            kind=kind,
            ref=event.id,
            title_code=f"timeline.interest.{event.move}",
            detail={"product": product},
            text=event.note or (note if event.move == "added" else ""),
            actor=name or "",
        )
        for event, product, note, name in await session.execute(statement)
    ]


async def _offers(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    kind = TimelineKind.INTEREST
    statement = (
        select(OfferMade, EmployeeRow.name)
        .join(EmployeeRow, EmployeeRow.id == OfferMade.made_by)
        .where(OfferMade.party == party)
        .where(earlier(before, kind, OfferMade.made_at.expression, OfferMade.id.expression))
        .order_by(OfferMade.made_at.desc(), OfferMade.id.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=row.made_at,
            kind=kind,
            ref=row.id,
            title_code=f"timeline.offer.{row.outcome}",
            detail={"product": row.product},
            actor=name,
        )
        for row, name in await session.execute(statement)
    ]


def _interests() -> _Row:
    return (
        select(InterestRow, Party.display_name, EmployeeRow.name, Opportunity, _DealOwner.name)
        .join(Party, Party.id == InterestRow.party)
        .join(EmployeeRow, EmployeeRow.id == InterestRow.owner)
        .outerjoin(Opportunity, Opportunity.interest == InterestRow.id)
        .outerjoin(_DealOwner, _DealOwner.id == Opportunity.owner)
    )


def _interest(
    row: InterestRow,
    party_name: str,
    owner_name: str,
    deal: Opportunity | None,
    deal_owner: str | None,
) -> Interest:
    return Interest(
        **{name: getattr(row, name) for name in _PLAIN},
        party_name=party_name,
        owner_name=owner_name,
        deal=None if deal is None else _deal(deal, deal_owner or ""),
    )


def _deal(row: Opportunity, owner_name: str) -> Deal:
    return Deal(
        id=row.id,
        value=Money(row.value_minor, row.currency),
        stage=row.stage,
        owner=row.owner,
        owner_name=owner_name,
        expected_close=row.expected_close,
        row_version=row.row_version,
    )


def _conditions(filters: InterestFilters) -> list[ColumnElement[bool]]:
    found = [
        getattr(InterestRow, name) == getattr(filters, name)
        for name in ("owner", "party", "product")
        if getattr(filters, name) is not None
    ]
    if filters.states is not None:
        found.append(InterestRow.state.in_(filters.states))
    return found
