"""What a study found, as JSON values: recorded, predicted and the other variants side by side.

Figures of variants are means over the replications, with their 95 % intervals beside them. With
two variants `base` is the first, `predicted` the second, and `difference` what the second changes:
mean, low and high end of the differences in the same replications.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from crm_core.whatif.estimate import Estimate, estimate
from crm_core.whatif.figures import COUNTS, RATIOS, Figures
from crm_core.whatif.study import Answer, Question, Run

SCHEMA = 1
DIGITS = 4
NAMES = COUNTS + RATIOS
Json = dict[str, Any]


def told(question: Question, found: Answer) -> Json:
    """The whole answer; one or two variants."""
    names = [one.name for one in question.variants]
    return {
        "schema": SCHEMA,
        "seed": question.seed,
        "replications": question.replications,
        "draw": question.draw.value,
        "service_level_seconds": question.targets.within,
        "short_abandon_seconds": question.targets.short_abandon,
        "variants": names,
        "left_out": dict(sorted(question.recording.left_out.items())),
        "facts": found.facts,
        "days": [_of_day(day, figures, found, names) for day, figures in found.recorded.items()],
        "total": _beside(_whole(found.recorded), found, names, Run.totals),
        "queues": [
            {"queue": queue} | _beside(figures, found, names, _queue(queue))
            for queue, figures in found.recorded_queues.items()
        ],
    }


def _of_day(day: date, figures: Figures, found: Answer, names: Sequence[str]) -> Json:
    return {"day": day.isoformat()} | _beside(
        figures, found, names, lambda run: [one[day] for one in run.days]
    )


def _queue(queue: str) -> Callable[[Run], list[Figures]]:
    return lambda run: [one[queue] for one in run.queues]


def _whole(days: dict[date, Figures]) -> Figures:
    whole = Figures()
    for one in days.values():
        whole.add(one)
    return whole


def _beside(
    recorded: Figures,
    found: Answer,
    names: Sequence[str],
    of_run: Callable[[Run], list[Figures]],
) -> Json:
    """Recorded figures and those of all variants; `predicted` is what was asked for."""
    runs = {name: of_run(found.runs[name]) for name in names}
    base = runs[names[0]]
    beside: Json = {"recorded": _plain(recorded.values())}
    beside["predicted"] = _predicted(runs[names[-1]])
    if len(names) > 1:
        beside["base"] = _predicted(base)
        beside["difference"] = _difference(base, runs[names[-1]])
    return beside


def _predicted(replications: Sequence[Figures]) -> Json:
    estimates = _estimates([one.values() for one in replications])
    return {name: _round(one.mean) if one else None for name, one in estimates.items()} | {
        "interval": {
            name: [_round(one.low), _round(one.high)]
            for name, one in estimates.items()
            if one is not None and one.low is not None
        }
    }


def _difference(base: Sequence[Figures], other: Sequence[Figures]) -> Json:
    pairs = [(one.values(), two.values()) for one, two in zip(base, other, strict=True)]
    differences = [
        {name: _minus(after[name], before[name]) for name in NAMES} for before, after in pairs
    ]
    return {
        name: [_round(one.mean), _round(one.low), _round(one.high)]
        for name, one in _estimates(differences).items()
        if one is not None
    }


def _estimates(values: Sequence[dict[str, float | None]]) -> dict[str, Estimate | None]:
    return {name: _estimate([one[name] for one in values]) for name in NAMES}


def _estimate(values: Sequence[float | None]) -> Estimate | None:
    there = [value for value in values if value is not None]
    return estimate(there) if len(there) == len(values) else None


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def _plain(values: dict[str, float | None]) -> Json:
    return {name: _round(value) for name, value in values.items()}


def _round(value: float | None) -> float | None:
    """Whole counts stay whole; everything else to four digits."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value.is_integer() else round(value, DIGITS)
