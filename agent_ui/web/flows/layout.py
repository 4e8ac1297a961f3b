"""A flow as boxes and lines with their places, in the units of the picture (CSS pixels). Pure.

Columns run from left to right. Each exit of a node is a row of its box, and its line begins there.
"""

import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent_ui.web.flows.layering import Line, layered
from agent_ui.web.flows.ports import Exit, FlowGraph, NodeSeen

WIDTH = 244
HEAD, WORDS, ROW, FOOT = 42, 15, 20, 8
"""Heights of a box's head, of a line of words, of an exit, and of the space beneath."""
BETWEEN_COLUMNS, BETWEEN_BOXES, BETWEEN_LINES, EDGE = 76, 26, 16, 24
MOST_WORDS = 2
_CHARACTERS = 36
"""Of a line of words in a box."""
_SWEEPS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An exit in its box; `y` is its middle. `named` is where it leads if no line is drawn."""

    exit: Exit
    y: int
    named: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node with its place. `words` are lines that fit."""

    seen: NodeSeen
    x: int
    y: int
    height: int
    words: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line from an exit to a node, as an SVG path."""

    source: str
    target: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All boxes in the order in which they are read, all lines, and the size of it all."""

    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    width: int
    height: int


def drawn(graph: FlowGraph, footer: int = 0) -> Picture:
    """The picture of the flow; `footer` is the height that each box needs beneath its exits."""
    nodes = {one.node: one for one in graph.nodes}
    words = {name: _lines(one.words) for name, one in nodes.items()}
    heights = {name: _height(one, len(words[name])) + footer for name, one in nodes.items()}
    layers = layered(
        {name: [one.to for one in node.exits] for name, node in nodes.items()}, graph.start
    )
    lined = {line.source for line in layers.lines}
    ports = {
        (name, n): HEAD + len(words[name]) * WORDS + n * ROW + ROW // 2
        for name, node in nodes.items()
        for n in range(len(node.exits))
    }
    top = _tops(layers.columns, layers.lines, heights, ports)
    x = {
        one: EDGE + n * (WIDTH + BETWEEN_COLUMNS) for n, c in enumerate(layers.columns) for one in c
    }
    boxes = tuple(
        Box(
            seen=nodes[one],
            x=x[one],
            y=top[one],
            height=heights[one],
            words=words[one],
            rows=tuple(_rows(nodes, one, top[one], ports, lined)),
        )
        for column in layers.columns
        for one in column
        if one in nodes
    )
    return Picture(
        boxes=boxes,
        curves=tuple(_curve(line, x, top, ports) for line in layers.lines),
        width=max((box.x + WIDTH for box in boxes), default=0) + EDGE,
        height=max((box.y + box.height for box in boxes), default=0) + EDGE,
    )


def _rows(
    nodes: Mapping[str, NodeSeen],
    name: str,
    top: int,
    ports: Mapping[tuple[str, int], int],
    lined: set[tuple[str, int]],
) -> list[Row]:
    return [
        Row(
            exit=one,
            y=top + ports[name, n],
            named="" if (name, n) in lined else one.to,
            missing=one.to not in nodes,
        )
        for n, one in enumerate(nodes[name].exits)
    ]


def _height(node: NodeSeen, words: int) -> int:
    return HEAD + words * WORDS + len(node.exits) * ROW + FOOT


def _lines(words: Sequence[str]) -> tuple[str, ...]:
    """The words in a few lines of a box; what does not fit is left out with a mark."""
    text = " ".join(words)
    wide = any(unicodedata.east_asian_width(one) in "WF" for one in text)
    width = _CHARACTERS // 2 if wide else _CHARACTERS
    return tuple(textwrap.wrap(text, width, max_lines=MOST_WORDS, placeholder=" …"))


# ── Places ──────────────────────────────────────────────────────────────────────────────────


def _tops(
    columns: Sequence[Sequence[str]],
    lines: Sequence[Line],
    heights: Mapping[str, int],
    ports: Mapping[tuple[str, int], int],
) -> dict[str, int]:
    """The upper ends of boxes and passages: near to what they are joined to, none over another."""
    joins: dict[str, list[tuple[str, int, int]]] = {one: [] for column in columns for one in column}
    for line in lines:
        stops = [(line.source[0], ports[line.source]), *((one, 0) for one in line.through)]
        ends = [*((one, 0) for one in line.through), (line.target, HEAD // 2)]
        for (before, down), (to, inside) in zip(stops, ends, strict=True):
            joins[to].append((before, down, inside))
            joins[before].append((to, inside, down))
    top: dict[str, float] = {}
    for column in columns:
        top |= _apart(column, dict.fromkeys(column, 0.0), heights)
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wish = {
                one: _mean(
                    [top[other] + out - inside for other, out, inside in joins[one]], top[one]
                )
                for one in column
            }
            top |= _apart(column, wish, heights)
    highest = min(top.values(), default=0.0)
    return {one: round(y - highest) + EDGE for one, y in top.items()}


def _apart(
    column: Sequence[str], wish: Mapping[str, float], heights: Mapping[str, int]
) -> dict[str, float]:
    """Places in the column's order, none over another, together as near to the wishes as can be:
    neighbours that get into each other's way move as one block to the mean of their wishes."""
    blocks: list[tuple[float, list[float]]] = []
    offset, offsets = 0.0, []
    for one in column:
        offsets.append(offset)
        blocks.append((wish[one] - offset, [wish[one] - offset]))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            _, last = blocks.pop()
            _, before = blocks.pop()
            both = before + last
            blocks.append((sum(both) / len(both), both))
        box = one in heights
        offset += heights[one] + BETWEEN_BOXES if box else BETWEEN_LINES
    places = [place for place, block in blocks for _ in block]
    return {one: place + off for one, place, off in zip(column, places, offsets, strict=True)}


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _curve(
    line: Line,
    x: Mapping[str, int],
    top: Mapping[str, int],
    ports: Mapping[tuple[str, int], int],
) -> Curve:
    node, _ = line.source
    at = x[node] + WIDTH, top[node] + ports[line.source]
    path = [f"M{at[0]} {at[1]}"]
    for one in line.through:
        path.append(_bend(at, (x[one], top[one])))
        at = x[one] + WIDTH, top[one]
        path.append(f"H{at[0]}")
    path.append(_bend(at, (x[line.target], top[line.target] + HEAD // 2)))
    return Curve(source=node, target=line.target, path=" ".join(path))


def _bend(start: tuple[int, int], end: tuple[int, int]) -> str:
    middle = (start[0] + end[0]) // 2
    return f"C{middle} {start[1]} {middle} {end[1]} {end[0]} {end[1]}"
