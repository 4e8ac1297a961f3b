"""A fake core bank, and loading what it tells."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.corebank.loading import LoadOptions, Report, load
from crm_core.corebank.manifest import Manifest
from crm_core.database import Database
from crm_core.models import Base
from crm_core.sealing import NumberSeal, throwaway_keyring
from tests.crm_core.corebank.fake_bank import FakeBank

Load = Callable[..., Awaitable[Report]]
SEAL = NumberSeal(throwaway_keyring())


@pytest.fixture
def bank(tmp_path: Path) -> FakeBank:
    folder = tmp_path / "bank"
    folder.mkdir()
    return FakeBank(folder)


@pytest.fixture
def loading(db: Database) -> Load:
    async def loading(manifest: Manifest, **options: Any) -> Report:
        return await load(db, manifest, seal=SEAL, options=LoadOptions(**options))

    return loading


async def stored(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that hold bank facts, without times of our own and random seals."""
    ours = {
        "created_at",
        "updated_at",
        "synced_at",
        "as_of",
        "number_sealed",
        "batch",
        "row_version",
    }
    told: dict[str, list[tuple[Any, ...]]] = {}
    async with db.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name in FACTS:
                columns = [one for one in table.columns if one.name not in ours]
                rows = await session.execute(select(*columns))
                told[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return told


FACTS = frozenset(
    [
        "party",
        "person",
        "organisation",
        "phone_number",
        "party_phone",
        "product",
        "product_version",
        "agreement",
        "agreement_party",
        "loan",
        "loan_schedule",
        "instalment",
        "arrears_snapshot",
        "balance",
        "ledger_entry",
        "bank_card",
        "mirror",
        "search_term",
    ]
)
