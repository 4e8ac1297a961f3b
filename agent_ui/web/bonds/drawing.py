"""The graph around a party as a drawing and as a tree to read. Pure.

Columns are steps from the party in the middle, which stands at the left. Units are the drawing's
own, one to a pixel at full size.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_core.relations.graph import Edge, Graph, Knot

BOX_WIDTH, BOX_HEIGHT = 208, 44
COLUMN, ROW, MARGIN = 300, 60, 14
BEND = 46
LONGEST_NAME = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A knot with its upper left corner."""

    knot: Knot
    name: str
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An edge between the middles of two boxes' sides; in one column it bends to the right."""

    edge: Edge
    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def path(self) -> str:
        """The curve, in the words of SVG."""
        towards = self.x2 - BEND if self.x2 > self.x1 else self.x2 + BEND
        bend = f"{self.x1 + BEND} {self.y1} {towards} {self.y2}"
        return f"M{self.x1} {self.y1}C{bend} {self.x2} {self.y2}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """All boxes and lines, and the room they take."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A line of the tree: a knot, what it is to the one above it, which is `of`."""

    knot: Knot
    type: str
    of: Knot | None


def draw(graph: Graph) -> Drawing:
    """Where everything stands."""
    columns: dict[int, list[Knot]] = {}
    for branch in tree(graph):
        columns.setdefault(branch.knot.depth, []).append(branch.knot)
    tallest = max(len(column) for column in columns.values())
    boxes = {
        knot.id: _box(knot, place, len(column), tallest)
        for column in columns.values()
        for place, knot in enumerate(column)
    }
    return Drawing(
        width=2 * MARGIN + (len(columns) - 1) * COLUMN + BOX_WIDTH + BEND,
        height=2 * MARGIN + tallest * ROW - (ROW - BOX_HEIGHT),
        boxes=tuple(boxes.values()),
        lines=tuple(_line(edge, boxes) for edge in graph.edges),
    )


def tree(graph: Graph) -> tuple[Branch, ...]:
    """Each knot once, below the first of those one step nearer to the middle."""
    knots = {one.id: one for one in graph.knots}
    below: dict[str, list[Branch]] = {}
    seen = {graph.centre.id}
    for knot in graph.knots:
        for edge in graph.edges:
            other = knots.get(_other(edge, knot.id))
            if other is None or other.id in seen or other.depth != knot.depth + 1:
                continue
            seen.add(other.id)
            type_ = edge.type if edge.first == other.id else edge.reverse
            below.setdefault(knot.id, []).append(Branch(knot=other, type=type_, of=knot))
    told: list[Branch] = []
    open_ = [Branch(knot=graph.centre, type="", of=None)]
    while open_:
        one = open_.pop()
        told.append(one)
        open_ += reversed(below.get(one.knot.id, []))
    return tuple(told)


def _other(edge: Edge, end: str) -> str:
    if end == edge.first:
        return edge.second
    return edge.first if end == edge.second else ""


def _box(knot: Knot, place: int, of: int, tallest: int) -> Box:
    above = (tallest - of) * ROW // 2
    name = knot.name if len(knot.name) <= LONGEST_NAME else knot.name[: LONGEST_NAME - 1] + "…"
    x, y = MARGIN + knot.depth * COLUMN, MARGIN + above + place * ROW
    return Box(knot=knot, name=name, x=x, y=y)


def _line(edge: Edge, boxes: Mapping[str, Box]) -> Line:
    left, right = sorted((boxes[edge.first], boxes[edge.second]), key=lambda box: box.x)
    middle = BOX_HEIGHT // 2
    end = right.x if right.x > left.x else right.x + BOX_WIDTH
    return Line(edge=edge, x1=left.x + BOX_WIDTH, y1=left.y + middle, x2=end, y2=right.y + middle)
