"""One contact, counted as a report counts it. Pure: what `contacts` does in SQL, call by call.

The board counts with it while the day runs; a test holds both to the same numbers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.reports.measures import HANDLING, ServiceLevel
from routing.ids import AgentId, CallId, QueueId
from routing.terms import CallState, Direction, Dismissal

_MS = timedelta(milliseconds=1)
_SECOND_MS = 1000


@dataclass(slots=True, kw_only=True)
class Contact:
    """What counts of a call. The last four are milliseconds of agents so far."""

    call: CallId
    version: int
    state: CallState
    direction: Direction
    queue: QueueId
    answered_in: QueueId | None
    queued_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    agent: AgentId | None
    transfers: int
    dismissal: Dismissal | None
    dialling: int = 0
    talk: int = 0
    hold: int = 0
    wrap_up: int = 0

    @property
    def counts_in(self) -> QueueId:
        """The queue in which it was answered; if nobody did, the one in which it ended."""
        return self.answered_in or self.queue


def counts(contact: Contact, level: ServiceLevel) -> dict[str, int]:
    """What a contact adds to the figures, by their names; nothing while its caller waits."""
    if contact.answered_at is not None:
        return _served(contact, contact.answered_at, level)
    if contact.ended_at is None and contact.state not in _LEFT:
        return {}
    if contact.direction is not Direction.INBOUND:
        return {"unreached": 1} if contact.ended_at is not None else {}
    name = _unserved(contact, level)
    return {name: 1} if name else {}


_LEFT = frozenset({CallState.TURNED_AWAY, CallState.CALLBACK_TAKEN})
"""Out of the queue, though he still hears us say so."""


def _served(contact: Contact, answered_at: datetime, level: ServiceLevel) -> dict[str, int]:
    spent = {name: getattr(contact, name) for name in HANDLING}
    transferred = {"transferred": 1} if contact.transfers else {}
    if contact.direction is not Direction.INBOUND:
        return {"called_back": 1} | transferred | spent
    waited = _ms(contact.queued_at, answered_at)
    in_time = {"answered_in_time": 1} if waited <= level.within * _SECOND_MS else {}
    return {"answered": 1, "waited": waited} | in_time | transferred | spent


def _unserved(contact: Contact, level: ServiceLevel) -> str | None:
    match contact.state:
        case CallState.CALLBACK_TAKEN:
            return "callbacks_taken"
        case CallState.TURNED_AWAY:
            waited_out = contact.dismissal is Dismissal.WAITED_TOO_LONG
            return "waited_too_long" if waited_out else "turned_away"
        case CallState.ABANDONED:
            ended_at = contact.ended_at or contact.queued_at
            gone = _ms(contact.queued_at, ended_at)
            short = not gone or gone < level.short * _SECOND_MS
            return "abandoned_short" if short else "abandoned"
        case CallState.SELF_SERVED:
            return "self_served"
        case CallState.LOST:
            return "lost"
        case _:
            return None


def _ms(since: datetime, until: datetime) -> int:
    """Milliseconds; none where news of the end overtook that of the beginning."""
    return max(0, round((until - since) / _MS))
