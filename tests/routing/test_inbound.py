"""Who is offered a call, in which order, and what the caller's time is worth."""

from datetime import timedelta

from routing.commands import IdentifyCaller, OfferCall, ReturnToWaiting
from routing.facts import (
    CallArrived,
    CallEnded,
    CallerIdentified,
    CommandSettled,
    NodeLost,
    NodeSynced,
    OfferDeclined,
    PhoneChanged,
    WrapUpFinished,
)
from routing.ids import CallId, LegId
from routing.notices import AskRefused, CallChanged
from routing.terms import (
    Activity,
    Availability,
    Basis,
    CallState,
    CommandOutcome,
    EndReason,
    Match,
    OfferOutcome,
    PassedOver,
    PhoneState,
)
from tests.routing.house import ANNA, BORIS, CARDS, CLARA, CLIENT, DINA, NODE, Exchange, House


def test_first_priority_manager_is_rung_first() -> None:
    house = House().open(ANNA, BORIS, CLARA)
    house.arrive()
    offer = house.call("c1").offers[-1]
    assert (offer.agent, offer.basis, offer.rank) == (ANNA, Basis.PRIORITY_MANAGER, 1)
    assert house.last(OfferCall).agent == ANNA
    assert house.agent(ANNA).activity is Activity.RINGING


def test_manager_on_break_is_passed_over_with_the_reason() -> None:
    house = House().open(ANNA, BORIS, CLARA)
    house.go_on_break(ANNA)
    house.arrive()
    offer = house.call("c1").offers[-1]
    assert offer.agent == BORIS and offer.rank == 2
    assert [(c.agent, c.why, c.rank) for c in offer.passed_over] == [
        (ANNA, PassedOver.NOT_READY, 1)
    ]


def test_offline_and_busy_managers_lead_to_the_pool() -> None:
    house = House().open(BORIS, CLARA)
    exchange = Exchange(house)
    house.arrive("c0")
    exchange.answer()
    house.arrive("c1")
    offer = house.call("c1").offers[-1]
    assert (offer.agent, offer.basis) == (CLARA, Basis.QUEUE_POOL)
    assert [(c.agent, c.why) for c in offer.passed_over] == [
        (ANNA, PassedOver.OFFLINE),
        (BORIS, PassedOver.ON_CALL),
    ]


def test_no_answer_goes_on_to_the_next_and_keeps_the_waiting_time() -> None:
    house = House().open(ANNA, BORIS, CLARA)
    exchange = Exchange(house)
    arrived = house.now
    house.arrive()
    for expected in (ANNA, BORIS, CLARA):
        assert house.call("c1").offers[-1].agent == expected
        exchange.fail(OfferOutcome.NO_ANSWER)
        assert house.agent(expected).activity is Activity.NOT_RESPONDING
    call = house.call("c1")
    assert call.state is CallState.QUEUED
    assert call.queued_at == arrived
    house.start(DINA)
    assert house.call("c1").offers[-1].agent == DINA


def test_declined_call_is_offered_to_the_decliner_again_only_after_the_round() -> None:
    house = House().open(CLARA)
    house.arrive(who=())
    offer = house.call("c1").offers[-1]
    house.tell(OfferDeclined, agent=CLARA, offer=offer.offer)
    assert house.agent(CLARA).activity is Activity.IDLE
    assert isinstance(house.commands[-1], ReturnToWaiting)
    assert house.call("c1").state is CallState.QUEUED
    house.wait(9)
    assert len(house.offers()) == 1
    house.wait(2)
    assert len(house.offers()) == 2


def test_declining_an_offer_that_is_over_is_refused() -> None:
    house = House().open(CLARA)
    exchange = Exchange(house)
    house.arrive(who=())
    offer = house.call("c1").offers[-1].offer
    exchange.answer()
    decision = house.tell(OfferDeclined, agent=CLARA, offer=offer)
    assert decision.commands == ()
    assert [n.code for n in decision.notices if isinstance(n, AskRefused)] == ["offer_is_over"]


