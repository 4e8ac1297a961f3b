"""Writes that are made once, however often they are asked for.

A writer (an employee) gives a write a key of his own. The key is stored in the very transaction
that makes the write, so a write and its key are there together or not at all: after a crash between
the commit and the answer the key says that the write was made, and it is not made again. The answer
is stored beside it afterwards, for whoever asks again.

A `Claim` is a witness of the running task (`crm_core.database.WITNESS`): the first transaction that
commits there takes it along.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import Database, moment
from crm_core.errors import FieldRefused, Refused
from crm_core.models import IdempotentWrite

LONGEST_KEY = 200
KEPT = timedelta(days=2)
"""For how long a key is known; longer than anybody tries again."""


class KeyReused(FieldRefused):
    """The key was used for another request."""

    def __init__(self) -> None:
        super().__init__("Idempotency-Key", "used_for_another_request")


class AlreadyWritten(Refused):
    """The write was made before, or is being made now, and there is no answer to give again."""

    code = "already_written"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that was given once."""

    status: int
    media_type: str | None
    body: bytes


@dataclass(slots=True, kw_only=True)
class Claim:
    """A write that is to be made once. `fingerprint` tells requests apart."""

    writer: str
    key: str
    fingerprint: str
    stored: bool = False

    async def before(self, session: AsyncSession) -> None:
        """Store the key in this transaction, if no earlier one did. Raises AlreadyWritten."""
        if self.stored:
            return
        row = {"writer": self.writer, "key": self.key, "fingerprint": self.fingerprint}
        try:
            await session.execute(insert(IdempotentWrite), {**row, "written_at": moment(session)})
        except IntegrityError as error:
            raise AlreadyWritten from error

    def committed(self) -> None:
        """The key is stored for good."""
        self.stored = True


async def answered(db: Database, claim: Claim) -> Answer | None:
    """The answer that was given to this write, None if it was never made.

    Raises KeyReused, and AlreadyWritten where the answer is not known (yet).
    """
    mine = IdempotentWrite.writer == claim.writer, IdempotentWrite.key == claim.key
    async with db.reading() as session:
        row = await session.scalar(select(IdempotentWrite).where(*mine))
    if row is None:
        return None
    if row.fingerprint != claim.fingerprint:
        raise KeyReused
    if row.status is None or row.body is None:
        raise AlreadyWritten
    return Answer(status=row.status, media_type=row.media_type, body=row.body)


async def keep(db: Database, claim: Claim, answer: Answer) -> None:
    """Store the answer to a write that was made."""
    told = {"status": answer.status, "media_type": answer.media_type, "body": answer.body}
    mine = IdempotentWrite.writer == claim.writer, IdempotentWrite.key == claim.key
    async with db.unit_of_work() as session:
        await session.execute(update(IdempotentWrite).where(*mine).values(**told))


async def forget(session: AsyncSession) -> None:
    """Drop keys that are old."""
    old = IdempotentWrite.written_at < moment(session) - KEPT
    await session.execute(delete(IdempotentWrite).where(old))
