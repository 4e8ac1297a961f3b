"""The table of amounts that an employee opened at his desk, without the client on the line."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base
from routing.ids import AgentId, PartyId


class OpenedAmounts(Base):
    """Amounts of a party are open to an employee until `ends_at`, for the reason that he wrote."""

    __tablename__ = "opened_amounts"
    __table_args__ = (
        CheckConstraint("opened_at <= ends_at", "validity"),
        Index(None, "party", "employee", "ends_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    employee: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
