"""An indicator left its limits: its manager is to find the reason. One task for each deviation.

What a deviation is, who counts it and from what facts, belongs to the indicators; here is only the
task that it opens, once for subject, indicator, period and direction.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.tasks.moving import add
from crm_core.tasks.states import Priority, SubjectKind, TaskSource
from crm_core.tasks.task import About, TaskFacts
from routing.ids import AgentId, PartyId

FIND_REASON = "find_reason"
_WITHIN = timedelta(days=3)


class Direction(StrEnum):
    """On which side of its limits an indicator is."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """An indicator of a subject (a party, group, manager or branch, by id) left its limits in a
    period such as "2026-02"."""

    subject: str
    indicator: str
    period: str
    direction: Direction

    @property
    def key(self) -> str:
        return ":".join((self.subject, self.indicator, self.period, self.direction))


async def task_of(
    session: AsyncSession, found: Deviation, *, owner: AgentId, party: PartyId | None, by: str
) -> str:
    """The task to find the deviation's reason; told again, it is the same task. Its id."""
    facts = TaskFacts(
        type=FIND_REASON,
        title="",
        about=About(kind=SubjectKind.DEVIATION, id=found.key, party=party),
        due_at=moment(session) + _WITHIN,
        owner=owner,
        priority=Priority.HIGH,
        source=TaskSource.DEVIATION,
        source_key=f"deviation:{found.key}",
    )
    return await add(session, facts, by=by)
