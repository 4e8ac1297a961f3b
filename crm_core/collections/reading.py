"""How screens and the API see collection work: the work list, and a case with all of its parts.

The list holds no amounts. A case is read whole; whether its amounts may be shown is decided by who
shows them (`crm_core.parties.looking`), with an audit. Reads only.
"""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.terms import RANGE_FROM, AgreementKind, DelinquencyRange, range_of
from crm_core.collections.planning import CaseUnknown
from crm_core.collections.states import CasePause, CaseState
from crm_core.cursors import CursorRefused
from crm_core.models import (
    Agreement,
    CaseEventRow,
    CaseItem,
    CollectionCase,
    EmployeeRow,
    Party,
    Promise,
    PromiseException,
)
from crm_core.money import Money, totals
from routing.ids import AgentId, PartyId

LARGEST_PAGE = 200
LONGEST_HISTORY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilters:
    """What the list shows: None and False mean no condition. `due_before`: only cases whose next
    step is due before this moment. `nobodys`: only those without an owner."""

    owner: AgentId | None = None
    nobodys: bool = False
    state: CaseState | None = None
    range: DelinquencyRange | None = None
    due_before: datetime | None = None
    party: PartyId | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """A case in a list."""

    case: str
    party: PartyId
    party_name: str
    state: CaseState
    stage: str
    strategy: str
    owner: AgentId | None
    owner_name: str | None
    next_step: str
    next_action_at: datetime | None
    worst_dpd: int
    worst_range: DelinquencyRange
    score: int
    episode: int
    opened_on: date
    closed_on: date | None
    pause_ends_on: date | None
    pause_reason: CasePause | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Cases, the most urgent first. `next_cursor` is opaque, None on the last page."""

    items: tuple[CaseSummary, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """An agreement of a case, as it stood on `as_of`."""

    agreement: str
    kind: AgreementKind
    last4: str
    dpd: int
    range: DelinquencyRange
    overdue: Money
    as_of: date
    cleared_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCase:
    """A case with its items, history and promises, the newest first."""

    summary: CaseSummary
    zero_on: date | None
    reviewed_on: date
    factors: tuple[dict[str, int | str], ...]
    items: tuple[ItemLine, ...]
    events: tuple[CaseEventRow, ...]
    promises: tuple[Promise, ...]
    exceptions: tuple[PromiseException, ...]

    @property
    def total_due(self) -> tuple[Money, ...]:
        """What is overdue, by currency."""
        return tuple(one for one in totals(item.overdue for item in self.items) if one)

    @property
    def done_steps(self) -> frozenset[str]:
        """The steps that were done in the running episode."""
        now = self.summary.episode
        return frozenset(one.step for one in self.events if one.step and one.episode == now)


async def cases(
    session: AsyncSession, filters: CaseFilters, *, cursor: str | None = None, limit: int = 50
) -> CasePage:
    """A page of cases, by score, then by age. Raises CursorRefused."""
    row, limit = CollectionCase, max(1, min(limit, LARGEST_PAGE))
    statement = _summaries().where(*_conditions(filters)).order_by(row.score.desc(), row.id)
    if cursor:
        points, last = _read_cursor(cursor)
        after = or_(row.score < points, and_(row.score == points, row.id > last))
        statement = statement.where(after)
    found = (await session.execute(statement.limit(limit + 1))).all()
    items = tuple(_summary(*one) for one in found[:limit])
    more = len(found) > limit
    return CasePage(items=items, next_cursor=_cursor(items[-1]) if more else None)


async def case_summary(session: AsyncSession, case: str) -> CaseSummary:
    """One case without its parts. Raises CaseUnknown."""
    found = (await session.execute(_summaries().where(CollectionCase.id == case))).first()
    if found is None:
        raise CaseUnknown
    return _summary(*found)


async def whole_case(session: AsyncSession, case: str) -> WholeCase:
    """One case with all that belongs to it. Raises CaseUnknown."""
    summary = await case_summary(session, case)
    row = await session.get_one(CollectionCase, case)
    event, promise, odd = CaseEventRow, Promise, PromiseException
    events = select(event).where(event.case == case).order_by(event.at.desc(), event.id.desc())
    promises = select(promise).where(promise.case == case)
    exceptions = select(odd).join(promise, promise.id == odd.promise).where(promise.case == case)
    return WholeCase(
        summary=summary,
        zero_on=row.zero_on,
        reviewed_on=row.reviewed_on,
        factors=tuple(row.factors),
        items=await _items(session, case),
        events=tuple(await session.scalars(events.limit(LONGEST_HISTORY))),
        promises=tuple(
            await session.scalars(promises.order_by(promise.taken_at.desc(), promise.id.desc()))
        ),
        exceptions=tuple(await session.scalars(exceptions.order_by(odd.found_on.desc()))),
    )


async def names_of_employees(session: AsyncSession, ids: Iterable[str | None]) -> dict[str, str]:
    """Names by id, of those that are employees."""
    wanted = {AgentId(one) for one in ids if one}
    row = EmployeeRow
    rows = await session.execute(select(row.id, row.name).where(row.id.in_(wanted)))
    return {one.id: one.name for one in rows}


async def _items(session: AsyncSession, case: str) -> tuple[ItemLine, ...]:
    statement = (
        select(CaseItem, Agreement.kind, Agreement.number_last4)
        .join(Agreement, Agreement.id == CaseItem.agreement)
        .where(CaseItem.case == case)
        .order_by(CaseItem.dpd.desc(), CaseItem.agreement)
    )
    return tuple(
        ItemLine(
            agreement=row.agreement,
            kind=kind,
            last4=last4,
            dpd=row.dpd,
            range=row.range,
            overdue=Money(row.overdue_minor, row.currency),
            as_of=row.business_date,
            cleared_on=row.cleared_on,
        )
        for row, kind, last4 in await session.execute(statement)
    )


def _summaries() -> Select[CollectionCase, str, str]:
    row = CollectionCase
    return (
        select(row, Party.display_name, EmployeeRow.name)
        .join(Party, Party.id == row.party)
        .outerjoin(EmployeeRow, EmployeeRow.id == row.owner)
    )


def _summary(row: CollectionCase, party_name: str, owner_name: str | None) -> CaseSummary:
    return CaseSummary(
        case=row.id,
        party=row.party,
        party_name=party_name,
        state=row.state,
        stage=row.stage,
        strategy=row.strategy,
        owner=row.owner,
        owner_name=owner_name,
        next_step=row.next_step,
        next_action_at=row.next_action_at,
        worst_dpd=row.worst_dpd,
        worst_range=range_of(row.worst_dpd),
        score=row.score,
        episode=row.episode,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        pause_ends_on=row.pause_ends_on,
        pause_reason=row.pause_reason,
        version=row.row_version,
    )


def _conditions(filters: CaseFilters) -> list[ColumnElement[bool]]:
    row = CollectionCase
    ended = row.closed_on.is_not(None) if filters.ended else row.closed_on.is_(None)
    found: list[ColumnElement[bool]] = [] if filters.party is not None else [ended]
    if filters.party is not None:
        found.append(row.party == filters.party)
    if filters.owner is not None:
        found.append(row.owner == filters.owner)
    if filters.nobodys:
        found.append(row.owner.is_(None))
    if filters.state is not None:
        found.append(row.state == filters.state)
    if filters.range is not None:
        found.append(_in_range(filters.range))
    if filters.due_before is not None:
        found.append(row.next_action_at < filters.due_before)
    return found


def _in_range(wanted: DelinquencyRange) -> ColumnElement[bool]:
    first = RANGE_FROM[wanted]
    later = min((start for start in RANGE_FROM.values() if start > first), default=None)
    at_least = CollectionCase.worst_dpd >= first
    return at_least if later is None else and_(at_least, CollectionCase.worst_dpd < later)


def _cursor(last: CaseSummary) -> str:
    return base64.urlsafe_b64encode(json.dumps([last.score, last.case]).encode()).decode()


def _read_cursor(cursor: str) -> tuple[int, str]:
    try:
        points, case = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error) as error:
        raise CursorRefused from error
    if type(points) is not int or not 0 <= points <= 1_000 or not isinstance(case, str):
        raise CursorRefused
    if not case.isprintable():
        raise CursorRefused
    return points, case
