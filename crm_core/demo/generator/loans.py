"""Loans: who borrowed what, for how long, and how far each is with its payments on the day.

Counts, terms, shares in debt and bands of days past due keep to the table exactly; the amounts have
the shape of the Berka bank's (from 4,980 to 590,820, half of them below 116,928), but interest is
charged: every schedule is an annuity computed by the product's own rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from crm_core.bank.schedule import LoanTerms, months_later
from crm_core.bank.terms import RepaymentMethod
from crm_core.demo.generator.amounts import minor
from crm_core.demo.generator.chance import Chance, Curve
from crm_core.demo.generator.offers import HOME_CURRENCY
from crm_core.demo.generator.parties import Roster
from crm_core.demo.generator.plan import Plan, share
from crm_core.demo.generator.records import Party

RUNNING, FINISHED = 17_000, 9_000
"""Loans at 50,000 clients."""

TERMS = {12: 131, 24: 138, 36: 130, 48: 138, 60: 145}
BANDS = {(1, 30): 55, (31, 60): 18, (61, 90): 10, (91, 180): 9, (181, 540): 8}
"""Days past due of running loans in debt, in percent."""

UNPAID_AT_THE_END = 130
"""Share of finished loans whose last instalments were never paid, of a thousand."""

TWO_LOANS, PAUSED, GUARANTEED = 120, 50, 180
"""Of a thousand: debtors behind with two loans, debts whose ageing is paused, loans guaranteed."""

AMOUNTS = Curve(
    (
        *(0, 50_000, 100_000, 200_000, 300_000, 400_000, 500_000, 600_000, 700_000, 800_000),
        *(900_000, 950_000, 980_000, 1_000_000),
    ),
    (
        *(4_980, 35_840, 46_540, 63_850, 80_200, 97_460, 116_930, 140_290, 170_470, 214_140),
        *(296_000, 390_000, 520_000, 590_820),
    ),
)
_RATES = ("0.149", "0.169", "0.189", "0.199", "0.219", "0.249")
_MONTH = 28
_PAUSE_DAYS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """A loan as of the plan's day. The first `paid` instalments are paid, no further one.

    `paused_on` is the day from which its ageing stands still.
    """

    key: str
    owner: str
    guarantor: str = ""
    currency: str
    branch: str
    offer: str
    terms: LoanTerms
    paid: int
    in_debt: bool = False
    finished: bool = False
    paused_on: date | None = None

    @property
    def disbursed_on(self) -> date:
        return months_later(self.terms.first_due_on, -1)

    @property
    def maturity_on(self) -> date:
        return self.terms.due_on(self.terms.term_months)

    @property
    def closed_on(self) -> date | None:
        """The day on which the last instalment was paid."""
        return self.maturity_on if self.paid == self.terms.term_months else None


@dataclass(frozen=True, slots=True)
class _Stand:
    """How a loan shall stand: its next or oldest unpaid instalment is due on `due_on`."""

    due_on: date
    paid: int
    in_debt: bool = False
    finished: bool = False
    paused_on: date | None = None


def loans(plan: Plan, parties: Roster) -> list[Loan]:
    """All loans: those in debt, the other running ones, the finished ones."""
    chance = plan.chance("loans")
    running, finished = plan.count(RUNNING, least=10), plan.count(FINISHED, least=10)
    late = share(running, plan.unusual.in_debt)
    owners = _owners(chance, parties, late, running - late, finished)
    terms = [*chance.dealt(running, TERMS), *chance.dealt(finished, TERMS)]
    amounts = chance.shuffled(AMOUNTS.spread(running + finished))
    stands = _stands(plan, chance, late, terms, running)
    made = [
        _loan(chance, n, owner, term, amount, stand)
        for n, (owner, term, amount, stand) in enumerate(
            zip(owners, terms, amounts, stands, strict=True), start=1
        )
    ]
    return _guaranteed(chance, made, parties)


def _owners(chance: Chance, parties: Roster, late: int, others: int, finished: int) -> list[Party]:
    """Who has each loan. Debtors come first, a part of them behind with two; who pays is active."""
    able = [one for one in parties.clients if one.status in ("active", "inactive")]
    mixed = chance.shuffled(able)
    debtors = max(1, late * 1000 // (1000 + TWO_LOANS))
    twice = late - debtors
    good = [one for one in mixed[debtors:] if one.status == "active"]
    return [
        *mixed[:debtors],
        *mixed[:twice],
        *(good[n % len(good)] for n in range(others)),
        *(chance.of(able) for _ in range(finished)),
    ]


def _stands(
    plan: Plan, chance: Chance, late: int, terms: list[int], running: int
) -> Iterator[_Stand]:
    """How each loan stands, in the order of the owners."""
    bands = chance.dealt(late, BANDS)
    paused = set(chance.picked(range(late), share(late, PAUSED)))
    for n in range(late):
        yield _late(plan, chance, terms[n], bands[n], paused=n in paused)
    for term in terms[late:running]:
        due_on = plan.as_of + timedelta(days=chance.below(_MONTH))
        yield _Stand(due_on, chance.below(term))
    ended = terms[running:]
    unpaid = set(chance.picked(range(len(ended)), share(len(ended), UNPAID_AT_THE_END)))
    for n, term in enumerate(ended):
        yield _unpaid(plan, chance, term) if n in unpaid else _repaid(plan, chance, term)


def _late(plan: Plan, chance: Chance, term: int, band: tuple[int, int], *, paused: bool) -> _Stand:
    """Behind by so many days, with at least one instalment still to come."""
    low, high = band
    days = chance.between(low, max(low, min(high, (term - 2) * _MONTH)))
    pause = chance.between(1, _PAUSE_DAYS) if paused else 0
    behind = (days + pause) // _MONTH + 2
    due_on = plan.as_of - timedelta(days=days + pause)
    paused_on = plan.as_of - timedelta(days=pause - 1) if paused else None
    paid = chance.below(max(1, term - behind))
    return _Stand(due_on, paid, in_debt=True, paused_on=paused_on)


def _unpaid(plan: Plan, chance: Chance, term: int) -> _Stand:
    """Over, with the last few instalments owed for half a year or longer."""
    days = chance.between(220, 1_100)
    missing = chance.between(1, min(6, (days - 10) // 31))
    due_on = plan.as_of - timedelta(days=days)
    return _Stand(due_on, term - missing, in_debt=True, finished=True)


def _repaid(plan: Plan, chance: Chance, term: int) -> _Stand:
    """Over and paid. The next instalment would be due a month after the last."""
    last = plan.as_of - timedelta(days=chance.between(1, 1_500))
    return _Stand(months_later(last, 1), term, finished=True)


def _loan(chance: Chance, n: int, owner: Party, term: int, amount: int, stand: _Stand) -> Loan:
    currency = HOME_CURRENCY[owner.language]
    terms = LoanTerms(
        principal=minor(amount // 10 * 10, currency),
        rate=Decimal(chance.of(_RATES)),
        term_months=term,
        method=RepaymentMethod.ANNUITY,
        first_due_on=months_later(stand.due_on, -stand.paid),
        due_day=stand.due_on.day,
        monthly_fee=minor(chance.of((0, 0, 0, 49, 99)), currency),
    )
    return Loan(
        key=f"l{n:07}",
        owner=owner.key,
        currency=currency,
        branch=owner.branch,
        offer="business_loan" if owner.organisation else "consumer_loan",
        terms=terms,
        paid=stand.paid,
        in_debt=stand.in_debt,
        finished=stand.finished,
        paused_on=stand.paused_on,
    )


def _guaranteed(chance: Chance, made: list[Loan], parties: Roster) -> list[Loan]:
    """The loans, so many of them with a guarantor: first those who are nothing else to us."""
    strangers = list(parties.others["guarantor"])
    for n in sorted(chance.picked(range(len(made)), share(len(made), GUARANTEED))):
        who = strangers.pop() if strangers else chance.of(parties.persons)
        while who.key == made[n].owner:
            who = chance.of(parties.persons)
        made[n] = replace(made[n], guarantor=who.key)
    return made
