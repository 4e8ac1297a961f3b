"""Random rules, callers and queues. Rules are such as reading could have given."""

import operator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from crm_core.rules.sense import never
from crm_core.rules.vocabulary import CLOSED, NUMBERS, QUESTIONS, Naming, Shape
from routing.facts import Candidate
from routing.ids import AgentId, PartyId, QueueId, ScheduleId, SkillId
from routing.rules.ruling import Caller
from routing.rules.terms import (
    ALWAYS,
    Actions,
    Asked,
    Condition,
    Need,
    Overflow,
    Rule,
    RuleSet,
    Whose,
)
from routing.terms import ManagerUse, Match, NumberClass, Turning

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUEUES = ("service", "cards", "collections")
SKILLS = ("english", "loans", "no")
SCHEDULES = ("office", "night")
SEGMENTS = ("vips", "farmers")
AGENTS = ("anna", "boris")
_OPEN: dict[Naming, tuple[str, ...]] = {
    Naming.QUEUE: QUEUES,
    Naming.SCHEDULE: SCHEDULES,
    Naming.SEGMENT: SEGMENTS,
    Naming.NUMBER: ("+7916*", "+79161234567", "0400", "*", "4001"),
    Naming.PATH: ("main/cards*", "1.2"),
}


@dataclass(slots=True)
class Standing:
    """Queues that stand as they were drawn. Implements `Queues`."""

    now: dict[tuple[str, str], int] = field(default_factory=dict)
    held: frozenset[str] = frozenset()

    def waiting(self, queue: QueueId) -> int:
        return self.now.get(("waiting", queue), 0)

    def longest_wait(self, queue: QueueId) -> float:
        return float(self.now.get(("longest", queue), 0))

    def free_agents(self, queue: QueueId) -> int:
        return self.now.get(("free", queue), 0)

    def during(self, schedule: ScheduleId, _at: datetime) -> bool:
        return schedule in self.held


def _values(naming: Naming) -> st.SearchStrategy[tuple[str, ...]]:
    words = st.sampled_from(_OPEN.get(naming) or CLOSED[naming])
    return st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def leaves(draw: st.DrawFn) -> Condition:
    """A condition that holds no others."""
    asked = draw(st.sampled_from([one for one, q in QUESTIONS.items() if q.shape not in _INNER]))
    question = QUESTIONS[asked]
    whose = draw(st.sampled_from(Whose)) if question.of_client else Whose.EVERY
    given: dict[str, Any] = {"asked": asked, "whose": whose}
    if question.shape in (Shape.RANGE, Shape.QUEUE_RANGE):
        ends = sorted(draw(st.tuples(*[st.integers(0, 40)] * 2)))
        left_open = draw(st.sampled_from((None, "low", "high")))
        given |= {"low": ends[0], "high": ends[1]} | ({left_open: None} if left_open else {})
    if question.shape is Shape.QUEUE_RANGE:
        given["values"] = (draw(st.sampled_from(QUEUES)),)
    elif question.naming and (question.shape is Shape.VALUES or draw(st.booleans())):
        given["values"] = draw(_values(question.naming))
    return Condition(**given)


_INNER = (Shape.PARTS, Shape.PART)


def _within(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Condition, asked=st.sampled_from((Asked.ALL, Asked.ANY)), parts=several),
        st.builds(Condition, asked=st.just(Asked.NOT), parts=inner.map(lambda one: (one,))),
    )


def may_hold(condition: Condition) -> bool:
    return not never(condition) and all(may_hold(part) for part in condition.parts)


conditions = st.recursive(leaves(), _within, max_leaves=5).filter(may_hold)


@st.composite
def needs(draw: st.DrawFn) -> tuple[Need, ...]:
    skills = draw(st.lists(st.sampled_from(SKILLS), max_size=2, unique=True))
    return tuple(draw(_need(SkillId(skill))) for skill in skills)


