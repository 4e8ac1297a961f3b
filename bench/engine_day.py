"""A working day for the `engine` benchmark: facts in the mix of a real day, at a steady size.

What the product's engine commands is answered as a telephone exchange would answer. A caller who
ends is followed by another, so that as many wait as before; of all that goes on, chance says what
happens next. All facts are kept, to be told to other routers again.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from routing.commands import OfferCall
from routing.engine import Engine
from routing.facts import (
    AgentLegEnded,
    AgentRang,
    AvailabilityChosen,
    CallArrived,
    CallConnected,
    CallEnded,
    CallerIdentified,
    CallHeld,
    CallWaiting,
    Candidate,
    ConsoleConnected,
    Fact,
    NodeConnected,
    NodeSynced,
    PhoneChanged,
    RosterLoaded,
    ShiftStarted,
    WrapUpFinished,
)
from routing.ids import AgentId, CallId, FactId, LegId, NodeId, PartyId, QueueId, SkillId
from routing.roster import AgentProfile, QueueProfile, Roster
from routing.rules.terms import ALWAYS, Actions, Asked, Condition, Need, Rule, RuleSet
from routing.terms import (
    Availability,
    EndReason,
    LegEnd,
    NotReadyReason,
    NumberClass,
    PhoneKind,
    PhoneState,
)

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NODE = NodeId("pbx1")
QUEUES = tuple(QueueId(f"queue{number}") for number in range(10))
SKILLS = tuple(SkillId(name) for name in ("english", "loans"))
BUSY = 0.8
"""The share of agents who talk where nobody waits."""
SECONDS_BETWEEN = 20
"""From one piece of an agent's news to his next, on average; sets the pace of the clock."""

News = tuple[type[Fact], dict[str, Any]]


@dataclass(slots=True)
class Talk:
    """What is still to be told of an agent with a call, in order."""

    agent: AgentId
    rest: Iterator[News]


class Day:
    """One engine's day. It is set up when it is made: all agents at work, callers waiting."""

    def __init__(self, agents: int, waiting: int) -> None:
        self.engine = Engine()
        self.facts: list[Fact] = []
        self._chance = random.Random(7)
        self._now = START
        self._step = timedelta(seconds=SECONDS_BETWEEN) / agents
        self._calls = 0
        self._talks: list[Talk] = []
        self._next: deque[News] = deque()
        self.roster = roster(agents)
        self._open(waiting or round(-agents * (1 - BUSY)))

    def play(self, facts: int) -> list[Fact]:
        """So many more facts; what they were."""
        begin = len(self.facts)
        while len(self.facts) < begin + facts:
            self._tell(*(self._next.popleft() if self._next else self._something()))
        return self.facts[begin:]

    def _open(self, more: int) -> None:
        self._tell(RosterLoaded, {"roster": self.roster})
        self._tell(NodeConnected, {"node": NODE})
        self._tell(NodeSynced, {"node": NODE})
        for agent in self.roster.agents:
            name = {"agent": agent.agent}
            self._tell(ConsoleConnected, name)
            self._tell(ShiftStarted, name | {"phone": PhoneKind.BROWSER})
            self._tell(PhoneChanged, name | {"state": PhoneState.READY})
        for _ in range(len(self.roster.agents) + more):
            self._arrive()
            while self._next:
                self._tell(*self._next.popleft())

    def _tell(self, kind: type[Fact], fields: dict[str, Any]) -> None:
        self._now += self._step
        fact = kind(id=FactId(f"pbx1-{len(self.facts)}"), at=self._now, **fields)
        self.facts.append(fact)
        for command in self.engine.apply(fact).commands:
            if isinstance(command, OfferCall):
                self._take(command)

    # ── What happens ────────────────────────────────────────────────────────────────────────

    def _something(self) -> News:
        """The next news of an agent who is busy; without any, a caller comes."""
        while self._talks:
            place = self._chance.randrange(len(self._talks))
            news = next(self._talks[place].rest, None)
            if news is not None:
                return news
            self._talks[place] = self._talks[-1]
            self._talks.pop()
        self._arrive()
        return self._next.popleft()

    def _arrive(self) -> None:
        self._calls += 1
        call = CallId(f"pbx1-{self._calls}.1")
        number = f"+7916{self._calls:07}"
        arrival = {
            "call": call,
            "node": NODE,
            "leg": LegId(call),
            "number": number,
            "raw": number,
            "caller_name": "",
            "dialled": self._chance.choice(QUEUES),
            "number_class": NumberClass.MOBILE,
        }
        self._next.append((CallArrived, arrival))
        self._next.append((CallWaiting, {"call": call}))
        self._next.append((CallerIdentified, {"call": call, "candidates": (self._party(),)}))

    def _party(self) -> Candidate:
        chance = self._chance
        managers = (chance.choice(self.roster.agents).agent,) if chance.random() < 0.2 else ()
        return Candidate(
            party=PartyId(f"party{self._calls}"),
            name="Client",
            reason="own_number",
            managers=managers,
            tier=chance.choice("ABCD"),
            segments=(chance.choice(("mass", "affluent", "business")),),
            days_past_due=chance.choice((0, 0, 0, 0, 12, 45, 95)),
            language=chance.choice(("ru", "ru", "en")),
        )

    def _take(self, offer: OfferCall) -> None:
        """The phone rings and is answered at once; the talk goes on as chance has it."""
        leg = LegId(f"{offer.offer}-leg")
        legs = {"call": offer.call, "agent": offer.agent, "leg": leg}
        self._next.append((AgentRang, legs | {"offer": offer.offer}))
        self._next.append((CallConnected, legs))
        self._talks.append(Talk(offer.agent, self._talk(legs)))

    def _talk(self, legs: dict[str, Any]) -> Iterator[News]:
        call, agent = {"call": legs["call"]}, {"agent": legs["agent"]}
        yield PhoneChanged, agent | {"state": PhoneState.IN_USE}
        if self._chance.random() < 0.1:
            yield CallHeld, call
            yield CallConnected, legs
        self._arrive()
        yield CallEnded, call | {"reason": EndReason.CALLER}
        yield AgentLegEnded, legs | {"end": LegEnd.NORMAL}
        yield PhoneChanged, agent | {"state": PhoneState.READY}
        away = self._chance.random() < 0.05
        if away:
            rest = {"availability": Availability.NOT_READY, "reason": NotReadyReason.BREAK}
            yield AvailabilityChosen, agent | rest
        yield WrapUpFinished, agent | call
        if away:
            yield AvailabilityChosen, agent | {"availability": Availability.AVAILABLE}


