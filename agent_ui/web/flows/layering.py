"""Who stands in which column of a graph, and in what order. Pure; after Sugiyama.

Ways that lead back, and ways to a node that many lead to (the main menu, a person), are not drawn
as lines but said at their beginning: so all lines run forwards, and a flow of thirty nodes stays
readable. Lines that pass a column keep a place in it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

HUB = 5
"""So many ways in make a node one that is only named."""
_SWEEPS = 6

Way = tuple[str, int]
"""An exit: the node and the exit's place in its row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A way that is drawn, with the places it passes in the columns between."""

    source: Way
    target: str
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Columns of nodes and passages, each from top to bottom, and the ways that are drawn."""

    columns: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...] = field(default=())


def layered(exits: Mapping[str, Sequence[str]], start: str) -> Layers:
    """The columns of the nodes; `exits` are each node's ways out in their order."""
    drawn = list(_drawn(exits, start))
    column = _columns(exits, drawn)
    lines = [_through(way, target, column) for way, target in drawn]
    columns: dict[int, list[str]] = defaultdict(list)
    for node in exits:
        columns[column[node]].append(node)
    for line in lines:
        for n, passage in enumerate(line.through, column[line.source[0]] + 1):
            columns[n].append(passage)
    ordered = _ordered([columns[n] for n in sorted(columns)], lines)
    return Layers(columns=tuple(map(tuple, ordered)), lines=tuple(lines))


def _drawn(exits: Mapping[str, Sequence[str]], start: str) -> Iterable[tuple[Way, str]]:
    """The ways that run forwards, each pair of nodes once, and one into each hub."""
    came = Counter(to for node in exits for to in set(exits[node]) if to != node)
    hubs = {node for node, n in came.items() if n >= HUB}
    reached: set[str] = set()
    for node, forward in _forward(exits, start):
        for n, to in enumerate(exits[node]):
            if to not in forward or to in exits[node][:n]:
                continue
            if to in hubs and to in reached:
                continue
            reached.add(to)
            yield (node, n), to


def _forward(exits: Mapping[str, Sequence[str]], start: str) -> list[tuple[str, set[str]]]:
    """Each node with those of its targets that no way leads back from, in the order of a walk."""
    forward: dict[str, set[str]] = {}
    done: set[str] = set()
    for root in (start, *exits):
        if root not in exits or root in forward:
            continue
        forward[root], above = set(), {root}
        stack = [(root, iter(exits[root]))]
        while stack:
            node, targets = stack[-1]
            to = next(targets, None)
            if to is None:
                stack.pop()
                above.discard(node)
                done.add(node)
            elif to in exits and to not in above:
                forward[node].add(to)
                if to not in forward:
                    forward[to] = set()
                    above.add(to)
                    stack.append((to, iter(exits[to])))
    return list(forward.items())


def _columns(
    exits: Mapping[str, Sequence[str]], drawn: Sequence[tuple[Way, str]]
) -> dict[str, int]:
    """Each node stands behind all that lead to it, and no further off than it must."""
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for (node, _), to in drawn:
        before[to].append(node)
        after[node].append(to)
    waits = {node: len(before[node]) for node in exits}
    column = dict.fromkeys(exits, 0)
    ready = [node for node in exits if not waits[node]]
    while ready:
        node = ready.pop()
        for to in after[node]:
            column[to] = max(column[to], column[node] + 1)
            waits[to] -= 1
            if not waits[to]:
                ready.append(to)
    return column


def _through(way: Way, target: str, column: Mapping[str, int]) -> Line:
    between = range(column[way[0]] + 1, column[target])
    passages = tuple(f"{way[0]}:{way[1]}:{n}" for n in between)
    return Line(source=way, target=target, through=passages)


def _ordered(columns: list[list[str]], lines: Sequence[Line]) -> list[list[str]]:
    """Each column by the mean place of its neighbours, now from the left, now from the right."""
    left: dict[str, list[Way]] = defaultdict(list)
    right: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        places: list[Way] = [line.source, *((one, 0) for one in line.through)]
        for before, to in zip(places, (*line.through, line.target), strict=True):
            left[to].append(before)
            right[before[0]].append(to)
    place = {node: float(n) for column in columns for n, node in enumerate(column)}
    for sweep in range(_SWEEPS):
        forwards = sweep % 2 == 0
        for column in columns if forwards else reversed(columns):
            wish = {
                node: _mean(
                    [place[one] + n / 100 for one, n in left[node]]
                    if forwards
                    else [place[one] for one in right[node]],
                    place[node],
                )
                for node in column
            }
            column.sort(key=wish.__getitem__)
            place |= {node: float(n) for n, node in enumerate(column)}
    return columns


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
