"""Where a caller is in a flow, and what a node makes of it. Only values.

Digits and amounts that a walk has to remember are in no `repr` of it.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from crm_core.bank.terms import VerificationLevel
from crm_core.selfservice.answers import Answer, Service
from ivr.steps.acts import Act, Caller
from routing.facts import SelfService

LONGEST_PATH = 200
"""Characters; what is chosen beyond them is not kept, because rules ask for beginnings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A place that "back" leads to, and the path that led there."""

    node: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A caller's way so far. `service` is what others are told of it; its `node` is where he is."""

    service: SelfService
    caller: Caller
    language: str
    """What he is spoken to in."""
    part: str = ""
    """Which of several things a node asks or does is under way."""
    tries: int = 0
    """Silences and wrong keys at this node."""
    acts: int = 0
    wrong_pins: int = 0
    given_up: bool = False
    """Too many acts: a person is his only way out."""
    stops: tuple[Stop, ...] = ()
    ahead: str = field(default="", repr=False)
    """A key that he pressed while a node was still talking, for the next that asks."""
    collected: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    answers: tuple[Answer, ...] = field(default=(), repr=False)
    """What was found for him, one of each service."""
    code: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)

    @property
    def verified(self) -> bool:
        """Whether he may be told what is private."""
        service = self.service
        return service.party is not None and service.level >= VerificationLevel.KNOWLEDGE

    def answer(self, service: Service) -> Answer | None:
        """What was found for him last."""
        return next((one for one in self.answers if one.service is service), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goto:
    """It goes on at another node."""

    node: str


Outcome = tuple[Walk, Act | Goto]
"""What a node makes of a caller's coming or of what happened."""


def noted(walk: Walk, **changes: Any) -> Walk:
    """The walk with something new in what others are told."""
    return replace(walk, service=replace(walk.service, **changes))


def chosen(walk: Walk, node: str) -> Walk:
    """The walk after a choice of the caller's own."""
    path = f"{walk.service.path}/{node}" if walk.service.path else node
    return walk if len(path) > LONGEST_PATH else noted(walk, path=path)


def stopped(walk: Walk, node: str, *, main: bool) -> Walk:
    """The walk at a place that "back" may lead to. Where he was before, he is again as he was then;
    the main menu is the beginning of a path."""
    nodes = [stop.node for stop in walk.stops]
    if node in nodes:
        stops = walk.stops[: nodes.index(node) + 1]
    else:
        stops = (*walk.stops, Stop(node=node, path="" if main else walk.service.path))
    return noted(replace(walk, stops=stops), path=stops[-1].path)


def before(walk: Walk) -> str:
    """Where "back" leads; here, if there is nothing before."""
    here = walk.service.node
    behind = [stop.node for stop in walk.stops if stop.node != here]
    return behind[-1] if behind else here
