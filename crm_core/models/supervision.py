"""The table of messages from supervisors to agents."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base
from routing.ids import AgentId


class AgentMessage(Base):
    """A message stands on the agent's screen until he says that he has read it."""

    __tablename__ = "agent_message"
    __table_args__ = (
        CheckConstraint("read_at IS NULL OR read_at >= sent_at", "read_after_sent"),
        Index(None, "agent", "read_at"),
        Index(None, "author", "sent_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    author: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    agent: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    text: Mapped[str]
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
