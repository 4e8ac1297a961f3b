"""Calls of the past as rules would see them again, from their cards.

Known for certain are number, dialled number, match, candidates and managers as they were then, and
from the cards beside it who waited at that moment. What is known of clients is of now, not of then;
of a queue only who was in it at the end of his way; how many agents were free nobody kept.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import phones
from crm_core.database import moment
from crm_core.models import CallCard, Party
from crm_core.parties import steering
from crm_core.rules.house import House
from routing.facts import Candidate
from routing.ids import AgentId, CallId, PartyId, QueueId, ScheduleId
from routing.roster import Schedule
from routing.rules.ruling import Caller
from routing.terms import Direction

_CHUNK = 200
_BETWEEN_TURNS = 25
_AT_ONCE = 100
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """A call, its queue, and from when to when he waited there; `left_at` is None of who still
    waits."""

    call: CallId
    queue: QueueId
    queued_at: datetime
    left_at: datetime | None
    caller: Caller


@dataclass(slots=True)
class PastQueues:
    """The queues as calls came, in the order in which they came. Implements `Queues` of rules."""

    schedules: dict[ScheduleId, Schedule]
    now: datetime
    _waiting: dict[QueueId, list[tuple[datetime, datetime]]] = field(default_factory=dict)

    def entered(self, call: PastCall) -> None:
        """The call waits from now on."""
        line = self._waiting.setdefault(call.queue, [])
        heapq.heappush(line, (call.left_at or _NEVER, call.queued_at))

    def waiting(self, queue: QueueId) -> int:
        return len(self._line(queue))

    def longest_wait(self, queue: QueueId) -> float:
        since = min((queued for _, queued in self._line(queue)), default=self.now)
        return max((self.now - since).total_seconds(), 0.0)

    def free_agents(self, _queue: QueueId) -> int:
        """Nobody knows any more; read as none."""
        return 0

    def during(self, schedule: ScheduleId, at: datetime) -> bool:
        known = self.schedules.get(schedule)
        return known is not None and known.holds(at)

    def _line(self, queue: QueueId) -> list[tuple[datetime, datetime]]:
        line = self._waiting.get(queue, [])
        while line and line[0][0] <= self.now:
            heapq.heappop(line)
        return line


async def past_calls(
    session: AsyncSession, house: House, *, since: datetime, until: datetime
) -> AsyncIterator[PastCall]:
    """Inbound calls of this time that came to a queue, in their order, a chunk of them at a time.

    No rule is asked of who served himself at his keypad.

    Live calls are decided in the same process, so others take their turn between a few of these.
    """
    after: tuple[datetime, str] = (since, "")
    while True:
        cards = (await session.execute(_chunk(after, until))).all()
        known = await _parties(session, cards)
        for n, card in enumerate(cards):
            if n % _BETWEEN_TURNS == 0:
                await asyncio.sleep(0)
            yield _past(card, known, house)
        if len(cards) < _CHUNK:
            return
        after = (cards[-1].arrived_at, cards[-1].call)


def _chunk(after: tuple[datetime, str], until: datetime) -> Select[*tuple[Any, ...]]:
    row = CallCard
    return (
        select(
            row.call,
            row.queue,
            row.arrived_at,
            row.queued_at,
            row.answered_at,
            row.ended_at,
            row.number,
            row.raw_number,
            row.dialled,
            row.match,
            row.candidates,
            row.ivr_path,
            row.self_service,
        )
        .where(tuple_(row.arrived_at, row.call) > after, row.arrived_at < until)
        .where(row.direction == Direction.INBOUND, ~_ended_at_the_keypad())
        .order_by(row.arrived_at, row.call)
        .limit(_CHUNK)
    )


def _ended_at_the_keypad() -> ColumnElement[bool]:
    row = CallCard
    return and_(
        row.answered_at.is_(None), row.ended_at <= row.queued_at, row.self_service.is_not(None)
    )


def _past(card: Row[Any], known: dict[PartyId, Candidate], house: House) -> PastCall:
    kind = phones.classify(card.raw_number, house.region, own=house.own_numbers)
    caller = Caller(
        at=card.queued_at,
        number=card.number,
        number_class=kind,
        dialled=card.dialled,
        match=card.match,
        candidates=tuple(_candidate(one, known) for one in card.candidates),
        language=(card.self_service or {}).get("language", ""),
        ivr_path=card.ivr_path,
    )
    return PastCall(
        call=card.call,
        queue=card.queue,
        queued_at=card.queued_at,
        left_at=card.answered_at or card.ended_at,
        caller=caller,
    )


def _candidate(kept: dict[str, object], known: dict[PartyId, Candidate]) -> Candidate:
    party = PartyId(str(kept["party"]))
    fresh = known.get(party) or Candidate(party=party, name="", reason="")
    managers = cast(Sequence[str], kept.get("managers", ()))
    return Candidate(
        party=party,
        name="",
        reason=str(kept["reason"]),
        managers=tuple(AgentId(one) for one in managers),
        status=fresh.status,
        tier=fresh.tier,
        segments=fresh.segments,
        days_past_due=fresh.days_past_due,
        open_case=fresh.open_case,
        open_applications=fresh.open_applications,
        language=fresh.language,
    )


async def _parties(session: AsyncSession, cards: Sequence[Row[Any]]) -> dict[PartyId, Candidate]:
    """What is known now of all whom these calls' numbers suggested."""
    ids = list({PartyId(one["party"]): None for card in cards for one in card.candidates})
    found: dict[PartyId, Candidate] = {}
    for some in (ids[n : n + _AT_ONCE] for n in range(0, len(ids), _AT_ONCE)):
        rows = await session.execute(
            select(Party.id, Party.status, Party.tier, Party.language).where(Party.id.in_(some))
        )
        bare = [
            Candidate(
                party=id_, name="", reason="", status=status, tier=tier or "", language=language
            )
            for id_, status, tier, language in rows
        ]
        names = {f"party{n}": one.party for n, one in enumerate(bare)}
        if not bare:
            continue
        asked = {**names, "now": moment(session)}
        facts = (await session.execute(steering.asked_of(len(bare)), asked)).all()
        told = steering.steered(bare, cast(Sequence[steering.Fact], facts))
        found |= {one.party: one for one in told}
    return found
