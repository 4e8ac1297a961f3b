"""The house that rules are written for: what is configured, and what the database adds to it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import Segment
from crm_core.rules.versions import agents_known
from crm_core.rules.vocabulary import Known
from crm_core.worktime.opening import OpeningHours


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Queues, skills and schedules as they are configured; `region` (ISO 3166) and `own_numbers`
    (E.164) tell which class a caller's number is of."""

    queues: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    opening: tuple[OpeningHours, ...] = ()
    region: str = "RU"
    own_numbers: frozenset[str] = frozenset()

    def known(self) -> Known:
        """What rules may name; who works here and which segments there are is not looked at."""
        schedules = frozenset(str(one.schedule) for one in self.opening)
        return Known(queues=self.queues, skills=self.skills, schedules=schedules)


async def known_now(session: AsyncSession, house: House) -> Known:
    """Everything that rules may name now."""
    configured = house.known()
    codes = await session.scalars(select(Segment.code).where(Segment.active))
    return Known(
        queues=configured.queues,
        skills=configured.skills,
        schedules=configured.schedules,
        segments=frozenset(codes),
        agents=await agents_known(session),
    )
