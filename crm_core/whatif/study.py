"""A study: recorded days, simulated several times over, in one or more variants side by side.

All variants meet the same drawn callers, so their difference within a replication is the variant's
doing. Days are simulated one by one: each begins empty.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from crm_core.whatif.calls import Outcome, RecordedCall, Recording
from crm_core.whatif.drawing import Caller, Draw, Habits, draw
from crm_core.whatif.figures import USUAL, Figures, Targets, summed
from crm_core.whatif.staffing import Staff, gaps_between, staff_of
from crm_core.whatif.world import Played, Setting, play
from routing.ids import CallId

Progress = Callable[[int, int], bool]
"""Told the days done and how many there are; False ends the study."""


class StudyEnded(Exception):
    """Whoever watched the progress did not want the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of the worlds that are compared: what it makes of a day's calls and staff."""

    name: str
    setting: Callable[[date, Staff], Setting]
    calls: Callable[[Sequence[RecordedCall]], Sequence[RecordedCall]] = lambda calls: calls
    """What is known of the callers in it; the callers themselves stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is simulated, and how often."""

    recording: Recording
    habits: Habits
    variants: tuple[Variant, ...]
    seed: int = 1
    replications: int = 5
    draw: Draw = Draw.MISSING
    targets: Targets = USUAL
    staff: Mapping[date, Staff] | None = None
    """Who was on duty, where that is known; None: it is concluded from the calls."""


@dataclass(slots=True)
class Run:
    """One variant's figures: by replication and day, and by replication and queue."""

    days: list[dict[date, Figures]] = field(default_factory=list)
    queues: list[dict[str, Figures]] = field(default_factory=list)

    def begin(self) -> None:
        """Begin a replication."""
        self.days.append({})
        self.queues.append({})

    def keep(self, day: date, played: Played) -> None:
        """Take a day of the present replication in."""
        self.days[-1][day] = played.whole()
        for queue, figures in played.by_queue.items():
            self.queues[-1].setdefault(queue, Figures()).add(figures)

    def totals(self) -> list[Figures]:
        """All days together, for each replication."""
        return [summed(one.values()) for one in self.days]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a question."""

    recorded: dict[date, Figures]
    recorded_queues: dict[str, Figures]
    runs: dict[str, Run]
    facts: int


def answer(question: Question, progress: Progress = lambda _done, _of: True) -> Answer:
    """Simulate all. The same question gives the same answer. Raises StudyEnded."""
    return _Study(question, progress).run()


@dataclass(slots=True)
class _Study:
    question: Question
    progress: Progress
    done: int = 0
    facts: int = 0

    def run(self) -> Answer:
        question = self.question
        calls = by_day(question.recording.calls)
        staff = question.staff or {day: staff_of(of_day) for day, of_day in calls.items()}
        runs = {one.name: Run() for one in question.variants}
        known = {one.name: _by_id(one.calls(question.recording.calls)) for one in question.variants}
        for number in range(question.replications):
            for run in runs.values():
                run.begin()
            for day, of_day in calls.items():
                callers = self._callers(of_day, number)
                for one in question.variants:
                    setting = one.setting(day, staff[day])
                    told = [_knowing(caller, known[one.name]) for caller in callers]
                    runs[one.name].keep(day, self._play(told, setting, number))
        return Answer(
            recorded={day: recorded(of_day, staff[day], question) for day, of_day in calls.items()},
            recorded_queues=_recorded_queues(question),
            runs=runs,
            facts=self.facts,
        )

    def _callers(self, calls: Sequence[RecordedCall], number: int) -> list[Caller]:
        question = self.question
        return draw(calls, question.habits, self._chance(calls, number), what=question.draw)

    def _play(self, callers: Sequence[Caller], setting: Setting, number: int) -> Played:
        chance = self._chance([caller.call for caller in callers], number)
        played = play(callers, setting, chance)
        self.facts += played.facts
        self.done += 1
        question = self.question
        steps = question.replications * len(question.variants) * len(question.recording.days())
        if not self.progress(self.done, steps):
            raise StudyEnded
        return played

    def _chance(self, calls: Sequence[RecordedCall], number: int) -> Random:
        """Chance of its own for each day and replication, whatever else is simulated."""
        return Random(f"{self.question.seed}/{number}/{calls[0].day.isoformat()}")


def by_day(calls: Sequence[RecordedCall]) -> dict[date, list[RecordedCall]]:
    """The calls of each day, days and calls in order."""
    days: dict[date, list[RecordedCall]] = {}
    for call in calls:
        days.setdefault(call.day, []).append(call)
    return dict(sorted(days.items()))


def recorded(calls: Sequence[RecordedCall], staff: Staff, question: Question) -> Figures:
    """The figures that the records tell of a day."""
    figures = counted(calls, question.targets)
    figures.handling = sum(call.talked or 0.0 for call in calls if call.agent) + sum(
        gaps_between(calls)
    )
    figures.idle = max(staff.seconds() - figures.handling, 0.0)
    return figures


def counted(calls: Sequence[RecordedCall], targets: Targets) -> Figures:
    """The counts and waits of recorded calls."""
    figures = Figures(offered=len(calls))
    for call in calls:
        if call.outcome is Outcome.ANSWERED:
            figures.count_answered(call.waited, targets)
        elif call.outcome is Outcome.ABANDONED:
            figures.count_abandoned(call.waited, targets)
        elif call.outcome is Outcome.TURNED_AWAY:
            figures.turned_away += 1
        else:
            figures.left += 1
    return figures


def _recorded_queues(question: Question) -> dict[str, Figures]:
    queues: dict[str, list[RecordedCall]] = {}
    for call in question.recording.calls:
        queues.setdefault(call.queue, []).append(call)
    return {queue: counted(calls, question.targets) for queue, calls in sorted(queues.items())}


def _by_id(calls: Sequence[RecordedCall]) -> dict[CallId, RecordedCall]:
    return {call.call: call for call in calls}


def _knowing(caller: Caller, known: dict[CallId, RecordedCall]) -> Caller:
    """The same caller, with what this variant knows of him."""
    told = known[caller.call.call]
    return caller if told is caller.call else replace(caller, call=told)
