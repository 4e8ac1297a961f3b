"""Tables of the exchange with the core bank: what came, what was refused or waits, what we tell.

No row of these holds a name or a whole number: refused rows are known by line and reason, and
parked ones carry their numbers sealed.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.corebank.names import EntityName
from crm_core.models.columns import Base, JsonDocument, SortableText, code

_OPEN = text("cleared_at IS NULL")
_WAITS = text("state = 'pending'")


class BatchState(StrEnum):
    """What became of a batch: stored, or refused as a whole."""

    LOADED = "loaded"
    REFUSED = "refused"


class OutboxState(StrEnum):
    """Where a message of ours stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


class Mirror(Base):
    """A row of the core bank as we last took it over: its version, the hash of its content and the
    id of what we made of it. `ended_at` tells that the bank has it no more."""

    __tablename__ = "mirror"

    entity: Mapped[EntityName] = mapped_column(code(EntityName, "entity"), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]
    target: Mapped[str]
    batch: Mapped[str | None]
    synced_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SyncBatch(Base):
    """A batch that came, and what became of its rows."""

    __tablename__ = "sync_batch"
    __table_args__ = (
        CheckConstraint("(state = 'refused') = (problem IS NOT NULL)", "problem"),
        UniqueConstraint("source", "batch_id"),
        Index(None, "finished_at", "id"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    source: Mapped[str]
    batch_id: Mapped[str]
    entity: Mapped[EntityName] = mapped_column(code(EntityName, "entity"))
    kind: Mapped[str]
    business_date: Mapped[date]
    sha256: Mapped[str]
    state: Mapped[BatchState] = mapped_column(code(BatchState, "state"))
    problem: Mapped[str | None]
    rows: Mapped[int]
    stored: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
    parked: Mapped[int]
    ended: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]


class SyncError(Base):
    """A row of a batch that was refused: its line in the file, and why. No value stands here."""

    __tablename__ = "sync_error"

    batch: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    column: Mapped[str]
    reason: Mapped[str]


class ParkedRow(Base):
    """A row whose parent is not known yet. It is tried again when rows of that entity come."""

    __tablename__ = "parked_row"
    __table_args__ = (
        UniqueConstraint("entity", "source", "key"),
        Index(None, "missing_entity", "source", "missing_key"),
        Index(None, "since"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    entity: Mapped[EntityName] = mapped_column(code(EntityName, "entity"))
    source: Mapped[str]
    key: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]
    cells: Mapped[list[dict[str, Any]]]
    business_date: Mapped[date]
    missing_entity: Mapped[EntityName] = mapped_column(code(EntityName, "missing_entity"))
    missing_key: Mapped[str]
    since: Mapped[datetime]
    tries: Mapped[int]


class BankEvent(Base):
    """An event of the core bank that was taken in, and what became of it."""

    __tablename__ = "bank_event"
    __table_args__ = (Index(None, "received_at"),)

    source: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    subject: Mapped[str]
    hash: Mapped[str]
    result: Mapped[str]
    reason: Mapped[str]
    received_at: Mapped[datetime]


class BankAlarm(Base):
    """Something about the bank's data is wrong. It holds until it is cleared."""

    __tablename__ = "bank_alarm"
    __table_args__ = (
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", "acknowledged"),
        Index(
            "uq_bank_alarm_open",
            "code",
            "source",
            "entity",
            "subject",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "raised_at", "id"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    code: Mapped[str]
    source: Mapped[str]
    entity: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, str]]
    raised_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    cleared_at: Mapped[datetime | None]


class BankFreshness(Base):
    """When a source last told of an entity, and the cursor up to which it was pulled."""

    __tablename__ = "bank_freshness"

    source: Mapped[str] = mapped_column(primary_key=True)
    entity: Mapped[EntityName] = mapped_column(code(EntityName, "entity"), primary_key=True)
    told_at: Mapped[datetime]
    cursor: Mapped[str | None]


class OutboxMessage(Base):
    """A fact of ours for the bank, written in the transaction that made it true.

    Messages of one `subject` (a party) go out in the order of their ids, one after the other.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(
            "ix_outbox_message_pending",
            "subject",
            "seq",
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True
    )
    id: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    state: Mapped[OutboxState] = mapped_column(code(OutboxState, "state"))
    tries: Mapped[int]
    next_try_at: Mapped[datetime]
    problem: Mapped[str]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
