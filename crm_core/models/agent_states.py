"""The table of what agents did and when: an interval a state, as the routing journal told it.

Only the journal's drainer writes it. No foreign keys: a state is never refused because an employee
or a card is not there.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, code
from routing.ids import AgentId, CallId, QueueId
from routing.terms import Activity, Availability, Direction, NotReadyReason

_OF_A_CALL = text("call IS NOT NULL")


class AgentState(Base):
    """An agent in one state from `since` on. `until` is when his next state began, None as long as
    none is known; so his intervals never overlap."""

    __tablename__ = "agent_state"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until > since", "takes_time"),
        Index(None, "since"),
        Index(None, "agent", "until"),
        Index("ix_agent_state_call", "call", sqlite_where=_OF_A_CALL, postgresql_where=_OF_A_CALL),
    )

    agent: Mapped[AgentId] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(BigInteger)
    """Of the newest picture of the agent in this state."""
    availability: Mapped[Availability] = mapped_column(code(Availability, "availability"))
    reason: Mapped[NotReadyReason | None] = mapped_column(code(NotReadyReason, "reason"))
    activity: Mapped[Activity] = mapped_column(code(Activity, "activity"))
    call: Mapped[CallId | None]
    queue: Mapped[QueueId | None]
    """Where the call stood meanwhile."""
    direction: Mapped[Direction | None] = mapped_column(code(Direction, "direction"))
    """Who rang whom: an agent who is kept for a callback does not ring, his customer does."""
