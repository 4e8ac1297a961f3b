"""From agents' pictures in the journal to intervals in SQL, and to how long agents had each call.

A state is named by its agent and its beginning; of two pictures of one state the greater version
holds. A state ends where the next known one begins. So the table depends on the set of pictures
alone: not on their order, not on how often each comes, not on the batches they come in.
"""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    ScalarSelect,
    Update,
    bindparam,
    case,
    func,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.models import AgentState, CallCard
from crm_core.reports.timing import epoch_ms
from crm_core.upsert import insert_into
from routing.decision import Decision
from routing.ids import AgentId, CallId, QueueId
from routing.notices import AgentChanged, AgentView, CallChanged, CallView
from routing.terms import Activity, Availability, Direction, NotReadyReason

_KEY = (AgentState.agent, AgentState.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateTold:
    """A picture of a state. `queue` and `direction` are its call's, if the same decision told
    them."""

    agent: AgentId
    since: datetime
    version: int
    availability: Availability
    reason: NotReadyReason | None
    activity: Activity
    call: CallId | None
    queue: QueueId | None
    direction: Direction | None


def states_told(decisions: Iterable[Decision]) -> tuple[StateTold, ...]:
    """All states that the decisions tell of, as often as they do."""
    return tuple(
        _told(notice.agent, calls)
        for decision in decisions
        for calls in (_calls(decision),)
        for notice in decision.notices
        if isinstance(notice, AgentChanged)
    )


async def write_states(session: AsyncSession, told: Sequence[StateTold]) -> set[CallId]:
    """Keep the states and end those that came before them. The calls whose handling that may have
    changed."""
    if not told:
        return set()
    statement = insert_into(session, AgentState)
    old, new = AgentState, statement.excluded
    newer = new.version > old.version
    latest = ("availability", "reason", "activity", "call", "version")
    renewed = {name: case((newer, new[name]), else_=getattr(old, name)) for name in latest}
    for name in ("queue", "direction"):
        mine, told_now = getattr(old, name), new[name]
        renewed[name] = case(
            (newer, func.coalesce(told_now, mine)), else_=func.coalesce(mine, told_now)
        )
    await session.execute(
        statement.on_conflict_do_update(index_elements=_KEY, set_=renewed),
        [dataclasses.asdict(one) for one in told],
    )
    touched = (await session.execute(_touched(told))).all()
    keys = [{"of": agent, "began": since} for agent, since, _call in touched]
    await (await session.connection()).execute(_end_of_one(), keys)
    return {call for _agent, _since, call in touched if call is not None}


async def settle_handling(session: AsyncSession, calls: Collection[CallId]) -> None:
    """Write to the calls' cards how long agents had them, and where they were answered."""
    if not calls:
        return
    is_callback = CallCard.direction == Direction.CALLBACK
    await session.execute(
        update(CallCard)
        .where(CallCard.call.in_(calls))
        .values(
            dial_ms=case((is_callback, _spent(Activity.RINGING)), else_=0),
            talk_ms=_spent(Activity.ON_CALL),
            hold_ms=_spent(Activity.ON_HOLD),
            wrap_up_ms=_spent(Activity.WRAP_UP),
            answered_in=_first_queue(),
        )
        .execution_options(synchronize_session=False)
    )


def _told(view: AgentView, calls: Mapping[CallId, CallView]) -> StateTold:
    call = calls.get(view.call) if view.call else None
    return StateTold(
        agent=view.agent,
        since=view.since,
        version=view.version,
        availability=view.availability,
        reason=view.reason,
        activity=view.activity,
        call=view.call,
        queue=call.queue if call else None,
        direction=call.direction if call else None,
    )


def _calls(decision: Decision) -> dict[CallId, CallView]:
    return {
        notice.call.call: notice.call
        for notice in decision.notices
        if isinstance(notice, CallChanged)
    }


def _touched(told: Sequence[StateTold]) -> CompoundSelect[Any]:
    """What these pictures may change: the states themselves and those that they end.

    A union and no OR, for which SQLite would read all that these agents ever did.
    """
    first = min(one.since for one in told)
    row = AgentState
    mine = select(row.agent, row.since, row.call).where(row.agent.in_({one.agent for one in told}))
    return union_all(mine.where(row.until >= first), mine.where(row.until.is_(None)))


def _end_of_one() -> Update:
    """The state `of` an agent that `began` then ends where his next one begins."""
    following = aliased(AgentState)
    begins = (
        select(func.min(following.since))
        .where(following.agent == AgentState.agent, following.since > AgentState.since)
        .scalar_subquery()
    )
    one = AgentState.agent == bindparam("of"), AgentState.since == bindparam("began")
    return update(AgentState).where(*one).values(until=begins)


def _spent(activity: Activity) -> ScalarSelect[int]:
    state = aliased(AgentState)
    spent = func.sum(epoch_ms(state.until) - epoch_ms(state.since))
    return (
        select(func.coalesce(spent, 0))
        .where(state.call == CallCard.call, state.activity == activity)
        .correlate(CallCard)
        .scalar_subquery()
    )


def _first_queue() -> ScalarSelect[QueueId | None]:
    state = aliased(AgentState)
    return (
        select(state.queue)
        .where(state.call == CallCard.call, state.activity == Activity.ON_CALL)
        .order_by(state.since)
        .limit(1)
        .correlate(CallCard)
        .scalar_subquery()
    )
