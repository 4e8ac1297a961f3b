"""What the clients of the demo bank owe, and their bank cards: data only, as `crm_core.demo.money`.

Days count from the business date of the seeding, amounts are in major units as text.
"""

from dataclasses import dataclass

from crm_core.bank.terms import CardNetwork, CardStatus, RepaymentMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A loan. `paid` instalments were paid on their days; the next is due `due_in_days` from now,
    in the past if negative. `paid_now` pays that one too, an hour ago."""

    key: str
    client: str
    offer: str
    currency: str
    principal: str
    term_months: int
    method: RepaymentMethod
    paid: int
    due_in_days: int
    guarantor: str = ""
    penalty: str = ""
    paid_now: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plastic:
    """A bank card on an account."""

    key: str
    account: str
    network: CardNetwork
    status: CardStatus
    last4: str
    name: str
    expires_in_days: int
    ready_days_ago: int | None = None
    reissue_in_days: int | None = None


DEBTS = (
    Debt(
        key="kuznetsov-cash",
        client="kuznetsov",
        offer="cash",
        currency="RUB",
        principal="600000",
        term_months=36,
        method=RepaymentMethod.ANNUITY,
        paid=5,
        due_in_days=-12,
    ),
    Debt(
        key="shcherbak-cash",
        client="shcherbak",
        offer="cash",
        currency="UAH",
        principal="90000",
        term_months=24,
        method=RepaymentMethod.ANNUITY,
        paid=6,
        due_in_days=-75,
        guarantor="lukianenko",
        penalty="150",
    ),
    Debt(
        key="obrien-cash",
        client="obrien",
        offer="cash",
        currency="USD",
        principal="8000",
        term_months=12,
        method=RepaymentMethod.ANNUITY,
        paid=4,
        due_in_days=-3,
        paid_now=True,
    ),
    Debt(
        key="sokolova-home",
        client="sokolova",
        offer="home",
        currency="RUB",
        principal="4000000",
        term_months=120,
        method=RepaymentMethod.STRAIGHT_LINE,
        paid=3,
        due_in_days=2,
    ),
)

CARDS = (
    Plastic(
        key="ivanova-card-old",
        account="ivanova-card",
        network=CardNetwork.MIR,
        status=CardStatus.ACTIVE,
        last4="0311",
        name="MARIA IVANOVA",
        expires_in_days=28,
    ),
    Plastic(
        key="ivanova-card-new",
        account="ivanova-card",
        network=CardNetwork.MIR,
        status=CardStatus.READY,
        last4="0729",
        name="MARIA IVANOVA",
        expires_in_days=1825,
        ready_days_ago=1,
    ),
    Plastic(
        key="kuznetsova-card",
        account="kuznetsova-card",
        network=CardNetwork.MIR,
        status=CardStatus.ACTIVE,
        last4="4470",
        name="OLGA KUZNETSOVA",
        expires_in_days=20,
        reissue_in_days=5,
    ),
    Plastic(
        key="obrien-card",
        account="obrien-card",
        network=CardNetwork.VISA,
        status=CardStatus.ACTIVE,
        last4="9012",
        name="PATRICK O'BRIEN",
        expires_in_days=600,
    ),
    Plastic(
        key="wang-card",
        account="wang-card",
        network=CardNetwork.UNIONPAY,
        status=CardStatus.BLOCKED,
        last4="1188",
        name="WANG XIAOMING",
        expires_in_days=410,
    ),
)
