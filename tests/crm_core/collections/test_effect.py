"""What a promise would pay is what the payment then pays."""

from datetime import date

from crm_core.bank.loans import schedule_of
from crm_core.collections.effect import effect_of
from crm_core.database import Database
from crm_core.money import Money
from tests.crm_core.bank.offers import TODAY, lent
from tests.crm_core.collections.debtors import DAY, case_of, debtor, night, paid

DUE = TODAY + 5 * DAY


async def test_the_effect_is_shown_and_comes_true(db: Database) -> None:
    party, loan = await debtor(db, days=40)
    await night(db)
    case = await case_of(db, party)
    async with db.reading() as session:
        seen = await effect_of(session, case.id, Money(15_000, "RUB"), due_on=DUE)
    assert [(row.n, row.pays.minor, row.left.minor) for row in seen.rows] == [
        (1, 11_200, 0),
        (2, 3_800, 7_300),
    ]
    second = date(2026, 2, 21)
    assert (seen.overdue_after, seen.dpd_after) == (Money(7_300, "RUB"), (DUE - second).days)
    assert not seen.excess
    await paid(db, loan, 15_000, on=DUE)
    async with db.reading() as session:
        held = (await schedule_of(session, loan)).instalments
    assert [one.unpaid for one in held[:2]] == [0, 7_300]


async def test_what_is_late_is_paid_first_and_nothing_ahead(db: Database) -> None:
    party, younger = await debtor(db, days=5)
    async with db.unit_of_work() as session:
        older = await lent(session, party, first_due_on=TODAY - 20 * DAY)
    await night(db)
    case = await case_of(db, party)
    async with db.reading() as session:
        whole = await effect_of(session, case.id, Money(25_000, "RUB"), due_on=TODAY)
        other = await effect_of(session, case.id, Money(100, "USD"), due_on=TODAY)
    assert [(row.agreement, row.pays.minor) for row in whole.rows] == [
        (older, 11_200),
        (younger, 11_200),
    ]
    assert (whole.excess, whole.overdue_after) == (Money(2_600, "RUB"), Money.zero("RUB"))
    assert (other.rows, other.excess) == ((), Money(100, "USD"))
