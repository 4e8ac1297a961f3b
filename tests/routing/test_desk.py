"""What an owner may do with his call, and what happens when he loses it."""

import pytest

from routing.commands import (
    ConsultColleague,
    HangUpCall,
    HangUpLeg,
    JoinCall,
    OfferCall,
    ReturnToWaiting,
)
from routing.facts import (
    AgentLegEnded,
    AvailabilityChosen,
    CallConnected,
    CallEnded,
    ConsoleConnected,
    ConsoleLost,
    ConsultAsked,
    ConsultCancelAsked,
    ConsultCompleteAsked,
    HangUpAsked,
    HoldAsked,
    OfferEnded,
    PhoneChanged,
    PhoneRestarted,
    ResumeAsked,
    ShiftEnded,
    TransferAsked,
    WrapUpExtended,
)
from routing.ids import CallId, LegId
from routing.notices import AskRefused
from routing.terms import (
    Activity,
    Availability,
    Basis,
    CallState,
    EndReason,
    LegEnd,
    OfferKind,
    OfferOutcome,
    PhoneState,
)
from tests.routing.house import ANNA, CARDS, CLARA, DINA, MAIN, Exchange, House

C1 = CallId("c1")


@pytest.fixture
def talking() -> tuple[House, Exchange]:
    """Clara talks on c1; Dina is free."""
    house = House().open(CLARA, DINA)
    exchange = Exchange(house)
    house.arrive(who=())
    exchange.answer()
    return house, exchange


def refusals(house: House) -> list[str]:
    notices = house.decisions[-1].notices
    return [notice.code for notice in notices if isinstance(notice, AskRefused)]


def test_hold_counts_its_time_and_resume_ends_it(talking: tuple[House, Exchange]) -> None:
    house, exchange = talking
    house.tell(HoldAsked, agent=CLARA, call=C1)
    assert house.call("c1").state is CallState.TALKING, "the state follows the fact"
    exchange.carry_out()
    assert house.call("c1").state is CallState.HELD
    assert house.agent(CLARA).activity is Activity.ON_HOLD
    house.wait(10)
    house.tell(ResumeAsked, agent=CLARA, call=C1)
    exchange.carry_out()
    call = house.call("c1")
    assert call.state is CallState.TALKING
    assert call.held_seconds == pytest.approx(10, abs=0.1)


def test_nobody_else_can_touch_the_call(talking: tuple[House, Exchange]) -> None:
    house, _ = talking
    for ask in (HoldAsked, ResumeAsked, HangUpAsked, ConsultCancelAsked):
        decision = house.tell(ask, agent=DINA, call=C1)
        assert decision.commands == ()
        assert refusals(house) == ["not_your_call"]


def test_hang_up_ends_the_customer_and_says_who_did_it(talking: tuple[House, Exchange]) -> None:
    house, exchange = talking
    house.tell(HangUpAsked, agent=CLARA, call=C1)
    command = house.last(HangUpCall)
    assert command.customer == "c1" and command.release is None
    exchange.carry_out()
    assert house.call("c1").end_reason is EndReason.AGENT
    assert house.call("c1").state is CallState.WRAP_UP


def test_hang_up_on_hold_ends_the_lonely_leg_too(talking: tuple[House, Exchange]) -> None:
    house, exchange = talking
    house.tell(HoldAsked, agent=CLARA, call=C1)
    exchange.carry_out()
    house.tell(HangUpAsked, agent=CLARA, call=C1)
    assert house.last(HangUpCall).release == "leg1"


def test_blind_transfer_to_an_agent_frees_the_owner_at_once(
    talking: tuple[House, Exchange],
) -> None:
    house, exchange = talking
    queued_at = house.call("c1").queued_at
    house.tell(TransferAsked, agent=CLARA, call=C1, to_agent=DINA)
    call = house.call("c1")
    assert call.state is CallState.RINGING
    assert (call.offers[-1].agent, call.offers[-1].basis) == (DINA, Basis.TRANSFER)
    assert call.transfers == 1 and call.queued_at == queued_at
    assert house.agent(CLARA).activity is Activity.IDLE
    exchange.answer()
    assert house.call("c1").agent == DINA
    assert house.call("c1").answered_at is not None


