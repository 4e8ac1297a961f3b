"""Tables of running the product: tokens of programs, writes made by key, nightly jobs."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, JsonDocument
from routing.ids import AgentId


class ApiToken(Base):
    """A program's pass: what its employee may do, narrowed to `scopes`. Only the hash is here."""

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("created_at < expires_at", "validity"),
        Index(None, "employee"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    employee: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotentWrite(Base):
    """A write that was made under a key of its writer. Without `status` its answer was lost."""

    __tablename__ = "idempotent_write"
    __table_args__ = (Index(None, "written_at"),)

    writer: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    written_at: Mapped[datetime]
    status: Mapped[int | None]
    media_type: Mapped[str | None]
    body: Mapped[bytes | None]


class NightlyRun(Base):
    """A nightly job for a business date. Without `finished_at` it runs, or was cut off."""

    __tablename__ = "nightly_run"

    job: Mapped[str] = mapped_column(primary_key=True)
    business_date: Mapped[date] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    alive_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    failed_with: Mapped[str | None]
    counts: Mapped[dict[str, int]] = mapped_column(JsonDocument)
