"""`tellerline bank import`: reports and exit codes, as an operator's script sees them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crm_core.corebank.camt.statements import details, entry, statement
from tests.crm_core.corebank.fake_bank import FakeBank, client


def imported(state: Path, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and report of an import into the database of that state folder."""
    environment = {**os.environ, "TELLERLINE_STATE_DIR": str(state)}
    command = [sys.executable, "-m", "config", "bank", "import", "--json", *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else []


@pytest.fixture
def bank(tmp_path: Path) -> FakeBank:
    folder = tmp_path / "bank"
    folder.mkdir()
    return FakeBank(folder)


def test_a_folder_goes_in_and_statements_pay_its_loan(tmp_path: Path, bank: FakeBank) -> None:
    bank.whole()
    code, reports = imported(tmp_path, str(bank.folder))
    assert code == 0
    assert [one["stored"] for one in reports] == [1, 1, 1, 1, 1, 1, 3, 1]
    folder = tmp_path / "statements"
    folder.mkdir()
    told = statement([entry("1030.00", details(reference="pay-1"))])
    (folder / "1.xml").write_text(told, encoding="utf-8")
    (folder / "2.xml").write_text("<!DOCTYPE a>" + told[38:], encoding="utf-8")
    code, reports = imported(tmp_path, "--format", "camt053", str(folder))
    assert [(one["booked"], bool(one["problem"])) for one in reports] == [(1, False), (0, True)]
    assert code == 1


def test_a_refused_batch_is_told_by_the_exit_code(tmp_path: Path, bank: FakeBank) -> None:
    bank.batch("party", [client(birth_date="never")])
    code, (report,) = imported(tmp_path, str(bank.folder))
    assert (code, report["problem"]) == (1, "too_many_bad_rows")
    assert report["errors"] == [{"line": 2, "column": "birth_date", "reason": "date"}]


def test_an_empty_folder_and_a_broken_manifest_are_failures(tmp_path: Path, bank: FakeBank) -> None:
    assert imported(tmp_path, str(bank.folder))[0] == 1
    (bank.folder / "manifest.json").write_text("{}")
    assert imported(tmp_path, str(bank.folder))[0] == 1
    assert imported(tmp_path, str(bank.folder / "none"))[0] == 2
