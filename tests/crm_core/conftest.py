"""Storage for the tests of crm_core: each one runs on SQLite and on PostgreSQL alike."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm_core.database import Database, upgrade
from crm_core.models import PhoneRole, Role
from crm_core.parties.records import PartyFacts, PersonName, add_person, add_phone
from crm_core.staff.employees import Employee, hire
from crm_core.staff.passwords import PasswordOptions
from crm_core.staff.signin import SignIn, SignInOptions
from routing.ids import PartyId
from tests.parts.postgres import Cluster, Reused

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@dataclass(slots=True)
class FakeClock:
    """A clock that stands still until it is moved."""

    at: datetime = field(default=START)

    def now(self) -> datetime:
        return self.at

    def pass_(self, **duration: float) -> None:
        self.at += timedelta(**duration)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy, for migrating each test's own takes time."""
    path = tmp_path_factory.mktemp("template") / "bank.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def reused(postgres: Cluster) -> Reused:
    """A migrated database on the server, which each test leaves as it found it."""
    template = postgres.fresh()
    upgrade(template)
    return Reused(postgres, template.rpartition("/")[2])


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.fresh()
    yield url
    cluster.drop(url)


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all tables and no rows."""
    if request.param == "sqlite":
        path = tmp_path / "bank.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    database: Reused = request.getfixturevalue("reused")
    yield database.url
    database.clean()


@pytest.fixture
async def db(url: str, clock: FakeClock) -> AsyncIterator[Database]:
    database = Database(url, clock=clock)
    yield database
    await database.close()


async def hired(db: Database, username: str, role: Role = Role.MANAGER) -> Employee:
    """An employee who does not sign in."""
    async with db.unit_of_work() as session:
        return await hire(
            session,
            username,
            name=username.title(),
            role=role,
            language="en",
            password_hash="none",
            by="test",
        )


CHEAP = PasswordOptions(passes=1, memory_kib=8, lanes=1)
"""Hashes that cost nothing, for tests that are not about their cost."""


def signing_in(db: Database, clock: FakeClock, **options: Any) -> SignIn:
    return SignIn(db, clock, SignInOptions(passwords=CHEAP, **options))


async def person(
    db: Database, name: str, *numbers: str, role: PhoneRole = PhoneRole.MOBILE
) -> PartyId:
    async with db.unit_of_work() as session:
        party = await add_person(
            session, PersonName(family=name, given=""), PartyFacts(), by="test"
        )
        for rank, number in enumerate(numbers, start=1):
            await add_phone(session, party, number, region="RU", role=role, rank=rank)
        return party
