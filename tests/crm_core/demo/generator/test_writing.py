"""The same plan gives the same bytes, on any Python; a batch is what its manifest says."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.corebank.entities import BATCH_ORDER, ENTITIES, EntityName
from crm_core.corebank.manifest import BatchKind, batches_in
from crm_core.demo.generator import build
from crm_core.demo.generator.amounts import decimal, minor
from crm_core.demo.generator.build import plan_bank, write_bank
from crm_core.demo.generator.plan import Locale, Plan, PlanRefused, ProfileName
from crm_core.demo.generator.records import Table
from crm_core.demo.generator.writing import EXTRA, BatchFolder
from crm_core.money import EXPONENTS, Money
from tests.crm_core.demo.generator.conftest import AS_OF, Kept

ROWS = "441122b4deb7ddc422a91c043aa887f99e86f48d515422f7193dcd1038aea3a0"
"""SHA-256 of all rows of the bank below. Only another generator makes it another one: neither
another Python nor another machine. The columns are the generator's, so that a column that the
contract gains does not count.
"""

SMALL = Plan(clients=100, as_of=AS_OF)


def write(plan: Plan, folder: Path) -> BatchFolder:
    sink = BatchFolder(plan, folder)
    write_bank(plan_bank(plan), sink)
    return sink


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*.*")}


def rows_of(plan: Plan) -> str:
    kept, text = Kept(plan_bank(plan)), io.StringIO(newline="")
    write_bank(kept.bank, kept)
    for name, rows in kept.files.items():
        csv.writer(text).writerow([name, *rows[0]])
        csv.writer(text).writerows(row.values() for row in rows)
    return hashlib.sha256(text.getvalue().encode()).hexdigest()


def test_a_bank_has_the_same_rows_forever() -> None:
    assert rows_of(SMALL) == ROWS


def test_the_command_writes_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    """As another process does, with the other spelling of the same size."""
    (tmp_path / "here").mkdir()
    write(SMALL, tmp_path / "here")
    words = ["--out", str(tmp_path / "there"), "--clients", "1000", "--scale", "0.1"]
    done = subprocess.run(
        [sys.executable, "-m", "config", "demo", "generate", *words, "--json"],
        env={**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert bytes_of(tmp_path / "there") == bytes_of(tmp_path / "here")
    told = json.loads(done.stdout)
    assert len(told["rows"]) == build.FILES


@pytest.mark.parametrize(
    "other",
    [
        Plan(clients=100, as_of=AS_OF, seed=43),
        Plan(clients=100, as_of=AS_OF, locale=Locale.RU),
        Plan(clients=100, as_of=AS_OF, profile=ProfileName.EDGE),
        Plan(clients=101, as_of=AS_OF),
    ],
    ids=["seed", "locale", "profile", "size"],
)
def test_another_plan_is_another_bank_with_other_batches(tmp_path: Path, other: Plan) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for plan, folder in ((SMALL, one), (other, two)):
        folder.mkdir()
        write(plan, folder)
    assert bytes_of(one)["party.csv"] != bytes_of(two)["party.csv"]
    assert not {b.batch_id for b in batches_in(one)} & {b.batch_id for b in batches_in(two)}


def test_manifests_tell_rows_sums_and_order(tmp_path: Path) -> None:
    sink = write(Plan(clients=60, as_of=AS_OF), tmp_path)
    batches = batches_in(tmp_path)
    assert tuple(one.entity for one in batches) == BATCH_ORDER
    for one in batches:
        data = one.file.read_bytes()
        assert hashlib.sha256(data).hexdigest() == one.sha256
        assert (one.kind, one.business_date) == (BatchKind.FULL, AS_OF)
        entity = ENTITIES[one.entity]
        header, *rows = csv.reader(data.decode().splitlines())
        assert tuple(header) == entity.header
        assert len(rows) == one.rows == sink.rows[one.entity]
        sums: dict[str, int] = {}
        for row in rows if entity.control else []:
            cells = dict(zip(header, row, strict=True))
            money = Money.parse(cells[str(entity.control)], cells["currency"])
            sums[money.currency] = sums.get(money.currency, 0) + money.minor
        assert sums == one.control_totals
    assert len(list((tmp_path / EXTRA).iterdir())) + len(batches) == build.FILES


def test_columns_that_the_contract_does_not_know_are_refused(tmp_path: Path) -> None:
    sink = BatchFolder(Plan(clients=60, as_of=AS_OF), tmp_path)
    for columns in (("source_key",), (*ENTITIES[EntityName.PARTY].header, "shoe_size")):
        with pytest.raises(ValueError, match="contract"):
            sink.table(Table(EntityName.PARTY, columns, ()))


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(EXPONENTS)))
def test_amounts_are_decimals_that_can_be_read_back(amount: int, currency: str) -> None:
    text = decimal(amount, currency)
    assert Money.parse(text, currency).minor == amount == int(text.replace(".", ""))
    assert minor(3, currency) == Money.parse("3", currency).minor


@pytest.mark.parametrize(
    "wrong",
    [
        {"clients": 19},
        {"clients": 1_000_001},
        {"scale": 99},
        {"scale": 10_001},
        {"as_of": AS_OF.replace(year=1999)},
    ],
)
def test_a_plan_that_makes_no_bank_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(PlanRefused):
        Plan(**{"as_of": AS_OF, **wrong})  # type: ignore[arg-type]


def test_one_blocks_draws_do_not_shift_another(made: Kept) -> None:
    """More managers asked of the staff change who looks after whom, and nothing else."""
    plan = made.bank.plan
    other = Kept(
        plan_bank(Plan(clients=plan.clients, as_of=plan.as_of, managers=("anna", "boris")))
    )
    write_bank(other.bank, other)
    changed = {name for name, rows in made.files.items() if other.files[name] != rows}
    assert changed == {"manager_assignment"}