def test_blind_transfer_to_a_queue_never_comes_back_to_the_giver(
    talking: tuple[House, Exchange],
) -> None:
    house, exchange = talking
    house.tell(ShiftEnded, agent=DINA)
    house.tell(TransferAsked, agent=CLARA, call=C1, to_queue=MAIN)
    assert isinstance(house.commands[-1], ReturnToWaiting)
    exchange.carry_out()
    house.wait(30)
    assert house.call("c1").state is CallState.QUEUED
    house.start(DINA)
    assert house.last(OfferCall).agent == DINA


def test_transfer_to_one_who_is_not_free_is_refused_and_nothing_changes(
    talking: tuple[House, Exchange],
) -> None:
    house, _ = talking
    house.go_on_break(DINA)
    house.tell(TransferAsked, agent=CLARA, call=C1, to_agent=DINA)
    assert refusals(house) == ["agent_not_available"]
    assert house.call("c1").state is CallState.TALKING
    assert house.call("c1").agent == CLARA


def test_missed_transfer_falls_to_the_queue(talking: tuple[House, Exchange]) -> None:
    house, exchange = talking
    house.tell(TransferAsked, agent=CLARA, call=C1, to_agent=DINA)
    exchange.fail(OfferOutcome.NO_ANSWER)
    assert house.call("c1").state is CallState.QUEUED
    house.start(ANNA)
    assert house.call("c1").state is CallState.QUEUED, "Anna is in no pool"


def test_warm_transfer_gives_the_customer_to_the_colleague(
    talking: tuple[House, Exchange],
) -> None:
    house, exchange = talking
    house.tell(ConsultAsked, agent=CLARA, call=C1, to_agent=DINA)
    command = house.last(ConsultColleague)
    assert (command.agent, command.leg) == (DINA, "leg1")
    assert house.agent(DINA).activity is Activity.RINGING
    exchange.carry_out()
    assert house.call("c1").consult_connected
    assert house.agent(DINA).activity is Activity.ON_CALL
    house.tell(ConsultCompleteAsked, agent=CLARA, call=C1)
    join = house.last(JoinCall)
    assert join.leg == "leg2"
    exchange.carry_out()
    assert house.last(HangUpLeg).leg == "leg1", "only now: it held the colleague's leg"
    call = house.call("c1")
    assert (call.state, call.agent, call.transfers) == (CallState.TALKING, DINA, 1)
    assert house.agent(CLARA).activity is Activity.IDLE
    exchange.hang_up(C1)
    assert house.agent(DINA).activity is Activity.WRAP_UP


def test_warm_transfer_called_off_brings_the_customer_back(
    talking: tuple[House, Exchange],
) -> None:
    house, exchange = talking
    house.tell(ConsultAsked, agent=CLARA, call=C1, to_queue=CARDS)
    exchange.carry_out()
    house.tell(ConsultCancelAsked, agent=CLARA, call=C1)
    exchange.carry_out()
    assert house.call("c1").state is CallState.TALKING
    assert house.call("c1").agent == CLARA
    assert house.agent(DINA).activity is Activity.IDLE


def test_colleague_who_does_not_answer_leaves_the_customer_on_hold(
    talking: tuple[House, Exchange],
) -> None:
    house, _ = talking
    house.tell(ConsultAsked, agent=CLARA, call=C1, to_agent=DINA)
    offer = house.last(ConsultColleague).offer
    house.tell(OfferEnded, call=C1, offer=offer, outcome=OfferOutcome.NO_ANSWER)
    assert house.call("c1").state is CallState.HELD
    assert house.agent(DINA).activity is Activity.NOT_RESPONDING
    assert house.agent(CLARA).activity is Activity.ON_HOLD


def test_completing_before_the_colleague_answered_is_refused(
    talking: tuple[House, Exchange],
) -> None:
    house, _ = talking
    house.tell(ConsultAsked, agent=CLARA, call=C1, to_agent=DINA)
    house.tell(ConsultCompleteAsked, agent=CLARA, call=C1)
    assert refusals(house) == ["colleague_not_there"]


