"""Items of a worklist that come from the bank's work: cases, promises to pay, applications.

Reads the tables of collections and applications; whether something is due is theirs to have
written there: the strategy's next step, the promise's day, the norm clock.
"""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.application import KIND as APPLICATION
from crm_core.applications.states import ApplicationState
from crm_core.collections.states import PromiseState
from crm_core.models import CollectionCase, CreditApplication, Promise, SlaClock
from crm_core.worklist.ranking import HORIZON, LONGEST, Cause, Item
from routing.ids import AgentId

_TO_TELL = frozenset(
    {ApplicationState.APPROVED, ApplicationState.COUNTER_OFFER, ApplicationState.DECLINED}
)
_IN_HAND = frozenset(
    {
        ApplicationState.DRAFT,
        ApplicationState.RETURNED,
        ApplicationState.SUBMITTED,
        ApplicationState.REVIEW,
        ApplicationState.ACCEPTED,
        ApplicationState.SIGNED,
    }
)


_MAKERS = _TO_TELL | {ApplicationState.DRAFT, ApplicationState.RETURNED}
"""In these an application is its maker's too: he hands it in, and his client waits for the word."""


async def cases(session: AsyncSession, employee: AgentId, now: datetime) -> list[Item]:
    """His open cases whose next step is due within the horizon."""
    row = CollectionCase
    statement = (
        select(row)
        .where(row.owner == employee, row.closed_on.is_(None))
        .where(row.next_action_at <= now + HORIZON)
        .order_by(row.next_action_at, row.id)
        .limit(LONGEST)
    )
    return [
        Item(
            cause=Cause.CASE,
            subject=one.id,
            due_at=one.next_action_at or now,
            party=one.party,
            detail=one.next_step,
        )
        for one in await session.scalars(statement)
    ]


async def promises(session: AsyncSession, employee: AgentId, now: datetime) -> list[Item]:
    """Promises in his cases whose day has come and whose proof has not."""
    statement = (
        select(Promise, CollectionCase)
        .join(CollectionCase, CollectionCase.id == Promise.case)
        .where(CollectionCase.owner == employee, Promise.state == PromiseState.ACTIVE)
        .where(Promise.due_on <= now.date())
        .order_by(Promise.due_on, Promise.id)
        .limit(LONGEST)
    )
    return [
        Item(
            cause=Cause.PROMISE_DUE,
            subject=case.id,
            due_at=datetime.combine(promise.last_on + timedelta(days=1), time(), UTC),
            party=case.party,
        )
        for promise, case in await session.execute(statement)
    ]


async def applications(session: AsyncSession, employee: AgentId, now: datetime) -> list[Item]:
    """His applications that wait for him, or whose client is not told the decision yet; due by
    the first of their running norm clocks."""
    row = CreditApplication
    clock = (
        select(func.min(SlaClock.due_at))
        .where(SlaClock.subject_kind == APPLICATION, SlaClock.subject == row.id)
        .where(SlaClock.met_at.is_(None), SlaClock.paused_since.is_(None))
        .scalar_subquery()
    )
    untold = and_(row.state.in_(_TO_TELL), row.client_informed_at.is_(None))
    made = and_(row.created_by == employee, row.state.in_(_MAKERS))
    statement = (
        select(row, clock)
        .where(or_(row.owner == employee, made), or_(row.state.in_(_IN_HAND), untold))
        .order_by(row.created_at, row.id)
        .limit(LONGEST)
    )
    return [
        Item(
            cause=Cause.DECISION if one.state in _TO_TELL else Cause.APPLICATION,
            subject=one.id,
            due_at=due_at or now + HORIZON,
            party=one.party,
            detail=one.state.value,
        )
        for one, due_at in await session.execute(statement)
    ]
