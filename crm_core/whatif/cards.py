"""The product's own calls of some days, from their cards and agents' states, as SQL has them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.errors import FieldRefused
from crm_core.models import AgentState, CallCard
from crm_core.whatif.calls import DAY_BEGINS, Outcome, RecordedCall, Recording, recording
from crm_core.whatif.staffing import Span, Staff
from routing.facts import Candidate
from routing.ids import AgentId, PartyId, QueueId
from routing.roster import AgentProfile
from routing.terms import Availability, CallState, Direction, OfferOutcome

MOST_DAYS = 31
MOST_CALLS = 50_000
RING = 4.0
"""Seconds; how long an agent rings where no answer tells it."""

_ENDS = {
    CallState.ABANDONED: Outcome.ABANDONED,
    CallState.LOST: Outcome.ABANDONED,
    CallState.TURNED_AWAY: Outcome.TURNED_AWAY,
    CallState.CALLBACK_TAKEN: Outcome.TURNED_AWAY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Some days as they were: the calls, who was on duty each day, how long agents rang."""

    recording: Recording
    duties: dict[date, dict[AgentId, tuple[Span, ...]]]
    ring: float

    def staff(
        self, day: date, profiles: Iterable[AgentProfile], served: Sequence[RecordedCall]
    ) -> Staff:
        """The day's staff: profiles as they are today; who has none takes what he took then."""
        known = {one.agent: one for one in profiles}
        took: dict[AgentId, set[QueueId]] = defaultdict(set)
        for call in served:
            if call.agent is not None:
                took[call.agent].add(QueueId(call.queue))
        duties = self.duties.get(day, {})
        return Staff(
            agents=tuple(
                known.get(one) or AgentProfile(agent=one, name=one, queues=tuple(sorted(took[one])))
                for one in sorted(duties)
            ),
            duties=duties,
        )


def limits(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when to when the days are. Raises FieldRefused."""
    if last < first:
        raise FieldRefused("last", "before_first")
    if (last - first).days >= MOST_DAYS:
        raise FieldRefused("last", "too_many_days")
    begin = datetime.combine(first, time(), zone) + DAY_BEGINS
    return begin, datetime.combine(last + timedelta(days=1), time(), zone) + DAY_BEGINS


async def count_calls(session: AsyncSession, first: date, last: date, zone: ZoneInfo) -> int:
    """How many calls came on these days. Raises FieldRefused: too many days or calls, or none."""
    begin, end = limits(first, last, zone)
    number = await session.scalar(_within(begin, end).with_only_columns(func.count())) or 0
    if not 0 < number <= MOST_CALLS:
        raise FieldRefused("last", "too_many_calls" if number else "no_calls")
    return number


async def past(session: AsyncSession, first: date, last: date, zone: ZoneInfo) -> Past:
    """Read the days. Raises FieldRefused."""
    begin, end = limits(first, last, zone)
    cards = (await session.scalars(_within(begin, end).order_by(CallCard.arrived_at))).all()
    over = [card for card in cards if _why_not(card) is None]
    left_out = Counter(why for card in cards if (why := _why_not(card)) is not None)
    calls = recording([_call(card, zone) for card in over], left_out)
    return Past(
        recording=calls,
        duties=await _duties(session, begin, end, zone),
        ring=median(_rings(over) or [RING]),
    )


def _within(begin: datetime, end: datetime) -> Select[CallCard]:
    return select(CallCard).where(
        CallCard.arrived_at >= begin,
        CallCard.arrived_at < end,
        CallCard.direction == Direction.INBOUND,
    )


def _why_not(card: CallCard) -> str | None:
    """Why a call cannot be played again."""
    if card.ended_at is None:
        return "not_over"
    return "at_keypad" if card.answered_at is None and card.ended_at <= card.queued_at else None


def _call(card: CallCard, zone: ZoneInfo) -> RecordedCall:
    """A call as it came to its queue: what its caller did at his keypad before is over then."""
    answered = card.answered_at is not None
    until = card.answered_at or card.ended_at or card.queued_at
    talked = (card.talk_ms + card.hold_ms) / 1000
    return RecordedCall(
        call=card.call,
        arrived_at=card.queued_at.astimezone(zone),
        queue=card.queue,
        outcome=Outcome.ANSWERED if answered else _ENDS.get(card.state, Outcome.LEFT),
        waited=max((until - card.queued_at).total_seconds(), 0.0),
        talked=talked if answered and talked > 0 else None,
        after_call=card.wrap_up_ms / 1000 if answered else None,
        agent=card.agent if answered else None,
        number=card.number,
        dialled=card.dialled,
        language=(card.self_service or {}).get("language", ""),
        ivr_path=card.ivr_path,
        candidates=tuple(
            Candidate(
                party=PartyId(one["party"]),
                name="",
                reason=one["reason"],
                managers=tuple(AgentId(manager) for manager in one["managers"]),
            )
            for one in card.candidates
        ),
    )


def _rings(cards: Iterable[CallCard]) -> list[float]:
    """How long phones rang that were answered."""
    return [
        (
            datetime.fromisoformat(one["ended_at"]) - datetime.fromisoformat(one["made_at"])
        ).total_seconds()
        for card in cards
        for one in card.offers
        if one["outcome"] == OfferOutcome.ANSWERED and one["ended_at"]
    ]


async def _duties(
    session: AsyncSession, begin: datetime, end: datetime, zone: ZoneInfo
) -> dict[date, dict[AgentId, tuple[Span, ...]]]:
    """By day, when each agent was available; what is cut by the day's edge is cut there."""
    states = await session.scalars(
        select(AgentState)
        .where(
            AgentState.since < end,
            (AgentState.until > begin) | AgentState.until.is_(None),
            AgentState.availability == Availability.AVAILABLE,
        )
        .order_by(AgentState.agent, AgentState.since)
    )
    spans: dict[date, dict[AgentId, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for state in states:
        span = (max(state.since, begin), min(state.until or end, end))
        for day, start, until in _by_days(span, zone):
            _append(spans[day][state.agent], (start, until))
    return {
        day: {agent: tuple(one) for agent, one in agents.items()} for day, agents in spans.items()
    }


def _by_days(span: Span, zone: ZoneInfo) -> Iterable[tuple[date, datetime, datetime]]:
    start, end = (moment.astimezone(zone) for moment in span)
    while start < end:
        day = (start - DAY_BEGINS).date()
        cut = datetime.combine(day + timedelta(days=1), time(), zone) + DAY_BEGINS
        yield day, start, min(cut, end)
        start = cut


def _append(spans: list[Span], span: Span) -> None:
    """Add a span behind the others; one that follows at once belongs to the one before."""
    if spans and span[0] - spans[-1][1] < timedelta(seconds=1):
        spans[-1] = (spans[-1][0], max(spans[-1][1], span[1]))
    else:
        spans.append(span)