def test_customer_who_leaves_during_a_consultation_frees_both(
    talking: tuple[House, Exchange],
) -> None:
    house, exchange = talking
    house.tell(ConsultAsked, agent=CLARA, call=C1, to_agent=DINA)
    exchange.carry_out()
    house.tell(CallEnded, call=C1, reason=EndReason.CALLER)
    assert house.last(HangUpLeg).leg == "leg1"
    assert house.agent(DINA).activity is Activity.IDLE
    assert house.agent(CLARA).activity is Activity.WRAP_UP


def test_reloaded_page_rings_the_same_agent_again(talking: tuple[House, Exchange]) -> None:
    house, exchange = talking
    house.tell(PhoneRestarted, agent=CLARA)
    assert house.call("c1").state is CallState.RECOVERING
    offer = house.last(OfferCall)
    assert (offer.agent, offer.kind) == (CLARA, OfferKind.RECONNECT)
    house.tell(AgentLegEnded, call=C1, agent=CLARA, leg=LegId("leg1"), end=LegEnd.NORMAL)
    exchange.answer(after=1)
    call = house.call("c1")
    assert (call.state, call.agent) == (CallState.TALKING, CLARA)
    assert house.agent(CLARA).activity is Activity.ON_CALL


def test_lost_leg_waits_for_its_agent_and_then_goes_to_the_head_of_the_queue(
    talking: tuple[House, Exchange],
) -> None:
    house, _ = talking
    house.go_on_break(DINA)
    house.arrive("c2", who=())
    house.tell(PhoneChanged, agent=CLARA, state=PhoneState.UNREACHABLE)
    house.tell(AgentLegEnded, call=C1, agent=CLARA, leg=LegId("leg1"), end=LegEnd.LOST)
    assert house.call("c1").state is CallState.RECOVERING
    house.wait(19)
    assert house.call("c1").state is CallState.RECOVERING
    house.wait(2)
    assert house.call("c1").state is CallState.QUEUED
    assert house.agent(CLARA).activity is Activity.NOT_RESPONDING
    house.become_available(DINA)
    assert house.last(OfferCall).call == "c1", "before c2, which waits longer in the queue"


def test_phone_that_comes_back_in_time_is_rung_when_it_is_there(
    talking: tuple[House, Exchange],
) -> None:
    house, _ = talking
    house.tell(PhoneChanged, agent=CLARA, state=PhoneState.UNREACHABLE)
    house.tell(AgentLegEnded, call=C1, agent=CLARA, leg=LegId("leg1"), end=LegEnd.LOST)
    assert len(house.offers()) == 1
    house.wait(5)
    house.tell(PhoneChanged, agent=CLARA, state=PhoneState.READY)
    assert house.last(OfferCall).kind is OfferKind.RECONNECT
    assert house.last(OfferCall).seconds == 15


def test_phone_hung_up_on_hold_does_not_drop_the_customer(
    talking: tuple[House, Exchange],
) -> None:
    house, exchange = talking
    house.tell(HoldAsked, agent=CLARA, call=C1)
    exchange.carry_out()
    house.tell(AgentLegEnded, call=C1, agent=CLARA, leg=LegId("leg1"), end=LegEnd.NORMAL)
    assert house.call("c1").state is CallState.RECOVERING
    assert house.last(OfferCall).kind is OfferKind.RECONNECT


def test_caller_who_leaves_a_recovering_call_leaves_a_card_to_write(
    talking: tuple[House, Exchange],
) -> None:
    house, _ = talking
    house.tell(PhoneRestarted, agent=CLARA)
    house.tell(CallEnded, call=C1, reason=EndReason.CALLER)
    assert house.call("c1").state is CallState.WRAP_UP
    assert house.agent(CLARA).activity is Activity.WRAP_UP
    assert house.agent(CLARA).offer is None


