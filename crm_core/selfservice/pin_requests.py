"""Setting up a PIN: one employee asks, another approves, and nobody learns the PIN.

    asked -> approved -> issued -> used

Who asked hands the code to the client (`codes`), and the client keys it with a PIN of his own. One
request of a client is open at a time; each step must follow within a day. Blocking, unblocking and
removing a PIN stand here too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.bank.terms import VerificationLevel
from crm_core.cards.verifying import verified_call
from crm_core.database import moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.four_eyes.errors import SameEyes
from crm_core.ids import new_id
from crm_core.models import PinRequest, TelephonePin
from crm_core.parties.editing import editable
from crm_core.selfservice import numbers
from crm_core.selfservice.clients import of_party
from crm_core.selfservice.pin_states import (
    OPEN,
    PIN_MOVES,
    REQUEST_MOVES,
    CodeWay,
    PinBasis,
    PinMove,
    PinState,
    RequestMove,
    RequestState,
)
from crm_core.states import after
from routing.ids import AgentId, CallId, PartyId

STEP_WITHIN = timedelta(hours=24)
"""How long the next step of a request, or the keying of its code, may take."""
LONGEST_NOTE = 500


class PinRequestUnknown(Unknown):
    """There is no such request."""

    code = "pin_request_unknown"


class PinUnknown(Unknown):
    """The client has no PIN."""

    code = "pin_unknown"


class PinRequestOpen(Refused):
    """Another request of the client is open; withdraw it first."""

    code = "pin_request_open"


class PinNotServed(Refused):
    """Such a party has no PIN: see `clients`."""

    code = "pin_not_served"


class PinIsBlocked(Refused):
    """The client's PIN is blocked; unblock or remove it first."""

    code = "pin_is_blocked"


class NotVerified(Refused):
    """The employee is in no call in which he has verified the client."""

    code = "pin_not_verified"


class PinRequestOver(Refused):
    """The step comes too late."""

    code = "pin_request_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Why an employee asks: how he is sure of the client, and a note for whoever approves."""

    basis: PinBasis
    note: str = ""


async def ask(session: AsyncSession, party: PartyId, ground: Ground, *, by: AgentId) -> str:
    """Ask for the client to set a PIN. The request's id. A client without a number gets one.

    Raises PartyUnknown, PartyErased, PartyMerged, PinNotServed, PinIsBlocked, PinRequestOpen,
    NotVerified, FieldRefused for `note`.
    """
    row = await begin(session, party, ground, way=CodeWay.HANDED, by=by)
    await noted(session, Action.PIN_REQUESTED, row, by=by, detail={"way": row.way.value})
    return row.id


async def begin(
    session: AsyncSession, party: PartyId, ground: Ground, *, way: CodeWay, by: AgentId
) -> PinRequest:
    """A new request, not audited yet. Raises as `ask` does."""
    await editable(session, party)
    note = ground.note.strip()
    if len(note) > LONGEST_NOTE:
        raise FieldRefused("note", "too_long")
    if (await of_party(session, party)).party is None:
        raise PinNotServed
    held = await session.get(TelephonePin, party)
    if held is not None and held.state is PinState.BLOCKED:
        raise PinIsBlocked
    await _end_open(session, party)
    await numbers.give(session, party)
    now = moment(session)
    row = PinRequest(
        id=new_id(),
        party=party,
        way=way,
        basis=ground.basis,
        call=await _call(session, party, by) if ground.basis is PinBasis.CALL else None,
        note=note,
        state=RequestState.ASKED,
        asked_by=by,
        asked_at=now,
        tries=0,
        until=now + STEP_WITHIN,
    )
    session.add(row)
    await session.flush()
    return row


async def approve(session: AsyncSession, request: str, *, by: AgentId) -> None:
    """Let the one who asked hand a code to the client.

    Raises PinRequestUnknown, PinRequestOver, SameEyes, MoveRefused.
    """
    row = await standing(session, request)
    if row.asked_by == by:
        raise SameEyes
    row.decided_by, row.decided_at = by, moment(session)
    await _move(session, row, RequestMove.APPROVE, by=by)


async def refuse(session: AsyncSession, request: str, *, by: AgentId) -> None:
    """Do not let him. Raises PinRequestUnknown, PinRequestOver, SameEyes, MoveRefused."""
    row = await standing(session, request)
    if row.asked_by == by:
        raise SameEyes
    row.decided_by, row.decided_at = by, moment(session)
    await _move(session, row, RequestMove.REFUSE, by=by)


