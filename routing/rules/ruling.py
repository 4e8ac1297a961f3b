"""What the rules say of a call. Pure: the call and the queues as they stand go in.

Conditions about the client ask every party that the number suggests, unless the rule says
otherwise: of a number that eight people share, seven may not be who we hope for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from routing.facts import Candidate
from routing.ids import AgentId, QueueId, ScheduleId
from routing.rules.terms import Actions, Asked, Condition, Need, Overflow, Rule, RuleSet, Whose
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

_FIRST_DECIDES = (
    "queue",
    "credit",
    "rate",
    "managers",
    "manager_wait",
    "manager_seconds",
    "callback_after",
    "callback_expected",
    "longest_wait",
    "welcome",
    "announce_every",
    "music",
    "turn",
)
_ADDS_UP = ("needs", "also", "overflow")


def rule_on(rules: RuleSet, caller: Caller, queues: Queues) -> Ruling:
    """Return what the rules say of the caller; the same input gives the same answer."""
    matched = _matching(rules, caller, queues)
    if not matched:
        return SILENT
    actions = [rule.then for rule in matched]
    return Ruling(
        applied=tuple(rule.name for rule in matched),
        **_said(actions),
    )


def holds(condition: Condition, caller: Caller, queues: Queues) -> bool:
    """Tell whether the condition holds for the caller now."""
    return _ASK[condition.asked](condition, caller, queues)


def _matching(rules: RuleSet, caller: Caller, queues: Queues) -> list[Rule]:
    matched: list[Rule] = []
    for rule in rules.rules:
        if holds(rule.when, caller, queues):
            matched.append(rule)
            if rule.last:
                break
    return matched


def _said(actions: list[Actions]) -> dict[str, Any]:
    first = {name: _first(actions, name) for name in _FIRST_DECIDES}
    return first | {name: _gathered(actions, name) for name in _ADDS_UP}


def _first(actions: list[Actions], name: str) -> Any:
    said = (getattr(one, name) for one in actions)
    return next((value for value in said if value is not None), None)


def _gathered(actions: list[Actions], name: str) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(value for one in actions for value in getattr(one, name)))


# ── Conditions ──────────────────────────────────────────────────────────────────────────────

_Answer = Callable[[Condition, Caller, Queues], bool]


def _of_client(meets: Callable[[Condition, Candidate], bool]) -> _Answer:
    """A condition about the parties that the number suggests; without any it does not hold."""

    def answer(condition: Condition, caller: Caller, _queues: Queues) -> bool:
        parties = caller.candidates
        if not parties:
            return False
        if condition.whose is Whose.LIKELIEST:
            return meets(condition, parties[0])
        every = all if condition.whose is Whose.EVERY else any
        return every(meets(condition, party) for party in parties)

    return answer


def _of_call(meets: Callable[[Condition, Caller], bool]) -> _Answer:
    return lambda condition, caller, _queues: meets(condition, caller)


def _within(condition: Condition, value: float) -> bool:
    low, high = condition.low, condition.high
    return (low is None or value >= low) and (high is None or value <= high)


def _begins(condition: Condition, text: str) -> bool:
    """Values are whole, or beginnings that end in `*`."""
    return any(
        text.startswith(value[:-1]) if value.endswith("*") else text == value
        for value in condition.values
    )


def _application(condition: Condition, party: Candidate) -> bool:
    if not condition.values:
        return bool(party.open_applications)
    return any(state in condition.values for state in party.open_applications)


def _language(condition: Condition, caller: Caller, _queues: Queues) -> bool:
    """The language chosen on the way, else the one all parties prefer."""
    if caller.language:
        return caller.language in condition.values
    preferred = {party.language for party in caller.candidates}
    return len(preferred) == 1 and preferred <= set(condition.values)


_ASK: dict[Asked, _Answer] = {
    Asked.ALL: lambda c, caller, q: all(holds(part, caller, q) for part in c.parts),
    Asked.ANY: lambda c, caller, q: any(holds(part, caller, q) for part in c.parts),
    Asked.NOT: lambda c, caller, q: not holds(c.parts[0], caller, q),
    Asked.NUMBER: _of_call(lambda c, caller: _begins(c, caller.number or "")),
    Asked.NUMBER_CLASS: _of_call(lambda c, caller: caller.number_class in c.values),
    Asked.DIALLED: _of_call(lambda c, caller: _begins(c, caller.dialled)),
    Asked.MATCH: _of_call(lambda c, caller: caller.match in c.values),
    Asked.IVR_PATH: _of_call(lambda c, caller: _begins(c, caller.ivr_path)),
    Asked.LANGUAGE: _language,
    Asked.STATUS: _of_client(lambda c, party: party.status in c.values),
    Asked.TIER: _of_client(lambda c, party: party.tier in c.values),
    Asked.SEGMENT: _of_client(lambda c, party: any(one in c.values for one in party.segments)),
    Asked.DAYS_PAST_DUE: _of_client(lambda c, party: _within(c, party.days_past_due)),
    Asked.OPEN_CASE: _of_client(lambda _c, party: party.open_case),
    Asked.OPEN_APPLICATION: _of_client(_application),
    Asked.HAS_MANAGER: _of_client(lambda _c, party: bool(party.managers)),
    Asked.DURING: lambda c, caller, q: any(
        q.during(ScheduleId(one), caller.at) for one in c.values
    ),
    Asked.WAITING: lambda c, _caller, q: _within(c, q.waiting(QueueId(c.values[0]))),
    Asked.LONGEST_WAIT: lambda c, _caller, q: _within(c, q.longest_wait(QueueId(c.values[0]))),
    Asked.FREE_AGENTS: lambda c, _caller, q: _within(c, q.free_agents(QueueId(c.values[0]))),
}
