"""What a rule is made of. Rules are read and checked at the edge; here they are known to be right.

Rules are taken from the top. Of what only one can hold (a queue, a priority, whose managers) the
first matching rule that says so decides; what adds up (needs, managers named, overflow) is
gathered in order; a matching rule with `last` ends it.
"""

from dataclasses import dataclass
from enum import StrEnum

from routing.ids import AgentId, QueueId, SkillId
from routing.terms import ManagerUse, Turning


class Asked(StrEnum):
    """What a condition looks at, and how it reads its `values`, `low` and `high`."""

    ALL = "all"
    ANY = "any"
    NOT = "not"
    """Of its one part."""
    NUMBER = "number"
    """E.164; values are whole numbers, or beginnings that end in `*`."""
    NUMBER_CLASS = "number_class"
    DIALLED = "dialled"
    MATCH = "match"
    STATUS = "status"
    TIER = "tier"
    SEGMENT = "segment"
    DAYS_PAST_DUE = "days_past_due"
    """Between `low` and `high`, both included."""
    OPEN_CASE = "open_case"
    OPEN_APPLICATION = "open_application"
    """Values are states of applications; none is any."""
    HAS_MANAGER = "has_manager"
    LANGUAGE = "language"
    IVR_PATH = "ivr_path"
    """Values are beginnings of the path through self-service."""
    DURING = "during"
    """Values are schedules."""
    WAITING = "waiting"
    """How many wait in the queue that is the one value."""
    LONGEST_WAIT = "longest_wait"
    """Seconds of the one who waits longest there."""
    FREE_AGENTS = "free_agents"


class Whose(StrEnum):
    """Of several parties that share a number, who must meet a condition about the client."""

    EVERY = "every"
    LIKELIEST = "likeliest"
    ANYBODY = "anybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A question about a call; the tree's inner nodes are ALL, ANY and NOT."""

    asked: Asked
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    whose: Whose = Whose.EVERY
    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A skill that a call needs. After `relax_after` seconds in the queue `relaxed` will do.

    A `relaxed` of 0 drops the need; without `relax_after` it never eases.
    """

    skill: SkillId
    level: int = 1
    relax_after: int | None = None
    relaxed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Overflow:
    """Another queue whose pool serves the call too, from so many seconds of waiting on."""

    queue: QueueId
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """What a rule does. None or empty says nothing; times are seconds, `rate` is percent."""

    queue: QueueId | None = None
    needs: tuple[Need, ...] = ()
    credit: int | None = None
    rate: int | None = None
    managers: ManagerUse | None = None
    also: tuple[AgentId, ...] = ()
    """Agents who are asked as managers are, behind the client's own."""
    manager_wait: int | None = None
    """The longest predicted time for which a busy manager is waited for."""
    manager_seconds: int | None = None
    """For how long nobody but the managers may be rung, whatever is predicted."""
    overflow: tuple[Overflow, ...] = ()
    callback_after: int | None = None
    callback_expected: int | None = None
    longest_wait: int | None = None
    welcome: bool | None = None
    announce_every: int | None = None
    music: str | None = None
    turn: Turning | None = None
    """The call is not let into the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A named rule: when the condition holds, the actions are taken."""

    name: str
    when: Condition
    then: Actions
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules in their order, and which version of them."""

    version: str
    rules: tuple[Rule, ...] = ()


NO_RULES = RuleSet(version="none")
ALWAYS = Condition(asked=Asked.ALL)
"""No parts, so nothing to fail."""