# ── The house ───────────────────────────────────────────────────────────────────────────────


def roster(agents: int) -> Roster:
    """Ten queues, each agent in two of them with skills, and twenty rules."""
    return Roster(
        agents=tuple(
            AgentProfile(
                agent=AgentId(f"agent{number}"),
                name=f"Agent {number}",
                queues=(QUEUES[number % 10], QUEUES[(number // 10) % 10]),
                skills=tuple((skill, 1 + number % 5) for skill in SKILLS[: number % 3]),
            )
            for number in range(agents)
        ),
        queues=tuple(
            QueueProfile(queue=queue, name=queue, wrap_up_seconds=600) for queue in QUEUES
        ),
        default_queue=QUEUES[0],
        entries=tuple((str(queue), queue) for queue in QUEUES),
        rules=RuleSet(version="bench", rules=tuple(_rules())),
    )


def _rules() -> Iterator[Rule]:
    """Conditions of each kind; three in ten callers get a need or a claim of their own."""
    english = Need(skill=SKILLS[0], relax_after=60)
    yield _rule("english", _asks(Asked.LANGUAGE, "en"), Actions(needs=(english,)))
    yield _rule("best", _asks(Asked.TIER, "A"), Actions(credit=90))
    yield _rule("business", _asks(Asked.SEGMENT, "business"), Actions(credit=30, rate=150))
    late = Condition(asked=Asked.DAYS_PAST_DUE, low=90)
    yield _rule("late", late, Actions(needs=(Need(skill=SKILLS[1], relax_after=120),)))
    for number in range(14):
        both = Condition(
            asked=Asked.ALL,
            parts=(_asks(Asked.NUMBER, f"+7495{number:03}*"), _asks(Asked.MATCH, "one")),
        )
        yield _rule(f"campaign {number}", both, Actions(queue=QUEUES[number % 10]))
    crowded = Condition(asked=Asked.WAITING, values=(QUEUES[0],), low=1_000_000)
    yield _rule("crowded", crowded, Actions(rate=200))
    yield _rule("all", ALWAYS, Actions(rate=100))


def _asks(asked: Asked, *values: str) -> Condition:
    return Condition(asked=asked, values=values)


def _rule(name: str, when: Condition, then: Actions) -> Rule:
    return Rule(name=name, when=when, then=then)
