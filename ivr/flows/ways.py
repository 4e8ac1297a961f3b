"""The ways through a flow whose nodes are all there. Pure.

Every node is reached; from every node an end is reached; no circle goes on without waiting for the
caller; nothing is spoken that was not looked up on every way to it. The keys that hold anywhere
lead to `person` and `main` with nothing looked up before.
"""

from collections.abc import Iterator

from crm_core.selfservice.answers import Service
from ivr.flows.faults import Fault, Place
from ivr.flows.mistakes import Problem
from ivr.flows.nodes import Flow, LookUp, Menu, Node, Speak
from ivr.flows.vocabulary import ENDS, KIND_OF, KINDS, WAITING

_MOST_HINTS = 8


def ways_from(node: Node) -> Iterator[tuple[Place, str]]:
    """Where a node may lead, with the field that says so."""
    for name in KINDS[KIND_OF[type(node)]].exits:
        if target := getattr(node, name):
            yield (name,), target
    if isinstance(node, Menu):
        for choice in node.choices:
            yield ("choices", choice.key), choice.to


def way_faults(flow: Flow) -> Iterator[Fault]:
    """What is wrong with the ways."""
    onward = {
        name: tuple(dict.fromkeys(target for _, target in ways_from(node)))
        for name, node in flow.nodes.items()
    }
    reached = _spread(_roots(flow), onward)
    for name in flow.nodes:
        if name not in reached:
            yield _fault(name, Problem.UNREACHABLE)
    yield from _endless(flow, onward)
    ending = _spread(_ends(flow), _reverse(onward))
    for name in flow.nodes:
        if name not in ending:
            yield _fault(name, Problem.NO_END)
    yield from _not_looked_up(flow, reached)


def _roots(flow: Flow) -> list[str]:
    """Where a caller may come from anywhere."""
    return [flow.start, flow.person, *([flow.main] if flow.anywhere.main else [])]


def _ends(flow: Flow) -> list[str]:
    return [name for name, node in flow.nodes.items() if type(node) in ENDS]


def _spread(roots: list[str], onward: dict[str, tuple[str, ...]]) -> set[str]:
    found, open_ = set(roots), list(roots)
    while open_:
        for target in onward[open_.pop()]:
            if target not in found:
                found.add(target)
                open_.append(target)
    return found


def _reverse(onward: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    back: dict[str, list[str]] = {name: [] for name in onward}
    for name, ahead in onward.items():
        for target in ahead:
            back[target].append(name)
    return {name: tuple(sources) for name, sources in back.items()}


def _endless(flow: Flow, onward: dict[str, tuple[str, ...]]) -> Iterator[Fault]:
    """Circles of nodes that wait for nothing, each told once, at its first node."""
    silent = {
        name: tuple(one for one in ahead if type(flow.nodes[one]) not in WAITING)
        for name, ahead in onward.items()
        if type(flow.nodes[name]) not in WAITING
    }
    told: set[str] = set()
    for name in silent:
        ahead = _spread(list(silent[name]), silent)
        if name in ahead and name not in told:
            circle = {one for one in ahead if name in _spread(list(silent[one]), silent)}
            told |= circle
            members = [one for one in flow.nodes if one in circle]
            yield _fault(name, Problem.ENDLESS, ", ".join(members[:_MOST_HINTS]))


def _not_looked_up(flow: Flow, reached: set[str]) -> Iterator[Fault]:
    sure = _looked_up(flow, reached)
    for name, node in flow.nodes.items():
        if isinstance(node, Speak) and name in reached and node.service not in sure[name]:
            place = ("nodes", name, "service")
            yield Fault(place=place, problem=Problem.NOT_LOOKED_UP, word=node.service)


def _looked_up(flow: Flow, reached: set[str]) -> dict[str, frozenset[Service]]:
    """What has been found on every way to a node: the largest answer that all ways agree on."""
    everything = frozenset(Service)
    roots = _roots(flow)
    sure = {name: frozenset() if name in roots else everything for name in reached}
    open_ = list(reached)
    while open_:
        name = open_.pop()
        node = flow.nodes[name]
        for place, target in ways_from(node):
            after = sure[name]
            if isinstance(node, LookUp):
                found = place == ("found",)
                after = after | {node.service} if found else after - {node.service}
            if not sure[target] <= after:
                sure[target] &= after
                open_.append(target)
    return sure


def _fault(name: str, problem: Problem, hint: str = "") -> Fault:
    return Fault(place=("nodes", name), problem=problem, word=name, hint=hint)
