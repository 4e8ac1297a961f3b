"""A call centre for the tests of the browser's side, on a SQLite database of its own."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crm_core.database import Database, upgrade
from tests.agent_ui.centre import Centre, Desks, open_centre


@pytest.fixture(scope="session")
def bank_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy, for migrating each test's own takes time."""
    path = tmp_path_factory.mktemp("template") / "bank.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def db(bank_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "bank.db"
    shutil.copy(bank_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    await database.close()


@pytest.fixture
async def centre(db: Database) -> Centre:
    return await open_centre(db, Desks())
