"""Rosters for tests of the order of preference: who has which skills, which queues there are."""

from dataclasses import replace
from typing import Any

from routing.ids import AgentId, QueueId, SkillId
from routing.roster import AgentProfile, QueueProfile, Roster
from routing.rules.terms import Actions, Condition, Rule, RuleSet
from tests.routing.house import House

SERVICE, CARDS, SPARE = QueueId("service"), QueueId("cards"), QueueId("spare")
ENGLISH, LOANS = SkillId("english"), SkillId("loans")
MAX, EVE, LEO, MIA = (AgentId(name) for name in ("max", "eve", "leo", "mia"))
"""Max is in no pool. Eve and Leo serve; Eve speaks English well, Leo a little. Mia is the spare."""

PEOPLE = (
    AgentProfile(agent=MAX, name="Max"),
    AgentProfile(agent=EVE, name="Eve", queues=(SERVICE,), skills=((ENGLISH, 5), (LOANS, 1))),
    AgentProfile(agent=LEO, name="Leo", queues=(SERVICE, CARDS), skills=((ENGLISH, 2), (LOANS, 4))),
    AgentProfile(agent=MIA, name="Mia", queues=(SPARE,), skills=((ENGLISH, 3),)),
)


def office(rules: tuple[Rule, ...] = (), schedules: Any = (), **service: Any) -> House:
    """A house whose queue `service` has the given terms; nobody is at work yet."""
    profile = QueueProfile(queue=SERVICE, name="Service", manager_wait=0)
    roster = Roster(
        agents=PEOPLE,
        queues=(
            replace(profile, **service),
            QueueProfile(queue=CARDS, name="Cards", manager_wait=0),
            QueueProfile(queue=SPARE, name="Spare", manager_wait=0),
        ),
        default_queue=SERVICE,
        entries=(("4002", CARDS),),
        schedules=schedules,
        rules=RuleSet(version="test", rules=rules),
    )
    return House(roster=roster)


def rule(name: str, when: Condition, *, last: bool = False, **then: Any) -> Rule:
    """A rule."""
    return Rule(name=name, when=when, then=Actions(**then), last=last)
