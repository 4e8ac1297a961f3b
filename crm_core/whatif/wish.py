"""What a supervisor wants to be otherwise: a value, its JSON, and what it makes of staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from crm_core.errors import FieldRefused
from crm_core.whatif.calls import RecordedCall
from crm_core.whatif.skilling import dealt
from crm_core.whatif.staffing import Span, Staff
from routing.ids import AgentId, QueueId
from routing.roster import AgentProfile

MOST_AGENTS = 50
"""More or fewer in one queue."""


class Rules(StrEnum):
    """By which rules calls are routed."""

    IN_FORCE = "in_force"
    PROPOSED = "proposed"
    DRAFT = "draft"
    NONE = "none"


class Skills(StrEnum):
    """What agents take."""

    AS_RECORDED = "as_recorded"
    ONE = "one"
    TWO = "two"


_EACH = {Skills.ONE: 1, Skills.TWO: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Nothing is otherwise by default. `agents` are more or fewer by queue."""

    rules: Rules = Rules.IN_FORCE
    skills: Skills = Skills.AS_RECORDED
    agents: Mapping[QueueId, int] = field(default_factory=dict)

    def changes(self) -> bool:
        """Whether anything is otherwise."""
        return self != Wish()

    def staff(self, staff: Staff, calls: Sequence[RecordedCall]) -> Staff:
        """The wished staff of a day."""
        for queue, number in sorted(self.agents.items()):
            staff = more(staff, queue, number) if number > 0 else fewer(staff, queue, -number)
        each = _EACH.get(self.skills)
        return staff if each is None else dealt(staff, calls, each=each)


def wish_of(rules: str, skills: str, agents: Mapping[QueueId, int]) -> Wish:
    """Check a wish. Raises FieldRefused."""
    if any(abs(number) > MOST_AGENTS for number in agents.values()):
        raise FieldRefused("agents", "out_of_range")
    try:
        return Wish(
            rules=Rules(rules),
            skills=Skills(skills),
            agents={queue: number for queue, number in agents.items() if number},
        )
    except ValueError:
        raise FieldRefused("rules", "unknown") from None


def as_json(wish: Wish) -> dict[str, Any]:
    """The wish as JSON values."""
    return {"rules": wish.rules, "skills": wish.skills, "agents": dict(wish.agents)}


def from_json(value: Mapping[str, Any]) -> Wish:
    """The wish back from them."""
    return wish_of(value["rules"], value["skills"], value["agents"])


def more(staff: Staff, queue: QueueId, number: int) -> Staff:
    """The staff with so many agents more, who take this queue alone from its first hour to its
    last."""
    spans = [
        span
        for agent in staff.agents
        if queue in agent.queues
        for span in staff.duties.get(agent.agent, ())
    ]
    if not spans:
        spans = [span for one in staff.duties.values() for span in one]
    if not spans:
        return staff
    duty = _from_first_to_last(spans)
    names = [AgentId(f"more-{queue}-{n}") for n in range(1, number + 1)]
    added = tuple(AgentProfile(agent=one, name=one, queues=(queue,)) for one in names)
    return replace(
        staff,
        agents=(*staff.agents, *added),
        duties={**staff.duties, **dict.fromkeys(names, (duty,))},
    )


def fewer(staff: Staff, queue: QueueId, number: int) -> Staff:
    """The staff without so many agents of this queue: those who work most like each other stay,
    so every second one of the line by their first duty goes first."""
    takers = sorted(
        (one.agent for one in staff.agents if queue in one.queues),
        key=lambda agent: (_begin(staff, agent), agent),
    )
    gone = set([*takers[::2], *takers[1::2]][:number])
    return Staff(
        agents=tuple(one for one in staff.agents if one.agent not in gone),
        duties={agent: spans for agent, spans in staff.duties.items() if agent not in gone},
    )


def _begin(staff: Staff, agent: AgentId) -> float:
    spans: tuple[Span, ...] = staff.duties.get(agent, ())
    return spans[0][0].timestamp() if spans else 0.0


def _from_first_to_last(spans: Sequence[Span]) -> tuple[datetime, datetime]:
    return min(start for start, _ in spans), max(end for _, end in spans)
