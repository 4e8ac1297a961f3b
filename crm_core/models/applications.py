"""Tables of credit applications: routes, what happened, who voted, which documents are missing."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.applications.states import (
    ApplicationChannel,
    ApplicationState,
    LoanPurpose,
    VoteChoice,
)
from crm_core.models.columns import Base, SortableText
from crm_core.models.columns import code as codes
from routing.ids import AgentId, CallId, PartyId


class ApprovalRoutes(Base):
    """A version of all approval routes, as the text that was written. It is published by another
    person than its writer and never changes after that."""

    __tablename__ = "approval_routes"
    __table_args__ = (
        CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", "published"),
        CheckConstraint("published_by IS NULL OR published_by <> drafted_by", "two_persons"),
    )

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str]
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]


class ApplicationSeries(Base):
    """The last number given to an application of a year."""

    __tablename__ = "application_series"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class CreditApplication(Base):
    """A request for a loan. It keeps the version of the routes that it began with."""

    __tablename__ = "credit_application"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", "currency"),
        CheckConstraint("term_months BETWEEN 1 AND 600", "term"),
        CheckConstraint(
            "(state IN ('submitted', 'review', 'waiting_client')) = (stage IS NOT NULL)", "stage"
        ),
        CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)"
            " AND (decision IS NOT NULL OR state NOT IN"
            " ('approved', 'counter_offer', 'declined', 'accepted', 'signed', 'disbursed'))",
            "decided",
        ),
        CheckConstraint(
            "(approved_minor IS NOT NULL) = (decision IS NOT NULL AND decision <> 'decline')"
            " AND (approved_minor IS NULL OR approved_minor BETWEEN 1 AND amount_minor)"
            " AND (approved_minor IS NOT NULL) = (decision_expires_on IS NOT NULL)",
            "approved",
        ),
        CheckConstraint(
            "(client_informed_at IS NULL) = (informed_in_call IS NULL)"
            " AND (client_informed_at IS NULL OR decided_at IS NOT NULL)",
            "informed",
        ),
        Index(None, "party", "created_at"),
        Index(None, "state", "created_at", "id"),
        Index(None, "owner", "state"),
        Index(None, "created_at", "id"),
        Index(None, "decision_expires_on"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    product: Mapped[str] = mapped_column(ForeignKey("product.id"))
    currency: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    term_months: Mapped[int]
    purpose: Mapped[LoanPurpose] = mapped_column(codes(LoanPurpose, "purpose"))
    channel: Mapped[ApplicationChannel] = mapped_column(codes(ApplicationChannel, "channel"))
    state: Mapped[ApplicationState] = mapped_column(codes(ApplicationState, "state"))
    route_version: Mapped[int] = mapped_column(ForeignKey("approval_routes.version"))
    route: Mapped[str]
    stage: Mapped[str | None]
    round: Mapped[int]
    owner: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    decision: Mapped[VoteChoice | None] = mapped_column(codes(VoteChoice, "decision"))
    decided_at: Mapped[datetime | None]
    approved_minor: Mapped[int | None] = mapped_column(BigInteger)
    decision_expires_on: Mapped[date | None]
    client_informed_at: Mapped[datetime | None]
    informed_in_call: Mapped[CallId | None]
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class CoApplicant(Base):
    """A party that applies together with the applicant."""

    __tablename__ = "co_applicant"
    __table_args__ = (Index(None, "party"),)

    application: Mapped[str] = mapped_column(
        SortableText, ForeignKey("credit_application.id"), primary_key=True
    )
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"), primary_key=True)


class ApplicationEvent(Base):
    """What happened to an application; `move` is a move, a vote, or another code of the texts."""

    __tablename__ = "application_event"
    __table_args__ = (Index(None, "application", "at", "id"),)

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    application: Mapped[str] = mapped_column(SortableText, ForeignKey("credit_application.id"))
    at: Mapped[datetime]
    actor: Mapped[str]
    move: Mapped[str]
    state: Mapped[ApplicationState] = mapped_column(codes(ApplicationState, "state"))
    stage: Mapped[str]
    note: Mapped[str]


class ApplicationVote(Base):
    """A vote at the stage that decides: one for each person in a round."""

    __tablename__ = "application_vote"
    __table_args__ = (
        UniqueConstraint("application", "round", "voter"),
        CheckConstraint("(choice = 'counter') = (counter_minor IS NOT NULL)", "counter"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    application: Mapped[str] = mapped_column(SortableText, ForeignKey("credit_application.id"))
    round: Mapped[int]
    voter: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    choice: Mapped[VoteChoice] = mapped_column(codes(VoteChoice, "choice"))
    counter_minor: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str]
    at: Mapped[datetime]


class ApplicationDocument(Base):
    """A document that the route asks for, and when it came."""

    __tablename__ = "application_document"
    __table_args__ = (CheckConstraint("(received_at IS NULL) = (received_by IS NULL)", "received"),)

    application: Mapped[str] = mapped_column(
        SortableText, ForeignKey("credit_application.id"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[datetime | None]
    received_by: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))


class DecisionMade(Base):
    """The fact that an application was decided, once and for ever: what campaigns start from."""

    __tablename__ = "decision_made"
    __table_args__ = (Index(None, "at", "application"),)

    application: Mapped[str] = mapped_column(
        SortableText, ForeignKey("credit_application.id"), primary_key=True
    )
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    decision: Mapped[VoteChoice] = mapped_column(codes(VoteChoice, "decision"))
    at: Mapped[datetime]