@st.composite
def _need(draw: st.DrawFn, skill: SkillId) -> Need:
    level = draw(st.integers(1, 5))
    after = draw(st.none() | st.integers(0, 3600))
    relaxed = 0 if after is None else draw(st.integers(0, level - 1))
    return Need(skill=skill, level=level, relax_after=after, relaxed=relaxed)


def _number(name: str) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(NUMBERS[name].low, NUMBERS[name].high)


def _unique(one: st.SearchStrategy[Any], name: str) -> st.SearchStrategy[tuple[Any, ...]]:
    by = operator.attrgetter(name) if name else str
    return st.lists(one, max_size=2, unique_by=by).map(tuple)


actions = st.builds(
    Actions,
    queue=st.none() | st.sampled_from(QUEUES).map(QueueId),
    needs=needs(),
    managers=st.none() | st.sampled_from(ManagerUse),
    also=_unique(st.sampled_from(AGENTS).map(AgentId), ""),
    overflow=_unique(
        st.builds(Overflow, queue=st.sampled_from(QUEUES).map(QueueId), after=st.integers(0, 3600)),
        "queue",
    ),
    welcome=st.none() | st.booleans(),
    music=st.none() | st.sampled_from(("default", "no", "123")),
    turn=st.none() | st.sampled_from((Turning.HANG_UP, Turning.CALLBACK)),
    **{name: _number(name) for name in NUMBERS},
).filter(lambda one: one != Actions())

names = (
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=80)
    .map(str.strip)
    .filter(bool)
)


@st.composite
def rule_sets(draw: st.DrawFn, most: int = 3) -> RuleSet:
    """Rules that are all reached."""
    listed = draw(st.lists(names, max_size=most, unique=True))
    rules: list[Rule] = []
    for name in listed:
        when = draw(st.just(ALWAYS) | conditions)
        last = draw(st.booleans())
        rules.append(Rule(name=name, when=when, then=draw(actions), last=last))
        if last and when == ALWAYS:
            break
    return RuleSet(version="draft", rules=tuple(rules))


candidates = st.builds(
    Candidate,
    party=st.sampled_from(("p1", "p2", "p3")).map(PartyId),
    name=st.just(""),
    reason=st.just("mobile_number"),
    managers=st.lists(st.sampled_from(AGENTS).map(AgentId), max_size=1).map(tuple),
    status=st.sampled_from(("active", "closed")),
    tier=st.sampled_from(("A", "B", "dormant")),
    segments=st.lists(st.sampled_from(SEGMENTS), max_size=2, unique=True).map(tuple),
    days_past_due=st.integers(0, 40),
    open_case=st.booleans(),
    open_applications=st.lists(st.sampled_from(("review", "draft")), max_size=2).map(tuple),
    language=st.sampled_from(("", "en", "ru")),
)


@st.composite
def callers(draw: st.DrawFn) -> Caller:
    """A caller whose match fits how many parties his number suggests."""
    found = draw(st.lists(candidates, max_size=3, unique_by=lambda one: one.party))
    nobody = st.sampled_from((Match.UNKNOWN, Match.WITHHELD))
    match = draw(nobody) if not found else Match.ONE if len(found) == 1 else Match.SEVERAL
    return Caller(
        at=NOON,
        number=None if match is Match.WITHHELD else "+79161234567",
        number_class=draw(st.sampled_from(NumberClass)),
        dialled=draw(st.sampled_from(("4000", "4001"))),
        match=match,
        candidates=tuple(found),
        language=draw(st.sampled_from(("", "en", "ru"))),
        ivr_path=draw(st.sampled_from(("", "main/cards/lost"))),
    )


standings = st.builds(
    Standing,
    now=st.dictionaries(
        st.tuples(st.sampled_from(("waiting", "longest", "free")), st.sampled_from(QUEUES)),
        st.integers(0, 40),
    ),
    held=st.frozensets(st.sampled_from(SCHEDULES)),
)
