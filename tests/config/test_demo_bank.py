"""The demo's bank: by hand and made up, loaded once, the same after the next start."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console
from sqlalchemy import func, select

from config import demo
from config.demo_bank import make_bank
from config.demo_generate import run_generate
from config.demo_staff import run_hire
from config.failures import Failed
from config.settings import Settings
from crm_core.database import Database, upgrade
from crm_core.demo.bank import CLIENTS
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.writing import SOURCE
from crm_core.models import Party, PhoneNumber, SyncBatch

PLAN = Plan(clients=20, as_of=date(2026, 3, 2))


async def parties(db: Database) -> dict[str, int]:
    async with db.reading() as session:
        counted = select(Party.source, func.count()).group_by(Party.source)
        found = await session.execute(counted)
        return {str(source): int(count) for source, count in found}


async def test_demo_has_its_own_clients_and_a_crowd_and_a_start_adds_none(
    tmp_path: Path,
) -> None:
    settings = Settings(state_dir=tmp_path)
    upgrade(settings.database)
    bank = await demo.open_demo(settings, crowd=40)
    assert {one.username for one in bank.employees} >= {"anna", "boris"}
    db = Database(settings.database)
    try:
        first = await parties(db)
        assert first["demo"] == len(CLIENTS)
        assert first[SOURCE] > 40
        async with db.reading() as session:
            real = select(func.count()).where(PhoneNumber.synthetic.is_(False))
            assert await session.scalar(real) == 0
            taken = await session.execute(select(SyncBatch.entity, SyncBatch.state))
            assert {state for _entity, state in taken} == {"loaded"}
        await demo.open_demo(settings, crowd=40)
        assert await parties(db) == first
    finally:
        await db.close()


def test_a_bank_is_made_into_an_empty_folder_only(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(Failed, match="not empty"):
        make_bank(PLAN, tmp_path / "full")
    assert (tmp_path / "full" / "letter.txt").read_text() == "mine"
    made = make_bank(PLAN, tmp_path / "new" / "bank")
    assert made.rows["party"] > PLAN.size
    assert (tmp_path / "new" / "bank" / "party.csv").exists()


def test_a_bank_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    def stop(file: str, _rows: int) -> None:
        if file == "loan":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_bank(PLAN, tmp_path / "bank", stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"scale": "2"},
        {"scale": "0.001"},
        {"scale": "nan"},
        {"scale": "half"},
        {"clients": 19},
        {"locale": "xx"},
        {"profile": "calm"},
        {"as_of": date(1999, 1, 1)},
    ],
)
def test_words_that_make_no_bank_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    right = {"clients": 20, "seed": 1, "as_of": PLAN.as_of, "locale": "mix", "scale": "1"}
    words = {**right, "profile": "demo", "as_json": True, **wrong}
    with pytest.raises(typer.BadParameter):
        run_generate(Console(), tmp_path / "bank", **words)
    assert list(tmp_path.iterdir()) == []


def test_staff_is_hired_from_a_generated_folder_only(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    with pytest.raises(Failed, match="cannot be read"):
        run_hire(settings, tmp_path)
    make_bank(PLAN, tmp_path / "bank")
    assert run_hire(settings, tmp_path / "bank") > 0
    assert run_hire(settings, tmp_path / "bank") == 0
    (tmp_path / "bank" / "extra" / "staff.csv").write_text("name\nsomebody\n")
    with pytest.raises(Failed, match="no list"):
        run_hire(settings, tmp_path / "bank")
