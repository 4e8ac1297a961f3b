"""Registering complaints and handling them to the end, which is the client's being thanked.

The result must be told to the client, and he is thanked: closing without either is no move of the
table. Each stage leaves a task with the owner, so that none of it waits unnoticed: to handle the
complaint, then to tell the result.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.complaints.complaint import ComplaintFacts, ComplaintUnknown, Handling
from crm_core.complaints.states import COMPLAINT_MOVES, ComplaintMove, ComplaintState
from crm_core.corebank.outbox import OutboxKind, publish
from crm_core.database import moment
from crm_core.errors import FieldRefused
from crm_core.ids import new_id
from crm_core.models import Complaint as ComplaintRow
from crm_core.models import EmployeeRow
from crm_core.parties.editing import check_stands
from crm_core.states import after
from crm_core.tasks.history import note
from crm_core.tasks.moving import add, close_made_by
from crm_core.tasks.rules import TaskRules
from crm_core.tasks.states import Priority, SubjectKind, TaskSource
from crm_core.tasks.task import LONGEST_TITLE, About, Stale, TaskFacts
from crm_core.work_rules import WorkRules
from routing.ids import AgentId

KIND = "complaint"
HANDLE = "handle_complaint"
TELL = "tell_complaint"
_M, _S = ComplaintMove, ComplaintState


async def register(
    session: AsyncSession, rules: WorkRules, facts: ComplaintFacts, *, by: AgentId
) -> str:
    """Take a complaint down; its owner gets the task to handle it. Its id.

    Raises PartyUnknown, PartyMerged, FieldRefused for `topic`, `essence`, `owner`.
    """
    topic = rules.complaints.topics.get(facts.topic)
    if topic is None:
        raise FieldRefused("topic", "unknown")
    owner, now = facts.owner or by, moment(session)
    await _check(session, facts, owner)
    row = ComplaintRow(
        id=new_id(),
        party=facts.party,
        topic=facts.topic,
        product=facts.product,
        channel=facts.channel,
        essence=facts.essence.strip(),
        call=facts.call,
        owner=owner,
        state=_S.REGISTERED,
        due_at=now + topic.norm,
        thanked=False,
        created_at=now,
        created_by=by,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    await note(session, KIND, row.id, by=by, move="added", state=row.state)
    await _open_task(session, row, HANDLE, due_at=row.due_at, by=by)
    await _audit(session, Action.COMPLAINT_REGISTERED, row, by=by, reason=facts.topic)
    return row.id


async def handle(
    session: AsyncSession, complaint: str, doing: Handling, *, rules: TaskRules, by: AgentId
) -> None:
    """Move a complaint on.

    Raises ComplaintUnknown, Stale, MoveRefused, FieldRefused for `words`.
    """
    row = await session.get(ComplaintRow, complaint, with_for_update=True, populate_existing=True)
    if row is None:
        raise ComplaintUnknown
    if doing.version is not None and doing.version != row.row_version:
        raise Stale
    state = after(COMPLAINT_MOVES, row.state, doing.move)
    _CHANGES[doing.move](row, doing.words.strip(), moment(session))
    row.state, row.updated_at = state, moment(session)
    await session.flush()
    await note(session, KIND, row.id, by=by, move=doing.move, state=state, words=doing.words)
    await _follow_with_tasks(session, row, doing.move, rules=rules, by=by)
    if doing.move is _M.RESOLVE:
        await _tell_bank(session, row)
    await _audit(session, Action.COMPLAINT_MOVED, row, by=by, reason=doing.move)


# ── What each move needs and changes ────────────────────────────────────────────────────────


def _resolve(row: ComplaintRow, words: str, now: datetime) -> None:
    if not words:
        raise FieldRefused("words", "missing")
    row.resolution, row.resolved_at = words, now


def _tell(row: ComplaintRow, _words: str, now: datetime) -> None:
    row.told_client_at = now


def _thank(row: ComplaintRow, _words: str, _now: datetime) -> None:
    row.thanked = True


def _reopen(row: ComplaintRow, words: str, _now: datetime) -> None:
    if not words:
        raise FieldRefused("words", "missing")
    row.resolved_at = row.told_client_at = None
    row.thanked = False
    row.reopened += 1


def _take(_row: ComplaintRow, _words: str, _now: datetime) -> None:
    """Nothing but the state changes."""


_CHANGES: Mapping[ComplaintMove, Callable[[ComplaintRow, str, datetime], None]] = MappingProxyType(
    {_M.TAKE: _take, _M.RESOLVE: _resolve, _M.TELL: _tell, _M.THANK: _thank, _M.REOPEN: _reopen}
)


# ── The tasks beside it ─────────────────────────────────────────────────────────────────────

_TELL_WITHIN = timedelta(days=1)
_HANDLE_AGAIN_WITHIN = timedelta(days=1)


async def _follow_with_tasks(
    session: AsyncSession, row: ComplaintRow, move: ComplaintMove, *, rules: TaskRules, by: AgentId
) -> None:
    now = moment(session)
    if move is _M.RESOLVE:
        handled = _task_key(row, HANDLE)
        await close_made_by(session, handled, result="complaint_resolved", rules=rules, by=by)
        await _open_task(session, row, TELL, due_at=now + _TELL_WITHIN, by=by)
    elif move is _M.TELL:
        await close_made_by(session, _task_key(row, TELL), result="told", rules=rules, by=by)
    elif move is _M.REOPEN:
        untold = _task_key(row, TELL, opened=row.reopened - 1)
        await close_made_by(session, untold, result="complaint_reopened", rules=rules, by=by)
        await _open_task(session, row, HANDLE, due_at=now + _HANDLE_AGAIN_WITHIN, by=by)


async def _open_task(
    session: AsyncSession, row: ComplaintRow, kind: str, *, due_at: datetime, by: AgentId
) -> None:
    facts = TaskFacts(
        type=kind,
        title=row.essence[:LONGEST_TITLE],
        about=About(kind=SubjectKind.COMPLAINT, id=row.id, party=row.party),
        due_at=due_at,
        owner=row.owner,
        priority=Priority.HIGH,
        source=TaskSource.RULE,
        source_key=_task_key(row, kind),
    )
    await add(session, facts, by=by)


def _task_key(row: ComplaintRow, kind: str, opened: int | None = None) -> str:
    """One task of a kind for each time that the complaint was opened."""
    return f"complaint:{row.id}:{kind}:{row.reopened if opened is None else opened}"


async def _tell_bank(session: AsyncSession, row: ComplaintRow) -> None:
    """By codes: neither the essence nor the resolution leaves."""
    payload = {
        "complaint": row.id,
        "topic": row.topic,
        "channel": row.channel,
        "resolved_at": moment(session).isoformat(),
        "reopened": row.reopened,
    }
    await publish(session, OutboxKind.COMPLAINT_RESOLVED, row.party, payload)


async def _check(session: AsyncSession, facts: ComplaintFacts, owner: AgentId) -> None:
    await check_stands(session, facts.party)
    if not facts.essence.strip():
        raise FieldRefused("essence", "missing")
    employee = await session.get(EmployeeRow, owner)
    if employee is None or not employee.active:
        raise FieldRefused("owner", "unknown")


async def _audit(
    session: AsyncSession, action: Action, row: ComplaintRow, *, by: AgentId, reason: str
) -> None:
    subject = Subject(kind=KIND, id=row.id)
    detail = {"party": row.party}
    await record(session, action, actor=by, subject=subject, reason=reason, detail=detail)
