"""The money of the demo bank: what the data says is what an agent sees, on whatever day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crm_core.bank.allocation import allocate
from crm_core.bank.arrears import arrears
from crm_core.bank.holdings import agreements_of, cards_of
from crm_core.bank.ledger import statement
from crm_core.bank.loans import schedule_of
from crm_core.bank.moneyline import Figure
from crm_core.bank.numbers import agreements_by_number
from crm_core.bank.reveal import Look
from crm_core.bank.schedule import schedule
from crm_core.bank.terms import VerificationLevel
from crm_core.database import Database
from crm_core.demo.accounts import loan_terms
from crm_core.demo.debts import CARDS, DEBTS
from crm_core.demo.money import ACCOUNTS, OFFERS
from crm_core.demo.people import seed
from crm_core.models import Agreement, LedgerEntry, Party
from crm_core.parties.panel import PartyPanel, panel
from routing.ids import AgentId, PartyId
from tests.crm_core.bank.offers import RING, SEAL
from tests.crm_core.conftest import CHEAP, START, FakeClock
from tests.crm_core.demo.test_people import PASSWORDS

BORIS = AgentId("boris")
MASKED = Look(viewer=BORIS, reason="test")
TODAY = START.date()
DAY = timedelta(days=1)


@pytest.fixture
async def bank(db: Database, clock: FakeClock) -> dict[str, PartyId]:
    """The clients of a seeded bank by their keys."""
    await seed(db, clock, passwords=PASSWORDS, hashing=CHEAP, keyring=RING)
    async with db.reading() as session:
        parties = await session.execute(select(Party.source_key, Party.id))
        return {key or "": party for key, party in parties}


async def seen(db: Database, party: PartyId) -> PartyPanel:
    level = VerificationLevel.KNOWLEDGE
    async with db.unit_of_work() as session:
        return await panel(session, party, viewer=BORIS, reason="test", level=level)


def told(figure: Figure | None) -> list[str] | None:
    return None if figure is None else [str(amount) for amount in figure.amounts or ()]


async def test_each_client_has_what_the_story_says(db: Database, bank: dict[str, PartyId]) -> None:
    panels = {key: await seen(db, party) for key, party in bank.items()}
    deposits = {key: told(one.money.deposits) for key, one in panels.items()}
    assert deposits["ivanova"] == ["2738470.35 RUB"]
    assert deposits["ivanova-namesake"] == ["0.00 RUB"], "empty is not none"
    assert deposits["yolkina"] is None and deposits["baker"] is None, "none is not empty"
    assert deposits["kuznetsov"] == ["12480.00 RUB"]
    assert deposits["kuznetsova"] == ["43485.50 RUB"], "with the account they share"
    assert deposits["wang"] == ["18300.40 CNY", "5000000 JPY"]
    assert deposits["orion"] == ["12345.678 KWD"]
    assert told(panels["sever"].money.available_credit) == ["3800000.00 RUB"]
    assert told(panels["sever"].money.owed) == ["1200000.00 RUB"]
    assert {key: one.red.worst_dpd for key, one in panels.items() if one.red.arrears} == {
        "kuznetsov": 12,
        "shcherbak": 75,
    }
    guarantor = panels["lukianenko"]
    assert (guarantor.red.guaranteed_dpd, guarantor.money.owed) == (75, None)
    home = panels["sokolova"].money.next_payment
    assert home and home.due_on == TODAY + 2 * DAY
    ages = {one.money.deposits.as_of for one in panels.values() if one.money.deposits}
    assert ages == {START - timedelta(minutes=1)}, "the demo does not begin with stale amounts"


async def test_loans_have_their_schedules_statements_and_payments(
    db: Database, bank: dict[str, PartyId]
) -> None:
    async with db.reading() as session:
        loans = {
            one.source_key or "": one.id
            for one in await session.scalars(select(Agreement).where(Agreement.kind == "loan"))
        }
        assert set(loans) == {one.key for one in DEBTS}
        for debt in DEBTS:
            held = await schedule_of(session, loans[debt.key])
            lines = (await statement(session, loans[debt.key])).items
            met = sum(one.met_on is not None for one in held.instalments)
            assert met == debt.paid + debt.paid_now, debt.key
            assert len(lines) == met + 1 and lines[-1].amount.minor < 0
            paid = sum(one.due - one.unpaid for one in held.instalments)
            assert paid == sum(line.amount.minor for line in lines[:-1])
        newest = (await statement(session, loans["obrien-cash"])).items[0]
    assert newest.booked_at == START - timedelta(hours=1), "paid an hour ago"
    obrien = await seen(db, bank["obrien"])
    assert (obrien.red.arrears, obrien.red.worst_dpd) == (False, 0)


async def test_cards_are_ready_and_expiring_and_numbers_found_with_the_given_keyring(
    db: Database, bank: dict[str, PartyId]
) -> None:
    async with db.reading() as session:
        ivanova = await cards_of(session, bank["ivanova"])
        (kuznetsova,) = await cards_of(session, bank["kuznetsova"])
        (found,) = await agreements_by_number(session, "40817 00000000 0000001", seal=SEAL)
        row = await session.get(Agreement, found)
    assert [one.status for one in ivanova] == ["active", "ready"]
    assert (ivanova[1].ready_at_branch_on, ivanova[1].branch) == (TODAY - DAY, "Central")
    assert kuznetsova.expires_on == TODAY + 20 * DAY
    assert kuznetsova.reissue_offer_on == TODAY + 5 * DAY
    assert row and (row.source_key, row.number_last4) == ("ivanova-current", "0001")


async def test_another_day_adds_nothing_and_changes_nothing(
    db: Database, clock: FakeClock, bank: dict[str, PartyId]
) -> None:
    async def told_now() -> list[str]:
        async with db.reading() as session:
            entries = await session.scalars(select(LedgerEntry.id).order_by(LedgerEntry.id))
            holdings = [await agreements_of(session, one, MASKED) for one in bank.values()]
            return [*entries, *map(repr, holdings)]

    before = await told_now()
    clock.pass_(days=3)
    await seed(db, clock, passwords=PASSWORDS, hashing=CHEAP, keyring=RING)
    assert await told_now() == before


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_loans_stand_as_told_on_any_business_date(today: date) -> None:
    for debt in DEBTS:
        terms = loan_terms(debt, today)
        plan = schedule(terms)
        met = debt.paid + debt.paid_now
        paid = sum(one.due for one in plan[:met])
        stands = arrears(allocate(paid, plan, on=today).instalments, today)
        late = debt.due_in_days < 0 and not debt.paid_now
        assert stands.dpd == (-debt.due_in_days if late else 0), debt.key
        if debt.due_in_days >= 0:
            assert stands.next_due_on == today + timedelta(days=debt.due_in_days)


def test_the_data_names_only_what_there_is() -> None:
    offered = {(one.code, currency) for one in OFFERS for currency in one.currencies}
    assert {(one.offer, one.currency) for one in (*ACCOUNTS, *DEBTS)} <= offered
    keys = [one.key for one in (*ACCOUNTS, *DEBTS)]
    assert len(keys) == len(set(keys))
    assert {one.account for one in CARDS} <= {one.key for one in ACCOUNTS}


async def test_it_can_be_seeded_right_after_midnight(db: Database, clock: FakeClock) -> None:
    clock.at = datetime(2026, 3, 31, 0, 5, tzinfo=UTC)
    await seed(db, clock, passwords=PASSWORDS, hashing=CHEAP)
    async with db.reading() as session:
        parties = select(Party.id).where(Party.source_key == "obrien")
        party = (await session.scalars(parties)).one()
        (_card, loan) = await agreements_of(session, party, MASKED)
    assert loan.standing and loan.standing.last_paid_on == date(2026, 3, 30)
