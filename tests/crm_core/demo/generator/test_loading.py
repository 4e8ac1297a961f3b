"""What is generated can be loaded by the product's own importer, without one refused row."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from config.demo_staff import hire_staff
from crm_core.bank.holdings import agreements_of
from crm_core.bank.reveal import Look
from crm_core.corebank.loading import LoadOptions, load
from crm_core.corebank.manifest import batches_in
from crm_core.database import Database
from crm_core.demo.generator.build import plan_bank, write_bank
from crm_core.demo.generator.plan import Plan, ProfileName
from crm_core.demo.generator.writing import BatchFolder
from crm_core.models import Party
from crm_core.sealing import NumberSeal, throwaway_keyring
from routing.ids import AgentId
from tests.crm_core.demo.generator.conftest import AS_OF

CLIENTS = 60


@pytest.mark.parametrize("profile", list(ProfileName))
async def test_every_profile_is_loaded_whole(
    db: Database, tmp_path: Path, profile: ProfileName
) -> None:
    plan = Plan(clients=CLIENTS, as_of=AS_OF, profile=profile)
    sink = BatchFolder(plan, tmp_path)
    write_bank(plan_bank(plan), sink)
    async with db.unit_of_work() as session:
        assert await hire_staff(session, tmp_path) == sink.rows["staff"]
        assert await hire_staff(session, tmp_path) == 0
    seal = NumberSeal(throwaway_keyring())
    for batch in batches_in(tmp_path):
        report = await load(db, batch, seal=seal, options=LoadOptions())
        told = (report.problem, report.refused, report.parked, report.errors)
        assert told == (None, 0, 0, ()), batch.entity
        assert report.stored == sink.rows[batch.entity]
    async with db.reading() as session:
        parties = await session.scalar(select(func.count()).select_from(Party))
        borrower = await session.scalar(
            select(Party.id).where(Party.source_key == "golden-borrower")
        )
        assert borrower
        look = Look(viewer=AgentId("test"), reason="test")
        held = await agreements_of(session, borrower, look)
    assert parties == sink.rows["party"]
    (loan,) = [one for one in held if one.kind == "loan"]
    assert loan.standing
    assert loan.standing.dpd == 75
