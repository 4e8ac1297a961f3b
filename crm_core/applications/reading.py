"""How screens and the API see applications: lists by cursor, one whole. Reads only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.application import (
    KIND,
    ApplicationUnknown,
    CastVote,
    Happened,
    Line,
    Paper,
    Whole,
)
from crm_core.applications.held import route_of, standing
from crm_core.applications.rights import Act, why_not
from crm_core.applications.states import OPEN, ApplicationState
from crm_core.cursors import before, cursor_at
from crm_core.database import moment
from crm_core.models import (
    ApplicationDocument,
    ApplicationEvent,
    ApplicationVote,
    CoApplicant,
    CreditApplication,
    EmployeeRow,
    Party,
    Product,
    SlaClock,
)
from crm_core.money import Money
from crm_core.staff.employees import Employee
from crm_core.worktime import clocks
from crm_core.worktime.clocks import Reading
from routing.ids import AgentId, PartyId

LARGEST_PAGE = 200
_LONGEST_HISTORY = 200
_Row = Row[CreditApplication, str, Product, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFilters:
    """Which applications; None and False ask for all. `late`: a clock of theirs runs and has run
    out. A party's are those that it applies for, alone or with others."""

    state: ApplicationState | None = None
    open_only: bool = False
    owner: AgentId | None = None
    party: PartyId | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPage:
    """Applications, newest first; `next_cursor` is None on the last page."""

    items: tuple[Line, ...]
    next_cursor: str | None


async def applications(
    session: AsyncSession, filters: ApplicationFilters, *, cursor: str | None, limit: int
) -> ApplicationPage:
    """A page of applications. Raises CursorRefused."""
    limit = max(1, min(limit, LARGEST_PAGE))
    row = CreditApplication
    statement = _lines().where(*_conditions(filters, moment(session)))
    if cursor:
        statement = statement.where(before(row.created_at, row.id, cursor))
    statement = statement.order_by(row.created_at.desc(), row.id.desc()).limit(limit + 1)
    rows = (await session.execute(statement)).all()
    items = await _told(session, rows[:limit])
    more = len(rows) > limit
    last = cursor_at(items[-1].created_at, items[-1].id) if more else None
    return ApplicationPage(items=items, next_cursor=last)


async def line(session: AsyncSession, application: str) -> Line:
    """One application as in a list. Raises ApplicationUnknown."""
    rows = await session.execute(_lines().where(CreditApplication.id == application))
    found = await _told(session, rows.all())
    if not found:
        raise ApplicationUnknown
    return found[0]


async def whole(session: AsyncSession, application: str, viewer: Employee) -> Whole:
    """One application, and what the viewer may do with it. Raises ApplicationUnknown."""
    told = await line(session, application)
    row = await session.get_one(CreditApplication, application)
    route = await route_of(session, row)
    held = await standing(session, row, route)
    return Whole(
        line=told,
        purpose=row.purpose,
        channel=row.channel,
        created_by=await _name(session, row.created_by),
        co_applicants=await _co_applicants(session, application),
        route=route,
        route_version=row.route_version,
        votes=await _votes(session, row),
        papers=await _papers(session, application),
        history=await _history(session, application),
        acts={act: why_not(held, act, viewer) for act in Act},
        informed_in_call=row.informed_in_call,
    )


def _lines() -> Select[CreditApplication, str, Product, str]:
    return (
        select(CreditApplication, Party.display_name, Product, EmployeeRow.name)
        .join(Party, Party.id == CreditApplication.party)
        .join(Product, Product.id == CreditApplication.product)
        .outerjoin(EmployeeRow, EmployeeRow.id == CreditApplication.owner)
    )


def _conditions(filters: ApplicationFilters, now: datetime) -> list[ColumnElement[bool]]:
    row, found = CreditApplication, []
    if filters.state is not None:
        found.append(row.state == filters.state)
    if filters.open_only:
        found.append(row.state.in_(OPEN))
    if filters.owner is not None:
        found.append(row.owner == filters.owner)
    if filters.party is not None:
        together = select(CoApplicant.application).where(CoApplicant.party == filters.party)
        found.append(or_(row.party == filters.party, row.id.in_(together)))
    if filters.late:
        running = SlaClock.met_at.is_(None), SlaClock.paused_since.is_(None)
        out = SlaClock.subject_kind == KIND, SlaClock.due_at < now
        found.append(row.id.in_(select(SlaClock.subject).where(*out, *running)))
    return found


async def _told(session: AsyncSession, rows: Sequence[_Row]) -> tuple[Line, ...]:
    ids = [row[0].id for row in rows]
    shown = await clocks.readings(session, KIND, ids, now=moment(session)) if ids else {}
    return tuple(_line(row[0], row[1], row[2], row[3], shown.get(row[0].id, ())) for row in rows)


def _line(
    row: CreditApplication, party: str, product: Product, owner: str | None, shown: Collection[Any]
) -> Line:
    approved = row.approved_minor
    readings: Mapping[str, Reading] = {one.metric: one for one in shown}
    return Line(
        id=row.id,
        number=row.number,
        party=row.party,
        party_name=party,
        product=product.code,
        product_names=product.names,
        amount=Money(row.amount_minor, row.currency),
        term_months=row.term_months,
        state=row.state,
        stage=row.stage,
        owner=row.owner,
        owner_name=owner,
        decision=row.decision,
        decided_at=row.decided_at,
        approved=None if approved is None else Money(approved, row.currency),
        decision_expires_on=row.decision_expires_on,
        client_informed_at=row.client_informed_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        row_version=row.row_version,
        clocks=readings,
    )


async def _co_applicants(
    session: AsyncSession, application: str
) -> tuple[tuple[PartyId, str], ...]:
    statement = (
        select(Party.id, Party.display_name)
        .join(CoApplicant, CoApplicant.party == Party.id)
        .where(CoApplicant.application == application)
        .order_by(Party.display_name, Party.id)
    )
    return tuple((party, name) for party, name in await session.execute(statement))


async def _votes(session: AsyncSession, row: CreditApplication) -> tuple[CastVote, ...]:
    cast = ApplicationVote
    statement = (
        select(cast, EmployeeRow.name)
        .join(EmployeeRow, EmployeeRow.id == cast.voter)
        .where(cast.application == row.id, cast.round == row.round)
        .order_by(cast.at, cast.id)
    )
    return tuple(
        CastVote(
            voter=one.voter,
            voter_name=name,
            choice=one.choice,
            counter=None if one.counter_minor is None else Money(one.counter_minor, row.currency),
            note=one.note,
            at=one.at,
        )
        for one, name in await session.execute(statement)
    )


async def _papers(session: AsyncSession, application: str) -> tuple[Paper, ...]:
    row = ApplicationDocument
    statement = select(row.code, row.received_at).where(row.application == application)
    rows = await session.execute(statement.order_by(row.code))
    return tuple(Paper(code=code, received_at=at) for code, at in rows)


async def _history(session: AsyncSession, application: str) -> tuple[Happened, ...]:
    row = ApplicationEvent
    statement = (
        select(row, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == row.actor)
        .where(row.application == application)
        .order_by(row.at.desc(), row.id.desc())
        .limit(_LONGEST_HISTORY)
    )
    return tuple(
        Happened(
            at=one.at,
            move=one.move,
            state=one.state,
            stage=one.stage,
            actor=name or "",
            note=one.note,
        )
        for one, name in await session.execute(statement)
    )


async def _name(session: AsyncSession, employee: str) -> str:
    name = await session.scalar(select(EmployeeRow.name).where(EmployeeRow.id == employee))
    return name or employee
