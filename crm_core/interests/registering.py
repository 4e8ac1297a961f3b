"""Taking interests down and making deals of them.

An interest leaves its owner the task to answer it; the task ends when the interest is qualified or
dropped. Winning or losing its opportunity ends the interest too, in the same transaction.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused
from crm_core.ids import new_id
from crm_core.interests.interest import (
    DealFacts,
    Dealing,
    DealUnknown,
    InterestFacts,
    InterestUnknown,
)
from crm_core.interests.states import (
    DEAL_MOVES,
    INTEREST_MOVES,
    DealMove,
    DealStage,
    InterestMove,
    InterestState,
)
from crm_core.models import EmployeeRow, Opportunity, Product
from crm_core.models import Interest as InterestRow
from crm_core.parties.editing import check_stands
from crm_core.states import after
from crm_core.tasks.history import note
from crm_core.tasks.moving import add, close_made_by, first_manager
from crm_core.tasks.rules import TaskRules
from crm_core.tasks.states import SubjectKind, TaskSource
from crm_core.tasks.task import LONGEST_TITLE, About, Stale, TaskFacts
from routing.ids import AgentId

KIND = "interest"
WORK = "work_interest"
_WITHIN = timedelta(days=1)
_ENDS = {DealMove.WIN: InterestMove.WIN, DealMove.LOSE: InterestMove.DROP}


async def register(session: AsyncSession, facts: InterestFacts, *, by: AgentId) -> str:
    """Take an interest down for its owner, or else the first manager of the party, or else
    whoever took it. Its id.

    Raises PartyUnknown, PartyMerged, FieldRefused for `product`, `owner`.
    """
    await check_stands(session, facts.party)
    if await session.scalar(select(Product.id).where(Product.code == facts.product)) is None:
        raise FieldRefused("product", "unknown")
    owner = facts.owner or await first_manager(session, facts.party) or by
    await _check_owner(session, owner)
    now = moment(session)
    row = InterestRow(
        id=new_id(),
        party=facts.party,
        product=facts.product,
        channel=facts.channel,
        note=facts.note.strip(),
        call=facts.call,
        state=InterestState.OPEN,
        owner=owner,
        created_at=now,
        created_by=by,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    await note(session, KIND, row.id, by=by, move="added", state=row.state)
    await add(session, _task(row), by=by)
    await _audit(session, Action.INTEREST_REGISTERED, row, by=by, reason=facts.product)
    return row.id


async def qualify(
    session: AsyncSession, interest: str, facts: DealFacts, *, rules: TaskRules, by: AgentId
) -> str:
    """The interest becomes an opportunity. Its id.

    Raises InterestUnknown, MoveRefused, FieldRefused for `value`, `expected_close`, `owner`.
    """
    row, now = await _locked(session, interest), moment(session)
    if facts.value.minor <= 0:
        raise FieldRefused("value", "not_positive")
    if facts.expected_close < now.date():
        raise FieldRefused("expected_close", "past")
    owner = facts.owner or row.owner
    await _check_owner(session, owner)
    await _move(session, row, InterestMove.QUALIFY, by=by)
    deal = Opportunity(
        id=new_id(),
        interest=row.id,
        value_minor=facts.value.minor,
        currency=facts.value.currency,
        stage=DealStage.PREPARING,
        owner=owner,
        expected_close=facts.expected_close,
        created_at=now,
        updated_at=now,
    )
    session.add(deal)
    await session.flush()
    await close_made_by(session, _task_key(row.id), result="qualified", rules=rules, by=by)
    await _audit(session, Action.INTEREST_MOVED, row, by=by, reason=InterestMove.QUALIFY)
    return deal.id


async def drop(
    session: AsyncSession, interest: str, words: str, *, rules: TaskRules, by: AgentId
) -> None:
    """The client is not interested any more. Raises InterestUnknown, MoveRefused, FieldRefused."""
    row = await _locked(session, interest)
    if not words.strip():
        raise FieldRefused("words", "missing")
    await _move(session, row, InterestMove.DROP, by=by, words=words)
    deal = await session.scalar(select(Opportunity).where(Opportunity.interest == row.id))
    if deal is not None:
        await _step_deal(session, deal, DealMove.LOSE)
    await close_made_by(session, _task_key(row.id), result="no_interest", rules=rules, by=by)
    await _audit(session, Action.INTEREST_MOVED, row, by=by, reason=InterestMove.DROP)


async def deal(session: AsyncSession, opportunity: str, doing: Dealing, *, by: AgentId) -> None:
    """Move an opportunity on, give it a manager, or both.

    Raises DealUnknown, Stale, MoveRefused, FieldRefused for `owner`.
    """
    row = await session.get(Opportunity, opportunity, with_for_update=True, populate_existing=True)
    if row is None:
        raise DealUnknown
    if doing.version is not None and doing.version != row.row_version:
        raise Stale
    interest = await _locked(session, row.interest)
    if doing.owner is not None:
        await _check_owner(session, doing.owner)
        row.owner = doing.owner
    if doing.move is not None:
        await _step_deal(session, row, doing.move)
        if doing.move in _ENDS:
            await _move(session, interest, _ENDS[doing.move], by=by)
    row.updated_at = moment(session)
    await session.flush()
    told = doing.move or "hand_over"
    await note(session, KIND, interest.id, by=by, move=told, state=row.stage)
    await _audit(session, Action.DEAL_MOVED, interest, by=by, reason=told)


async def _step_deal(session: AsyncSession, row: Opportunity, move: DealMove) -> None:
    row.stage = after(DEAL_MOVES, row.stage, move)
    if not DEAL_MOVES[row.stage]:
        row.closed_at = moment(session)
    await session.flush()


async def _move(
    session: AsyncSession, row: InterestRow, move: InterestMove, *, by: AgentId, words: str = ""
) -> None:
    row.state, row.updated_at = after(INTEREST_MOVES, row.state, move), moment(session)
    await session.flush()
    await note(session, KIND, row.id, by=by, move=move, state=row.state, words=words)


async def _locked(session: AsyncSession, interest: str) -> InterestRow:
    row = await session.get(InterestRow, interest, with_for_update=True, populate_existing=True)
    if row is None:
        raise InterestUnknown
    return row


async def _check_owner(session: AsyncSession, owner: AgentId) -> None:
    employee = await session.get(EmployeeRow, owner)
    if employee is None or not employee.active:
        raise FieldRefused("owner", "unknown")


def _task(row: InterestRow) -> TaskFacts:
    return TaskFacts(
        type=WORK,
        title=row.note[:LONGEST_TITLE],
        about=About(kind=SubjectKind.INTEREST, id=row.id, party=row.party),
        due_at=row.created_at + _WITHIN,
        owner=row.owner,
        source=TaskSource.RULE,
        source_key=_task_key(row.id),
    )


def _task_key(interest: str) -> str:
    return f"interest:{interest}"


async def _audit(
    session: AsyncSession, action: Action, row: InterestRow, *, by: AgentId, reason: str
) -> None:
    subject, detail = Subject(kind=KIND, id=row.id), {"party": row.party}
    await record(session, action, actor=by, subject=subject, reason=reason, detail=detail)
