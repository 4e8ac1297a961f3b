"""What a party's page shows of collection work: the glance of the first second, the timeline."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.collections.reading import names_of_employees
from crm_core.collections.states import CasePause, CaseState, PromiseState
from crm_core.models import CaseEventRow, CollectionCase, EmployeeRow, Promise
from crm_core.money import Money
from crm_core.parties.timeline import Place, TimelineEvent, TimelineKind, earlier
from routing.ids import AgentId, PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseGlance:
    """The running promise. `amount` and `kept` are shown only where amounts are open."""

    promise: str
    amount: Money
    kept: Money
    due_on: date
    last_on: date

    @property
    def partly_paid(self) -> bool:
        return 0 < self.kept.minor < self.amount.minor


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionGlance:
    """The open case of a party. Codes of stage and step are those of the bank's rules."""

    case: str
    state: CaseState
    stage: str
    strategy: str
    owner: AgentId | None
    owner_name: str | None
    next_step: str
    next_action_at: datetime | None
    worst_dpd: int
    score: int
    pause_ends_on: date | None
    pause_reason: CasePause | None
    promise: PromiseGlance | None
    broken_promises: int


async def glance(session: AsyncSession, party: PartyId) -> CollectionGlance | None:
    """What the panel shows of the party's open case; None if there is none."""
    row = CollectionCase
    mine = (
        select(row, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == row.owner)
        .where(row.party == party, row.closed_on.is_(None))
    )
    found = (await session.execute(mine)).first()
    if found is None:
        return None
    case, owner_name = found
    promises = list(await session.scalars(select(Promise).where(Promise.case == case.id)))
    active = next((one for one in promises if one.state is PromiseState.ACTIVE), None)
    return CollectionGlance(
        case=case.id,
        state=case.state,
        stage=case.stage,
        strategy=case.strategy,
        owner=case.owner,
        owner_name=owner_name,
        next_step=case.next_step,
        next_action_at=case.next_action_at,
        worst_dpd=case.worst_dpd,
        score=case.score,
        pause_ends_on=case.pause_ends_on,
        pause_reason=case.pause_reason,
        promise=_promise(active) if active else None,
        broken_promises=sum(one.state is PromiseState.BROKEN for one in promises),
    )


async def timeline_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    """What was done in the party's cases, and the promises that were taken, newest first."""
    cases = await _case_events(session, party, before=before, limit=limit)
    promises = await _promise_events(session, party, before=before, limit=limit)
    return sorted([*cases, *promises], key=lambda one: one.place, reverse=True)[:limit]


async def _case_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    row = CaseEventRow
    statement = (
        select(row)
        .where(
            row.party == party,
            earlier(before, TimelineKind.CASE, row.at.expression, row.id.expression),
        )
        .order_by(row.at.desc(), row.id.desc())
        .limit(limit)
    )
    rows = list(await session.scalars(statement))
    names = await names_of_employees(session, [one.actor for one in rows])
    return [
        TimelineEvent(
            at=one.at,
            kind=TimelineKind.CASE,
            ref=one.id,
            title_code=f"collections.event.{one.kind}",
            detail={"outcome": f"collections.outcome.{one.outcome}"} if one.outcome else {},
            text=one.note if one.kind in ("step", "contact", "pause") else "",
            actor=names.get(one.actor, ""),
        )
        for one in rows
    ]


async def _promise_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    row, ref = Promise, Promise.id
    statement = (
        select(row, EmployeeRow.name)
        .join(CollectionCase, CollectionCase.id == row.case)
        .join(EmployeeRow, EmployeeRow.id == row.taken_by)
        .where(CollectionCase.party == party)
        .where(earlier(before, TimelineKind.PROMISE, row.taken_at.expression, ref.expression))
        .order_by(row.taken_at.desc(), ref.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=one.taken_at,
            kind=TimelineKind.PROMISE,
            ref=one.id,
            title_code="collections.promise.taken",
            detail={
                "due_on": one.due_on.isoformat(),
                "state": f"collections.promise.{one.state}",
            },
            actor=name,
            amount=Money(one.amount_minor, one.currency),
        )
        for one, name in await session.execute(statement)
    ]


def _promise(row: Promise) -> PromiseGlance:
    return PromiseGlance(
        promise=row.id,
        amount=Money(row.amount_minor, row.currency),
        kept=Money(row.kept_minor, row.currency),
        due_on=row.due_on,
        last_on=row.last_on,
    )
