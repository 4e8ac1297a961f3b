"""The shipped rules of status and tier, put to a generated bank, give the shares that it was made
to have: A, B, C and D near 4, 9, 27 and 46 % of its clients."""

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.client_rules import read_client_rules
from config.settings import Settings
from crm_core.clients.evaluating import evaluate_all
from crm_core.corebank.entities import EntityName
from crm_core.corebank.loading import LoadOptions, load
from crm_core.corebank.manifest import batches_in
from crm_core.database import Database
from crm_core.demo.generator.build import plan_bank, write_bank
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.writing import BatchFolder
from crm_core.models import Party
from crm_core.sealing import NumberSeal, throwaway_keyring
from tests.crm_core.conftest import FakeClock
from tests.crm_core.demo.generator.conftest import AS_OF, CLIENTS

_E = EntityName
COUNTED = (
    *(_E.PRODUCT, _E.PARTY, _E.AGREEMENT, _E.AGREEMENT_PARTY, _E.ARREARS, _E.BALANCE, _E.ENTRY),
)
"""What status and tier follow from."""

TIERS = {"A": 4, "B": 9, "C": 27, "D": 46}
STATUSES = {"new": 6, "active": 72, "inactive": 14, "closed": 2}
"""Per cent of the clients."""

NEAR = 4


async def nothing(_done: int) -> None:
    """Nobody watches."""


@pytest.fixture
async def bank(tmp_path: Path, sqlite_template: Path, clock: FakeClock) -> Database:
    """A bank of 2,000 clients, without what neither status nor tier depends on."""
    shutil.copy(sqlite_template, tmp_path / "bank.db")
    db = Database(f"sqlite:///{tmp_path / 'bank.db'}", clock=clock)
    folder, plan = tmp_path / "bank", Plan(clients=CLIENTS, as_of=AS_OF)
    folder.mkdir()
    write_bank(plan_bank(plan), BatchFolder(plan, folder))
    seal = NumberSeal(throwaway_keyring())
    for batch in batches_in(folder):
        if batch.entity in COUNTED:
            await load(db, batch, seal=seal, options=LoadOptions())
    return db


async def test_shares_of_tiers_and_statuses_are_near_those_of_the_plan(bank: Database) -> None:
    rules = read_client_rules(Settings().config_dir)
    await evaluate_all(bank, AS_OF - timedelta(days=1), nothing, rules=rules)
    async with bank.reading() as session:
        clients = Party.source_key.startswith("c")
        found = (await session.execute(select(Party.tier, Party.status).where(clients))).all()
    await bank.close()
    assert len(found) == CLIENTS
    for counted, wanted in (
        (Counter(tier for tier, _status in found), TIERS),
        (Counter(status.value for _tier, status in found), STATUSES),
    ):
        shares = {code: 100 * counted[code] / CLIENTS for code in wanted}
        off = {code: one for code, one in shares.items() if abs(one - wanted[code]) > NEAR}
        assert off == {}
