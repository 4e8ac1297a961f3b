"""Tables of the audit: a chain of events of which none can be changed or taken out unnoticed."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base


class AuditEvent(Base):
    """Who did what to whom, when and why. Triggers refuse to change or delete it."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "subject_kind", "subject", "seq"),
        Index(None, "actor", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject: Mapped[str]
    reason: Mapped[str]
    detail: Mapped[dict[str, str]]
    prev_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class AuditHead(Base):
    """The chain's last link: one row, which every writer locks."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", "one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]
