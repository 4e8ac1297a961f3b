"""What a caller at his keypad is told: his own, fresh, verified and written down; else nothing."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import update

from crm_core.bank.agreements import (
    CardFacts,
    add_card,
    add_role,
    move_agreement,
    move_card,
    set_balance,
)
from crm_core.bank.business_day import take_arrears
from crm_core.bank.holdings import cards_of, holdings
from crm_core.bank.ledger import EntryFacts, book
from crm_core.bank.products import VersionTerms, add_product, add_version
from crm_core.bank.terms import (
    AgreementKind,
    AgreementRole,
    AgreementStatus,
    CardNetwork,
    CardStatus,
    EntryKind,
    ProductStatus,
)
from crm_core.corebank.alarms import About, AlarmCode, raise_alarm
from crm_core.corebank.names import EntityName
from crm_core.database import Database
from crm_core.models import Branch, Party, Person
from crm_core.money import Money
from crm_core.selfservice.answers import (
    OPEN_TO_ALL,
    Answer,
    AnswerKind,
    BalanceItem,
    BranchItem,
    CardItem,
    ContractItem,
    DebtItem,
    InstalmentItem,
    ProductItem,
    Service,
    StatementItem,
)
from crm_core.selfservice.looking_up import Answers
from routing.ids import CallId, PartyId
from tests.crm_core.bank.offers import OPENED, TODAY, credited, lent, opened
from tests.crm_core.bank.test_holdings import audited
from tests.crm_core.conftest import START, FakeClock, person

DAY = timedelta(days=1)
CALL = CallId("pbx1-1.1")
PRIVATE = frozenset(Service) - OPEN_TO_ALL


async def ask(db: Database, service: Service, party: PartyId | None, level: int = 2) -> Answer:
    return await Answers(db).answer(service, party=party, level=level, call=CALL)


async def kinds(db: Database, party: PartyId, level: int = 2) -> dict[Service, AnswerKind]:
    return {one: (await ask(db, one, party, level)).kind for one in sorted(PRIVATE)}


async def hold(db: Database, agreement: str, available: Money, ago: timedelta = DAY * 0) -> None:
    async with db.unit_of_work() as session:
        as_of = db.clock.now() - ago
        await set_balance(session, agreement, booked=available, available=available, as_of=as_of)


async def a_client(db: Database) -> PartyId:
    """Has an account with an entry and a card, and a loan that is 12 days late."""
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        account = await opened(session, party, number="40817000000000001111")
        plastic = CardFacts(
            network=CardNetwork.MIR,
            status=CardStatus.READY,
            last4="4242",
            embossed_name="ANNA",
            expires_on=date(2028, 5, 31),
            ready_at_branch_on=TODAY - DAY,
            reissue_offer_on=TODAY + DAY,
        )
        await add_card(session, account, plastic, holder=party)
        purchase = EntryFacts(
            kind=EntryKind.PURCHASE,
            amount=Money(-1_250, "RUB"),
            booked_at=START - DAY,
            value_on=TODAY - DAY,
        )
        await book(session, account, purchase)
        loan = await lent(session, party, first_due_on=TODAY - 12 * DAY)
        await take_arrears(session, loan, on=TODAY)
    await hold(db, account, Money(70_000, "RUB"))
    return party


async def test_a_verified_client_is_told_his_own_and_it_is_written_down(db: Database) -> None:
    party = await a_client(db)
    loan = (await ask(db, Service.DEBT, party)).items[0]
    assert isinstance(loan, DebtItem)
    rub, last4 = "RUB", loan.last4
    expected = {
        Service.BALANCE: [
            BalanceItem(kind=AgreementKind.ACCOUNT, last4="1111", available=Money(70_000, rub))
        ],
        Service.STATEMENT: [StatementItem(last4="1111", on=TODAY - DAY, amount=Money(-1_250, rub))],
        Service.DEBT: [
            DebtItem(
                last4=last4,
                owed=Money(121_200, rub),
                overdue=Money(11_200, rub),
                days_past_due=12,
                next_due_on=date(2026, 3, 18),
                next_due=Money(11_100, rub),
            )
        ],
        Service.SCHEDULE: [
            InstalmentItem(last4=last4, due_on=date(2026, month, 18), amount=Money(minor, rub))
            for month, minor in ((3, 11_100), (4, 11_000), (5, 10_900))
        ],
        Service.CARDS: [
            CardItem(
                last4="4242",
                status=CardStatus.READY,
                expires_on=date(2028, 5, 31),
                ready_on=TODAY - DAY,
                reissue_offered=False,
            )
        ],
    }
    for service, items in expected.items():
        answer = await ask(db, service, party)
        assert (answer.kind, list(answer.items)) == (AnswerKind.FOUND, items)
        assert answer.as_of == START
    reveals = [
        (
            "self_service",
            party,
            f"call:{CALL}",
            {"ground": "self_service", "asked": of, "level": "2"},
        )
        for of in ("debt", *(one for one in expected if one is not Service.CARDS))
    ]
    assert await audited(db, "amounts_revealed") == reveals


async def test_contracts_tell_rates_in_percent_and_what_was_lent(db: Database) -> None:
    party = await a_client(db)
    answer = await ask(db, Service.CONTRACT, party)
    account, loan = answer.items
    assert isinstance(account, ContractItem)
    assert isinstance(loan, ContractItem)
    assert (account.rate, account.amount, account.ends_on) == (Decimal(10), None, None)
    assert (loan.kind, loan.opened_on) == (AgreementKind.LOAN, OPENED)
    assert (loan.rate, loan.amount) == (Decimal(12), Money(120_000, "RUB"))
    assert loan.ends_on and loan.ends_on > TODAY


async def test_without_knowledge_nothing_is_told_and_nothing_written(db: Database) -> None:
    party = await a_client(db)
    for level in (-1, 0, 1, 4, 99):
        assert set((await kinds(db, party, level)).values()) == {AnswerKind.REFUSED}
    assert (await ask(db, Service.BALANCE, None, 3)).kind is AnswerKind.REFUSED
    assert await audited(db, "amounts_revealed") == []


async def test_whom_a_machine_tells_nothing_however_sure_it_is(db: Database) -> None:
    sound = await a_client(db)
    row, who = Party, Person
    for change, asked_for in (
        (update(who).values(died_on=TODAY), who.party),
        (update(who).values(birth_date=date(2008, 3, 3)), who.party),
        (update(row).values(erased_at=START), row.id),
        (update(row).values(merged_into=sound), row.id),
    ):
        party = await person(db, "Boris")
        assert set((await kinds(db, party, 3)).values()) == {AnswerKind.NONE}
        async with db.unit_of_work() as session:
            await session.execute(change.where(asked_for == party))
        assert set((await kinds(db, party, 3)).values()) == {AnswerKind.REFUSED}
    nobody = PartyId("nobody")
    assert (await ask(db, Service.BALANCE, nobody, 3)).kind is AnswerKind.REFUSED


async def test_of_others_agreements_only_what_is_co_held(db: Database) -> None:
    owner = await a_client(db)
    guarantor, wife = await person(db, "Vera"), await person(db, "Galina")
    async with db.reading() as session:
        held = {one.kind: one.agreement for one in await holdings(session, owner)}
    async with db.unit_of_work() as session:
        for agreement in held.values():
            for role in (AgreementRole.GUARANTOR, AgreementRole.AUTHORISED, AgreementRole.PAYER):
                await add_role(session, agreement, guarantor, role=role, starts_on=OPENED)
        account, role = held[AgreementKind.ACCOUNT], AgreementRole.CO_HOLDER
        await add_role(session, account, wife, role=role, starts_on=OPENED)
    assert set((await kinds(db, guarantor)).values()) == {AnswerKind.NONE}
    assert (await ask(db, Service.DEBT, wife)).kind is AnswerKind.NONE
    (item,) = (await ask(db, Service.BALANCE, wife)).items
    assert isinstance(item, BalanceItem)
    assert item.available == Money(70_000, "RUB")


async def test_closed_agreements_and_cards_are_told_no_more(db: Database) -> None:
    party = await a_client(db)
    async with db.unit_of_work() as session:
        for one in await holdings(session, party):
            await move_agreement(session, one.agreement, AgreementStatus.CLOSED, on=TODAY)
        for card in await cards_of(session, party):
            await move_card(session, card.card, CardStatus.CLOSED)
    assert set((await kinds(db, party)).values()) == {AnswerKind.NONE}


async def test_currencies_stand_side_by_side_with_their_own_decimals(db: Database) -> None:
    party = await person(db, "Ivan")
    for currency, minor in (("RUB", 70_001), ("JPY", 1_500), ("KWD", 1_234_567)):
        async with db.unit_of_work() as session:
            agreement = await opened(session, party, AgreementKind.DEPOSIT, currency)
        await hold(db, agreement, Money(minor, currency))
    items = (await ask(db, Service.BALANCE, party)).items
    assert [str(one.available) for one in items if isinstance(one, BalanceItem)] == [
        "700.01 RUB",
        "1500 JPY",
        "1234.567 KWD",
    ]


async def test_what_is_too_old_is_not_told_but_how_old_it_is(
    db: Database, clock: FakeClock
) -> None:
    party = await a_client(db)
    clock.pass_(minutes=15)
    assert (await ask(db, Service.BALANCE, party)).kind is AnswerKind.FOUND
    clock.pass_(seconds=1)
    for service in (Service.BALANCE, Service.STATEMENT):
        old = await ask(db, service, party)
        assert old == Answer(service=service, kind=AnswerKind.STALE, as_of=START)
    assert (await ask(db, Service.DEBT, party)).kind is AnswerKind.FOUND
    clock.pass_(hours=24)
    for service in (Service.DEBT, Service.SCHEDULE):
        assert (await ask(db, service, party)).kind is AnswerKind.STALE
    assert (await ask(db, Service.CONTRACT, party)).kind is AnswerKind.FOUND
    assert len(await audited(db, "amounts_revealed")) == 3


async def test_who_has_just_paid_is_not_told_that_he_owes(db: Database, clock: FakeClock) -> None:
    party = await a_client(db)
    async with db.reading() as session:
        (loan,) = [o.agreement for o in await holdings(session, party) if o.kind == "loan"]
    clock.pass_(hours=1)
    async with db.unit_of_work() as session:
        await credited(session, loan, 11_200)
    told = await ask(db, Service.DEBT, party)
    assert (told.kind, told.items, told.as_of) == (AnswerKind.STALE, (), START)


async def test_an_account_of_which_the_bank_has_said_nothing_is_not_told_as_none(
    db: Database,
) -> None:
    party = await person(db, "Ivan")
    assert (await ask(db, Service.BALANCE, party)).kind is AnswerKind.NONE
    async with db.unit_of_work() as session:
        await opened(session, party)
    assert (await ask(db, Service.BALANCE, party)).kind is AnswerKind.AWAY


async def test_data_under_an_alarm_are_told_by_nobody(db: Database) -> None:
    party = await a_client(db)
    async with db.unit_of_work() as session:
        about = About("abs", EntityName.BALANCE, "batch-7")
        await raise_alarm(session, AlarmCode.CONTROL_TOTALS, about)
        row = About("abs", EntityName.ARREARS, "one-row")
        await raise_alarm(session, AlarmCode.VERSION_CONFLICT, row)
    told = await kinds(db, party)
    assert [one for one, kind in told.items() if kind is AnswerKind.AWAY] == [Service.BALANCE]
    assert told[Service.DEBT] is AnswerKind.FOUND


async def test_a_database_that_is_away_or_slow_is_an_answer(db: Database) -> None:
    party = await a_client(db)
    away = Database("sqlite:////nowhere/bank.db", clock=db.clock)
    for service in Service:
        assert (await ask(away, service, party)).kind is AnswerKind.AWAY
    slow = Answers(db, patience=0)
    for service in Service:
        told = await slow.answer(service, party=party, level=2, call=CALL)
        assert told.kind is AnswerKind.AWAY
    await away.close()


async def test_branches_and_products_are_told_to_everybody(db: Database) -> None:
    async with db.unit_of_work() as session:
        known = {"created_at": START, "updated_at": START}
        session.add(Branch(id="b1", code="010", name="Central", **known))
        session.add(Branch(id="b2", code="020", name="Old", closed_at=START, **known))
        names = {"ru": "Вклад", "en": "Deposit"}
        product = await add_product(session, "term", family=AgreementKind.DEPOSIT, names=names)
        terms = VersionTerms(
            currency="RUB",
            starts_on=TODAY,
            rate=Decimal("0.165"),
            max_term_months=12,
            max_amount=Money(100_000_000, "RUB"),
        )
        await add_version(session, product, terms, status=ProductStatus.ACTIVE)
        later = replace(terms, currency="JPY", starts_on=TODAY + DAY, max_amount=None)
        await add_version(session, product, later, status=ProductStatus.ACTIVE)
    assert (await ask(db, Service.BRANCHES, None, 0)).items == (
        BranchItem(code="010", names=(("", "Central"),), address=()),
    )
    assert (await ask(db, Service.PRODUCTS, None, 0)).items == (
        ProductItem(
            code="term",
            kind=AgreementKind.DEPOSIT,
            names=(("en", "Deposit"), ("ru", "Вклад")),
            rate=Decimal("16.5"),
            most=Money(100_000_000, "RUB"),
            months=12,
        ),
    )
    assert await audited(db, "amounts_revealed") == []
