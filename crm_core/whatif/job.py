"""A run in a process of its own, so that calls are not held up by it.

It reads a `Job` from its standard input, and writes lines of JSON to its standard output: progress
as `[done, of]`, at the end the result as an object. `python -m crm_core.whatif.job` is started by
nobody but the product, which hands it a pickle of its own making.
"""

import json
import os
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from crm_core.whatif.cards import Past
from crm_core.whatif.drawing import learn
from crm_core.whatif.exchange import Manners
from crm_core.whatif.figures import Targets
from crm_core.whatif.rosters import House
from crm_core.whatif.staffing import Staff
from crm_core.whatif.study import Question, Variant, answer, by_day
from crm_core.whatif.told import Json, told
from crm_core.whatif.wish import Wish
from crm_core.whatif.world import Setting
from routing.roster import Roster
from routing.rules.terms import RuleSet

NICENESS = 10
_SHORTEST_STEP = 0.02
"""Of the whole; progress is told no finer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """All that a run needs: the past, the roster of today, and the wish with the rules it means."""

    past: Past
    roster: Roster
    wish: Wish
    rules: RuleSet
    targets: Targets
    replications: int
    seed: int


def compute(job: Job, tell: Callable[[int, int], None]) -> Json:
    """The result of a run. `tell` hears of the progress."""
    calls = by_day(job.past.recording.calls)
    question = Question(
        recording=job.past.recording,
        habits=learn(job.past.recording.calls),
        variants=_variants(job),
        seed=job.seed,
        replications=job.replications,
        targets=job.targets,
        staff={day: job.past.staff(day, job.roster.agents, calls[day]) for day in calls},
    )

    def progress(done: int, of: int) -> bool:
        tell(done, of)
        return True

    return told(question, answer(question, progress))


def _variants(job: Job) -> tuple[Variant, ...]:
    base = _variant("as_recorded", job, Wish(), job.roster.rules)
    if not job.wish.changes():
        return (base,)
    return base, _variant("asked", job, job.wish, job.rules)


def _variant(name: str, job: Job, wish: Wish, rules: RuleSet) -> Variant:
    roster = job.roster
    house = House(
        queues=roster.queues,
        default_queue=roster.default_queue,
        entries=roster.entries,
        schedules=roster.schedules,
        rules=rules,
    )
    calls = by_day(job.past.recording.calls)

    def setting(day: date, staff: Staff) -> Setting:
        wished = wish.staff(staff, calls[day])
        return Setting(
            roster=house.roster(wished),
            staff=wished,
            manners=Manners(ring=job.past.ring),
            targets=job.targets,
        )

    return Variant(name=name, setting=setting)


def main() -> None:
    """Run the job that stands on standard input."""
    os.nice(NICENESS)
    job: Job = pickle.load(sys.stdin.buffer)
    told_last = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal told_last
        if done / of - told_last >= _SHORTEST_STEP:
            told_last = done / of
            _write([done, of])

    _write(compute(job, tell))


def _write(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
