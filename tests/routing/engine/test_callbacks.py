"""A caller leaves and keeps his place; when his turn comes he is rung for his agent."""

from datetime import timedelta

import pytest

from routing.commands import OfferCall, PlaceCall, SendAway, TellCaller
from routing.engine.callbacks import ATTEMPTS, KEPT, RETRY, RETRY_BUSY
from routing.engine.timers import FORGET_AFTER
from routing.facts import (
    CallConnected,
    CallEnded,
    CommandSettled,
    CustomerAnswered,
    KeyPressed,
    NodeLost,
    OfferDeclined,
    PlacingFailed,
    WrapUpFinished,
)
from routing.ids import CallId, LegId
from routing.notices import AskRefused
from routing.roster import CallbackOffer
from routing.terms import (
    Activity,
    CallState,
    CommandOutcome,
    Direction,
    EndReason,
    OfferKind,
    OfferOutcome,
    Phrase,
)
from tests.routing.engine.office import EVE, LEO, office
from tests.routing.house import NODE, Exchange, House

BACK = CallId("c1~1")


def left_for_a_callback() -> House:
    """Nobody is at work; c1 has pressed the key after a minute, c2 came after him."""
    house = office(callback=CallbackOffer(after=60, expected_wait=None)).open()
    house.arrive("c1", who=())
    house.wait(30)
    house.arrive("c2", who=(), number="+79000000002")
    house.wait(30)
    house.tell(KeyPressed, call="c1", key="1")
    house.tell(CallEnded, call="c1", reason=EndReason.SYSTEM)
    return house


def dialling() -> House:
    house = left_for_a_callback()
    house.start(EVE)
    return house


def test_the_caller_hears_that_he_will_be_called_and_is_let_go() -> None:
    house = left_for_a_callback()
    assert [said.phrase for said in house.last(SendAway).said] == [
        Phrase.CALLBACK_TAKEN,
        Phrase.GOODBYE,
    ]
    call, callback = house.call("c1"), house.call(BACK)
    assert call.state is CallState.CALLBACK_TAKEN
    assert (callback.direction, callback.callback_of) == (Direction.CALLBACK, "c1")
    assert callback.queued_at == call.queued_at
    assert not callback.customer_here


def test_another_key_or_a_key_without_an_offer_means_nothing() -> None:
    house = office(callback=CallbackOffer(after=60)).open()
    house.arrive("c1")
    house.tell(KeyPressed, call="c1", key="1")
    house.wait(60)
    house.tell(KeyPressed, call="c1", key="2")
    assert house.call("c1").state is CallState.QUEUED


def test_his_turn_comes_before_who_came_later() -> None:
    house = dialling()
    place = house.last(PlaceCall)
    assert (place.call, place.number, place.customer) == (BACK, "+79000000001", LegId(BACK))
    assert house.call(BACK).state is CallState.DIALLING
    assert house.call("c2").state is CallState.QUEUED
    assert house.agent(EVE).activity is Activity.RINGING
    assert house.offers() == []


def test_he_answers_and_his_agents_phone_takes_him_at_once() -> None:
    house = dialling()
    house.tell(CustomerAnswered, call=BACK, leg=LegId(BACK))
    offer = house.last(OfferCall)
    assert (offer.call, offer.agent, offer.kind) == (BACK, EVE, OfferKind.CALLBACK)
    house.tell(CallConnected, call=BACK, agent=EVE, leg=LegId("leg"))
    assert house.call(BACK).state is CallState.TALKING
    assert len(house.call(BACK).offers) == 1


def test_an_agent_who_fails_him_costs_him_no_place() -> None:
    house = dialling()
    house.tell(CustomerAnswered, call=BACK, leg=LegId(BACK))
    Exchange(house).fail(OfferOutcome.NO_ANSWER)
    house.start(LEO)
    assert house.last(OfferCall).call == BACK
    assert house.last(OfferCall).kind is OfferKind.CALL


