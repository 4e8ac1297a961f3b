"""What people do with a case: take it, talk, do a step, pause, move it, and hand it over.

Every write names the version of the case that its author saw; if somebody was faster, it is
refused. Each is a move or a step in the case's history and an event of the audit.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.collections.history import STEP, Doing, moved, remembered
from crm_core.collections.items import items_of
from crm_core.collections.planning import CaseUnknown, plan
from crm_core.collections.states import (
    DIRECTED,
    ENDED,
    RESUMES,
    CaseEvent,
    CasePause,
    CaseState,
    Channel,
    ContactOutcome,
)
from crm_core.collections.strategy import CollectionRules
from crm_core.errors import FieldRefused, Refused
from crm_core.models import CollectionCase, EmployeeRow
from crm_core.staff.permissions import Permission, may
from crm_core.states import MoveRefused
from routing.ids import AgentId, CallId

LONGEST_NOTE = 2_000
BY_HAND = DIRECTED | {CaseEvent.BACK}
"""Moves that are asked for by name; the others have use cases of their own."""


class CaseStale(Refused):
    """Somebody else changed the case meanwhile."""

    code = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The case as its author saw it, who he is, and the business date."""

    case: str
    version: int
    by: AgentId
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A talk or another step. `step` is one of the strategy, or none for a talk beside it."""

    channel: Channel
    outcome: ContactOutcome
    step: str = ""
    call: CallId | None = None
    note: str = ""


async def locked_case(session: AsyncSession, seen: Seen) -> CollectionCase:
    """The case, held until the end of the unit of work. Raises CaseUnknown, CaseStale."""
    case = await session.get(CollectionCase, seen.case, with_for_update=True)
    if case is None:
        raise CaseUnknown
    if case.row_version != seen.version:
        raise CaseStale
    return case


async def assign(session: AsyncSession, seen: Seen, owner: AgentId, rules: CollectionRules) -> None:
    """Give the case to an employee who works on cases. Raises CaseUnknown, CaseStale, MoveRefused,
    FieldRefused."""
    case = await locked_case(session, seen)
    row = await session.get(EmployeeRow, owner)
    if row is None or not row.active or not may(row.role, Permission.WORK_CASES):
        raise FieldRefused("owner", "cannot_work_cases")
    case.owner = owner
    if case.state is CaseState.PAUSED:
        if case.paused_in is CaseState.OPEN:
            case.paused_in = CaseState.ASSIGNED
        remembered(session, case, CaseEvent.ASSIGN, Doing(by=seen.by, note=owner))
    else:
        moved(session, case, CaseEvent.ASSIGN, Doing(by=seen.by, note=owner))
    await _written(session, case, seen, rules, CaseEvent.ASSIGN, owner=owner)


async def do_step(
    session: AsyncSession, seen: Seen, step: StepDone, rules: CollectionRules
) -> None:
    """Note a talk or a step. A talk with the debtor himself takes the case into contact; whoever
    talks on a case of nobody takes it.

    Raises CaseUnknown, CaseStale, MoveRefused, FieldRefused.
    """
    case = await locked_case(session, seen)
    if case.state in ENDED or case.state is CaseState.PAUSED:
        raise MoveRefused(f"{STEP} in {case.state}")
    if step.step and rules.step(case.strategy, step.step) is None:
        raise FieldRefused("step", "unknown")
    noted = replace(step, note=_note(step.note))
    reached = noted.outcome is ContactOutcome.RIGHT_PARTY
    doing = Doing(
        by=seen.by,
        step=noted.step,
        channel=noted.channel,
        outcome=noted.outcome,
        call=noted.call,
        note=noted.note,
    )
    taken_over(session, case, by=seen.by)
    if reached:
        moved(session, case, CaseEvent.CONTACT, doing)
    else:
        remembered(session, case, STEP, doing)
    await plan(session, case, await items_of(session, case.id), rules, on=seen.on)
    await recorded(
        session,
        case,
        Action.CASE_STEP_DONE,
        seen,
        {"step": noted.step, "channel": noted.channel, "outcome": noted.outcome},
    )


async def pause(
    session: AsyncSession,
    seen: Seen,
    rules: CollectionRules,
    *,
    until: date,
    reason: CasePause,
    note: str = "",
) -> None:
    """Let nobody work on the case before the day `until`. Raises CaseUnknown, CaseStale,
    MoveRefused, FieldRefused."""
    case = await locked_case(session, seen)
    if until <= seen.on:
        raise FieldRefused("until", "in_the_past")
    if until > seen.on + timedelta(days=rules.longest_pause_days):
        raise FieldRefused("until", "too_late")
    before = case.state
    case.pause_ends_on, case.pause_reason, case.paused_in = until, reason, before
    moved(session, case, CaseEvent.PAUSE, Doing(by=seen.by, note=_note(note), outcome=reason))
    await _written(session, case, seen, rules, CaseEvent.PAUSE, reason=reason)


async def resume(session: AsyncSession, seen: Seen, rules: CollectionRules) -> None:
    """Go on before the pause is over. Raises CaseUnknown, CaseStale, MoveRefused."""
    case = await locked_case(session, seen)
    if case.paused_in is None:
        raise MoveRefused(f"resume in {case.state}")
    event = RESUMES[case.paused_in]
    moved(session, case, event, Doing(by=seen.by))
    case.pause_ends_on = case.pause_reason = case.paused_in = None
    await _written(session, case, seen, rules, event)


async def move(
    session: AsyncSession,
    seen: Seen,
    event: CaseEvent,
    rules: CollectionRules,
    *,
    note: str = "",
) -> None:
    """Make one of the moves BY_HAND; writing off ends the case. Raises CaseUnknown, CaseStale,
    MoveRefused."""
    case = await locked_case(session, seen)
    if event not in BY_HAND:
        raise MoveRefused(f"{event} by hand")
    moved(session, case, event, Doing(by=seen.by, note=_note(note)))
    if case.state in ENDED:
        case.closed_on, case.next_action_at, case.next_step = seen.on, None, ""
        await session.flush()
        await recorded(session, case, Action.CASE_MOVED, seen, {"event": event})
        return
    await _written(session, case, seen, rules, event)


def taken_over(session: AsyncSession, case: CollectionCase, *, by: AgentId) -> None:
    """Give a case of nobody to whoever works on it."""
    if case.state is CaseState.OPEN:
        case.owner = case.owner or by
        moved(session, case, CaseEvent.ASSIGN, Doing(by=by, note=case.owner))


async def recorded(
    session: AsyncSession,
    case: CollectionCase,
    action: Action,
    seen: Seen,
    detail: dict[str, str],
) -> None:
    """Write the deed into the audit, with the party that it is about."""
    await session.flush()
    await record(
        session,
        action,
        actor=seen.by,
        subject=Subject(kind="collection_case", id=case.id),
        reason=f"party:{case.party}",
        detail={code: str(value) for code, value in detail.items() if value},
    )


async def owners(session: AsyncSession) -> list[tuple[AgentId, str]]:
    """Ids and names of those who can own a case, by name."""
    row = EmployeeRow
    rows = await session.scalars(select(row).where(row.active.is_(True)).order_by(row.name, row.id))
    return [(one.id, one.name) for one in rows if may(one.role, Permission.WORK_CASES)]


async def _written(
    session: AsyncSession,
    case: CollectionCase,
    seen: Seen,
    rules: CollectionRules,
    event: CaseEvent,
    **detail: str,
) -> None:
    await plan(session, case, await items_of(session, case.id), rules, on=seen.on)
    await recorded(session, case, Action.CASE_MOVED, seen, {"event": event, **detail})


def _note(text: str) -> str:
    if len(text) > LONGEST_NOTE:
        raise FieldRefused("note", "too_long")
    return text.strip()
