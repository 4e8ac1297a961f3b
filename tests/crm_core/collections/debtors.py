"""Debtors for the tests: loans that are overdue, nights over them, and the shipped rules."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from config.collecting import read_collection_rules
from crm_core.bank.business_day import take_all
from crm_core.bank.loans import pay, take_back
from crm_core.collections.cases import Seen
from crm_core.collections.nightly import run
from crm_core.database import Database
from crm_core.models import CollectionCase, Promise, Role
from crm_core.staff.employees import Employee
from routing.ids import AgentId, PartyId
from tests.crm_core.bank.offers import TODAY, credited, lent, reversed_entry
from tests.crm_core.conftest import FakeClock, hired, person

RULES = read_collection_rules(Path(__file__).parents[3] / "config")
DAY = timedelta(days=1)
INSTALMENT = 11_200
"""What the first instalment of a loan of the tests asks for."""


async def nothing(_done: int) -> None:
    """Nobody watches the progress."""


async def night(db: Database, on: date = TODAY) -> Mapping[str, int]:
    """The close of a business date: arrears, then cases."""
    await take_all(db, on=on, progress=nothing)
    return await run(db, on=on, progress=nothing, rules=RULES)


async def debtor(db: Database, *, days: int = 12, name: str = "Debtor") -> tuple[PartyId, str]:
    """A party with a loan whose first instalment is so many days past due on TODAY."""
    party = await person(db, name)
    async with db.unit_of_work() as session:
        return party, await lent(session, party, first_due_on=TODAY - days * DAY)


async def paid(db: Database, loan: str, minor: int, *, on: date = TODAY) -> str:
    """Money that came for the loan. The entry."""
    async with db.unit_of_work() as session:
        entry = await credited(session, loan, minor, on=on)
        await pay(session, entry)
        return entry


async def bounced(db: Database, entry: str) -> None:
    """The payment was taken back."""
    async with db.unit_of_work() as session:
        await take_back(session, await reversed_entry(session, entry))


async def case_of(db: Database, party: PartyId) -> CollectionCase:
    """The party's newest case."""
    async with db.reading() as session:
        newest = select(CollectionCase).where(CollectionCase.party == party)
        return (await session.scalars(newest.order_by(CollectionCase.id.desc()).limit(1))).one()


async def promises_of(db: Database, case: str) -> list[Promise]:
    async with db.reading() as session:
        mine = select(Promise).where(Promise.case == case).order_by(Promise.id)
        return list(await session.scalars(mine))


async def seen(db: Database, party: PartyId, by: AgentId, *, on: date = TODAY) -> Seen:
    """The party's case as somebody sees it now."""
    case = await case_of(db, party)
    return Seen(case=case.id, version=case.row_version, by=by, on=on)


async def collector(db: Database, name: str = "kira", role: Role = Role.COLLECTOR) -> Employee:
    return await hired(db, name, role)


def at_noon(clock: FakeClock, on: date) -> None:
    """Let the clock show noon of the day, or a second later if it is past that."""
    noon = clock.at.replace(year=on.year, month=on.month, day=on.day, hour=12, minute=0, second=0)
    clock.at = max(noon, clock.at + timedelta(seconds=1))