def test_longest_idle_of_the_pool_is_rung() -> None:
    house = House().open(DINA, CLARA)
    house.arrive(who=())
    assert house.call("c1").offers[-1].agent == DINA


def test_dialled_number_leads_to_its_queue() -> None:
    house = House().open(CLARA, DINA)
    house.arrive(who=(), dialled="4002")
    assert house.call("c1").queue == CARDS
    assert house.call("c1").offers[-1].agent == DINA


def test_agent_who_comes_free_gets_his_own_client_before_an_older_call() -> None:
    house = House().open()
    house.arrive("old", who=())
    house.now += timedelta(seconds=30)
    mine = CLIENT.__class__(
        party=CLIENT.party, name="Client", reason="own_number", managers=(CLARA,)
    )
    house.arrive("mine", who=(mine,))
    house.start(CLARA)
    assert house.last(OfferCall).call == "mine"


def test_oldest_waiting_call_comes_first() -> None:
    house = House().open()
    for name in ("a", "b", "c"):
        house.now += timedelta(seconds=1)
        house.arrive(name, who=())
    house.start(CLARA)
    assert house.last(OfferCall).call == "a"


def test_withheld_number_is_served_without_the_directory() -> None:
    house = House().open(CLARA)
    house.arrive(number=None)
    assert house.call("c1").match is Match.WITHHELD
    assert not [c for c in house.commands if isinstance(c, IdentifyCaller)]
    assert house.call("c1").state is CallState.RINGING


def test_silent_directory_delays_nobody_and_may_answer_late() -> None:
    house = House().open(CLARA)
    house.tell(
        CallArrived,
        call=CallId("c1"),
        node=NODE,
        leg=LegId("c1"),
        number="+79000000001",
        raw="+79000000001",
        caller_name="",
        dialled="4001",
    )
    assert house.call("c1").state is CallState.NEW
    house.wait(0.4)
    assert house.call("c1").state is CallState.RINGING
    house.tell(CallerIdentified, call=CallId("c1"), candidates=(CLIENT,))
    call = house.call("c1")
    assert call.match is Match.ONE and call.managers == (ANNA, BORIS)
    assert call.offers[-1].agent == CLARA, "a ringing phone is not taken away"


def test_number_of_several_parties_asks_all_their_managers_in_order() -> None:
    house = House().open(BORIS)
    family = tuple(
        CLIENT.__class__(party=CLIENT.party, name=n, reason="own_number", managers=m)
        for n, m in (("wife", (ANNA,)), ("husband", (ANNA, BORIS)))
    )
    house.arrive(who=family)
    call = house.call("c1")
    assert call.match is Match.SEVERAL
    assert call.managers == (ANNA, BORIS)
    assert call.offers[-1].agent == BORIS


def test_unreachable_phone_is_not_offered_calls() -> None:
    house = House().open(CLARA)
    house.tell(PhoneChanged, agent=CLARA, state=PhoneState.UNREACHABLE)
    house.arrive(who=())
    assert not house.offers()
    house.tell(PhoneChanged, agent=CLARA, state=PhoneState.READY)
    assert house.last(OfferCall).agent == CLARA


def test_silent_offer_ends_with_its_lease() -> None:
    house = House().open(CLARA, DINA)
    house.arrive(who=())
    house.wait(27)
    assert [o.agent for o in house.offers()] == [CLARA, DINA]
    assert house.agent(CLARA).activity is Activity.NOT_RESPONDING


def test_caller_who_leaves_while_waiting_or_ringing_is_abandoned() -> None:
    house = House().open()
    house.arrive("waiting", who=())
    house.tell(CallEnded, call=CallId("waiting"), reason=EndReason.CALLER)
    house.start(CLARA)
    house.arrive("ringing", who=())
    house.tell(CallEnded, call=CallId("ringing"), reason=EndReason.CALLER)
    for name in ("waiting", "ringing"):
        assert house.call(name).state is CallState.ABANDONED
    assert house.call("ringing").offers[-1].outcome is OfferOutcome.CALLER_LEFT
    assert house.agent(CLARA).activity is Activity.IDLE


