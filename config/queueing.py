"""queues.yaml: the queues that callers wait in, and which dialled number leads to which.

Queues name skills (skills.yaml), schedules (schedules.yaml), flows of self-service (ivr/) and each
other; all of it is read and checked together, so that no call ever meets a name that means nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from config.files import Code, Names, Strict, named, read_checked, twice
from config.schedules import Schedules, read_schedules
from config.settings import SettingsInvalid
from config.skills import read_skills
from routing.ids import FlowId, QueueId
from routing.roster import (
    HIGHEST,
    LOWEST,
    Announcements,
    CallbackOffer,
    Priority,
    QueueProfile,
)
from routing.rules.terms import Need, Overflow
from routing.terms import Choice, Turning, WrapUpMode

FILE = "queues.yaml"
_Seconds = Annotated[int, Field(ge=0, le=3600)]
_Level = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]


class _Need(Strict):
    skill: Code
    level: _Level = LOWEST
    relax_after: _Seconds | None = None
    relaxed: Annotated[int, Field(ge=0, le=HIGHEST)] = 0


class _Overflow(Strict):
    queue: Code
    after: _Seconds


class _Priority(Strict):
    credit: Annotated[int, Field(ge=-3600, le=3600)] = 0
    rate: Annotated[int, Field(ge=0, le=1000)] = 100


class _Callback(Strict):
    after: _Seconds | None = 60
    expected_wait: _Seconds | None = 120
    key: Annotated[str, Field(pattern=r"^[0-9*#]$")] = "1"


class _Announcements(Strict):
    welcome: bool = False
    first_after: Annotated[int, Field(ge=1, le=600)] = 20
    every: Annotated[int, Field(ge=15, le=600)] | None = None
    position: bool = True
    expected_wait: bool = True


class _Survey(Strict):
    flow: Code
    percent: Annotated[int, Field(ge=1, le=100)] = 100


class _Queue(Strict):
    queue: Code
    name: Annotated[str, Field(min_length=1, max_length=80)]
    names: Names = Field(default_factory=dict)
    ring_seconds: Annotated[int, Field(ge=5, le=120)] = 20
    wrap_up: WrapUpMode = WrapUpMode.TIMED
    wrap_up_seconds: Annotated[int, Field(ge=5, le=3600)] = 120
    wrap_up_extension_seconds: Annotated[int, Field(ge=5, le=3600)] = 60
    service_level_seconds: Annotated[int, Field(ge=1, le=3600)] = 20
    service_level_percent: Annotated[int, Field(ge=1, le=100)] = 80
    short_abandon_seconds: Annotated[int, Field(ge=0, le=60)] = 5
    needs: list[_Need] = Field(default_factory=list, max_length=8)
    priority: _Priority = _Priority()
    choice: Choice = Choice.LONGEST_IDLE
    manager_wait: _Seconds = 15
    overflow: list[_Overflow] = Field(default_factory=list, max_length=8)
    callback: _Callback | None = None
    announcements: _Announcements = _Announcements()
    music: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")] = "default"
    hours: Code | None = None
    when_closed: Turning = Turning.HANG_UP
    closed_to: Code | None = None
    largest: Annotated[int, Field(ge=0, le=10_000)] | None = None
    when_full: Turning = Turning.HANG_UP
    longest_wait: Annotated[int, Field(ge=10, le=7200)] | None = None
    when_waited: Turning = Turning.HANG_UP
    survey: _Survey | None = None

    def profile(self) -> QueueProfile:
        """The queue as routing knows it."""
        plain: dict[str, Any] = self.model_dump(exclude={"names", *_NESTED})
        return QueueProfile(
            **plain,
            needs=tuple(Need(**one.model_dump()) for one in self.needs),
            priority=Priority(**self.priority.model_dump()),
            overflow=tuple(Overflow(**one.model_dump()) for one in self.overflow),
            callback=CallbackOffer(**self.callback.model_dump()) if self.callback else None,
            announcements=Announcements(**self.announcements.model_dump()),
            survey=FlowId(self.survey.flow) if self.survey else None,
            survey_percent=self.survey.percent if self.survey else 100,
        )

    def leads_on(self) -> bool:
        """Whether a caller whom it does not take is led to `closed_to`."""
        used = (
            (self.when_closed, self.hours),
            (self.when_full, self.largest),
            (self.when_waited, self.longest_wait),
        )
        return any(turn is Turning.OVERFLOW and on is not None for turn, on in used)


_NESTED = ("needs", "priority", "overflow", "callback", "announcements", "survey")


class _Entry(Strict):
    dialled: str = Field(pattern=r"^\+?[0-9]{1,20}$")
    queue: str
    flow: Code | None = None


class _Queues(Strict):
    default_queue: str
    queues: list[_Queue] = Field(min_length=1, max_length=1000)
    entries: list[_Entry] = Field(default_factory=list, max_length=10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlan:
    """All that calls are distributed by, as it is configured.

    Names are by queue, skill or schedule and by language; under "" stands the one that serves
    where a language has none.
    """

    default_queue: QueueId
    queues: tuple[QueueProfile, ...]
    entries: tuple[tuple[str, QueueId], ...]
    flows: tuple[tuple[str, FlowId], ...]
    names: dict[str, dict[str, str]]
    skills: dict[str, dict[str, str]]
    schedules: Schedules


def read_queues(folder: Path) -> QueuePlan:
    """The queues with their skills and schedules. Raises SettingsInvalid."""
    path = folder / FILE
    data = read_checked(path, _Queues)
    skills, schedules = read_skills(folder), read_schedules(folder)
    errors = twice(path, "queue", [one.queue for one in data.queues])
    known = {"skill": set(skills), "schedule": set(schedules.names), "flow": _flows(folder)}
    errors += _strange_names(path, data, known)
    errors += [f"{path}: {line}" for line in _lost_callers(data)]
    if errors:
        raise SettingsInvalid(errors)
    return QueuePlan(
        default_queue=QueueId(data.default_queue),
        queues=tuple(one.profile() for one in data.queues),
        entries=tuple((one.dialled, QueueId(one.queue)) for one in data.entries),
        flows=tuple((one.dialled, FlowId(one.flow)) for one in data.entries if one.flow),
        names={one.queue: named(one.name, one.names) for one in data.queues},
        skills=skills,
        schedules=schedules,
    )


# ── What one queue's checks do not see ──────────────────────────────────────────────────────


def _flows(folder: Path) -> set[str]:
    """Each flow is a file by its name; what stands in it is read and checked by self-service."""
    return {path.stem for path in (folder / "ivr").glob("*.yaml")}


def _strange_names(path: Path, data: _Queues, known: dict[str, set[str]]) -> list[str]:
    """A line for each name of a queue, skill, schedule or flow that there is not."""
    known = {**known, "queue": {one.queue for one in data.queues}}
    return [
        f"{path}: {where}: there is no {what} {code}"
        for where, what, code in _named(data)
        if code not in known[what]
    ]


def _named(data: _Queues) -> Iterator[tuple[str, str, str]]:
    """Where a name stands, what it should name, and the name."""
    yield "default_queue", "queue", data.default_queue
    for n, entry in enumerate(data.entries):
        yield f"entries.{n}", "queue", entry.queue
        if entry.flow is not None:
            yield f"entries.{n}", "flow", entry.flow
    for n, one in enumerate(data.queues):
        at = f"queues.{n}"
        for k, need in enumerate(one.needs):
            yield f"{at}.needs.{k}", "skill", need.skill
        for k, other in enumerate(one.overflow):
            yield f"{at}.overflow.{k}", "queue", other.queue
        if one.closed_to is not None:
            yield f"{at}.closed_to", "queue", one.closed_to
        if one.hours is not None:
            yield f"{at}.hours", "schedule", one.hours
        if one.survey is not None:
            yield f"{at}.survey", "flow", one.survey.flow


def _lost_callers(data: _Queues) -> Iterator[str]:
    """A line for each queue that would lead callers nowhere, or back to itself."""
    queues = {one.queue: one for one in data.queues}
    for n, one in enumerate(data.queues):
        at = f"queues.{n}"
        if any(other.queue == one.queue for other in one.overflow):
            yield f"{at}.overflow: the queue overflows to itself"
        if len({need.skill for need in one.needs}) < len(one.needs):
            yield f"{at}.needs: a skill is needed twice"
        for k, need in enumerate(one.needs):
            if need.relax_after is not None and need.relaxed >= need.level:
                yield f"{at}.needs.{k}: relaxed is no less than level"
        if one.leads_on() != (one.closed_to is not None):
            yield f"{at}.closed_to: is for a queue that overflows when closed, full or waited"
        if one.callback and one.callback.after is None and one.callback.expected_wait is None:
            yield f"{at}.callback: says neither after nor expected_wait"
        if _in_a_ring(one, queues):
            yield f"{at}.closed_to: leads back to the queue without one that is always open"


def _in_a_ring(first: _Queue, queues: dict[str, _Queue]) -> bool:
    """Whether a caller who is led on from closed queue to closed queue comes back here."""
    at: _Queue | None = first
    for _ in range(len(queues)):
        if at is None or at.hours is None or at.when_closed is not Turning.OVERFLOW:
            return False
        at = queues.get(at.closed_to or "")
        if at is first:
            return True
    return False
