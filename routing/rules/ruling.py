"""What the rules say of a call. Pure: the call and the queues as they stand go in.

Conditions about the client ask every party that the number suggests, unless the rule says
otherwise: of a number that eight people share, seven may not be who we hope for.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from math import inf
from typing import Any, Protocol

from routing.facts import Candidate
from routing.ids import AgentId, QueueId, ScheduleId
from routing.rules.terms import Asked, Condition, Need, Overflow, Rule, RuleSet, Whose
from routing.terms import ManagerUse, Match, NumberClass, Turning


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """What rules may ask about a call and who it may be."""

    at: datetime
    number: str | None
    number_class: NumberClass
    dialled: str
    match: Match
    candidates: tuple[Candidate, ...] = ()
    language: str = ""
    """The language chosen on the way; empty if none was."""
    ivr_path: str = ""


class Queues(Protocol):
    """The state of the queues at this moment."""

    def waiting(self, queue: QueueId) -> int: ...
    def longest_wait(self, queue: QueueId) -> float: ...
    def free_agents(self, queue: QueueId) -> int: ...
    def during(self, schedule: ScheduleId, at: datetime) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What follows from all rules that matched; None or empty where none said anything."""

    applied: tuple[str, ...] = ()
    queue: QueueId | None = None
    needs: tuple[Need, ...] = ()
    credit: int | None = None
    rate: int | None = None
    managers: ManagerUse | None = None
    also: tuple[AgentId, ...] = ()
    manager_wait: int | None = None
    manager_seconds: int | None = None
    overflow: tuple[Overflow, ...] = ()
    callback_after: int | None = None
    callback_expected: int | None = None
    longest_wait: int | None = None
    welcome: bool | None = None
    announce_every: int | None = None
    music: str | None = None
    turn: Turning | None = None


SILENT = Ruling()
"""No rule matched."""

_ADDS_UP = ("needs", "also", "overflow")
_FIRST_DECIDES = tuple(
    field.name for field in fields(Ruling) if field.name not in ("applied", *_ADDS_UP)
)

Test = Callable[[Caller, Queues], bool]
"""A condition made ready to be asked."""


class Rulebook:
    """A rule set made ready: what each rule asks and says is worked out once."""

    def __init__(self, rules: RuleSet) -> None:
        self.version = rules.version
        self._rules = tuple(_Ready(rule) for rule in rules.rules)

    def rule_on(self, caller: Caller, queues: Queues) -> Ruling:
        """Return what the rules say of the caller; the same input gives the same answer."""
        applied: list[str] = []
        said: dict[str, Any] = {}
        for rule in self._rules:
            if not rule.test(caller, queues):
                continue
            applied.append(rule.name)
            for name, value in rule.decides:
                said.setdefault(name, value)
            for name, values in rule.adds:
                said[name] = tuple(dict.fromkeys((*said.get(name, ()), *values)))
            if rule.last:
                break
        return Ruling(applied=tuple(applied), **said) if applied else SILENT


class _Ready:
    """A rule as the book keeps it."""

    __slots__ = ("adds", "decides", "last", "name", "test")

    def __init__(self, rule: Rule) -> None:
        self.name, self.last = rule.name, rule.last
        self.test = asking(rule.when)
        then = [(name, getattr(rule.then, name)) for name in _FIRST_DECIDES]
        self.decides = tuple((name, value) for name, value in then if value is not None)
        more = [(name, getattr(rule.then, name)) for name in _ADDS_UP]
        self.adds = tuple((name, values) for name, values in more if values)


def rule_on(rules: RuleSet, caller: Caller, queues: Queues) -> Ruling:
    """Return what the rules say of one caller; for many, make a `Rulebook`."""
    return Rulebook(rules).rule_on(caller, queues)


def holds(condition: Condition, caller: Caller, queues: Queues) -> bool:
    """Tell whether the condition holds for the caller now."""
    return asking(condition)(caller, queues)


# ── Conditions ──────────────────────────────────────────────────────────────────────────────


def asking(condition: Condition) -> Test:
    """Return the condition made ready to be asked."""
    return _READY[condition.asked](condition)


def _all(condition: Condition) -> Test:
    parts = [asking(part) for part in condition.parts]
    return lambda caller, queues: all(part(caller, queues) for part in parts)


def _any(condition: Condition) -> Test:
    parts = [asking(part) for part in condition.parts]
    return lambda caller, queues: any(part(caller, queues) for part in parts)


def _not(condition: Condition) -> Test:
    part = asking(condition.parts[0])
    return lambda caller, queues: not part(caller, queues)


