"""What an agent agreed on in a call becomes a task of his: "call back tomorrow" is not forgotten.

A card makes one such task, when it is completed; when it is due is a table by disposition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.tasks.moving import add
from crm_core.tasks.states import Priority, SubjectKind, TaskSource
from crm_core.tasks.task import LONGEST_TITLE, About, TaskFacts
from routing.ids import AgentId, CallId, PartyId

FOLLOW_UP = "follow_up"
CALL_BACK = "call_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agreed:
    """The task that a disposition leaves behind."""

    type: str
    within: timedelta
    priority: Priority


_BY_DISPOSITION: Mapping[str, _Agreed] = MappingProxyType(
    {
        "call_back": _Agreed(type=CALL_BACK, within=timedelta(days=1), priority=Priority.HIGH),
        "thinks": _Agreed(type=CALL_BACK, within=timedelta(days=3), priority=Priority.NORMAL),
    }
)
_OTHERWISE = _Agreed(type=FOLLOW_UP, within=timedelta(days=2), priority=Priority.NORMAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a completed card says of what is to come."""

    call: CallId
    party: PartyId | None
    agent: AgentId
    disposition: str
    follow_up: str


async def remember_follow_up(session: AsyncSession, ended: Ended) -> str | None:
    """Add the task that the card leaves behind, if it leaves any: one that says what follows, or
    that a call back was agreed. Its id."""
    if not ended.follow_up and ended.disposition != "call_back":
        return None
    agreed = _BY_DISPOSITION.get(ended.disposition, _OTHERWISE)
    facts = TaskFacts(
        type=agreed.type,
        title=ended.follow_up[:LONGEST_TITLE],
        about=About(kind=SubjectKind.CALL, id=ended.call, party=ended.party),
        due_at=moment(session) + agreed.within,
        owner=ended.agent,
        priority=agreed.priority,
        source=TaskSource.RULE,
        source_key=f"call:{ended.call}:follow_up",
    )
    return await add(session, facts, by=ended.agent)
