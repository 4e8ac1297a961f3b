"""The closed codes of the bank, and its state machines: one table each.

Code, database constraints and tests share these tables; a state change that is not in its table
is refused. Standard library only: the tables' models import this module.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import TypeVar

State = TypeVar("State", bound=StrEnum)


class VerificationLevel(IntEnum):
    """How sure we are who is on the line. A number that matches is never more than NUMBER."""

    NONE = 0
    NUMBER = 1
    KNOWLEDGE = 2
    STRONG = 3

    @property
    def opens_amounts(self) -> bool:
        """Whether amounts may be shown and told."""
        return self >= VerificationLevel.KNOWLEDGE


class VerifiedHow(StrEnum):
    """Whose word a verification rests on: an agent's, or a PIN keyed to self-service."""

    AGENT = "agent"
    PIN = "pin"


class ProductStatus(StrEnum):
    """Where a version of a product stands: only an active one can be agreed on."""

    PLANNED = "planned"
    ACTIVE = "active"
    EXPIRED = "expired"


class AgreementKind(StrEnum):
    """What is agreed on; also the family of a product."""

    ACCOUNT = "account"
    CARD_ACCOUNT = "card_account"
    LOAN = "loan"
    DEPOSIT = "deposit"
    LINE = "line"


class AgreementStatus(StrEnum):
    """Where an agreement stands. A blocked one is still open."""

    PENDING = "pending"
    ACTIVE = "active"
    BLOCKED = "blocked"
    CLOSED = "closed"


class AgreementRole(StrEnum):
    """What a party is to an agreement. An open agreement has exactly one owner."""

    OWNER = "owner"
    CO_HOLDER = "co_holder"
    GUARANTOR = "guarantor"
    AUTHORISED = "authorised"
    PAYER = "payer"


class RepaymentMethod(StrEnum):
    """How a loan is paid back: equal instalments, or equal shares of the principal."""

    ANNUITY = "annuity"
    STRAIGHT_LINE = "straight_line"


class ScheduleReason(StrEnum):
    """Why a schedule is what it is."""

    DISBURSED = "disbursed"
    RESTRUCTURED = "restructured"
    PREPAID = "prepaid"
    MIRRORED = "mirrored"


class Component(StrEnum):
    """What an instalment consists of."""

    PRINCIPAL = "principal"
    INTEREST = "interest"
    FEE = "fee"
    PENALTY = "penalty"


class PauseReason(StrEnum):
    """Why the ageing of arrears stands still."""

    DISPUTE = "dispute"
    HARDSHIP = "hardship"
    HOLIDAY = "holiday"
    DECEASED = "deceased"
    BANK = "bank"


class DelinquencyRange(StrEnum):
    """An age band of arrears, by days past due."""

    NONE = "none"
    D1_30 = "d1_30"
    D31_60 = "d31_60"
    D61_90 = "d61_90"
    D91_180 = "d91_180"
    D181 = "d181"


class CardNetwork(StrEnum):
    """Whose rails a bank card runs on."""

    MIR = "mir"
    VISA = "visa"
    MASTERCARD = "mastercard"
    UNIONPAY = "unionpay"
    PROSTIR = "prostir"


class CardStatus(StrEnum):
    """Where a bank card stands."""

    ORDERED = "ordered"
    READY = "ready"
    ACTIVE = "active"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    CLOSED = "closed"


class EntryKind(StrEnum):
    """What moved money on an agreement."""

    DISBURSEMENT = "disbursement"
    REPAYMENT = "repayment"
    TRANSFER = "transfer"
    PURCHASE = "purchase"
    CASH = "cash"
    SALARY = "salary"
    INTEREST = "interest"
    FEE = "fee"
    REVERSAL = "reversal"


RANGE_FROM: Mapping[DelinquencyRange, int] = MappingProxyType(
    {
        DelinquencyRange.NONE: 0,
        DelinquencyRange.D1_30: 1,
        DelinquencyRange.D31_60: 31,
        DelinquencyRange.D61_90: 61,
        DelinquencyRange.D91_180: 91,
        DelinquencyRange.D181: 181,
    }
)
"""The first day past due of each range; it ends the day before the next begins."""

PRODUCT_STATES: Mapping[ProductStatus, frozenset[ProductStatus]] = MappingProxyType(
    {
        ProductStatus.PLANNED: frozenset({ProductStatus.ACTIVE, ProductStatus.EXPIRED}),
        ProductStatus.ACTIVE: frozenset({ProductStatus.EXPIRED}),
        ProductStatus.EXPIRED: frozenset(),
    }
)
AGREEMENT_STATES: Mapping[AgreementStatus, frozenset[AgreementStatus]] = MappingProxyType(
    {
        AgreementStatus.PENDING: frozenset({AgreementStatus.ACTIVE, AgreementStatus.CLOSED}),
        AgreementStatus.ACTIVE: frozenset({AgreementStatus.BLOCKED, AgreementStatus.CLOSED}),
        AgreementStatus.BLOCKED: frozenset({AgreementStatus.ACTIVE, AgreementStatus.CLOSED}),
        AgreementStatus.CLOSED: frozenset(),
    }
)
CARD_STATES: Mapping[CardStatus, frozenset[CardStatus]] = MappingProxyType(
    {
        CardStatus.ORDERED: frozenset({CardStatus.READY, CardStatus.CLOSED}),
        CardStatus.READY: frozenset({CardStatus.ACTIVE, CardStatus.CLOSED, CardStatus.EXPIRED}),
        CardStatus.ACTIVE: frozenset({CardStatus.BLOCKED, CardStatus.EXPIRED, CardStatus.CLOSED}),
        CardStatus.BLOCKED: frozenset({CardStatus.ACTIVE, CardStatus.EXPIRED, CardStatus.CLOSED}),
        CardStatus.EXPIRED: frozenset({CardStatus.CLOSED}),
        CardStatus.CLOSED: frozenset(),
    }
)


def range_of(days_past_due: int) -> DelinquencyRange:
    """The range that so many days past due fall into. `days_past_due` is at least 0."""
    latest_first = reversed(tuple(RANGE_FROM.items()))
    return next(code for code, first in latest_first if days_past_due >= first)


def may_become(table: Mapping[State, frozenset[State]], before: State, after: State) -> bool:
    """Whether the table lets `before` become `after`."""
    return after in table[before]
