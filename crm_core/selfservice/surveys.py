"""What callers answer when they are asked how it was. Whoever the survey is about is taken from the
call's card wherever it was not told, so an answer may come before its card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.errors import FieldRefused
from crm_core.models import SurveyAnswer
from crm_core.upsert import insert_into
from routing.ids import AgentId, CallId, FlowId, QueueId

SATISFACTION, RECOMMEND = "satisfaction", "recommend"
"""Questions that have formulas of their own. Others are counted and averaged."""

LOWEST, HIGHEST = 0, 10
SCALES: Mapping[str, tuple[int, int]] = MappingProxyType({SATISFACTION: (1, 5), RECOMMEND: (0, 10)})
"""The lowest and the highest answer."""

LONGEST_QUESTION = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer, when it was given, and whom it is about if that is known already."""

    call: CallId
    flow: FlowId
    question: str
    value: int
    asked_at: datetime | None = None
    agent: AgentId | None = None
    queue: QueueId | None = None


async def keep(session: AsyncSession, said: Said) -> None:
    """Keep an answer; of several to one question in a call, the last counts.

    Raises FieldRefused for what is not on the question's scale.
    """
    lowest, highest = SCALES.get(said.question, (LOWEST, HIGHEST))
    if not lowest <= said.value <= highest:
        raise FieldRefused("value", "out_of_range")
    if not 0 < len(said.question) <= LONGEST_QUESTION:
        raise FieldRefused("question", "too_long" if said.question else "missing")
    row = SurveyAnswer
    fresh = insert_into(session, row).values(
        call=said.call,
        flow=said.flow,
        question=said.question,
        value=said.value,
        agent=said.agent,
        queue=said.queue,
        asked_at=said.asked_at or moment(session),
    )
    told = ("value", "agent", "queue", "asked_at")
    later = fresh.on_conflict_do_update(
        index_elements=[row.call, row.flow, row.question],
        set_={name: fresh.excluded[name] for name in told},
        where=row.asked_at < fresh.excluded.asked_at,
    )
    await session.execute(later)


async def answers_of(session: AsyncSession, call: CallId) -> Sequence[Said]:
    """What was answered in a call, in the order in which it was asked."""
    row = SurveyAnswer
    found = select(row).where(row.call == call).order_by(row.asked_at, row.question)
    return [
        Said(
            call=one.call,
            flow=one.flow,
            question=one.question,
            value=one.value,
            asked_at=one.asked_at,
            agent=one.agent,
            queue=one.queue,
        )
        for one in await session.scalars(found)
    ]
