"""What the recordings tell, told to the engine: the card that each leaves, whatever was planned."""

from pathlib import Path

import pytest

from routing.facts import CallArrived, CallerIdentified
from routing.ids import FactId
from routing.terms import CallState
from tests.routing.house import ANNA, BORIS, CLIENT, House
from tests.telephony.told import AT, RECORDINGS, facts

LEFT = {
    "agent_leg_lost": "recovering anna",
    "application_hangs_up": "wrap_up anna by system",
    "application_sends_digits": "talking anna",
    "arrival_waits_then_hangs_up": "abandoned by caller",
    "blind_transfer": "talking boris",
    "commands_for_gone_channels": "wrap_up anna by caller, new",
    "consult_agent_hangs_up": "recovering anna",
    "consult_answered_and_cancelled": "wrap_up anna by agent",
    "consult_answered_and_completed": "wrap_up boris by agent",
    "consult_colleague_hangs_up": "held anna",
    "consult_customer_hangs_up": "wrap_up anna by caller",
    "consult_ringing_and_cancelled": "wrap_up anna by agent",
    "fallback_agent_leg_lost": "recovering anna",
    "fallback_answered": "wrap_up anna by agent",
    "fallback_from_a_keypad_that_nobody_serves_any_more": "abandoned by system",
    "fallback_rejected_then_customer_hangs_up": "abandoned by caller",
    "fallback_taken_over_by_the_application": "talking boris",
    "held_agent_hangs_up": "recovering anna",
    "held_customer_hangs_up": "wrap_up anna by caller",
    "hold_and_resume": "wrap_up anna by agent",
    "hold_resume_hold_resume_customer_hangs_up": "wrap_up anna by caller",
    "local_customer": "wrap_up anna by agent",
    "offer_answered_agent_hangs_up": "wrap_up anna by agent",
    "offer_answered_customer_hangs_up": "wrap_up anna by caller",
    "offer_moved_to_next_agent": "talking boris",
    "offer_not_answered": "queued",
    "offer_rejected_busy": "new",
    "offer_rejected_declined": "new",
    "offer_rings_in_snapshot_then_customer_hangs_up": "abandoned by caller",
    "offer_unregistered": "new",
    "offer_withdrawn": "new",
    "phone_holds_and_resumes": "talking anna",
    "resumed_agent_leg_lost": "recovering anna",
    "serves_himself_talks_and_says_how_it_was": "wrap_up anna by agent",
    "supervised_and_taken_over": "wrap_up boris by agent",
    "supervised_until_the_customer_hangs_up": "wrap_up anna by caller",
    "told_and_presses_a_key": "abandoned by system",
}
"""State, agent and who ended it, of each call; a `new` one still waits for the directory."""

INBOUND = [one for one in RECORDINGS if not one.stem.startswith("placed_")]
"""A call that we place begins in the engine."""

UNSERVED = {CallState.NEW, CallState.QUEUED, CallState.RINGING}


def cards(house: House) -> str:
    return ", ".join(
        " ".join(
            [
                call.state,
                *([call.agent] if call.agent else []),
                *([f"by {call.end_reason}"] if call.end_reason else []),
            ]
        )
        for call in house.engine.calls()
    )


def test_every_recording_is_in_the_table() -> None:
    assert {recording.stem for recording in INBOUND} == set(LEFT)


@pytest.mark.parametrize("recording", INBOUND, ids=lambda path: path.stem)
def test_recording_leaves_this_card(recording: Path) -> None:
    """Both agents are on a break, so that the engine itself offers them nothing."""
    house = House(now=AT).open(ANNA, BORIS)
    house.go_on_break(ANNA)
    house.go_on_break(BORIS)
    for fact in facts([recording.read_bytes()]):
        house.apply(fact)
    assert cards(house) == LEFT[recording.stem]
    _check(house)


@pytest.mark.parametrize("recording", INBOUND, ids=lambda path: path.stem)
def test_truth_wins_over_the_engines_own_offers(recording: Path) -> None:
    """Both are free and the caller is their client: the engine offers, but what was, was."""
    house = House(now=AT).open(ANNA, BORIS)
    for fact in facts([recording.read_bytes()]):
        house.apply(fact)
        if isinstance(fact, CallArrived):
            house.apply(
                CallerIdentified(
                    id=FactId(f"identified:{fact.call}"),
                    at=fact.at,
                    call=fact.call,
                    candidates=(CLIENT,),
                )
            )
    assert house.offers()
    _check(house)
    served = [card for card in LEFT[recording.stem].split(", ") if card.split()[0] not in UNSERVED]
    assert [card for card in cards(house).split(", ") if card.split()[0] not in UNSERVED] == served


@pytest.mark.parametrize("recording", INBOUND, ids=lambda path: path.stem)
def test_told_twice_it_leaves_the_same(recording: Path) -> None:
    house = House(now=AT).open(ANNA, BORIS)
    told = facts([recording.read_bytes()])
    for fact in told:
        house.apply(fact)
    before = house.engine.calls(), house.engine.agents()
    for fact in told:
        house.apply(fact)
    assert (house.engine.calls(), house.engine.agents()) == before


def _check(house: House) -> None:
    """Who is on a call owns it, and nobody else does."""
    owners = {
        call.agent: call.call
        for call in house.engine.calls()
        if call.agent is not None and call.state not in UNSERVED
    }
    for agent in house.engine.agents():
        if agent.call is not None and agent.offer is None:
            assert owners[agent.agent] == agent.call
