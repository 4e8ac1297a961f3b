"""Moving an application along its route: each act in one unit of work, with its clocks.

The clock to the decision starts with the first submission and stands still while the client or the
maker has it; each stage has a clock of its own. `rights` says who may; votes are in `deciding`.
"""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.application import KIND, LONGEST_NOTE, STAGE, WHOLE
from crm_core.applications.held import RECOMMEND, Held, move, remember, take
from crm_core.applications.rights import Act, permit, stage_right
from crm_core.applications.states import ApplicationMove
from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused
from crm_core.models import ApplicationDocument, EmployeeRow
from crm_core.staff.employees import Employee, as_employee
from crm_core.worktime import clocks
from crm_core.worktime.clocks import Timed
from routing.ids import AgentId

_M = ApplicationMove
_NEEDS_NOTE = frozenset({Act.ASK_CLIENT, Act.RETURN, Act.WITHDRAW})


async def act(
    session: AsyncSession,
    application: str,
    wanted: Act,
    *,
    by: Employee,
    note: str = "",
    shown: int | None = None,
) -> None:
    """Do it. `note` says what is asked of the client, or why it is returned or withdrawn.

    Voting, telling and assigning have functions of their own. Raises ApplicationUnknown,
    ApplicationStale, NotPermitted, FieldRefused.
    """
    if wanted in _NEEDS_NOTE and not note.strip():
        raise FieldRefused("note", "missing")
    if len(note) > LONGEST_NOTE:
        raise FieldRefused("note", "too_long")
    held = await take(session, application, shown=shown)
    permit(held.standing, wanted, by)
    await _DOING[wanted](session, held, by.id, note.strip())
    await _audit(session, Action.APPLICATION_MOVED, application, by=by.id, reason=wanted.value)


async def assign(
    session: AsyncSession,
    application: str,
    owner: AgentId,
    *,
    by: Employee,
    shown: int | None = None,
) -> None:
    """Give the application to somebody who may act at its stage.

    Raises ApplicationUnknown, ApplicationStale, NotPermitted, FieldRefused.
    """
    held = await take(session, application, shown=shown)
    permit(held.standing, Act.ASSIGN, by)
    row = await session.get(EmployeeRow, owner)
    if row is None or not row.active or stage_right(held.stage, as_employee(row)) is not None:
        raise FieldRefused("owner", "may_not_act")
    held.row.owner, held.row.updated_at = owner, moment(session)
    await session.flush()
    await remember(session, held.row, Act.ASSIGN.value, by=by.id, note=row.name)
    await _audit(session, Action.APPLICATION_ASSIGNED, application, by=by.id, reason=owner)


async def receive(
    session: AsyncSession, application: str, code: str, *, by: Employee, shown: int | None = None
) -> None:
    """A document of the checklist has come; the same again changes nothing.

    Raises ApplicationUnknown, ApplicationStale, NotPermitted, FieldRefused.
    """
    held = await take(session, application, shown=shown)
    permit(held.standing, Act.WITHDRAW, by)
    mine = ApplicationDocument.application == application, ApplicationDocument.code == code
    paper = await session.scalar(select(ApplicationDocument).where(*mine))
    if paper is None:
        raise FieldRefused("document", "unknown")
    if paper.received_at is not None:
        return
    paper.received_at, paper.received_by = moment(session), by.id
    held.row.updated_at = moment(session)
    await session.flush()
    await remember(session, held.row, "document", by=by.id, note=code)
    await _audit(session, Action.APPLICATION_DOCUMENT, application, by=by.id, reason=code)


async def _submit(session: AsyncSession, held: Held, by: AgentId, note: str) -> None:
    whole, first = Timed(kind=KIND, id=held.row.id, metric=WHOLE), held.route.stages[0]
    held.row.stage = first.code
    await move(session, held.row, _M.SUBMIT, by=by, note=note)
    if await clocks.has_open(session, whole):
        await clocks.resume(session, KIND, held.row.id)
    else:
        await clocks.start(session, whole, held.route.norm)
    await clocks.start(session, _stage_clock(held), first.norm)


async def _take(session: AsyncSession, held: Held, by: AgentId, note: str) -> None:
    held.row.owner = by
    await move(session, held.row, _M.TAKE, by=by, note=note)


async def _pass(session: AsyncSession, held: Held, by: AgentId, note: str) -> None:
    called = RECOMMEND if held.stage.recommends else ""
    following = held.route.next_stage(held.stage.code)
    if following is None:
        raise ValueError("the last stage is left by votes only")
    await move(session, held.row, _M.PASS, by=by, note=note, called=called)
    held.row.stage, held.row.owner = following.code, None
    await clocks.stop(session, KIND, held.row.id, metric=STAGE)
    await clocks.start(session, _stage_clock(held), following.norm)


async def _ask_client(session: AsyncSession, held: Held, by: AgentId, note: str) -> None:
    await clocks.pause(session, KIND, held.row.id)
    await move(session, held.row, _M.ASK_CLIENT, by=by, note=note)


async def _client_answered(session: AsyncSession, held: Held, by: AgentId, note: str) -> None:
    await clocks.resume(session, KIND, held.row.id)
    await move(session, held.row, _M.CLIENT_ANSWERED, by=by, note=note)


async def _return(session: AsyncSession, held: Held, by: AgentId, note: str) -> None:
    """What was voted counts no more: the next submission begins a new round."""
    await clocks.stop(session, KIND, held.row.id, metric=STAGE)
    await clocks.pause(session, KIND, held.row.id)
    held.row.stage, held.row.owner = None, None
    held.row.round += 1
    await move(session, held.row, _M.RETURN, by=by, note=note, stage=held.stage.code)


async def _withdraw(session: AsyncSession, held: Held, by: AgentId, note: str) -> None:
    await clocks.stop(session, KIND, held.row.id)
    stage, held.row.stage = held.row.stage, None
    await move(session, held.row, _M.WITHDRAW, by=by, note=note, stage=stage)


def _stage_clock(held: Held) -> Timed:
    return Timed(kind=KIND, id=held.row.id, metric=STAGE)


def _plain(made: ApplicationMove) -> Callable[[AsyncSession, Held, AgentId, str], Awaitable[None]]:
    async def do(session: AsyncSession, held: Held, by: AgentId, note: str) -> None:
        await move(session, held.row, made, by=by, note=note)

    return do


async def _audit(
    session: AsyncSession, action: Action, application: str, *, by: str, reason: str
) -> None:
    subject = Subject(kind=KIND, id=application)
    await record(session, action, actor=by, subject=subject, reason=reason)


_DOING: Mapping[Act, Callable[[AsyncSession, Held, AgentId, str], Awaitable[None]]] = (
    MappingProxyType(
        {
            Act.SUBMIT: _submit,
            Act.TAKE: _take,
            Act.PASS: _pass,
            Act.ASK_CLIENT: _ask_client,
            Act.CLIENT_ANSWERED: _client_answered,
            Act.RETURN: _return,
            Act.ACCEPT: _plain(_M.ACCEPT),
            Act.SIGN: _plain(_M.SIGN),
            Act.DISBURSE: _plain(_M.DISBURSE),
            Act.WITHDRAW: _withdraw,
        }
    )
)

MOVING = frozenset(_DOING)
"""What `act` does."""
