"""The drawing of a graph: everything has its place, nothing lies on anything else."""

from hypothesis import given
from hypothesis import strategies as st

from agent_ui.web.bonds.drawing import BOX_HEIGHT, BOX_WIDTH, draw, tree
from crm_core.relations.graph import Edge, Graph, Knot


def knot(n: int, depth: int) -> Knot:
    return Knot(id=str(n), name=f"Party {n} " * 5, kind="person", is_group=False, depth=depth)


def edge(first: int, second: int) -> Edge:
    return Edge(
        first=str(first),
        second=str(second),
        type="parent",
        reverse="child",
        share_pct=None,
        risk_spreading=True,
    )


@st.composite
def graphs(draw_: st.DrawFn) -> Graph:
    """A graph as a walk finds it: each knot hangs on one a step nearer, with some edges more."""
    knots, edges = [knot(0, 0)], []
    for n in range(1, draw_(st.integers(0, 25)) + 1):
        nearer = draw_(st.sampled_from(knots))
        knots.append(knot(n, nearer.depth + 1))
        edges.append(edge(int(nearer.id), n))
    for _ in range(draw_(st.integers(0, 5))):
        first, second = draw_(st.sampled_from(knots)), draw_(st.sampled_from(knots))
        if first.id != second.id and abs(first.depth - second.depth) <= 1:
            edges.append(edge(int(first.id), int(second.id)))
    knots.sort(key=lambda one: one.depth)
    return Graph(knots=tuple(knots), edges=tuple(edges), cut=False)


@given(graphs())
def test_every_knot_has_a_place_of_its_own_within_the_drawing(graph: Graph) -> None:
    drawn = draw(graph)
    assert {box.knot.id for box in drawn.boxes} == {one.id for one in graph.knots}
    assert len(drawn.lines) == len(graph.edges)
    for n, box in enumerate(drawn.boxes):
        assert box.x >= 0 and box.x + BOX_WIDTH <= drawn.width
        assert box.y >= 0 and box.y + BOX_HEIGHT <= drawn.height
        for other in drawn.boxes[:n]:
            assert abs(box.x - other.x) >= BOX_WIDTH or abs(box.y - other.y) >= BOX_HEIGHT


@given(graphs())
def test_the_list_tells_each_knot_once_below_one_that_is_nearer(graph: Graph) -> None:
    told = tree(graph)
    assert sorted(one.knot.id for one in told) == sorted(one.id for one in graph.knots)
    seen = set()
    for one in told:
        assert one.of is None or (one.of.id in seen and one.of.depth == one.knot.depth - 1)
        seen.add(one.knot.id)


def test_what_a_knot_is_reads_from_its_own_end() -> None:
    graph = Graph(
        knots=(knot(0, 0), knot(1, 1), knot(2, 1)), edges=(edge(0, 1), edge(2, 0)), cut=False
    )
    assert [(one.knot.id, one.type) for one in tree(graph)] == [
        ("0", ""),
        ("1", "child"),
        ("2", "parent"),
    ]
