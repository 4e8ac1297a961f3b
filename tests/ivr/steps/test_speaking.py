"""What the bank answers, as sentences: each has the places that its text has."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from crm_core.bank.terms import AgreementKind, CardStatus
from crm_core.money import Money
from crm_core.selfservice.answers import (
    Answer,
    AnswerKind,
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
from ivr.speech.standard import STANDARD
from ivr.speech.told import Told, told
from ivr.steps.speaking import SPOKEN, sentences
from tests.ivr.steps.told import debt

DAY = date(2026, 11, 24)
RUB = Money(150, "RUB")


def _items(service: Service) -> Iterator[Item]:
    """Items of the service in all of their shapes."""
    match service:
        case Service.BALANCE:
            for kind in AgreementKind:
                yield BalanceItem(kind=kind, last4="1", available=RUB)
        case Service.CONTRACT:
            for kind, end, rate, amount in product(
                AgreementKind, (None, DAY), (None, Decimal("7.5")), (None, RUB)
            ):
                yield ContractItem(
                    kind=kind, last4="1", opened_on=DAY, ends_on=end, rate=rate, amount=amount
                )
        case Service.STATEMENT:
            yield StatementItem(last4="1", on=DAY, amount=RUB)
            yield StatementItem(last4="1", on=DAY, amount=-RUB)
        case Service.SCHEDULE:
            yield InstalmentItem(last4="1", due_on=DAY, amount=RUB)
        case Service.DEBT:
            yield debt()
            yield debt(overdue=1)
        case Service.DECISION:
            for state, end in product(DecisionState, (None, DAY)):
                yield DecisionItem(
                    application="a", state=state, asked=RUB, approved=RUB, expires_on=end
                )
        case Service.CARDS:
            for status, ready, offered in product(CardStatus, (None, DAY), (True, False)):
                yield CardItem(
                    last4="1",
                    status=status,
                    expires_on=DAY,
                    ready_on=ready,
                    reissue_offered=offered,
                )
        case Service.BRANCHES:
            for address in ((), (("", "A"),)):
                yield BranchItem(code="b", names=(("", "B"),), address=address)
        case Service.PRODUCTS:
            for most, months in product((None, RUB), (None, 12)):
                yield ProductItem(
                    code="p",
                    kind=AgreementKind.LOAN,
                    names=(("", "P"),),
                    rate=Decimal(9),
                    most=most,
                    months=months,
                )


def _said(*items: Item, most: int = 99) -> tuple[Told, ...]:
    answer = Answer(service=Service.DEBT, kind=AnswerKind.FOUND, items=items)
    return sentences(answer, most)


@pytest.mark.parametrize("service", list(Service))
def test_sentences_fill_the_places_of_the_standard_texts(service: Service) -> None:
    items = list(_items(service))
    said = _said(*items)
    assert said
    for one in said:
        assert tuple(name for name, _ in one.values) == STANDARD[one.prompt]
    assert {one.prompt for one in said} == set(SPOKEN[service])


def test_amounts_are_told_as_they_are_meant_and_no_more_items_than_wanted() -> None:
    out = StatementItem(last4="1", on=DAY, amount=-RUB)
    assert _said(out, out, most=1) == (told("statement_out", day=DAY, amount=RUB),)
    loan = debt(overdue=3)
    assert isinstance(loan, DebtItem)
    assert [one.prompt for one in _said(loan)] == ["debt_total", "debt_overdue", "debt_next"]
    approved = DecisionItem(
        application="a",
        state=DecisionState.APPROVED,
        asked=RUB,
        approved=Money(99, "RUB"),
        expires_on=None,
    )
    assert _said(approved) == (told("decision_approved", amount=Money(99, "RUB")),)
