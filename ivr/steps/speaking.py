"""What the bank answered, as sentences. Pure.

A sentence is a standard prompt with its values; the words, and how a value is bent in them, are
each language's own.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from crm_core.bank.terms import AgreementKind, CardStatus
from crm_core.selfservice.answers import (
    Answer,
    BalanceItem,
    BranchItem,
    CardItem,
    ContractItem,
    DebtItem,
    DecisionItem,
    DecisionState,
    InstalmentItem,
    Item,
    ProductItem,
    Service,
    StatementItem,
)
from ivr.speech.told import Digits, Name, Told, told


def sentences(answer: Answer, most: int) -> tuple[Told, ...]:
    """What of at most `most` items is told, in their order."""
    return tuple(one for item in answer.items[:most] for one in _SAYS[type(item)](item))


def _balance(item: BalanceItem) -> Iterator[Told]:
    yield told(f"balance_{item.kind}", last4=Digits(item.last4), amount=item.available)


def _contract(item: ContractItem) -> Iterator[Told]:
    yield told(f"contract_{item.kind}", last4=Digits(item.last4), opened=item.opened_on)
    if item.amount is not None:
        yield told("contract_amount", amount=item.amount)
    if item.rate is not None:
        yield told("contract_rate", rate=item.rate)
    if item.ends_on is not None:
        yield told("contract_ends", day=item.ends_on)


def _statement(item: StatementItem) -> Iterator[Told]:
    """What went out is told without its sign."""
    out = item.amount.minor < 0
    prompt, amount = ("statement_out", -item.amount) if out else ("statement_in", item.amount)
    yield told(prompt, day=item.on, amount=amount)


def _instalment(item: InstalmentItem) -> Iterator[Told]:
    yield told("instalment", last4=Digits(item.last4), day=item.due_on, amount=item.amount)


def _debt(item: DebtItem) -> Iterator[Told]:
    yield told("debt_total", last4=Digits(item.last4), amount=item.owed)
    if item.overdue.minor > 0:
        yield told("debt_overdue", amount=item.overdue, days=item.days_past_due)
    else:
        yield told("debt_not_overdue")
    if item.next_due_on is not None and item.next_due is not None:
        yield told("debt_next", day=item.next_due_on, amount=item.next_due)


def _decision(item: DecisionItem) -> Iterator[Told]:
    """What was approved, if that is what was decided; else what he asked for."""
    approved = item.approved if item.state is DecisionState.APPROVED else None
    yield told(f"decision_{item.state}", amount=approved or item.asked)
    if item.expires_on is not None:
        yield told("decision_expires", day=item.expires_on)


def _card(item: CardItem) -> Iterator[Told]:
    last4 = Digits(item.last4)
    if item.status is CardStatus.ACTIVE:
        yield told("card_active", last4=last4, day=item.expires_on)
    elif item.status is CardStatus.READY and item.ready_on is not None:
        yield told("card_ready", last4=last4, day=item.ready_on)
    elif item.status is CardStatus.READY:
        yield told("card_ordered", last4=last4)
    else:
        yield told(f"card_{item.status}", last4=last4)
    if item.reissue_offered:
        yield told("card_reissue", last4=last4)


def _branch(item: BranchItem) -> Iterator[Told]:
    if item.address:
        yield told("branch", name=Name(item.names), address=Name(item.address))
    else:
        yield told("branch_named", name=Name(item.names))


def _product(item: ProductItem) -> Iterator[Told]:
    yield told("product", name=Name(item.names), rate=item.rate)
    if item.most is not None:
        yield told("product_most", amount=item.most)
    if item.months is not None:
        yield told("product_months", months=item.months)


_SAYS: Mapping[type[Item], Callable[[Any], Iterator[Told]]] = MappingProxyType(
    {
        BalanceItem: _balance,
        ContractItem: _contract,
        StatementItem: _statement,
        InstalmentItem: _instalment,
        DebtItem: _debt,
        DecisionItem: _decision,
        CardItem: _card,
        BranchItem: _branch,
        ProductItem: _product,
    }
)

SPOKEN: Mapping[Service, tuple[str, ...]] = MappingProxyType(
    {
        Service.BALANCE: tuple(f"balance_{kind}" for kind in AgreementKind),
        Service.CONTRACT: (
            *(f"contract_{kind}" for kind in AgreementKind),
            "contract_amount",
            "contract_rate",
            "contract_ends",
        ),
        Service.STATEMENT: ("statement_in", "statement_out"),
        Service.SCHEDULE: ("instalment",),
        Service.DEBT: ("debt_total", "debt_overdue", "debt_not_overdue", "debt_next"),
        Service.DECISION: (
            *(f"decision_{state}" for state in DecisionState),
            "decision_expires",
        ),
        Service.CARDS: (*(f"card_{status}" for status in CardStatus), "card_reissue"),
        Service.BRANCHES: ("branch", "branch_named"),
        Service.PRODUCTS: ("product", "product_most", "product_months"),
    }
)
"""Every prompt that an answer of the service may be told by."""
