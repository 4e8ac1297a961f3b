"""Any caller in any flow comes to an end, and the key for a person leads to one from everywhere."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flows.nodes import Flow
from ivr.steps.acts import (
    Act,
    Ask,
    Caller,
    CheckPin,
    ChoosePin,
    End,
    Gone,
    Heard,
    Keyed,
    Query,
    Silent,
    Tell,
)
from ivr.steps.walking import MOST_ACTS, Walk, begin, step
from routing.ids import PartyId
from routing.terms import ServiceEnd
from tests.ivr.flows.drawn import LANGUAGES, PERSON, flows
from tests.ivr.steps.told import happens

CALLERS = st.builds(
    Caller,
    number=st.sampled_from(("+79161234567", None)),
    language=st.sampled_from(("", *LANGUAGES, "zh")),
    suggested=st.sampled_from((None, PartyId("p1"))),
)


@given(flows(), CALLERS, st.data())
@settings(max_examples=120, deadline=None)
def test_every_call_ends_and_nothing_private_is_asked_for_a_stranger(
    flow: Flow, caller: Caller, data: st.DataObject
) -> None:
    walk, act = begin(flow, caller)
    wrong = 0
    for _ in range(MOST_ACTS + 30):
        assert walk.service.node in flow.nodes
        if isinstance(act, Query) and act.service not in ("branches", "products"):
            assert walk.service.party is not None and walk.service.level >= 2
        wrong += isinstance(act, CheckPin)
        if isinstance(act, End):
            break
        told = walk.service.told
        happened = data.draw(happens(act))
        walk, act = step(flow, walk, happened)
        assert walk.service.told[: len(told)] == told
        assert walk.language in flow.languages
    assert isinstance(act, End) and act.end is not ServiceEnd.LEFT
    assert wrong <= 4, "three wrong PINs and a right one at most"


@given(flows(), CALLERS, st.data())
@settings(max_examples=200, deadline=None)
def test_the_key_for_a_person_leads_to_one_wherever_he_is(
    flow: Flow, caller: Caller, data: st.DataObject
) -> None:
    walk, act = begin(flow, caller)
    for _ in range(data.draw(st.integers(min_value=0, max_value=12))):
        if isinstance(act, End):
            return
        walk, act = step(flow, walk, data.draw(happens(act)))
    begun = bool(walk.ahead)
    if isinstance(act, Tell | Ask) and not begun:
        end = _pressed_zero(flow, walk, act)
        assert isinstance(end, End)
        assert (end.end, end.queue) == (ServiceEnd.PERSON, PERSON)


def _pressed_zero(flow: Flow, walk: Walk, act: Tell | Ask) -> Act:
    """Press it once; after it, in an entry that may go on, nothing."""
    if isinstance(act, Ask):
        return step(flow, walk, Keyed(digits="0"))[1]
    walk, after = step(flow, walk, Heard(key="0"))
    if isinstance(after, Ask):
        assert after.said == (), "the key was taken for the beginning of an entry"
        return step(flow, walk, Silent())[1]
    return after


@given(flows(), CALLERS, st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_typed_and_found_is_in_no_repr_and_a_caller_may_leave_at_any_time(
    flow: Flow, caller: Caller, data: st.DataObject
) -> None:
    walk, act = begin(flow, caller)
    secret = "918273"
    for _ in range(20):
        if isinstance(act, End):
            break
        typing = isinstance(act, Ask) and act.most > 4
        typed = secret[: act.most] if isinstance(act, Ask) else ""
        happened = Keyed(digits=typed) if typing else data.draw(happens(act))
        walk, act = step(flow, walk, happened)
        assert secret[:5] not in repr((walk, act, happened))
        assert step(flow, walk, Gone())[1] == End(end=ServiceEnd.LEFT)
        if isinstance(act, ChoosePin | CheckPin):
            assert act.pin