def test_state_chosen_during_the_call_takes_hold_after_it(
    talking: tuple[House, Exchange],
) -> None:
    house, exchange = talking
    house.go_on_break(CLARA)
    assert house.agent(CLARA).availability is Availability.AVAILABLE
    assert house.agent(CLARA).next_availability is Availability.NOT_READY
    exchange.hang_up(C1)
    house.wait(121)
    assert house.agent(CLARA).availability is Availability.NOT_READY
    assert house.agent(CLARA).next_availability is None


def test_next_state_can_be_taken_back(talking: tuple[House, Exchange]) -> None:
    house, _ = talking
    house.go_on_break(CLARA)
    house.become_available(CLARA)
    assert house.agent(CLARA).next_availability is None


def test_shift_ended_during_a_call_waits_for_its_end(talking: tuple[House, Exchange]) -> None:
    house, exchange = talking
    house.tell(ShiftEnded, agent=CLARA)
    assert house.agent(CLARA).on_shift
    exchange.hang_up(C1)
    house.wait(121)
    assert not house.agent(CLARA).on_shift


def test_wrap_up_can_be_extended_a_few_times(talking: tuple[House, Exchange]) -> None:
    house, exchange = talking
    exchange.hang_up(C1)
    house.wait(100)
    house.tell(WrapUpExtended, agent=CLARA, call=C1)
    house.wait(60)
    assert house.call("c1").state is CallState.WRAP_UP
    house.wait(21)
    assert house.call("c1").state is CallState.CLOSED_INCOMPLETE


def test_fourth_extension_is_refused(talking: tuple[House, Exchange]) -> None:
    house, exchange = talking
    exchange.hang_up(C1)
    for _ in range(3):
        house.tell(WrapUpExtended, agent=CLARA, call=C1)
        assert refusals(house) == []
    house.tell(WrapUpExtended, agent=CLARA, call=C1)
    assert refusals(house) == ["no_more_time"]


def test_lost_console_takes_no_calls_and_after_a_minute_does_not_respond() -> None:
    house = House().open(CLARA)
    house.tell(ConsoleLost, agent=CLARA)
    house.arrive(who=())
    assert not house.offers()
    house.wait(30)
    house.tell(ConsoleConnected, agent=CLARA)
    assert house.last(OfferCall).agent == CLARA
    exchange = Exchange(house)
    exchange.fail(OfferOutcome.NO_ANSWER)
    house.become_available(CLARA)


def test_console_away_for_more_than_a_minute_makes_not_responding() -> None:
    house = House().open(CLARA)
    house.tell(ConsoleLost, agent=CLARA)
    house.wait(61)
    assert house.agent(CLARA).activity is Activity.NOT_RESPONDING


def test_whoever_shares_the_bridge_owns_the_call() -> None:
    house = House().open(CLARA, DINA)
    house.arrive(who=())
    house.tell(CallConnected, call=C1, agent=DINA, leg=LegId("x"))
    call = house.call("c1")
    assert (call.agent, call.state) == (DINA, CallState.TALKING)
    assert house.agent(CLARA).activity is Activity.IDLE
    assert [(o.agent, o.outcome) for o in call.offers] == [
        (CLARA, OfferOutcome.WITHDRAWN),
        (DINA, OfferOutcome.ANSWERED),
    ]


def test_fallback_answer_is_taken_over() -> None:
    house = House().open()
    house.arrive(who=())
    house.start(ANNA)
    house.tell(CallConnected, call=C1, agent=ANNA, leg=LegId("x"))
    call = house.call("c1")
    assert (call.agent, call.state) == (ANNA, CallState.TALKING)
    assert call.offers[-1].basis is Basis.FALLBACK


def test_late_availability_does_not_undo_a_newer_one() -> None:
    house = House().open(CLARA)
    early = house.now
    house.wait(5)
    house.go_on_break(CLARA)
    late = AvailabilityChosen(
        id=house.facts[0].id.__class__("late"),
        at=early,
        agent=CLARA,
        availability=Availability.AVAILABLE,
    )
    house.apply(late)
    assert house.agent(CLARA).availability is Availability.NOT_READY
