"""What is known of calls that were: who came when, how long he waited, what became of it.

Nothing here is drawn by chance and nothing reads a file; `bank_log`, `plain_csv`, `journal` and
`cards` bring calls in this form.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from crm_core.errors import Refused
from routing.facts import Candidate
from routing.ids import AgentId, CallId
from routing.terms import NumberClass

DAY_BEGINS = timedelta(hours=4)
"""Past midnight; whoever waits at midnight still belongs to the evening."""


class Outcome(StrEnum):
    """What became of a call that came to a queue."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TURNED_AWAY = "turned_away"
    LEFT = "left"
    """Nobody had answered, and he had not hung up, when the records ended."""


class CallsRefused(Refused):
    """The calls cannot be taken; `lines` tell where and why."""

    code = "calls_refused"

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """A call that came to a queue. Times are aware, durations are seconds.

    Of an abandoned call `waited` is its caller's patience; of all others his patience was longer.
    `talked` is None where nobody talked to him, or where the record of it cannot be right.
    """

    call: CallId
    arrived_at: datetime
    queue: str
    """Its queue or type, as the source names it."""
    outcome: Outcome
    waited: float
    talked: float | None = None
    after_call: float | None = None
    """How long its agent was busy with it after its end; None where that is not known."""
    agent: AgentId | None = None
    number: str | None = None
    number_class: NumberClass = NumberClass.UNKNOWN
    dialled: str = ""
    """Empty: the queue's own name serves as one."""
    language: str = ""
    ivr_path: str = ""
    candidates: tuple[Candidate, ...] = ()

    @property
    def day(self) -> date:
        """The day to which the call counts, by the clock of the source."""
        return (self.arrived_at - DAY_BEGINS).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Calls in the order of their arrival, and what was left out of the source, by reason."""

    calls: tuple[RecordedCall, ...]
    left_out: Counter[str] = field(default_factory=Counter)

    def days(self) -> list[date]:
        """The days on which calls came."""
        return sorted({call.day for call in self.calls})

    def between(self, first: date, last: date) -> "Recording":
        """The same without the calls of other days."""
        kept = tuple(call for call in self.calls if first <= call.day <= last)
        return Recording(calls=kept, left_out=self.left_out)


def recording(calls: Iterable[RecordedCall], left_out: Counter[str]) -> Recording:
    """Put calls into the order of arrival; those of one moment keep theirs."""
    return Recording(calls=tuple(sorted(calls, key=lambda c: c.arrived_at)), left_out=left_out)
