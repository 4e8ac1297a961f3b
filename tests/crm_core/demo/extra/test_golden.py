"""Each golden case is in the database, under its key, as what it is said to be."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from config.collecting import read_collection_rules
from config.demo_bank import Loading, load_bank, make_bank
from config.settings import Settings
from config.work import read_work_rules
from crm_core.bank.holdings import Holding, agreements_of
from crm_core.bank.reveal import Look
from crm_core.collections.states import CaseState, ContactOutcome, PromiseState
from crm_core.database import Database
from crm_core.demo.generator.golden import CASES, NUMBER, OWN_TRUNK
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.writing import SOURCE
from crm_core.models import (
    AgentState,
    Agreement,
    CallCard,
    CaseEventRow,
    CollectionCase,
    CreditApplication,
    EmployeeLeave,
    LedgerEntry,
    ManagerAssignment,
    Party,
    PartyAddress,
    PartyGroup,
    PartyPhone,
    Person,
    PhoneNumber,
    PhoneStatus,
    Promise,
)
from crm_core.parties.directory import candidates
from crm_core.parties.red_flags import Flag
from crm_core.parties.signal_sources import signals
from crm_core.relations.groups import group
from crm_core.sealing import NumberSeal, throwaway_keyring
from crm_core.search.finding import find
from routing.ids import AgentId, PartyId
from routing.terms import Activity, CallState
from tests.crm_core.conftest import FakeClock
from tests.crm_core.selfservice import golden

AS_OF = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
CLIENTS = 20


@dataclass(frozen=True, slots=True)
class Bank:
    """The loaded bank, asked by the keys of its files."""

    session: AsyncSession

    async def party(self, key: str) -> Party:
        held = Party.source == SOURCE, Party.source_key == key
        return (await self.session.scalars(select(Party).where(*held))).one()

    async def card(self, key: str) -> CallCard:
        return await self.session.get_one(CallCard, key)

    async def holdings(self, key: str) -> tuple[Holding, ...]:
        look = Look(viewer=AgentId("test"), reason="test")
        return tuple(await agreements_of(self.session, (await self.party(key)).id, look))

    async def worst(self, key: str) -> int:
        held = await self.holdings(key)
        return max((one.standing.dpd for one in held if one.standing), default=0)

    async def told(self, key: str) -> set[str]:
        found = await signals(self.session, (await self.party(key)).id)
        return {one.code.value for one in found}

    async def found(self, text: str) -> set[PartyId]:
        page = await find(self.session, text, 20, region="RU")
        return {one.party for one in page.items}

    async def named(self, key: str, *texts: str) -> bool:
        party = (await self.party(key)).id
        return all([party in await self.found(text) for text in texts])

    async def events(self, key: str) -> list[CaseEventRow]:
        party = (await self.party(key)).id
        row = CaseEventRow
        return list(await self.session.scalars(select(row).where(row.party == party)))


Check = Callable[[Bank, str], Awaitable[bool]]


async def eight_share_a_number(bank: Bank, key: str) -> bool:
    users = await candidates(bank.session, NUMBER.format(0))
    return len(users) == 8 and (await bank.party(key)).id in {one.party for one in users}


async def vip_waits_for_another(bank: Bank, key: str) -> bool:
    party = await bank.party(key)
    row, away = ManagerAssignment, EmployeeLeave
    first = select(row.employee).where(row.party == party.id, row.rank == 1)
    manager = (await bank.session.scalars(first)).one()
    leaves = select(away.valid_to).where(away.employee == manager, away.valid_from <= NOW)
    (ends_at,) = await bank.session.scalars(leaves)
    return party.vip and ends_at is not None and ends_at > NOW


async def guarantor_of_a_debtor(bank: Bank, key: str) -> bool:
    roles = {one.role for one in await bank.holdings(key)}
    return "guarantor" in roles and await bank.worst("golden-borrower") == 75


async def withheld(bank: Bank, key: str) -> bool:
    card = await bank.card(key)
    return card.number is None and card.party is None and card.essence != ""


async def own_number(bank: Bank, key: str) -> bool:
    held = select(PhoneNumber).where(PhoneNumber.e164 == OWN_TRUNK)
    number = (await bank.session.scalars(held)).one()
    use = select(PartyPhone.party).where(PartyPhone.phone == number.id)
    users = list(await bank.session.scalars(use))
    suggested = await candidates(bank.session, OWN_TRUNK)
    return (users, suggested) == ([(await bank.party(key)).id], []) and (
        number.status is PhoneStatus.OWN
    )


async def fraud(bank: Bank, key: str) -> bool:
    return Flag.FRAUD_ALERT.value in await bank.told(key)


async def holding(bank: Bank, key: str) -> bool:
    head = (await bank.party(key)).id
    groups = select(PartyGroup.id).where(PartyGroup.head == head)
    found = await group(bank.session, (await bank.session.scalars(groups)).one())
    late = [one.days_past_due for one in found.members if one.days_past_due]
    return (len(found.members), late, found.members[0].party) == (4, [40], head)


async def paid(bank: Bank, key: str) -> bool:
    held = LedgerEntry.source == SOURCE, LedgerEntry.source_key == key
    entry = (await bank.session.scalars(select(LedgerEntry).where(*held))).one()
    late = await bank.worst("golden-paid")
    return late == 12 and NOW - entry.booked_at == timedelta(hours=1)


async def promised(bank: Bank, key: str) -> bool:
    party, case = (await bank.party(key)).id, CollectionCase
    held = select(Promise, case.state).join(case, case.id == Promise.case)
    ((promise, state),) = (await bank.session.execute(held.where(case.party == party))).all()
    told = (promise.state, promise.due_on, promise.taken_on, state)
    return told == (PromiseState.ACTIVE, AS_OF, AS_OF - timedelta(days=3), CaseState.PROMISED)


async def decided(bank: Bank, key: str) -> bool:
    held = CreditApplication.source == SOURCE, CreditApplication.source_key == key
    one = (await bank.session.scalars(select(CreditApplication).where(*held))).one()
    fresh = one.decided_at is not None and NOW - one.decided_at == timedelta(minutes=5)
    return fresh and "application_decided" in await bank.told("golden-applicant")


async def told_already(bank: Bank, key: str) -> bool:
    party = (await bank.party("golden-told")).id
    held = select(CreditApplication).where(CreditApplication.party == party)
    one, card = (await bank.session.scalars(held)).one(), await bank.card(key)
    told = (one.informed_in_call, one.client_informed_at, card.verified_party)
    return told == (key, card.answered_at, party)


async def third_party(bank: Bank, key: str) -> bool:
    events = [one for one in await bank.events("golden-third") if one.call == key]
    card = await bank.card(key)
    return [one.outcome for one in events] == [ContactOutcome.THIRD_PARTY] and (
        events[0].at == card.arrived_at
    )


async def died(bank: Bank, key: str) -> bool:
    person = await bank.session.get_one(Person, (await bank.party(key)).id)
    loan = next(one for one in await bank.holdings(key) if one.kind == "loan")
    paused = loan.standing is not None and loan.standing.paused
    return person.died_on is not None and paused and "deceased" in await bank.told(key)


async def minor(bank: Bank, key: str) -> bool:
    born = (await bank.session.get_one(Person, (await bank.party(key)).id)).birth_date
    return born is not None and 12 <= (AS_OF - born).days // 365 < 18


async def far_away(bank: Bank, key: str) -> bool:
    return (await bank.party(key)).time_zone == "Asia/Vladivostok"


async def reached_the_caps(bank: Bank, key: str) -> bool:
    tried = [one for one in await bank.events("golden-caps") if one.call]
    today = {(one.outcome, one.at.date()) for one in tried}
    return (len(tried), today) == (3, {(ContactOutcome.NOT_REACHED, AS_OF)}) and (
        (await bank.card(key)).answered_at is None
    )


async def twins(bank: Bank, key: str) -> bool:
    both = [await bank.party(f"golden-twin-{n}") for n in (1, 2)]
    people = [await bank.session.get_one(Person, one.id) for one in both]
    same = {(one.display_name, who.birth_date) for one, who in zip(both, people, strict=True)}
    return len(same) == 1 and both[0].source_key == key and both[0].id != both[1].id


async def apostrophe(bank: Bank, key: str) -> bool:
    return await bank.named(key, "Мар'яненко", "марьяненко", "Marianenko")


async def hyphen(bank: Bank, key: str) -> bool:
    return await bank.named(key, "Smythe-O'Hara", "ohara smythe")


async def cyrillic(bank: Bank, key: str) -> bool:
    return await bank.named(key, "Щёкин", "щекин", "Shchekin")


async def chinese(bank: Bank, key: str) -> bool:
    return await bank.named(key, "欧阳", "雪莹", "ouyang", "Ouyang Xueying")


def currency(code: str) -> Check:
    async def check(bank: Bank, key: str) -> bool:
        held = Agreement.source == SOURCE, Agreement.source_key == key
        one = (await bank.session.scalars(select(Agreement).where(*held))).one()
        return one.currency == code

    return check


async def transferred(bank: Bank, key: str) -> bool:
    card = await bank.card(key)
    return (card.transfers, card.disposition, card.state) == (1, "passed_on", CallState.CLOSED)


async def unfinished(bank: Bank, key: str) -> bool:
    card = await bank.card(key)
    return (card.state, card.completed_at) == (CallState.CLOSED_INCOMPLETE, None) and (
        card.agent is not None
    )


CHECKS: dict[str, Check] = {
    "shared_number_of_eight": eight_share_a_number,
    "vip_with_absent_manager": vip_waits_for_another,
    "guarantor_calls_about_borrower": guarantor_of_a_debtor,
    "anonymous_caller": withheld,
    "own_trunk_number": own_number,
    "fraud_alert": fraud,
    "holding_with_one_overdue_subsidiary": holding,
    "paid_one_hour_ago": paid,
    "promise_due_today": promised,
    "decision_five_minutes_old": decided,
    "told_already": told_already,
    "third_party_answers": third_party,
    "deceased": died,
    "minor": minor,
    "client_in_another_time_zone": far_away,
    "caps_reached": reached_the_caps,
    "two_of_one_name_and_birth_date": twins,
    "name_with_apostrophe": apostrophe,
    "name_with_hyphen": hyphen,
    "name_in_cyrillic": cyrillic,
    "name_in_chinese": chinese,
    "currency_without_decimals": currency("JPY"),
    "currency_with_three_decimals": currency("KWD"),
    "transfer_to_an_expert": transferred,
    "call_lost_in_wrap_up": unfinished,
}


@pytest.fixture
def loading() -> Loading:
    settings = Settings()
    return Loading(
        seal=NumberSeal(throwaway_keyring()),
        region="RU",
        work=read_work_rules(settings.config_dir),
        collecting=read_collection_rules(settings.config_dir),
    )


async def test_every_golden_case_is_in_the_database_and_loading_again_adds_nothing(
    db: Database, clock: FakeClock, tmp_path: Path, loading: Loading
) -> None:
    clock.at = NOW
    made = make_bank(Plan(clients=CLIENTS, as_of=AS_OF), tmp_path / "bank")
    loaded = await load_bank(db, tmp_path / "bank", loading)
    assert loaded.whole
    assert {name: loaded.extra[name] for name in ("profiles", "complaints", "calls")} == {
        name: made.rows[name] for name in ("profiles", "complaints", "calls")
    }
    assert set(CHECKS) == {case for case, _place, _key in CASES}
    async with db.reading() as session:
        bank = Bank(session)
        missed = [case for case, _place, key in CASES if not await CHECKS[case](bank, key)]
        assert missed == []
        real = select(func.count()).where(PhoneNumber.synthetic.is_(False))
        assert await session.scalar(real) == 0
        told = select(func.count()).where(AgentState.activity == Activity.ON_CALL)
        had = select(func.count()).where(CallCard.talk_ms > 0)
        assert await session.scalar(told) == await session.scalar(had) != 0
        homes = await session.scalar(select(func.count()).select_from(PartyAddress))
        assert homes == made.rows["party"]
    await golden.check(db, clock)
    again = await load_bank(db, tmp_path / "bank", loading)
    assert (again.hired, set(again.extra.values())) == (0, {0})
