"""What is written reads back as the same flow, and says nothing that is as usual."""

from hypothesis import given, settings

from ivr.flows.checking import faults
from ivr.flows.known import Known
from ivr.flows.nodes import Flow, HangUp, Say
from ivr.flows.reading import read_flow
from ivr.flows.writing import write_flow
from routing.ids import AgentId, FlowId
from tests.ivr.flows.drawn import SPARE, flows


@given(flows())
@settings(max_examples=100, deadline=None)
def test_what_is_written_reads_back_the_same(flow: Flow) -> None:
    assert faults(flow, Known()) == []
    assert read_flow(write_flow(flow), Known()) == flow


def test_what_is_as_usual_is_not_written_and_agents_stand_by_their_names() -> None:
    flow = Flow(
        flow=FlowId("short"),
        version="7",
        names={"en": "Short"},
        languages=("en",),
        start="hello",
        main="hello",
        person="spare",
        nodes={
            "hello": Say(node="hello", prompts=("one_moment", "goodbye"), next="spare"),
            "spare": SPARE,
            "bye": HangUp(node="bye"),
        },
    )
    assert write_flow(flow, {AgentId("a1"): "anna"}) == (
        "flow: short\n"
        "names: {en: Short}\n"
        "languages: [en]\n"
        "start: hello\n"
        "person: spare\n"
        "nodes:\n"
        "  hello:\n"
        "    say: [one_moment, goodbye]\n"
        "    next: spare\n"
        "  spare: {transfer: '', queue: cards, agent: anna}\n"
        "  bye: {hang_up: ''}\n"
    )
