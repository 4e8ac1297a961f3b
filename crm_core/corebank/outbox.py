"""What we tell the core bank: facts of our own, written in the transaction that makes them true.

`publish` is what other parts call. Messages leave in order within a subject (a party): the next one
waits until the one before was delivered, or given up after `MOST_TRIES`. Each leaves at least once;
its id tells the receiver that it has it already. Bookings are never sent: the bank makes those.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import Unknown
from crm_core.ids import new_id
from crm_core.keyed import Keyed
from crm_core.models import OutboxMessage, OutboxState
from crm_core.sealing import KeyUnknown
from routing.ids import AgentId

MOST_TRIES = 12
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
LARGEST_PAGE = 200
SEALED = "sealed"
_SEALED_FOR = "outbox:{}"


class OutboxKind(StrEnum):
    """What happened."""

    PROMISE_CREATED = "promise.created"
    PROMISE_KEPT = "promise.kept"
    PROMISE_BROKEN = "promise.broken"
    CONTACT_UPDATED = "contact.updated"
    CONSENT_CHANGED = "consent.changed"
    CALL_LOGGED = "call.logged"
    COMPLAINT_RESOLVED = "complaint.resolved"
    APPLICATION_TOLD = "application.told"
    PIN_CODE = "pin.code"
    PIN_SET = "pin.set"


class MessageUnknown(Unknown):
    """There is no such message, or it was not given up."""

    code = "outbox_message_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message, with what became of it so far. `problem` is a code, "" without one."""

    seq: int
    id: str
    subject: str
    kind: str
    payload: Mapping[str, Any]
    state: OutboxState
    tries: int
    problem: str
    created_at: datetime


async def publish(
    session: AsyncSession, kind: OutboxKind, subject: str, payload: Mapping[str, Any]
) -> None:
    """Tell the bank of this when the caller's transaction commits, and only then.

    `subject` is the party's id; `payload` is what JSON can hold, with ids and codes of ours. What
    stands under SEALED in it is sealed by `sealed`: it is opened on its way out and nowhere else.
    """
    now = moment(session)
    session.add(
        OutboxMessage(
            id=new_id(),
            subject=subject,
            kind=kind,
            payload=dict(payload),
            state=OutboxState.PENDING,
            tries=0,
            next_try_at=now,
            problem="",
            created_at=now,
        )
    )
    await session.flush()


def sealed(keyed: Keyed, subject: str, secrets: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """A part of a payload that only the bank shall read."""
    row = _SEALED_FOR.format(subject)
    return {SEALED: {name: keyed.sealed(text, row) for name, text in secrets.items()}}


def opened(keyed: Keyed | None, message: Message) -> dict[str, Any]:
    """The payload as the bank shall read it. Raises KeyUnknown, SealBroken."""
    row = _SEALED_FOR.format(message.subject)
    payload = dict(message.payload)
    secrets: Mapping[str, str] = payload.pop(SEALED, {})
    if not secrets:
        return payload
    if keyed is None:
        raise KeyUnknown("no keyring")
    return payload | {name: keyed.opened(text, row) for name, text in secrets.items()}


async def due(session: AsyncSession, *, limit: int) -> list[Message]:
    """The next message of each subject whose time has come, the oldest first."""
    row = OutboxMessage
    pending = row.state == OutboxState.PENDING
    heads = select(func.min(row.seq)).where(pending).group_by(row.subject)
    now = row.next_try_at <= moment(session)
    statement = select(row).where(row.seq.in_(heads), now).order_by(row.seq).limit(limit)
    return [_message(one) for one in await session.scalars(statement)]


async def delivered(session: AsyncSession, message: Message) -> None:
    """The receiver has it; what was sealed for it is gone from here."""
    row = OutboxMessage
    done = {"state": OutboxState.DELIVERED, "delivered_at": moment(session), "problem": ""}
    left = {name: told for name, told in message.payload.items() if name != SEALED}
    this = update(row).where(row.seq == message.seq)
    await session.execute(this.values(**done, payload=left, tries=row.tries + 1))


async def failed(session: AsyncSession, message: Message, problem: str) -> None:
    """It was not taken, for this reason (a code): try again later, or give it up."""
    row, tries = OutboxMessage, message.tries + 1
    state = OutboxState.DEAD if tries >= MOST_TRIES else OutboxState.PENDING
    later = moment(session) + wait_after(tries)
    told = {"state": state, "tries": tries, "next_try_at": later, "problem": problem}
    await session.execute(update(row).where(row.seq == message.seq).values(**told))


async def retry(session: AsyncSession, message: str, *, by: AgentId) -> None:
    """Try a message again that was given up; audited. Raises MessageUnknown."""
    row = OutboxMessage
    dead = row.id == message, row.state == OutboxState.DEAD
    again = {"state": OutboxState.PENDING, "tries": 0, "next_try_at": moment(session)}
    tried = update(row).where(*dead).values(**again).returning(row.seq)
    if await session.scalar(tried) is None:
        raise MessageUnknown
    subject = Subject(kind="outbox_message", id=message)
    await record(session, Action.OUTBOX_RETRIED, actor=by, subject=subject, reason="")


async def dead_letters(session: AsyncSession) -> list[Message]:
    """The messages that were given up, newest first."""
    row = OutboxMessage
    statement = select(row).where(row.state == OutboxState.DEAD).order_by(row.seq.desc())
    return [_message(one) for one in await session.scalars(statement.limit(LARGEST_PAGE))]


async def waiting(session: AsyncSession) -> int:
    """How many messages are still to be delivered."""
    pending = OutboxMessage.state == OutboxState.PENDING
    return await session.scalar(select(func.count()).where(pending)) or 0


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many tries: twice as long each time, up to an hour."""
    doubled = FIRST_WAIT * int(2 ** (tries - 1))
    return min(doubled, LONGEST_WAIT)


def _message(row: OutboxMessage) -> Message:
    return Message(
        seq=row.seq,
        id=row.id,
        subject=row.subject,
        kind=row.kind,
        payload=row.payload,
        state=row.state,
        tries=row.tries,
        problem=row.problem,
        created_at=row.created_at,
    )
