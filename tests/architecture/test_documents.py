"""Documents must not drift from the code."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from config.settings import PREFIX, Settings
from tests.architecture import flows_page, rules_page
from tests.architecture.contract import PAGE, page_with_tables
from tests.architecture.diagrams import STATES, states_document
from tests.architecture.formulas import REPORTS, page_with_formulas

ROOT = Path(__file__).parents[2]
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_state_diagram_is_what_the_table_says() -> None:
    assert STATES.read_text(encoding="utf-8") == states_document()


def test_the_core_banking_contract_is_what_its_table_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page_with_tables(text)


def test_the_formulas_of_reports_are_those_of_the_code() -> None:
    text = REPORTS.read_text(encoding="utf-8")
    assert text == page_with_formulas(text)


def test_the_language_of_rules_is_what_its_tables_say() -> None:
    text = rules_page.PAGE.read_text(encoding="utf-8")
    assert text == rules_page.page_with_tables(text)


def test_the_language_of_flows_is_what_its_tables_say() -> None:
    text = flows_page.PAGE.read_text(encoding="utf-8")
    assert text == flows_page.page_with_tables(text)


@pytest.mark.parametrize("document", ["capabilities.md", "invariants.md"])
def test_every_test_named_in_a_document_exists(document: str) -> None:
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    named = NAMED_TEST.findall(text)
    assert len(named) >= 10
    for file, function in named:
        path = ROOT / file
        assert path.is_file(), file
        if function:
            names = [
                node.name
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
            assert function in names, f"{file}::{function}"


def test_capability_rows_name_a_place_and_a_test() -> None:
    text = (ROOT / "docs" / "capabilities.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if re.match(r"\| [A-F]\d+ ", line)]
    assert rows
    seen = set()
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 4 and all(cells), row
        assert NAMED_TEST.search(cells[3]), row
        assert cells[0] not in seen, f"{cells[0]} stands twice"
        seen.add(cells[0])


@pytest.mark.parametrize("name", ["README.md", "docs/architecture.md", "docs/operations.md"])
def test_files_and_folders_named_in_documents_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for path in re.findall(
        r"`((?:routing|telephony|crm_core|agent_ui|config|docs|tests|bench)/[\w/.]*)`", text
    ):
        assert (ROOT / path).exists(), f"{name} names {path}"
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (ROOT / name).parent.joinpath(target).exists(), f"{name} links to {target}"


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(TELLERLINE_\w+)`", text, re.MULTILINE))
    assert documented == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


@pytest.mark.skipif(shutil.which("git") is None, reason="git tells which files are ours")
def test_repository_names_no_machine() -> None:
    found = subprocess.run(
        ["git", "grep", "-nIE", r"/wor[k]/|/roo[t]/|far[m]-"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""
