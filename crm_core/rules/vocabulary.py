"""The words of the rules' language: what may be asked and done, and of which shape the answers are.

Reading, writing, wording and the page in the documents all follow these tables.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from crm_core.applications.states import OPEN
from crm_core.models import PartyStatus
from crm_core.models.clients import Tier
from routing.ids import AgentId
from routing.roster import HIGHEST, LOWEST
from routing.rules.terms import Asked, Whose
from routing.terms import ManagerUse, Match, NumberClass, Turning

LARGEST_TEXT = 64 * 1024
"""Characters of a text of rules."""
MOST_RULES = 200
MOST_CONDITIONS = 50
"""Of one rule."""
MOST_VALUES = 200
MOST_PARTS = 8
"""Needs, overflow queues or agents that one rule names."""
DEEPEST = 8
"""How far `all`, `any` and `not` may stand in each other."""
LONGEST_NAME = 80


class Naming(StrEnum):
    """What a word of the rules names."""

    QUEUE = "queue"
    SKILL = "skill"
    SCHEDULE = "schedule"
    SEGMENT = "segment"
    AGENT = "agent"
    STATUS = "status"
    TIER = "tier"
    STATE = "state"
    LANGUAGE = "language"
    NUMBER_CLASS = "number_class"
    MATCH = "match"
    MANAGERS = "managers"
    TURN = "turn"
    MUSIC = "music"
    NUMBER = "number"
    PATH = "path"


class Shape(StrEnum):
    """How a condition is written."""

    PARTS = "parts"
    """A list of conditions."""
    PART = "part"
    """One condition."""
    VALUES = "values"
    """One word or a list, of which any will do."""
    RANGE = "range"
    """A number, or `at_least` and `at_most`."""
    QUEUE_RANGE = "queue_range"
    """The same with the `queue` it is about."""
    FACT = "fact"
    """`yes`."""
    FACT_OR_VALUES = "fact_or_values"
    """`yes`, or words of which any will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How a condition is written, what its words name, and whether it asks about the client."""

    shape: Shape
    naming: Naming | None = None
    of_client: bool = False
    highest: int = 0
    """Of a range; the lowest is 0."""


QUESTIONS: Mapping[Asked, Question] = MappingProxyType(
    {
        Asked.NUMBER: Question(shape=Shape.VALUES, naming=Naming.NUMBER),
        Asked.NUMBER_CLASS: Question(shape=Shape.VALUES, naming=Naming.NUMBER_CLASS),
        Asked.DIALLED: Question(shape=Shape.VALUES, naming=Naming.NUMBER),
        Asked.MATCH: Question(shape=Shape.VALUES, naming=Naming.MATCH),
        Asked.STATUS: Question(shape=Shape.VALUES, naming=Naming.STATUS, of_client=True),
        Asked.TIER: Question(shape=Shape.VALUES, naming=Naming.TIER, of_client=True),
        Asked.SEGMENT: Question(shape=Shape.VALUES, naming=Naming.SEGMENT, of_client=True),
        Asked.DAYS_PAST_DUE: Question(shape=Shape.RANGE, of_client=True, highest=36_500),
        Asked.OPEN_CASE: Question(shape=Shape.FACT, of_client=True),
        Asked.OPEN_APPLICATION: Question(
            shape=Shape.FACT_OR_VALUES, naming=Naming.STATE, of_client=True
        ),
        Asked.HAS_MANAGER: Question(shape=Shape.FACT, of_client=True),
        Asked.LANGUAGE: Question(shape=Shape.VALUES, naming=Naming.LANGUAGE),
        Asked.IVR_PATH: Question(shape=Shape.VALUES, naming=Naming.PATH),
        Asked.DURING: Question(shape=Shape.VALUES, naming=Naming.SCHEDULE),
        Asked.WAITING: Question(shape=Shape.QUEUE_RANGE, highest=10_000),
        Asked.LONGEST_WAIT: Question(shape=Shape.QUEUE_RANGE, highest=36_000),
        Asked.FREE_AGENTS: Question(shape=Shape.QUEUE_RANGE, highest=10_000),
        Asked.ALL: Question(shape=Shape.PARTS),
        Asked.ANY: Question(shape=Shape.PARTS),
        Asked.NOT: Question(shape=Shape.PART),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A whole number between these, both included."""

    low: int
    high: int


_WAIT = Bounds(low=0, high=3600)
LEVEL = Bounds(low=LOWEST, high=HIGHEST)
RELAXED = Bounds(low=0, high=HIGHEST)
NUMBERS: Mapping[str, Bounds] = MappingProxyType(
    {
        "credit": Bounds(low=-3600, high=3600),
        "rate": Bounds(low=0, high=1000),
        "manager_wait": _WAIT,
        "manager_seconds": _WAIT,
        "callback_after": _WAIT,
        "callback_expected": _WAIT,
        "longest_wait": Bounds(low=10, high=7200),
        "announce_every": Bounds(low=15, high=600),
    }
)
"""Actions that are a number: seconds, but for `rate`, which is percent."""
AFTER = _WAIT
WORDS: Mapping[str, Naming] = MappingProxyType(
    {
        "queue": Naming.QUEUE,
        "managers": Naming.MANAGERS,
        "music": Naming.MUSIC,
        "turn": Naming.TURN,
    }
)
"""Actions that are a word."""
ACTIONS = (
    "queue",
    "needs",
    "credit",
    "rate",
    "managers",
    "also",
    "manager_wait",
    "manager_seconds",
    "overflow",
    "callback_after",
    "callback_expected",
    "longest_wait",
    "welcome",
    "announce_every",
    "music",
    "turn",
)
"""All actions, in the order in which they are written."""
WHOSE = tuple(one.value for one in Whose)

PATTERNS: Mapping[Naming, re.Pattern[str]] = MappingProxyType(
    {
        Naming.NUMBER: re.compile(r"\+?[0-9]{1,20}\*?|\*"),
        Naming.PATH: re.compile(r"[\w./-]{1,64}\*?|\*"),
        Naming.MUSIC: re.compile(r"[A-Za-z0-9_-]{1,32}"),
    }
)
"""What names nothing that could be missing, but has a form."""

_LANGUAGES = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv
dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie
ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv
mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm
rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts
tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
CLOSED: Mapping[Naming, tuple[str, ...]] = MappingProxyType(
    {
        Naming.STATUS: tuple(one.value for one in PartyStatus),
        Naming.TIER: tuple(one.value for one in Tier),
        Naming.STATE: tuple(sorted(one.value for one in OPEN)),
        Naming.LANGUAGE: tuple(_LANGUAGES.split()),
        Naming.NUMBER_CLASS: tuple(one.value for one in NumberClass),
        Naming.MATCH: tuple(one.value for one in Match),
        Naming.MANAGERS: tuple(one.value for one in ManagerUse),
        Naming.TURN: (Turning.HANG_UP.value, Turning.CALLBACK.value),
    }
)
"""Words of which all are known beforehand. Another queue is an action of its own, so no turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What rules may name. None is what nobody can tell here, and so is not looked at.

    Agents are found by id or username; their ids are what a rule keeps.
    """

    queues: frozenset[str] | None = None
    skills: frozenset[str] | None = None
    schedules: frozenset[str] | None = None
    segments: frozenset[str] | None = None
    agents: Mapping[str, AgentId] | None = field(default=None)