@pytest.mark.parametrize(
    ("outcome", "pause"),
    [(OfferOutcome.BUSY, RETRY_BUSY), (OfferOutcome.NO_ANSWER, RETRY)],
)
def test_not_reached_he_is_tried_again_later_and_the_agent_serves_others(
    outcome: OfferOutcome, pause: timedelta
) -> None:
    house = dialling()
    house.tell(PlacingFailed, call=BACK, outcome=outcome)
    assert house.last(OfferCall).call == "c2"
    exchange = Exchange(house)
    exchange.answer()
    exchange.hang_up(CallId("c2"))
    house.tell(WrapUpFinished, agent=EVE, call="c2")
    assert house.call(BACK).state is CallState.QUEUED
    house.wait(pause.total_seconds())
    assert house.call(BACK).state is CallState.DIALLING
    assert house.call(BACK).attempts == 2


def test_after_the_last_attempt_it_is_given_up() -> None:
    house = dialling()
    house.tell(CallEnded, call="c2", reason=EndReason.CALLER)
    for attempt in range(1, ATTEMPTS + 1):
        assert house.call(BACK).attempts == attempt
        house.tell(PlacingFailed, call=BACK, outcome=OfferOutcome.NO_ANSWER)
        if attempt < ATTEMPTS:
            house.wait(RETRY.total_seconds())
    assert house.call(BACK).state is CallState.UNREACHED
    assert house.agent(EVE).activity is Activity.IDLE


def test_a_refused_placing_is_a_failed_one_and_an_unknown_one_is_not_sent_again() -> None:
    refused = dialling()
    command = refused.last(PlaceCall)
    refused.tell(CommandSettled, command=command.id, call=BACK, outcome=CommandOutcome.REFUSED)
    assert refused.call(BACK).state is CallState.QUEUED

    unknown = dialling()
    command = unknown.last(PlaceCall)
    unknown.tell(CommandSettled, command=command.id, call=BACK, outcome=CommandOutcome.UNKNOWN)
    assert unknown.call(BACK).state is CallState.DIALLING
    unknown.wait(40)
    placed = [c for c in unknown.commands if isinstance(c, PlaceCall)]
    assert len(placed) == 1
    assert unknown.call(BACK).state is CallState.QUEUED


def test_who_answers_when_nobody_is_kept_for_him_any_more_goes_first() -> None:
    house = dialling()
    house.wait(40)  # no news of it: the lease is over, the agent serves another
    assert house.agent(EVE).call == "c2"
    house.tell(CustomerAnswered, call=BACK, leg=LegId(BACK))
    assert house.call(BACK).state is CallState.QUEUED
    house.start(LEO)
    assert house.last(OfferCall).call == BACK


def test_a_refused_word_is_nobodys_matter() -> None:
    house = office(callback=CallbackOffer(after=5, expected_wait=None)).open()
    house.arrive("c1", who=())
    house.wait(5)
    word = house.last(TellCaller)
    house.tell(CallConnected, call="c1", agent=EVE, leg=LegId("leg"))
    decision = house.tell(
        CommandSettled, command=word.id, call="c1", outcome=CommandOutcome.REFUSED
    )
    assert decision.notices == ()


def test_a_dying_node_takes_no_callback_with_it() -> None:
    waiting = left_for_a_callback()
    waiting.tell(NodeLost, node=NODE)
    assert waiting.call(BACK).state is CallState.QUEUED
    rung = dialling()
    rung.tell(NodeLost, node=NODE)
    assert rung.call(BACK).state is CallState.QUEUED
    assert rung.agent(EVE).call is None


def test_while_the_customer_is_rung_the_agent_cannot_decline() -> None:
    house = dialling()
    offer = house.call(BACK).offers[0]
    decision = house.tell(OfferDeclined, agent=EVE, offer=offer.offer)
    assert AskRefused(agent=EVE, call=BACK, code="not_now") in decision.notices


def test_one_that_nobody_serves_is_given_up_in_the_end() -> None:
    house = left_for_a_callback()
    house.wait(KEPT.total_seconds())
    assert house.call(BACK).state is CallState.UNREACHED
    house.wait(FORGET_AFTER.total_seconds())
    assert [call.call for call in house.engine.calls()] == ["c2"]
