"""The next best action: one sentence of what to do now. Pure; the first rule that holds decides.

The rules take up what warns (`red_flags`) and why the client probably calls (`why`), so that the
panel never advises against what it shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_core.parties.known import Detail, Known
from crm_core.parties.red_flags import Flag, RedFlag
from crm_core.parties.signals import SignalCode
from crm_core.parties.why import Cause, Guess


class Step(StrEnum):
    """What to do."""

    CALL_SECURITY = "call_security"
    CONDOLE = "condole"
    DO_NOT_DISCUSS = "do_not_discuss"
    ASK_FOR_PARENT = "ask_for_parent"
    CONFIRM_IDENTITY = "confirm_identity"
    TELL_DECISION = "tell_decision"
    DO_NOT_ASK_FOR_MONEY = "do_not_ask_for_money"
    REMIND_OF_PROMISE = "remind_of_promise"
    AGREE_ON_PAYMENT = "agree_on_payment"
    TELL_OF_COMPLAINT = "tell_of_complaint"
    APOLOGISE = "apologise"
    HAND_OVER_CARD = "hand_over_card"
    TELL_OF_APPLICATION = "tell_of_application"
    REMIND_OF_INSTALMENT = "remind_of_instalment"
    DO_TASK = "do_task"
    RENEW_CARD = "renew_card"
    OFFER_PRODUCT = "offer_product"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAction:
    """The step, with values for its text `next.<step>`, see `Signal.detail`."""

    step: Step
    detail: Detail
    ref: str = ""


@dataclass(frozen=True, slots=True)
class _Facts:
    known: Known
    flags: Mapping[Flag, RedFlag]
    causes: Mapping[Cause, Guess]


_Rule = Callable[[_Facts], tuple[str, Detail] | None]


def next_action(
    known: Known, flags: Sequence[RedFlag], causes: Sequence[Guess]
) -> NextAction | None:
    """What to do now; None if there is nothing but to listen."""
    facts = _Facts(known, {one.flag: one for one in flags}, {one.cause: one for one in causes})
    for step, rule in RULES.items():
        found = rule(facts)
        if found is not None:
            return NextAction(step=step, detail=found[1], ref=found[0])
    return None


def _warned(flag: Flag) -> _Rule:
    def rule(facts: _Facts) -> tuple[str, Detail] | None:
        found = facts.flags.get(flag)
        return ("", found.detail) if found else None

    return rule


def _probably(cause: Cause) -> _Rule:
    def rule(facts: _Facts) -> tuple[str, Detail] | None:
        found = facts.causes.get(cause)
        return (found.ref, found.detail) if found else None

    return rule


def _unsure(facts: _Facts) -> tuple[str, Detail] | None:
    known = facts.known
    return ("", {}) if known.on_call and known.holdings and not known.level.opens_amounts else None


def _offer(facts: _Facts) -> tuple[str, Detail] | None:
    return next(((one.ref, one.detail) for one in facts.known.told(SignalCode.OFFER)), None)


RULES: dict[Step, _Rule] = {
    Step.CALL_SECURITY: _warned(Flag.FRAUD_ALERT),
    Step.CONDOLE: _warned(Flag.DECEASED),
    Step.DO_NOT_DISCUSS: _warned(Flag.DO_NOT_DISCUSS),
    Step.ASK_FOR_PARENT: _warned(Flag.MINOR),
    Step.CONFIRM_IDENTITY: _unsure,
    Step.TELL_DECISION: _probably(Cause.APPLICATION_DECIDED),
    Step.DO_NOT_ASK_FOR_MONEY: _warned(Flag.PAUSED),
    Step.REMIND_OF_PROMISE: _probably(Cause.PROMISE),
    Step.AGREE_ON_PAYMENT: _probably(Cause.ARREARS),
    Step.TELL_OF_COMPLAINT: _probably(Cause.COMPLAINT),
    Step.APOLOGISE: _probably(Cause.MISSED_CALL),
    Step.HAND_OVER_CARD: _probably(Cause.CARD_READY),
    Step.TELL_OF_APPLICATION: _probably(Cause.APPLICATION_OPEN),
    Step.REMIND_OF_INSTALMENT: _probably(Cause.INSTALMENT_DUE),
    Step.DO_TASK: _probably(Cause.TASK),
    Step.RENEW_CARD: _probably(Cause.CARD_EXPIRES),
    Step.OFFER_PRODUCT: _offer,
}
