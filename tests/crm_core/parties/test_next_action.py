"""What to do next, and what not to overlook: the gravest word decides."""

from datetime import date
from typing import Any

import pytest

from crm_core.bank.terms import CardStatus, VerificationLevel
from crm_core.models import PartyKind
from crm_core.parties.known import Known
from crm_core.parties.next_action import RULES, Step, next_action
from crm_core.parties.red_flags import FLAGS, Flag, red_flags
from crm_core.parties.signals import Signal, SignalCode
from crm_core.parties.why import guesses
from tests.crm_core.parties.facts import TODAY, card, known, loan

SURE = {"on_call": True, "level": VerificationLevel.KNOWLEDGE}


def step(facts: Known) -> Step | None:
    found = next_action(facts, red_flags(facts), guesses(facts))
    return found.step if found else None


def test_with_a_stranger_one_just_listens() -> None:
    assert step(known(on_call=True)) is None


def test_identity_comes_before_money_and_only_on_a_call() -> None:
    late = (loan(dpd=12),)
    for level in (VerificationLevel.NONE, VerificationLevel.NUMBER):
        assert step(known(holdings=late, on_call=True, level=level)) is Step.CONFIRM_IDENTITY
    assert step(known(holdings=late, **SURE)) is Step.AGREE_ON_PAYMENT
    assert step(known(holdings=late)) is Step.AGREE_ON_PAYMENT


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"signals": (Signal(code=SignalCode.FRAUD_ALERT),)}, Step.CALL_SECURITY),
        ({"signals": (Signal(code=SignalCode.DECEASED),)}, Step.CONDOLE),
        ({"birth_date": date(2010, 3, 3)}, Step.ASK_FOR_PARENT),
        ({"holdings": (loan(dpd=12, paused=True),)}, Step.DO_NOT_ASK_FOR_MONEY),
        ({"holdings": (loan(due_in=2),)}, Step.REMIND_OF_INSTALMENT),
        ({"cards": (card(CardStatus.READY),)}, Step.HAND_OVER_CARD),
        ({"signals": (Signal(code=SignalCode.APPLICATION_DECIDED),)}, Step.TELL_DECISION),
        ({"signals": (Signal(code=SignalCode.OFFER, ref="o1"),)}, Step.OFFER_PRODUCT),
    ],
)
def test_each_situation_has_its_step(facts: Any, expected: Step) -> None:
    assert step(known(**SURE, **facts)) is expected


def test_a_fraud_alert_outweighs_everything_else() -> None:
    facts = known(
        holdings=(loan(dpd=12),),
        signals=(Signal(code=SignalCode.FRAUD_ALERT), Signal(code=SignalCode.OFFER)),
        on_call=True,
    )
    assert step(facts) is Step.CALL_SECURITY


def test_flags_stand_by_gravity_each_once_and_without_amounts() -> None:
    twice = (Signal(code=SignalCode.DISPUTE), Signal(code=SignalCode.DISPUTE))
    facts = known(holdings=(loan(dpd=12, paused=True),), signals=twice)
    found = red_flags(facts)
    assert [one.flag for one in found] == [Flag.DISPUTE, Flag.ARREARS, Flag.PAUSED]
    assert found[1].detail == {"dpd": "12", "range": "range.d1_30"}
    assert red_flags(known()) == ()


@pytest.mark.parametrize(
    ("born", "minor"),
    [
        (date(2008, 3, 2), False),
        (date(2008, 3, 3), True),
        (date(2008, 2, 29), False),
        (None, False),
    ],
)
def test_who_is_under_18_today_is_a_minor(born: date | None, *, minor: bool) -> None:
    assert date(2026, 3, 2) == TODAY
    assert known(birth_date=born).minor is minor
    assert known(birth_date=born, kind=PartyKind.ORGANISATION).minor is False


def test_no_step_and_no_flag_is_without_a_rule() -> None:
    assert set(RULES) == set(Step)
    assert list(FLAGS) == list(Flag)
