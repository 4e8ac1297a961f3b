"""Tables of what clients want: interests, deals, needs, and the offers that were made."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.complaints.states import Channel
from crm_core.interests.states import DealStage, InterestState, OfferOutcome
from crm_core.models.columns import Base, SortableText
from crm_core.models.columns import code as codes
from routing.ids import AgentId, CallId, PartyId

_HOLDS = text("ended_at IS NULL")


class Interest(Base):
    """A client asked for a product, or showed interest in it."""

    __tablename__ = "interest"
    __table_args__ = (Index(None, "party", "created_at"), Index(None, "state", "id"))

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    product: Mapped[str]
    channel: Mapped[Channel] = mapped_column(codes(Channel, "channel"))
    note: Mapped[str]
    call: Mapped[CallId | None]
    state: Mapped[InterestState] = mapped_column(codes(InterestState, "state"))
    owner: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class Opportunity(Base):
    """A qualified interest: a deal with its value, stage and manager."""

    __tablename__ = "opportunity"
    __table_args__ = (
        CheckConstraint("value_minor > 0", "value"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", "currency"),
        CheckConstraint("(stage IN ('won', 'lost')) = (closed_at IS NOT NULL)", "closed"),
        Index(None, "owner", "stage"),
        Index(None, "stage", "expected_close"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    interest: Mapped[str] = mapped_column(ForeignKey("interest.id"), unique=True)
    value_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    stage: Mapped[DealStage] = mapped_column(codes(DealStage, "stage"))
    owner: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    expected_close: Mapped[date]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class Need(Base):
    """Something a client needs, and by what we know it. It holds until it is ended."""

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR noted_at <= ended_at", "validity"),
        Index(
            "uq_need_holds",
            "party",
            "code",
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    code: Mapped[str]
    evidence: Mapped[str]
    call: Mapped[CallId | None]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str]
    ended_at: Mapped[datetime | None]


class OfferMade(Base):
    """A product was offered to a client for a need, and what he said. Not offered again before
    `quiet_until`."""

    __tablename__ = "offer_made"
    __table_args__ = (Index(None, "party", "product", "made_at"),)

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    product: Mapped[str]
    need: Mapped[str]
    outcome: Mapped[OfferOutcome] = mapped_column(codes(OfferOutcome, "outcome"))
    call: Mapped[CallId | None]
    made_at: Mapped[datetime]
    made_by: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    quiet_until: Mapped[datetime]