def _begins(look: Callable[[Caller], str]) -> Callable[[Condition], Test]:
    """Values are whole, or beginnings that end in `*`."""

    def ready(condition: Condition) -> Test:
        whole = frozenset(value for value in condition.values if not value.endswith("*"))
        starts = tuple(value[:-1] for value in condition.values if value.endswith("*"))

        def test(caller: Caller, _queues: Queues) -> bool:
            text = look(caller)
            return text in whole or text.startswith(starts)

        return test

    return ready


def _among(look: Callable[[Caller], str]) -> Callable[[Condition], Test]:
    def ready(condition: Condition) -> Test:
        values = frozenset(condition.values)
        return lambda caller, _queues: look(caller) in values

    return ready


def _of_client(
    ready: Callable[[Condition], Callable[[Candidate], bool]],
) -> Callable[[Condition], Test]:
    """A condition about the parties that the number suggests; without any it does not hold."""

    def made(condition: Condition) -> Test:
        meets, whose = ready(condition), condition.whose

        def test(caller: Caller, _queues: Queues) -> bool:
            parties = caller.candidates
            if not parties:
                return False
            if whose is Whose.LIKELIEST:
                return meets(parties[0])
            return (all if whose is Whose.EVERY else any)(map(meets, parties))

        return test

    return made


def _overlaps(
    look: Callable[[Candidate], tuple[str, ...]],
) -> Callable[[Condition], Callable[[Candidate], bool]]:
    """One of the party's is among the values; without values, whether it has any."""

    def ready(condition: Condition) -> Callable[[Candidate], bool]:
        if not condition.values:
            return lambda party: bool(look(party))
        values = frozenset(condition.values)
        return lambda party: not values.isdisjoint(look(party))

    return ready


def _is_one_of(
    look: Callable[[Candidate], str],
) -> Callable[[Condition], Callable[[Candidate], bool]]:
    def ready(condition: Condition) -> Callable[[Candidate], bool]:
        values = frozenset(condition.values)
        return lambda party: look(party) in values

    return ready


def _days(condition: Condition) -> Callable[[Candidate], bool]:
    within = _within(condition)
    return lambda party: within(party.days_past_due)


def _within(condition: Condition) -> Callable[[float], bool]:
    low = -inf if condition.low is None else condition.low
    high = inf if condition.high is None else condition.high
    return lambda value: low <= value <= high


def _language(condition: Condition) -> Test:
    """The language chosen on the way, else the one all parties prefer."""
    values = frozenset(condition.values)

    def test(caller: Caller, _queues: Queues) -> bool:
        if caller.language:
            return caller.language in values
        preferred = {party.language for party in caller.candidates}
        return len(preferred) == 1 and preferred <= values

    return test


def _during(condition: Condition) -> Test:
    schedules = [ScheduleId(one) for one in condition.values]
    return lambda caller, queues: any(queues.during(one, caller.at) for one in schedules)


def _of_queue(look: Callable[[Queues, QueueId], float]) -> Callable[[Condition], Test]:
    def ready(condition: Condition) -> Test:
        queue, within = QueueId(condition.values[0]), _within(condition)
        return lambda _caller, queues: within(look(queues, queue))

    return ready


_READY: dict[Asked, Callable[[Condition], Test]] = {
    Asked.ALL: _all,
    Asked.ANY: _any,
    Asked.NOT: _not,
    Asked.NUMBER: _begins(lambda caller: caller.number or ""),
    Asked.NUMBER_CLASS: _among(lambda caller: caller.number_class),
    Asked.DIALLED: _begins(lambda caller: caller.dialled),
    Asked.MATCH: _among(lambda caller: caller.match),
    Asked.IVR_PATH: _begins(lambda caller: caller.ivr_path),
    Asked.LANGUAGE: _language,
    Asked.STATUS: _of_client(_is_one_of(lambda party: party.status)),
    Asked.TIER: _of_client(_is_one_of(lambda party: party.tier)),
    Asked.SEGMENT: _of_client(_overlaps(lambda party: party.segments)),
    Asked.DAYS_PAST_DUE: _of_client(_days),
    Asked.OPEN_CASE: _of_client(lambda _condition: lambda party: party.open_case),
    Asked.OPEN_APPLICATION: _of_client(_overlaps(lambda party: party.open_applications)),
    Asked.HAS_MANAGER: _of_client(lambda _condition: lambda party: bool(party.managers)),
    Asked.DURING: _during,
    Asked.WAITING: _of_queue(lambda queues, queue: queues.waiting(queue)),
    Asked.LONGEST_WAIT: _of_queue(lambda queues, queue: queues.longest_wait(queue)),
    Asked.FREE_AGENTS: _of_queue(lambda queues, queue: queues.free_agents(queue)),
}
