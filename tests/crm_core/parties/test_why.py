"""Why a client probably calls: the evidence decides, and no guess tells an amount."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.bank.terms import AgreementRole, CardStatus
from crm_core.parties.known import Known
from crm_core.parties.signals import Signal, SignalCode
from crm_core.parties.why import MOST, RULES, Cause, guesses
from routing.terms import CallState
from tests.crm_core.parties.facts import DAY, TODAY, call, card, known, loan


def causes(facts: Known) -> list[Cause]:
    return [one.cause for one in guesses(facts)]


def test_of_a_stranger_nothing_is_guessed() -> None:
    assert guesses(known()) == ()


@pytest.mark.parametrize(
    ("facts", "cause", "detail"),
    [
        (
            {"holdings": (loan(dpd=12),)},
            Cause.ARREARS,
            {"agreement": "agreement.kind.loan", "last4": "1234", "dpd": "12"},
        ),
        (
            {"holdings": (loan(due_in=3),)},
            Cause.INSTALMENT_DUE,
            {"agreement": "agreement.kind.loan", "last4": "1234", "due_on": "2026-03-05"},
        ),
        (
            {"cards": (card(CardStatus.READY),)},
            Cause.CARD_READY,
            {"last4": "4321", "branch": "Tverskaya", "ready_on": "2026-03-01"},
        ),
        (
            {"cards": (card(CardStatus.ACTIVE, expires_on=TODAY + 9 * DAY),)},
            Cause.CARD_EXPIRES,
            {"last4": "4321", "expires_on": "2026-03-11"},
        ),
        (
            {"contacts": (call(CallState.ABANDONED, minutes_ago=10),)},
            Cause.MISSED_CALL,
            {"minutes": "10"},
        ),
        (
            {"contacts": (call(CallState.CLOSED, minutes_ago=90, topic="cards"),)},
            Cause.CALLED_BEFORE,
            {"topic": "cards", "called_at": "2026-03-02T07:30:00+00:00"},
        ),
        (
            {"holdings": (loan(dpd=75, role=AgreementRole.GUARANTOR),)},
            Cause.GUARANTEED_ARREARS,
            {"agreement": "agreement.kind.loan", "last4": "1234", "dpd": "75"},
        ),
        (
            {"signals": (Signal(code=SignalCode.PROMISE_OPEN, detail={"due_on": "2026-03-02"}),)},
            Cause.PROMISE,
            {"due_on": "2026-03-02"},
        ),
    ],
)
def test_a_guess_has_its_evidence(facts: Any, cause: Cause, detail: dict[str, str]) -> None:
    (one,) = guesses(known(**facts))
    assert (one.cause, one.detail, one.rank) == (cause, detail, 1)


@pytest.mark.parametrize(
    "facts",
    [
        {"holdings": (loan(due_in=6),)},
        {"holdings": (loan(),)},
        {"cards": (card(CardStatus.ACTIVE),)},
        {"cards": (card(CardStatus.BLOCKED, expires_on=TODAY),)},
        {"contacts": (call(CallState.ABANDONED, minutes_ago=61),)},
        {"contacts": (call(CallState.CLOSED, minutes_ago=3 * 24 * 60, topic="cards"),)},
    ],
)
def test_what_is_far_off_or_long_ago_is_no_evidence(facts: Any) -> None:
    assert guesses(known(**facts)) == ()


def test_the_likeliest_comes_first_and_three_are_enough() -> None:
    facts = known(
        holdings=(loan(dpd=12), loan(due_in=1, agreement="loan-2")),
        cards=(card(CardStatus.READY),),
        contacts=(call(CallState.ABANDONED, minutes_ago=10),),
        signals=(Signal(code=SignalCode.APPLICATION_DECIDED),),
    )
    assert causes(facts) == [Cause.APPLICATION_DECIDED, Cause.MISSED_CALL, Cause.ARREARS]
    assert [one.rank for one in guesses(facts)] == [1, 2, 3]


def test_of_two_late_loans_the_later_one_is_told() -> None:
    facts = known(holdings=(loan(dpd=5), loan(dpd=40, agreement="loan-2", last4="9999")))
    assert guesses(facts)[0].detail["dpd"] == "40"


def test_each_cause_has_one_rule_and_a_weight_of_its_own() -> None:
    assert sorted(rule.cause for rule in RULES) == sorted(Cause)
    assert len({rule.weight for rule in RULES}) == len(RULES)


@given(st.lists(st.integers(0, 400), max_size=4), st.integers(-10, 10), st.integers(0, 5000))
def test_guesses_are_few_ranked_and_without_amounts(
    days: list[int], due_in: int, minutes: int
) -> None:
    facts = known(
        holdings=tuple(loan(dpd=one, due_in=due_in, agreement=f"a{one}") for one in days),
        contacts=(call(CallState.ABANDONED, minutes_ago=minutes),),
    )
    found = guesses(facts)
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    assert len(found) <= MOST
    assert not any(re.search(r"11200|112\.00|120000", str(one.detail)) for one in found)
    assert (timedelta(minutes=minutes) <= timedelta(hours=1)) == (
        Cause.MISSED_CALL in [one.cause for one in found]
    )
