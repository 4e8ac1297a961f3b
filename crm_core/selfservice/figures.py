"""What statistics of self-service count, and the formulas made of it. Pure.

Counts of visits and of answers add up, over flows, versions, days, agents and queues; a share is
one sum over another, made at the end. Times in a node are told by their median and their ninth
decile: the shortest time that so many stays, counted from the shortest, did not go beyond. These
do not add up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from crm_core.selfservice.leaving import Leaving
from routing.terms import ServiceEnd

SATISFIED_FROM = 4
"""Of 1 to 5."""
PROMOTERS_FROM, DETRACTORS_TO = 9, 6
"""Of 0 to 10."""

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFigures:
    """Visits to a flow that are over: how many, how they ended, how long they took together.
    `after_call` are surveys: their callers had talked to an agent, so there was none to be spared.
    """

    contained: int = 0
    after_call: int = 0
    spent_ms: int = 0
    ends: Mapping[ServiceEnd, int] = field(default_factory=dict)

    @property
    def visits(self) -> int:
        return sum(self.ends.values())

    @property
    def containment(self) -> float | None:
        """The share of visits for which self-service was enough, of those before any talk."""
        return _share(self.contained, self.visits - self.after_call)

    @property
    def mean_ms(self) -> float | None:
        """How long a visit takes."""
        return _share(self.spent_ms, self.visits)

    def __add__(self, other: "FlowFigures") -> "FlowFigures":
        return FlowFigures(
            contained=self.contained + other.contained,
            after_call=self.after_call + other.after_call,
            spent_ms=self.spent_ms + other.spent_ms,
            ends=_added(self.ends, other.ends),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A way out of a node: how, by which key of a menu, to which node (empty: it was the last)."""

    leaving: Leaving
    key: str
    to: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFigures:
    """Stays in a node. `visits` came to it at least once; `exits`, the most taken in front."""

    node: str
    entered: int
    visits: int
    hung_up: int
    spent_ms: int
    median_ms: int
    p90_ms: int
    exits: tuple[Exit, ...] = ()

    @property
    def drop_off(self) -> float | None:
        """The share of stays in which the caller hung up."""
        return _share(self.hung_up, self.entered)

    @property
    def mean_ms(self) -> float | None:
        return _share(self.spent_ms, self.entered)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFigures:
    """Answers to one question: how often each was given."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        return _share(sum(value * n for value, n in self.counts.items()), self.answers)

    @property
    def satisfied(self) -> int:
        """Answers of 4 and 5, to a question of 1 to 5."""
        return self._from(SATISFIED_FROM)

    @property
    def csat(self) -> float | None:
        """The share of the satisfied."""
        return _share(self.satisfied, self.answers)

    @property
    def promoters(self) -> int:
        """Answers of 9 and 10, to a question of 0 to 10."""
        return self._from(PROMOTERS_FROM)

    @property
    def detractors(self) -> int:
        """Answers of 0 to 6."""
        return sum(n for value, n in self.counts.items() if value <= DETRACTORS_TO)

    @property
    def nps(self) -> float | None:
        """Promoters less detractors, in points of -100 to 100 of all who answered."""
        return _share(100 * (self.promoters - self.detractors), self.answers)

    def __add__(self, other: "SurveyFigures") -> "SurveyFigures":
        return SurveyFigures(counts=_added(self.counts, other.counts))

    def _from(self, lowest: int) -> int:
        return sum(n for value, n in self.counts.items() if value >= lowest)


def flow_total(several: Iterable[FlowFigures]) -> FlowFigures:
    """The sum of all."""
    return sum(several, start=FlowFigures())


def survey_total(several: Iterable[SurveyFigures]) -> SurveyFigures:
    """The sum of all answers to one question."""
    return sum(several, start=SurveyFigures())


def _share(above: int, below: int) -> float | None:
    return above / below if below else None


def _added(one: Mapping[Key, int], other: Mapping[Key, int]) -> dict[Key, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in (*one, *other)}
