"""Flows as pictures: whatever the flow, no box stands over another and all lines run forwards."""

from hypothesis import given
from hypothesis import strategies as st

from agent_ui.web.flows.layering import HUB
from agent_ui.web.flows.layout import WIDTH, Picture, drawn
from agent_ui.web.flows.ports import Exit, FlowGraph, NodeSeen

NAMES = [f"n{n}" for n in range(12)]


def flow(exits: dict[str, list[str]], start: str = "n0") -> FlowGraph:
    nodes = tuple(
        NodeSeen(
            node=name,
            kind="say",
            line=1,
            words=("words " * (n * 3),),
            exits=tuple(Exit(name=f"exit{n}", to=to) for n, to in enumerate(targets)),
        )
        for n, (name, targets) in enumerate(exits.items())
    )
    return FlowGraph(start=start, nodes=nodes)


flows = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from([*NAMES, "gone"]), max_size=9), min_size=1
)


@given(flows)
def test_boxes_stand_apart_lines_run_forwards_and_no_exit_is_lost(
    exits: dict[str, list[str]],
) -> None:
    picture = drawn(flow(exits))
    boxes = {box.seen.node: box for box in picture.boxes}
    assert set(boxes) == set(exits)
    for one in picture.boxes:
        assert 0 <= one.x <= picture.width - WIDTH and 0 <= one.y <= picture.height - one.height
        for other in picture.boxes:
            if one is not other and one.x == other.x:
                assert one.y + one.height < other.y or other.y + other.height < one.y
    lines = {(curve.source, curve.target) for curve in picture.curves}
    assert all(boxes[source].x < boxes[target].x for source, target in lines)
    for name, box in boxes.items():
        assert [row.exit.to for row in box.rows] == exits[name]
        for row in box.rows:
            assert row.named == row.exit.to or (name, row.exit.to) in lines
            assert row.missing == (row.exit.to not in exits)


def named(picture: Picture, node: str) -> list[str]:
    (box,) = (one for one in picture.boxes if one.seen.node == node)
    return [row.named for row in box.rows]


def test_a_way_back_is_said_and_not_drawn() -> None:
    picture = drawn(flow({"n0": ["n1"], "n1": ["n0"]}))
    assert [(one.source, one.target) for one in picture.curves] == [("n0", "n1")]
    assert named(picture, "n1") == ["n0"]


def test_to_a_node_that_many_lead_to_one_line_is_drawn() -> None:
    exits = {"n0": NAMES[1 : HUB + 1]} | {name: ["person"] for name in NAMES[1 : HUB + 1]}
    picture = drawn(flow(exits | {"person": []}))
    assert sum(one.target == "person" for one in picture.curves) == 1
    assert [named(picture, name) for name in NAMES[1:HUB]].count(["person"]) == HUB - 2