async def withdraw(session: AsyncSession, request: str, *, by: AgentId) -> None:
    """Nothing shall come of it; a code that was handed out is void at once.

    Raises PinRequestUnknown, MoveRefused.
    """
    await _move(session, await _locked(session, request), RequestMove.WITHDRAW, by=by)


async def block(session: AsyncSession, party: PartyId, *, by: AgentId) -> None:
    """Let the PIN open nothing until it is unblocked. Raises PinUnknown, MoveRefused."""
    row = await _pin(session, party, PinMove.BLOCK)
    row.blocked_at, row.blocked_by = moment(session), by
    await _end_open(session, party, withdraw_by=by)
    await _pin_noted(session, Action.PIN_BLOCKED, party, by=by)


async def unblock(session: AsyncSession, party: PartyId, *, by: AgentId) -> None:
    """Let the PIN hold again. Raises PinUnknown, MoveRefused."""
    row = await _pin(session, party, PinMove.UNBLOCK)
    row.blocked_at = row.blocked_by = None
    await _pin_noted(session, Action.PIN_UNBLOCKED, party, by=by)


async def remove(session: AsyncSession, party: PartyId, *, by: AgentId) -> None:
    """The client has no PIN any more. Raises PinUnknown."""
    row = await session.get(TelephonePin, party, with_for_update=True)
    if row is None:
        raise PinUnknown
    await session.delete(row)
    await _pin_noted(session, Action.PIN_REMOVED, party, by=by)


# ── Rows ────────────────────────────────────────────────────────────────────────────────────


async def standing(session: AsyncSession, request: str) -> PinRequest:
    """The request, locked, in time for its next step. Raises PinRequestUnknown, PinRequestOver."""
    row = await _locked(session, request)
    if row.state in OPEN and row.until <= moment(session):
        raise PinRequestOver
    return row


def moved(row: PinRequest, move: RequestMove, now: datetime) -> None:
    """Move the request; what is over keeps no code. Raises MoveRefused."""
    row.state = after(REQUEST_MOVES, row.state, move)
    row.until = now + STEP_WITHIN
    if row.state is not RequestState.ISSUED:
        row.code_hash = row.code_key = None
    if row.state not in OPEN:
        row.ended_at = now


async def noted(
    session: AsyncSession,
    action: Action,
    row: PinRequest,
    *,
    by: str,
    detail: dict[str, str],
) -> None:
    """Write down what was done to a request. Last in the unit of work."""
    await session.flush()
    subject = Subject(kind="party", id=row.party)
    told = {"request": row.id, "basis": row.basis.value, **detail}
    reason = f"call:{row.call}" if row.call else "page"
    await record(session, action, actor=by, subject=subject, reason=reason, detail=told)


async def _move(session: AsyncSession, row: PinRequest, move: RequestMove, *, by: AgentId) -> None:
    moved(row, move, moment(session))
    await noted(session, Action.PIN_REQUEST_MOVED, row, by=by, detail={"move": move.value})


async def _locked(session: AsyncSession, request: str) -> PinRequest:
    row = await session.get(PinRequest, request, with_for_update=True, populate_existing=True)
    if row is None:
        raise PinRequestUnknown
    return row


async def _end_open(
    session: AsyncSession, party: PartyId, *, withdraw_by: AgentId | None = None
) -> None:
    """End the open request, if there is one: by withdrawal, or if its time is over. Raises
    PinRequestOpen."""
    mine = PinRequest.party == party, PinRequest.state.in_(OPEN)
    row = await session.scalar(select(PinRequest).where(*mine).with_for_update())
    if row is None:
        return
    now = moment(session)
    if withdraw_by is None and row.until > now:
        raise PinRequestOpen
    moved(row, RequestMove.EXPIRE if withdraw_by is None else RequestMove.WITHDRAW, now)
    await session.flush()


async def _call(session: AsyncSession, party: PartyId, by: AgentId) -> CallId:
    """The call on which the employee is sure of the client. Raises NotVerified."""
    found = await verified_call(session, party, by)
    if found is None or found[1] < VerificationLevel.KNOWLEDGE:
        raise NotVerified
    return found[0]


async def _pin(session: AsyncSession, party: PartyId, move: PinMove) -> TelephonePin:
    row = await session.get(TelephonePin, party, with_for_update=True)
    if row is None:
        raise PinUnknown
    row.state = after(PIN_MOVES, row.state, move)
    return row


async def _pin_noted(session: AsyncSession, action: Action, party: PartyId, *, by: AgentId) -> None:
    await session.flush()
    subject = Subject(kind="party", id=party)
    await record(session, action, actor=by, subject=subject, reason="page")
