"""The table of complaints."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.complaints.states import Channel, ComplaintState
from crm_core.models.columns import Base, SortableText
from crm_core.models.columns import code as codes
from routing.ids import AgentId, CallId, PartyId


class Complaint(Base):
    """What a client is dissatisfied with, and what the bank did about it.

    `call` has no foreign key: a complaint is taken down while its call's card is being written.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('resolved', 'told', 'closed')) = (resolved_at IS NOT NULL)", "resolved"
        ),
        CheckConstraint("resolved_at IS NULL OR resolution <> ''", "resolution"),
        CheckConstraint("(state IN ('told', 'closed')) = (told_client_at IS NOT NULL)", "told"),
        CheckConstraint("(state = 'closed') = thanked", "thanked"),
        Index(None, "party", "created_at"),
        Index(None, "state", "due_at", "id"),
        Index(None, "owner", "state"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    topic: Mapped[str]
    product: Mapped[str]
    channel: Mapped[Channel] = mapped_column(codes(Channel, "channel"))
    essence: Mapped[str]
    call: Mapped[CallId | None]
    owner: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    state: Mapped[ComplaintState] = mapped_column(codes(ComplaintState, "state"))
    due_at: Mapped[datetime]
    resolution: Mapped[str] = mapped_column(server_default="")
    resolved_at: Mapped[datetime | None]
    told_client_at: Mapped[datetime | None]
    thanked: Mapped[bool]
    reopened: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012
