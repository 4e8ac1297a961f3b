"""Why a client probably calls: guesses with their evidence, the likeliest first. Pure.

The rules are one table: a cause, how likely it is against the others (0 to 100, the order in which
people of the trade would guess), and the evidence for it among the facts. No rule reads an amount:
a guess shows before anybody is sure who is on the line.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from crm_core.bank.terms import CardStatus
from crm_core.parties.known import Detail, Known, named
from crm_core.parties.signals import SignalCode
from routing.terms import CallState

MOST = 3
"""More guesses than this are none."""

_JUST_NOW = timedelta(hours=1)
_LATELY = timedelta(days=2)
_SOON = 5
_EXPIRES_SOON = 30
_MISSED = frozenset({CallState.ABANDONED, CallState.LOST})


class Cause(StrEnum):
    """What a call may be about."""

    APPLICATION_DECIDED = "application_decided"
    MISSED_CALL = "missed_call"
    PROMISE = "promise"
    ARREARS = "arrears"
    COMPLAINT = "complaint"
    CARD_READY = "card_ready"
    APPLICATION_OPEN = "application_open"
    INSTALMENT_DUE = "instalment_due"
    TASK = "task"
    CALLED_BEFORE = "called_before"
    CARD_EXPIRES = "card_expires"
    GUARANTEED_ARREARS = "guaranteed_arrears"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A cause with its evidence: values for the text `why.<cause>`, see `Signal.detail`. `rank` is
    1 for the likeliest, `ref` the id of what the evidence is about."""

    cause: Cause
    rank: int
    detail: Detail
    ref: str = ""


Evidence = tuple[str, Detail]
"""The id of what it is about, and values for the text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A cause and where its evidence is found; the first evidence is the one that is told."""

    cause: Cause
    weight: int
    evidence: Callable[[Known], Iterator[Evidence]]


def guesses(known: Known) -> tuple[Guess, ...]:
    """The likeliest causes, at most MOST."""
    found = ((rule, next(rule.evidence(known), None)) for rule in RULES)
    told = sorted(
        ((rule, evidence) for rule, evidence in found if evidence is not None),
        key=lambda one: -one[0].weight,
    )
    return tuple(
        Guess(cause=rule.cause, rank=rank, detail=detail, ref=ref)
        for rank, (rule, (ref, detail)) in enumerate(told[:MOST], start=1)
    )


def _told(code: SignalCode) -> Callable[[Known], Iterator[Evidence]]:
    return lambda known: ((one.ref, one.detail) for one in known.told(code))


def _missed(known: Known) -> Iterator[Evidence]:
    for one in known.contacts:
        if one.state in _MISSED and known.since(one.arrived_at) <= _JUST_NOW:
            minutes = int(known.since(one.arrived_at).total_seconds() // 60)
            yield one.call, {"minutes": str(minutes)}


def _late(known: Known) -> Iterator[Evidence]:
    late = [one for one in known.own() if one.standing and one.standing.dpd]
    for one in sorted(late, key=lambda one: -one.standing.dpd if one.standing else 0):
        if one.standing:
            yield one.agreement, {**named(one), "dpd": str(one.standing.dpd)}


def _guaranteed(known: Known) -> Iterator[Evidence]:
    for one in known.guaranteed():
        if one.standing and one.standing.dpd:
            yield one.agreement, {**named(one), "dpd": str(one.standing.dpd)}


def _due(known: Known) -> Iterator[Evidence]:
    dated = [
        (one.standing.next_due_on, one)
        for one in known.own()
        if one.standing and one.standing.next_due_on
    ]
    for day, one in sorted(dated, key=lambda pair: pair[0]):
        if 0 <= known.until(day) <= _SOON:
            yield one.agreement, {**named(one), "due_on": day.isoformat()}


def _card_ready(known: Known) -> Iterator[Evidence]:
    for one in known.cards:
        if one.status is CardStatus.READY and one.ready_at_branch_on:
            ready = one.ready_at_branch_on.isoformat()
            yield one.card, {"last4": one.last4, "branch": one.branch, "ready_on": ready}


def _card_expires(known: Known) -> Iterator[Evidence]:
    for one in known.cards:
        if one.status is CardStatus.ACTIVE and 0 <= known.until(one.expires_on) <= _EXPIRES_SOON:
            yield one.card, {"last4": one.last4, "expires_on": one.expires_on.isoformat()}


def _called_before(known: Known) -> Iterator[Evidence]:
    for one in known.contacts:
        if one.answered_at and one.topic and known.since(one.arrived_at) <= _LATELY:
            detail = {"topic": one.topic, "called_at": one.arrived_at.isoformat()}
            yield one.call, detail


RULES = (
    Rule(Cause.APPLICATION_DECIDED, 95, _told(SignalCode.APPLICATION_DECIDED)),
    Rule(Cause.MISSED_CALL, 90, _missed),
    Rule(Cause.PROMISE, 85, _told(SignalCode.PROMISE_OPEN)),
    Rule(Cause.ARREARS, 80, _late),
    Rule(Cause.COMPLAINT, 75, _told(SignalCode.COMPLAINT_OPEN)),
    Rule(Cause.CARD_READY, 70, _card_ready),
    Rule(Cause.APPLICATION_OPEN, 65, _told(SignalCode.APPLICATION_OPEN)),
    Rule(Cause.INSTALMENT_DUE, 60, _due),
    Rule(Cause.TASK, 50, _told(SignalCode.TASK_DUE)),
    Rule(Cause.CALLED_BEFORE, 40, _called_before),
    Rule(Cause.CARD_EXPIRES, 35, _card_expires),
    Rule(Cause.GUARANTEED_ARREARS, 30, _guaranteed),
)