def test_answered_call_ends_in_wrap_up_and_a_complete_card_frees_the_agent() -> None:
    house = House().open(CLARA)
    exchange = Exchange(house)
    house.arrive(who=())
    call = exchange.answer()
    assert house.call("c1").state is CallState.TALKING
    exchange.hang_up(call)
    assert house.call("c1").state is CallState.WRAP_UP
    assert house.agent(CLARA).activity is Activity.WRAP_UP
    house.tell(WrapUpFinished, agent=CLARA, call=call)
    assert house.call("c1").state is CallState.CLOSED
    assert house.agent(CLARA).activity is Activity.IDLE


def test_card_completed_during_the_call_needs_no_wrap_up() -> None:
    house = House().open(CLARA)
    exchange = Exchange(house)
    house.arrive(who=())
    call = exchange.answer()
    house.tell(WrapUpFinished, agent=CLARA, call=call)
    exchange.hang_up(call)
    assert house.call("c1").state is CallState.CLOSED
    assert house.agent(CLARA).activity is Activity.IDLE


def test_wrap_up_that_runs_out_leaves_the_card_unfinished() -> None:
    house = House().open(CLARA)
    exchange = Exchange(house)
    house.arrive(who=())
    call = exchange.answer()
    exchange.hang_up(call)
    house.wait(121)
    assert house.call("c1").state is CallState.CLOSED_INCOMPLETE
    assert house.agent(CLARA).activity is Activity.IDLE
    house.tell(WrapUpFinished, agent=CLARA, call=call)
    assert house.call("c1").state is CallState.CLOSED


def test_lost_node_closes_its_calls_and_frees_its_agents() -> None:
    house = House().open(CLARA, DINA)
    exchange = Exchange(house)
    house.arrive("talking", who=())
    exchange.answer()
    house.arrive("ringing", who=())
    house.tell(NodeLost, node=NODE)
    assert house.call("talking").state is CallState.LOST
    assert house.call("ringing").state is CallState.LOST
    assert house.agent(CLARA).activity is Activity.IDLE
    assert house.agent(DINA).activity is Activity.IDLE
    house.arrive("later", who=())
    assert house.call("later").state is CallState.QUEUED, "nothing is offered before the sync"
    house.tell(NodeSynced, node=NODE)
    assert house.call("later").state is CallState.RINGING


def test_repeated_fact_changes_nothing() -> None:
    house = House().open(CLARA)
    house.arrive(who=())
    for fact in list(house.facts):
        assert house.engine.apply(fact).commands == ()
        assert house.engine.apply(fact).notices == ()


def test_every_change_carries_a_greater_version() -> None:
    house = House().open(ANNA, BORIS, CLARA)
    exchange = Exchange(house)
    house.arrive()
    exchange.fail(OfferOutcome.NO_ANSWER)
    exchange.answer()
    versions = [
        notice.call.version
        for decision in house.decisions
        for notice in decision.notices
        if isinstance(notice, CallChanged)
    ]
    assert versions == sorted(set(versions))
    assert house.agent(BORIS).availability is Availability.AVAILABLE


def test_offer_that_telephony_refused_is_tried_again_soon() -> None:
    house = House().open(CLARA)
    house.arrive(who=())
    command = house.last(OfferCall)
    house.tell(
        CommandSettled, command=command.id, call=command.call, outcome=CommandOutcome.REFUSED
    )
    assert house.call("c1").state is CallState.QUEUED
    assert house.agent(CLARA).activity is Activity.IDLE, "it was not her fault"
    house.wait(1.1)
    assert len(house.offers()) == 2


def test_unknown_outcome_is_left_to_the_facts() -> None:
    house = House().open(CLARA)
    house.arrive(who=())
    command = house.last(OfferCall)
    house.tell(
        CommandSettled, command=command.id, call=command.call, outcome=CommandOutcome.UNKNOWN
    )
    assert house.call("c1").state is CallState.RINGING
    assert len(house.offers()) == 1
