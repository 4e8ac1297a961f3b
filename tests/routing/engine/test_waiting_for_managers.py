"""Waiting for one's own manager pays only if he is predicted to be free soon."""

import pytest

from routing.engine.predicting import BOUNDS, PRIOR_WEIGHT, Durations
from routing.facts import Candidate, WrapUpFinished
from routing.ids import PartyId
from routing.terms import Basis
from tests.routing.engine.office import EVE, MAX, office
from tests.routing.house import Exchange, House

HIS = (Candidate(party=PartyId("p"), name="P", reason="own_number", managers=(MAX,)),)


def busy_manager() -> tuple[House, Exchange]:
    """Max talks with a client of his; Eve is free."""
    house = office(manager_wait=15).open(MAX, EVE)
    exchange = Exchange(house)
    house.arrive("his", who=HIS)
    exchange.answer()
    return house, exchange


def test_a_manager_in_a_talk_of_unknown_length_is_not_waited_for() -> None:
    house, _ = busy_manager()
    house.arrive("next", who=HIS)
    assert house.offers()[-1].agent == EVE
    assert house.call("next").waits_for is None


def test_a_manager_at_the_end_of_his_paperwork_is_waited_for_and_rung_first() -> None:
    house, exchange = busy_manager()
    exchange.hang_up("his")
    house.wait(112)  # of 120 seconds
    house.arrive("next", who=HIS)
    call = house.call("next")
    assert call.waits_for is not None
    assert call.waits_for[0] == MAX
    assert call.offers == ()
    house.wait(7)
    house.tell(WrapUpFinished, agent=MAX, call="his")
    offer = house.call("next").offers[0]
    assert (offer.agent, offer.basis) == (MAX, Basis.PRIORITY_MANAGER)


def test_the_wait_has_an_end() -> None:
    house, exchange = busy_manager()
    exchange.hang_up("his")
    house.wait(112)
    house.arrive("next", who=HIS)
    house.go_on_break(MAX)
    house.wait(15)
    assert house.offers()[-1].agent == EVE


def test_what_is_left_grows_with_the_age_of_a_long_talk() -> None:
    known = Durations(prior=180)
    for seconds in [60.0] * 90 + [1800.0] * 10:
        known.learn(seconds)
    assert known.remaining(300) > known.remaining(0)
    assert known.mean() == pytest.approx(234, rel=0.15)


def test_experience_outweighs_what_was_imagined() -> None:
    known = Durations(prior=180)
    assert known.mean() == 180
    for _ in range(40 * PRIOR_WEIGHT):
        known.learn(10.0)
    assert known.mean() < 20


def test_a_duration_beyond_the_last_bin_counts() -> None:
    known = Durations(prior=180)
    known.learn(BOUNDS[-1] * 2)
    assert known.number == 1
