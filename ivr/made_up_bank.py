"""A bank that is not there, to try flows against: every entry means its only client.

Its PIN is 1234, any other is wrong; its one-time code is 123456. It answers every service.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from crm_core.bank.terms import AgreementKind, CardStatus, VerificationLevel
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
from ivr.flows.nodes import Flow
from ivr.steps.acts import (
    Act,
    Answered,
    AskHours,
    Caller,
    CheckPin,
    ChoosePin,
    Done,
    FindClient,
    Found,
    Happened,
    HoursTold,
    KeepAnswer,
    PinChecked,
    PinChosen,
    Query,
)
from ivr.trying import Trial, Words, trial
from routing.ids import PartyId

PIN, CODE = "1234", "123456"
CLIENT = PartyId("made-up")
_CARD_DIGITS = 4


class MadeUpBank:
    """Carries out what a walk asks of a bank, as of `today`."""

    def __init__(self, today: date, *, is_open: bool = True) -> None:
        self._today = today
        self._is_open = is_open

    def happened(self, act: Act) -> Happened:
        """What came of the act. Raises TypeError for one that asks no bank."""
        match act:
            case FindClient(entry=entry):
                return Found(by="card" if len(entry) == _CARD_DIGITS else "client_number")
            case CheckPin(pin=pin) if pin == PIN:
                return PinChecked(party=CLIENT, level=VerificationLevel.KNOWLEDGE)
            case CheckPin():
                return PinChecked(more=True)
            case ChoosePin(code=code):
                return PinChosen(done=code == CODE)
            case Query(service=service):
                return Answered(answer=self.answer(service))
            case AskHours():
                return HoursTold(open=self._is_open)
            case KeepAnswer():
                return Done()
        raise TypeError(type(act).__name__)

    def answer(self, service: Service) -> Answer:
        """What it says of itself and of its client."""
        as_of = datetime(self._today.year, self._today.month, self._today.day, tzinfo=UTC)
        items = _items(self._today)[service]
        return Answer(service=service, kind=AnswerKind.FOUND, items=items, as_of=as_of)


def try_out(
    flow: Flow, caller: Caller, keys: list[str], *, words: Words, bank: MadeUpBank
) -> Trial:
    """Try a flow at the made-up bank."""
    going = trial(flow, caller, keys, words)
    try:
        act = next(going)
        while True:
            act = going.send(bank.happened(act))
    except StopIteration as over:
        tried: Trial = over.value
        return tried


Items = Mapping[Service, tuple[Item, ...]]


def _rub(minor: int) -> Money:
    return Money(minor, "RUB")


_BRANCHES: tuple[Item, ...] = (
    BranchItem(
        code="centre",
        names=(
            ("ru", "Центральное"),
            ("uk", "Центральне"),
            ("zh", "中心"),
            ("", "Central"),
        ),
        address=(
            ("ru", "улица Мира, дом 21"),
            ("uk", "вулиця Миру, будинок 21"),
            ("zh", "和平街21号"),
            ("", "21 Mira Street"),
        ),
    ),
)
_PRODUCTS: tuple[Item, ...] = (
    ProductItem(
        code="cash",
        kind=AgreementKind.LOAN,
        names=(
            ("ru", "Кредит наличными"),
            ("uk", "Кредит готівкою"),
            ("zh", "现金贷款"),
            ("", "Cash loan"),
        ),
        rate=Decimal("18.9"),
        most=_rub(300_000_000),
        months=60,
    ),
)


def _items(today: date) -> Items:
    of_all = {Service.BRANCHES: _BRANCHES, Service.PRODUCTS: _PRODUCTS}
    return _held(today) | _borrowed(today) | of_all


def _held(today: date) -> dict[Service, tuple[Item, ...]]:
    """Accounts and cards."""
    return {
        Service.BALANCE: (
            BalanceItem(kind=AgreementKind.CARD_ACCOUNT, last4="4821", available=_rub(2_341_050)),
            BalanceItem(kind=AgreementKind.DEPOSIT, last4="0077", available=_rub(15_000_000)),
        ),
        Service.STATEMENT: (
            StatementItem(last4="4821", on=today - timedelta(days=1), amount=_rub(-152_199)),
            StatementItem(last4="4821", on=today - timedelta(days=3), amount=_rub(8_500_000)),
        ),
        Service.CARDS: (
            CardItem(
                last4="4821",
                status=CardStatus.ACTIVE,
                expires_on=date(today.year + 2, 6, 30),
                ready_on=None,
                reissue_offered=False,
            ),
            CardItem(
                last4="9034",
                status=CardStatus.READY,
                expires_on=date(today.year + 4, 1, 31),
                ready_on=today - timedelta(days=2),
                reissue_offered=False,
            ),
        ),
    }


def _borrowed(today: date) -> dict[Service, tuple[Item, ...]]:
    """A loan, a little overdue, and an application."""
    soon, later = today + timedelta(days=9), today + timedelta(days=40)
    return {
        Service.CONTRACT: (
            ContractItem(
                kind=AgreementKind.LOAN,
                last4="5512",
                opened_on=date(today.year - 1, 3, 14),
                ends_on=date(today.year + 2, 3, 14),
                rate=Decimal("18.9"),
                amount=_rub(60_000_000),
            ),
        ),
        Service.SCHEDULE: (
            InstalmentItem(last4="5512", due_on=soon, amount=_rub(2_196_441)),
            InstalmentItem(last4="5512", due_on=later, amount=_rub(2_196_441)),
        ),
        Service.DEBT: (
            DebtItem(
                last4="5512",
                owed=_rub(41_800_100),
                overdue=_rub(2_196_441),
                days_past_due=21,
                next_due_on=soon,
                next_due=_rub(2_196_441),
            ),
        ),
        Service.DECISION: (
            DecisionItem(
                application="made-up",
                state=DecisionState.APPROVED,
                asked=_rub(50_000_000),
                approved=_rub(45_000_000),
                expires_on=later,
            ),
        ),
    }
