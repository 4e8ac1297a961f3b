"""What the bank answers to a caller at his keypad, as values. Only shapes.

An answer holds no more than is spoken: no name, no whole number of an account or card.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from crm_core.bank.terms import AgreementKind, CardStatus
from crm_core.money import Money


class Service(StrEnum):
    """What a caller may ask for. The last two are about the bank and need no verification."""

    BALANCE = "balance"
    CONTRACT = "contract"
    STATEMENT = "statement"
    SCHEDULE = "schedule"
    DEBT = "debt"
    DECISION = "decision"
    CARDS = "cards"
    BRANCHES = "branches"
    PRODUCTS = "products"


OPEN_TO_ALL = frozenset({Service.BRANCHES, Service.PRODUCTS})


class AnswerKind(StrEnum):
    """How it went. `STALE`: there is an answer, too old to be told. `AWAY`: the bank is silent.
    `REFUSED`: who asks is not verified."""

    FOUND = "found"
    NONE = "none"
    STALE = "stale"
    AWAY = "away"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceItem:
    """An account, card account, deposit or line. `last4` are the last digits of its number."""

    kind: AgreementKind
    last4: str
    available: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractItem:
    """An agreement. `rate` is percent a year, `amount` what was lent or placed."""

    kind: AgreementKind
    last4: str
    opened_on: date
    ends_on: date | None
    rate: Decimal | None
    amount: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementItem:
    """One entry, the newest first: positive came in, negative went out."""

    last4: str
    on: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentItem:
    """What is due next on a loan, the soonest first."""

    last4: str
    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtItem:
    """A loan: what is owed in all, what of it is overdue and for how many days."""

    last4: str
    owed: Money
    overdue: Money
    days_past_due: int
    next_due_on: date | None
    next_due: Money | None


class DecisionState(StrEnum):
    """How a credit application stands, as a client is told."""

    UNDER_REVIEW = "under_review"
    DOCUMENTS_WANTED = "documents_wanted"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionItem:
    """A credit application; `application` is its id, to mark that its client was told."""

    application: str
    state: DecisionState
    asked: Money
    approved: Money | None
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardItem:
    """A bank card. `ready_on` is since when it waits at its branch."""

    last4: str
    status: CardStatus
    expires_on: date
    ready_on: date | None
    reissue_offered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchItem:
    """A branch, its names and its address by language; "" serves the rest."""

    code: str
    names: tuple[tuple[str, str], ...]
    address: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductItem:
    """A product that is on offer today. `rate` is percent a year, amounts and terms its limits."""

    code: str
    kind: AgreementKind
    names: tuple[tuple[str, str], ...]
    rate: Decimal
    most: Money | None
    months: int | None


Item = (
    BalanceItem
    | ContractItem
    | StatementItem
    | InstalmentItem
    | DebtItem
    | DecisionItem
    | CardItem
    | BranchItem
    | ProductItem
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer. `as_of` is the age of the oldest news in it."""

    service: Service
    kind: AnswerKind
    items: tuple[Item, ...] = ()
    as_of: datetime | None = None
