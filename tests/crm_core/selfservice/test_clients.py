"""Entries at the keypad mean those whom they should, and everybody else is nobody."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from crm_core.bank.agreements import CardFacts, add_card, move_card
from crm_core.bank.terms import CardNetwork, CardStatus
from crm_core.collections import blacklist
from crm_core.collections.blacklist import Proposal
from crm_core.collections.states import BlacklistReason, BlacklistScope
from crm_core.database import Database
from crm_core.models import Party, PartyStatus, Person
from crm_core.parties.known import FULL_AGE
from crm_core.parties.records import PartyFacts, add_organisation
from crm_core.selfservice.clients import CARD_DIGITS, EntryKind
from crm_core.selfservice.numbers import LONGEST, SHORTEST
from crm_core.selfservice.pin_requests import PinNotServed
from crm_core.selfservice.pin_rules import is_personal, is_pin, is_weak
from routing.ids import PartyId
from tests.crm_core.bank.offers import SEAL, TODAY
from tests.crm_core.bank.offers import opened as agreement
from tests.crm_core.conftest import START, person
from tests.crm_core.selfservice.desk import opened

BORN_TOO_LATE = date(TODAY.year - FULL_AGE, TODAY.month, TODAY.day + 1)
JUST_OLD_ENOUGH = date(TODAY.year - FULL_AGE, TODAY.month, TODAY.day)


async def card_of(db: Database, party: PartyId, last4: str) -> str:
    """A card of the party's."""
    facts = CardFacts(
        network=CardNetwork.MIR,
        status=CardStatus.ACTIVE,
        last4=last4,
        embossed_name="CARD HOLDER",
        expires_on=date(2030, 1, 1),
    )
    async with db.unit_of_work() as session:
        return await add_card(session, await agreement(session, party), facts, holder=party)


async def test_card_digits_choose_among_those_whom_the_callers_number_suggests(
    db: Database,
) -> None:
    desk = await opened(db)
    anna, boris, other = [await person(db, name) for name in ("Anna", "Boris", "Other")]
    cards = [await card_of(db, one, "4411") for one in (anna, other)]
    await card_of(db, boris, "4422")
    assert (await desk.account("4411", anna, boris)).party == anna
    assert (await desk.account("4422", anna, boris)).party == boris
    assert (await desk.account("4411", anna, boris)).by is EntryKind.CARD
    for entry, suggested in (("4411", ()), ("4411", (boris,)), ("4411", (anna, other))):
        assert (await desk.account(entry, *suggested)).party is None
    async with db.unit_of_work() as session:
        await move_card(session, cards[0], CardStatus.CLOSED)
    assert (await desk.account("4411", anna, boris)).party is None


async def test_an_account_is_one_however_it_is_named(db: Database) -> None:
    """Or each name would have five tries of its own."""
    desk = await opened(db)
    anna = await person(db, "Anna")
    await card_of(db, anna, "4411")
    number = await desk.number(anna)
    named = [await desk.account(number), await desk.account("4411", anna), await desk.of(anna)]
    assert {one.party for one in named} == {anna} and len({one.subject for one in named}) == 1
    nobody = [await desk.account(entry) for entry in ("999999", "999998", "9999", "")]
    assert not any(one.party for one in nobody) and len({one.subject for one in nobody}) == 4


@pytest.mark.parametrize(
    ("table", "told", "served"),
    [
        (Person, {"died_on": TODAY}, False),
        (Person, {"birth_date": BORN_TOO_LATE}, False),
        (Person, {"birth_date": JUST_OLD_ENOUGH}, True),
        (Party, {"status": PartyStatus.CLOSED}, False),
        (Party, {"status": PartyStatus.INACTIVE}, True),
        (Party, {"erased_at": START}, False),
    ],
)
async def test_who_is_not_served_at_the_keypad_is_nobody(
    db: Database, table: type[Party | Person], told: dict[str, object], served: bool
) -> None:
    desk = await opened(db)
    party = await person(db, "Anna")
    number = await desk.number(party)
    key = Party.id if table is Party else Person.party
    async with db.unit_of_work() as session:
        await session.execute(update(table).where(key == party).values(**told))
    assert (await desk.account(number)).party == (party if served else None)
    if not served and "erased_at" not in told:
        with pytest.raises(PinNotServed):
            await desk.asked(party)


async def test_firms_and_those_held_for_fraud_are_nobody(db: Database) -> None:
    desk = await opened(db)
    party = await person(db, "Anna")
    number = await desk.number(party)
    async with db.unit_of_work() as session:
        firm = await add_organisation(session, "Север", PartyFacts(), by="test")
        told = Proposal(
            reason=BlacklistReason.FRAUD, scope=BlacklistScope.ALL, starts_on=TODAY, party=party
        )
        by = desk.asker.id
        entry = await blacklist.propose(session, told, by=by, region="RU", seal=SEAL)
    assert (await desk.of(firm)).party is None
    assert (await desk.account(number)).party == party
    async with db.unit_of_work() as session:
        await blacklist.approve(session, entry, by=desk.approver.id)
    assert (await desk.account(number)).party is None
    async with db.unit_of_work() as session:
        later = TODAY + timedelta(days=1)
        await blacklist.end(session, entry, on=later, by=desk.approver.id)
    assert (await desk.account(number)).party is None


def test_an_entry_tells_what_it_is() -> None:
    assert not SHORTEST <= CARD_DIGITS <= LONGEST


def test_pins_that_are_tried_first_are_weak() -> None:
    weak = ["1111", "1234", "9876", "7890", "0987", "1212", "123123", "12341234", "2580", "121212"]
    fine = ["7391", "8264", "13579", "90210", "4826", "83920174"]
    assert all(map(is_weak, weak)) and not any(map(is_weak, fine))
    assert sum(is_weak(f"{n:04}") for n in range(10_000)) == 123
    assert [is_pin(one) for one in ("123", "1234", "12345678", "123456789", "12a4", "١٢٣٤")] == [
        *(False, True, True, False, False, False)
    ]


def test_pins_that_a_thief_of_the_papers_would_try_are_personal() -> None:
    born, numbers = date(1984, 3, 27), ["+79455550123", "4411", "10000001"]
    for pin in [
        "2703",
        "0327",
        "1984",
        "2784",
        "270384",
        "19840327",
        "27031984",
        "9455",
        "4411",
        "0000",
    ]:
        assert is_personal(pin, born=born, numbers=numbers), pin
    assert not is_personal("7391", born=born, numbers=numbers)
    assert not is_personal("2703", born=None, numbers=numbers)
