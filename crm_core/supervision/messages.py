"""Messages of supervisors to agents: sent, shown until they are read, listed for their author.

The audit tells who wrote to whom and when it was read. The words stay in their own table: the
audit cannot be changed, and words may have to be.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused, Unknown
from crm_core.ids import new_id
from crm_core.models import AgentMessage, EmployeeRow
from routing.ids import AgentId

LONGEST = 500
"""Characters in a message."""
SHOWN = 20
"""The most that are listed at once, the newest."""


class MessageUnknown(Unknown):
    """There is no such message to this agent."""

    code = "message_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it stands. `read_at` is None until the agent has said so."""

    id: str
    author: AgentId
    author_name: str
    agent: AgentId
    text: str
    sent_at: datetime
    read_at: datetime | None


async def send(session: AsyncSession, *, to: AgentId, text: str, by: AgentId) -> str:
    """Write to an agent. Its id. Raises FieldRefused for `agent` and `text`."""
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise FieldRefused("text", "required" if not words else "too_long")
    agent = await session.get(EmployeeRow, to)
    if agent is None or not agent.active:
        raise FieldRefused("agent", "unknown")
    row = AgentMessage(id=new_id(), author=by, agent=to, text=words, sent_at=moment(session))
    session.add(row)
    await session.flush()
    await _audit(session, Action.AGENT_MESSAGED, row.id, by=by, agent=to)
    return row.id


async def read(session: AsyncSession, message: str, *, by: AgentId) -> AgentId:
    """The agent has read it; said twice, the first holds. Its author. Raises MessageUnknown."""
    row = await session.get(AgentMessage, message)
    if row is None or row.agent != by:
        raise MessageUnknown
    if row.read_at is None:
        row.read_at = moment(session)
        await session.flush()
        await _audit(session, Action.MESSAGE_READ, row.id, by=by, agent=by)
    return row.author


async def unread(session: AsyncSession, agent: AgentId) -> list[Message]:
    """What the agent has not read yet, the oldest first."""
    mine = _messages().where(AgentMessage.agent == agent, AgentMessage.read_at.is_(None))
    return await _listed(session, mine.order_by(AgentMessage.sent_at).limit(SHOWN))


async def sent(session: AsyncSession, author: AgentId) -> list[Message]:
    """What the author wrote, the newest first."""
    mine = _messages().where(AgentMessage.author == author)
    newest = mine.order_by(AgentMessage.sent_at.desc(), AgentMessage.id.desc())
    return await _listed(session, newest.limit(SHOWN))


def _messages() -> Select[AgentMessage, str]:
    return select(AgentMessage, EmployeeRow.name).join(
        EmployeeRow, EmployeeRow.id == AgentMessage.author
    )


async def _listed(session: AsyncSession, statement: Select[AgentMessage, str]) -> list[Message]:
    return [
        Message(
            id=row.id,
            author=row.author,
            author_name=name,
            agent=row.agent,
            text=row.text,
            sent_at=row.sent_at,
            read_at=row.read_at,
        )
        for row, name in await session.execute(statement)
    ]


async def _audit(
    session: AsyncSession, action: Action, message: str, *, by: AgentId, agent: AgentId
) -> None:
    await record(
        session,
        action,
        actor=by,
        subject=Subject(kind="employee", id=agent),
        reason="supervision",
        detail={"message": message},
    )
