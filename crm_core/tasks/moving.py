"""Adding tasks and moving them through their states; every move is remembered and audited.

Each move has its own demands, a table of them beside the table of states. A move that skips what
stands between is walked step by step: finishing an assigned task starts it first.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused
from crm_core.ids import new_id
from crm_core.managers.reading import managers_at
from crm_core.models import EmployeeRow
from crm_core.models import Task as TaskRow
from crm_core.parties.editing import check_stands
from crm_core.states import after
from crm_core.tasks.colleagues import teams_of
from crm_core.tasks.history import note
from crm_core.tasks.rules import TaskRules, TaskType
from crm_core.tasks.states import (
    LED,
    TASK_MOVES,
    OwnerRule,
    SubjectKind,
    TaskMove,
    TaskSource,
    TaskState,
)
from crm_core.tasks.task import Doing, FinishedElsewhere, Stale, TaskFacts, TaskOrder, TaskUnknown
from crm_core.upsert import insert_into
from routing.ids import AgentId, PartyId

KIND = "task"
_M, _S = TaskMove, TaskState
_BETWEEN: Mapping[tuple[TaskState, TaskMove], tuple[TaskMove, ...]] = MappingProxyType(
    {
        (_S.NEW, _M.START): (_M.ASSIGN,),
        (_S.NEW, _M.WAIT): (_M.ASSIGN,),
        (_S.NEW, _M.FINISH): (_M.ASSIGN, _M.START),
        (_S.ASSIGNED, _M.FINISH): (_M.START,),
        (_S.WAITING, _M.START): (_M.RESUME,),
        (_S.WAITING, _M.FINISH): (_M.RESUME, _M.START),
    }
)


async def order(
    session: AsyncSession,
    rules: TaskRules,
    wanted: TaskOrder,
    *,
    by: AgentId,
    source: TaskSource = TaskSource.AGENT,
) -> str:
    """Add a task as its kind and the order have it. Its id.

    Raises FieldRefused for `type`, `title`, `due_at`, `owner`; PartyUnknown.
    """
    kind, now = rules.types.get(wanted.type), moment(session)
    if kind is None:
        raise FieldRefused("type", "unknown")
    if not wanted.title.strip():
        raise FieldRefused("title", "missing")
    if wanted.due_at is not None and wanted.due_at <= now:
        raise FieldRefused("due_at", "past")
    owner = wanted.owner or await _default_owner(session, kind, wanted.about.party, by)
    facts = TaskFacts(
        type=kind.code,
        title=wanted.title.strip(),
        about=wanted.about,
        due_at=wanted.due_at or now + kind.norm,
        owner=owner,
        priority=wanted.priority,
        source=source,
        estimate_min=kind.estimate_min,
    )
    return await add(session, facts, by=by)


async def add(session: AsyncSession, facts: TaskFacts, *, by: str) -> str:
    """Add a task; with a source key that made one already, that one's id. Raises PartyUnknown,
    FieldRefused for an owner who is not there."""
    if facts.about.party is not None:
        await check_stands(session, facts.about.party)
    if facts.owner is not None:
        await _check_owner(session, facts.owner)
    task, team = new_id(), await _team(session, facts.owner)
    made = await session.scalar(
        insert_into(session, TaskRow)
        .values(**_columns(facts, by, moment(session)), id=task, team=team)
        .on_conflict_do_nothing(index_elements=[TaskRow.source_key])
        .returning(TaskRow.id)
    )
    if made is None:
        known = select(TaskRow.id).where(TaskRow.source_key == facts.source_key)
        return (await session.execute(known)).scalar_one()
    state = _S.NEW if facts.owner is None else _S.ASSIGNED
    await note(session, KIND, task, by=by, move="added", state=state)
    await _audit(session, Action.TASK_ADDED, task, by=by, reason=facts.type)
    return task


async def move(
    session: AsyncSession, task: str, doing: Doing, *, rules: TaskRules, by: AgentId
) -> None:
    """Do it to the task. Raises TaskUnknown, Stale, MoveRefused, FinishedElsewhere, and
    FieldRefused for what the move needs: `owner`, `until`, `result`, `reason`, `words`."""
    row = await _locked(session, task)
    if doing.version is not None and doing.version != row.row_version:
        raise Stale
    if doing.move is _M.FINISH and row.source is TaskSource.RULE and row.subject_kind in LED:
        raise FinishedElsewhere
    await _walk(session, row, doing, rules=rules, by=by)


async def _walk(
    session: AsyncSession, row: TaskRow, doing: Doing, *, rules: TaskRules, by: AgentId
) -> None:
    """The move, after the moves that stand between; all of it is remembered, and audited once."""
    for between in _BETWEEN.get((row.state, doing.move), ()):
        await _step(session, row, Doing(move=between, owner=by), rules=rules, by=by)
    await _step(session, row, doing, rules=rules, by=by)
    await _audit(session, Action.TASK_MOVED, row.id, by=by, reason=doing.move)


async def close_made_by(
    session: AsyncSession, source_key: str, *, result: str, rules: TaskRules, by: AgentId
) -> None:
    """Finish the task that this key made, if it is still to be done."""
    found = select(TaskRow.id, TaskRow.state).where(TaskRow.source_key == source_key)
    row = (await session.execute(found)).first()
    if row is not None and TASK_MOVES[row.state]:
        locked = await _locked(session, row.id)
        doing = Doing(move=_M.FINISH, result=result)
        await _walk(session, locked, doing, rules=rules, by=by)


# ── What each move needs and changes ────────────────────────────────────────────────────────


async def _step(
    session: AsyncSession, row: TaskRow, doing: Doing, *, rules: TaskRules, by: AgentId
) -> None:
    state = after(TASK_MOVES, row.state, doing.move)
    await _DEMANDS[doing.move](session, row, doing, rules)
    row.state, row.updated_at = state, moment(session)
    if state is not _S.WAITING:
        row.waiting_until = None
    if not TASK_MOVES[state]:
        row.closed_at = moment(session)
    await session.flush()
    await note(session, KIND, row.id, by=by, move=doing.move, state=state, words=doing.words)


async def _assign(session: AsyncSession, row: TaskRow, doing: Doing, _rules: TaskRules) -> None:
    if doing.owner is None:
        raise FieldRefused("owner", "missing")
    await _check_owner(session, doing.owner)
    row.owner, row.team = doing.owner, await _team(session, doing.owner)


async def _wait(session: AsyncSession, row: TaskRow, doing: Doing, _rules: TaskRules) -> None:
    if doing.until is None:
        raise FieldRefused("until", "missing")
    if doing.until <= moment(session):
        raise FieldRefused("until", "past")
    row.waiting_until = doing.until


async def _finish(_session: AsyncSession, row: TaskRow, doing: Doing, rules: TaskRules) -> None:
    kind = rules.types.get(row.type)
    if not doing.result:
        raise FieldRefused("result", "missing")
    if kind is None or not kind.allows(doing.result):
        raise FieldRefused("result", "not_allowed")
    if (kind.needs_reason or row.source is TaskSource.DEVIATION) and not doing.reason:
        raise FieldRefused("reason", "missing")
    if doing.reason and not rules.has_reason(doing.reason):
        raise FieldRefused("reason", "not_allowed")
    row.result_code, row.reason = doing.result, doing.reason
    row.spent_min += doing.spent_min


async def _say_why(_session: AsyncSession, row: TaskRow, doing: Doing, _rules: TaskRules) -> None:
    if not doing.words.strip():
        raise FieldRefused("words", "missing")
    if doing.move is _M.REJECT:
        row.owner = None


async def _nothing(_session: AsyncSession, _row: TaskRow, _doing: Doing, _rules: TaskRules) -> None:
    """The move needs nothing."""


_Demand = Callable[[AsyncSession, TaskRow, Doing, TaskRules], Awaitable[None]]
_DEMANDS: Mapping[TaskMove, _Demand] = MappingProxyType(
    {
        _M.ASSIGN: _assign,
        _M.START: _nothing,
        _M.WAIT: _wait,
        _M.RESUME: _nothing,
        _M.REJECT: _say_why,
        _M.FINISH: _finish,
        _M.CANCEL: _say_why,
    }
)


# ── Rows ────────────────────────────────────────────────────────────────────────────────────


async def _locked(session: AsyncSession, task: str) -> TaskRow:
    row = await session.get(TaskRow, task, with_for_update=True, populate_existing=True)
    if row is None:
        raise TaskUnknown
    return row


async def _check_owner(session: AsyncSession, owner: AgentId) -> None:
    row = await session.get(EmployeeRow, owner)
    if row is None or not row.active:
        raise FieldRefused("owner", "unknown")


async def _team(session: AsyncSession, owner: AgentId | None) -> str | None:
    """The team that a task of this owner falls back to."""
    teams = await teams_of(session, owner) if owner is not None else ()
    return teams[0] if teams else None


async def _default_owner(
    session: AsyncSession, kind: TaskType, party: PartyId | None, by: AgentId
) -> AgentId | None:
    if kind.owner is OwnerRule.NOBODY:
        return None
    if kind.owner is OwnerRule.PRIMARY_MANAGER and party is not None:
        return await first_manager(session, party) or by
    return by


async def first_manager(session: AsyncSession, party: PartyId) -> AgentId | None:
    """The first of the party's managers who is still with the bank, or who stands in for him."""
    for one in await managers_at(session, party):
        if one.away is not None and one.away.substitute is not None:
            return one.away.substitute
        if one.active and one.away is None:
            return one.employee
    return None


def _columns(facts: TaskFacts, by: str, now: datetime) -> dict[str, object]:
    about = facts.about
    return {
        "type": facts.type,
        "title": facts.title,
        "priority": facts.priority,
        "subject_kind": about.kind,
        "subject": about.id,
        "party": about.party if about.kind is not SubjectKind.PARTY else about.id,
        "due_at": facts.due_at,
        "owner": facts.owner,
        "state": _S.NEW if facts.owner is None else _S.ASSIGNED,
        "source": facts.source,
        "source_key": facts.source_key,
        "estimate_min": facts.estimate_min,
        "created_at": now,
        "created_by": by,
        "updated_at": now,
        "row_version": 1,
    }


async def _audit(session: AsyncSession, action: Action, task: str, *, by: str, reason: str) -> None:
    await record(session, action, actor=by, subject=Subject(kind=KIND, id=task), reason=reason)
