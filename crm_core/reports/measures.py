"""What reports count, and the formulas made of it. Pure.

Counts of contacts and times of agents are whole numbers that add up, over intervals and over
groups. A measure is two sums of them, one over the other; shares are never added or averaged.

A contact has one outcome and counts once, in the interval in which it ended. Agents' time is split
over the intervals in which it was spent. Times are milliseconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum

from routing.ids import QueueId
from routing.roster import QueueProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """A queue's settings: an answer in time comes within so many seconds of entering the queue; an
    abandon before `short` seconds is left out."""

    within: int = 20
    short: int = 5
    target: int = 80
    """Percent."""


def levels_of(queues: Iterable[QueueProfile]) -> dict[QueueId, ServiceLevel]:
    """The settings of configured queues."""
    return {
        one.queue: ServiceLevel(
            within=one.service_level_seconds,
            short=one.short_abandon_seconds,
            target=one.service_level_percent,
        )
        for one in queues
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All that is counted. Figures add up."""

    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    """Not before the short-abandon limit."""
    abandoned_short: int = 0
    """Before it, or without any wait: who hung up at his keypad never was in the queue."""
    callbacks_taken: int = 0
    """Left the queue for a callback: no abandons."""
    waited_too_long: int = 0
    """Sent away by our hand after waiting as long as the queue lets them."""
    turned_away: int = 0
    """Sent away at the door: closed, full, by rule. They never were in the queue."""
    lost: int = 0
    """Ended with Asterisk before anybody answered."""
    self_served: int = 0
    """Told at their keypads what they wanted: neither offered nor abandoned."""
    called_back: int = 0
    """Callbacks that were talked to."""
    unreached: int = 0
    """Callbacks that were not."""
    transferred: int = 0
    """Contacts that were transferred at least once."""
    waited: int = 0
    """From entering the queue to the answer, of the answered."""
    dialling: int = 0
    """What agents were kept for while the customers of callbacks were rung."""
    talk: int = 0
    hold: int = 0
    wrap_up: int = 0
    """What agents spent on the contacts that ended here, whenever that was."""

    time_idle: int = 0
    """Available and waiting for a call."""
    time_ringing: int = 0
    time_dialling: int = 0
    """Kept for a callback, until its customer talks."""
    time_on_call: int = 0
    time_on_hold: int = 0
    time_wrap_up: int = 0
    time_not_responding: int = 0
    time_away: int = 0
    """Not ready: breaks, meals, meetings, training, paperwork."""

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in NAMES})


NAMES = tuple(field.name for field in fields(Figures))
TIMES = tuple(name for name in NAMES if name.startswith("time_"))
"""What agents did, in parts that make up their whole shift."""

NOTHING = Figures()


def total(several: Iterable[Figures]) -> Figures:
    """The sum of all."""
    sums = dict.fromkeys(NAMES, 0)
    for one in several:
        for name in NAMES:
            sums[name] += getattr(one, name)
    return Figures(**sums)


class Unit(StrEnum):
    """How a measure's value is to be read."""

    SHARE = "share"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The sum of some figures over the sum of others."""

    name: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    unit: Unit

    def parts(self, figures: Figures) -> tuple[int, int]:
        """Numerator and denominator."""
        return _sum(figures, self.above), _sum(figures, self.below)

    def value(self, figures: Figures) -> float | None:
        """A share of 0 to 1, or seconds; None where there is nothing to divide by."""
        above, below = self.parts(figures)
        if not below:
            return None
        return above / below / (1000 if self.unit is Unit.SECONDS else 1)


OFFERED = ("answered", "abandoned", "callbacks_taken", "waited_too_long", "lost")
HANDLED = ("answered", "called_back")
HANDLING = ("dialling", "talk", "hold", "wrap_up")
TIME_HANDLING = ("time_dialling", "time_on_call", "time_on_hold", "time_wrap_up")

MEASURES = (
    Measure(
        name="service_level",
        above=("answered_in_time",),
        below=("answered", "abandoned"),
        unit=Unit.SHARE,
    ),
    Measure(name="asa", above=("waited",), below=("answered",), unit=Unit.SECONDS),
    Measure(name="abandon_rate", above=("abandoned",), below=OFFERED, unit=Unit.SHARE),
    Measure(name="aht", above=HANDLING, below=HANDLED, unit=Unit.SECONDS),
    Measure(
        name="occupancy",
        above=TIME_HANDLING,
        below=(*TIME_HANDLING, "time_idle"),
        unit=Unit.SHARE,
    ),
    Measure(name="transfer_rate", above=("transferred",), below=HANDLED, unit=Unit.SHARE),
)
BY_NAME = {measure.name: measure for measure in MEASURES}


def offered(figures: Figures) -> int:
    """The contacts that stood in a queue, short abandons left out."""
    return _sum(figures, OFFERED)


def handled(figures: Figures) -> int:
    """The contacts that an agent talked to, callbacks among them."""
    return _sum(figures, HANDLED)


def staffed(figures: Figures) -> int:
    """Agents' time on shift, all that they did together."""
    return _sum(figures, TIMES)


def _sum(figures: Figures, names: Iterable[str]) -> int:
    return sum(getattr(figures, name) for name in names)
