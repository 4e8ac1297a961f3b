"""What the clients of the demo bank have: data only, `crm_core.demo.accounts` puts it in.

Days count from the business date of the seeding, so that "12 days overdue" is so on that day.
Amounts are in major units as text; the numbers of accounts are made up and belong to nobody.
"""

from dataclasses import dataclass

from crm_core.bank.terms import AgreementKind, EntryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A product. `rate` is a share a year; `currencies` are those it is offered in."""

    code: str
    family: AgreementKind
    rate: str
    currencies: tuple[str, ...]
    en: str
    ru: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A statement entry so many hours ago."""

    hours_ago: int
    kind: EntryKind
    amount: str
    text: str
    counterparty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An agreement other than a loan. Without a balance the bank has told none."""

    key: str
    client: str
    offer: str
    currency: str
    opened_days_ago: int
    booked: str = ""
    available: str = ""
    closed_days_ago: int | None = None
    co_holder: str = ""
    movements: tuple[Movement, ...] = ()


BRANCH = "Central"

OFFERS = (
    Offer(
        code="current",
        family=AgreementKind.ACCOUNT,
        rate="0",
        currencies=("RUB", "UAH", "USD", "CNY", "KWD"),
        en="Current account",
        ru="Текущий счёт",
    ),
    Offer(
        code="card",
        family=AgreementKind.CARD_ACCOUNT,
        rate="0.03",
        currencies=("RUB", "USD", "CNY"),
        en="Card account",
        ru="Карточный счёт",
    ),
    Offer(
        code="savings",
        family=AgreementKind.DEPOSIT,
        rate="0.155",
        currencies=("RUB", "USD", "JPY"),
        en="Savings deposit",
        ru="Вклад «Накопительный»",
    ),
    Offer(
        code="cash",
        family=AgreementKind.LOAN,
        rate="0.189",
        currencies=("RUB", "UAH", "USD"),
        en="Cash loan",
        ru="Кредит наличными",
    ),
    Offer(
        code="home",
        family=AgreementKind.LOAN,
        rate="0.0825",
        currencies=("RUB",),
        en="Home loan",
        ru="Ипотека",
    ),
    Offer(
        code="turnover",
        family=AgreementKind.LINE,
        rate="0.21",
        currencies=("RUB", "USD"),
        en="Credit line for business",
        ru="Кредитная линия для бизнеса",
    ),
)

ACCOUNTS = (
    Account(
        key="ivanova-current",
        client="ivanova",
        offer="current",
        currency="RUB",
        opened_days_ago=2100,
        booked="184350.25",
        movements=(
            Movement(
                hours_ago=30,
                kind=EntryKind.SALARY,
                amount="142000",
                text="Зарплата",
                counterparty="АО «Вектор»",
            ),
            Movement(hours_ago=26, kind=EntryKind.TRANSFER, amount="-50000", text="На вклад"),
            Movement(
                hours_ago=5,
                kind=EntryKind.TRANSFER,
                amount="-3400.75",
                text="Коммунальные услуги",
            ),
        ),
    ),
    Account(
        key="ivanova-savings",
        client="ivanova",
        offer="savings",
        currency="RUB",
        opened_days_ago=340,
        booked="2500000",
        available="0",
        movements=(
            Movement(hours_ago=26, kind=EntryKind.TRANSFER, amount="50000", text="Пополнение"),
        ),
    ),
    Account(
        key="ivanova-card",
        client="ivanova",
        offer="card",
        currency="RUB",
        opened_days_ago=1400,
        booked="54120.10",
        movements=(
            Movement(
                hours_ago=20,
                kind=EntryKind.PURCHASE,
                amount="-1849.90",
                text="Покупка",
                counterparty="Продукты 24",
            ),
            Movement(hours_ago=44, kind=EntryKind.CASH, amount="-10000", text="Снятие наличных"),
        ),
    ),
    Account(
        key="namesake-current",
        client="ivanova-namesake",
        offer="current",
        currency="RUB",
        opened_days_ago=60,
        booked="0",
    ),
    Account(
        key="kuznetsov-current",
        client="kuznetsov",
        offer="current",
        currency="RUB",
        opened_days_ago=900,
        booked="12480",
        co_holder="kuznetsova",
    ),
    Account(
        key="kuznetsova-card",
        client="kuznetsova",
        offer="card",
        currency="RUB",
        opened_days_ago=1090,
        booked="31005.50",
    ),
    Account(
        key="sever-current",
        client="sever",
        offer="current",
        currency="RUB",
        opened_days_ago=1500,
        booked="3214870.44",
        movements=(
            Movement(
                hours_ago=9,
                kind=EntryKind.TRANSFER,
                amount="418000",
                text="Оплата по счёту 118",
                counterparty="ООО «Маяк»",
            ),
        ),
    ),
    Account(
        key="sever-line",
        client="sever",
        offer="turnover",
        currency="RUB",
        opened_days_ago=200,
        booked="-1200000",
        available="3800000",
    ),
    Account(
        key="sokolova-current",
        client="sokolova",
        offer="current",
        currency="RUB",
        opened_days_ago=3000,
        booked="960400.08",
    ),
    Account(
        key="sokolova-savings",
        client="sokolova",
        offer="savings",
        currency="USD",
        opened_days_ago=700,
        booked="150000",
        available="0",
    ),
    Account(
        key="shcherbak-current",
        client="shcherbak",
        offer="current",
        currency="UAH",
        opened_days_ago=800,
        booked="120",
    ),
    Account(
        key="lukianenko-current",
        client="lukianenko",
        offer="current",
        currency="UAH",
        opened_days_ago=1200,
        booked="48210.35",
    ),
    Account(
        key="obrien-card",
        client="obrien",
        offer="card",
        currency="USD",
        opened_days_ago=500,
        booked="2310.77",
        movements=(
            Movement(
                hours_ago=50,
                kind=EntryKind.TRANSFER,
                amount="-900",
                text="Transfer abroad",
                counterparty="Aoife O'Brien",
            ),
        ),
    ),
    Account(
        key="wang-savings",
        client="wang",
        offer="savings",
        currency="JPY",
        opened_days_ago=150,
        booked="5000000",
        available="0",
    ),
    Account(
        key="wang-card",
        client="wang",
        offer="card",
        currency="CNY",
        opened_days_ago=420,
        booked="18300.40",
    ),
    Account(
        key="orion-current",
        client="orion",
        offer="current",
        currency="KWD",
        opened_days_ago=1000,
        booked="12345.678",
    ),
    Account(
        key="orion-line",
        client="orion",
        offer="turnover",
        currency="USD",
        opened_days_ago=300,
        booked="0",
        available="250000",
    ),
    Account(
        key="baker-current",
        client="baker",
        offer="current",
        currency="USD",
        opened_days_ago=1800,
        closed_days_ago=400,
        booked="0",
    ),
)
