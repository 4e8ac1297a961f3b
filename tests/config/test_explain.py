"""`tellerline explain`: the story of a call from the journal alone."""

import json
from pathlib import Path

from typer.testing import CliRunner

from config.cli import app
from tests.routing.test_moments import busy_house, written

RUN = CliRunner()


def test_every_agent_is_told_with_what_kept_him(tmp_path: Path) -> None:
    journal = written(busy_house(), tmp_path / "journal")
    done = RUN.invoke(app, ["explain", "second", "--journal", str(journal), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    [offer] = told["offers"]
    assert {one["name"]: one["why"] for one in offer["agents"]} == {
        "Anna": "not_ready",
        "Boris": "on_call",
        "Clara": None,
        "Dina": "idle_shorter",
    }
    assert told["steps"][0] == {
        "who": "The client's managers, in their order: Anna, Boris",
        "opens": "at once",
    }


def test_people_read_it_in_their_language(tmp_path: Path) -> None:
    journal = written(busy_house(), tmp_path / "journal")
    done = RUN.invoke(app, ["explain", "second", "--journal", str(journal), "--language", "ru"])
    assert "Закреплённые менеджеры, по порядку: Anna, Boris (сразу)" in done.output
    assert "ждёт звонка меньше" in done.output


def test_a_call_that_the_journal_does_not_know_is_a_failure(tmp_path: Path) -> None:
    journal = written(busy_house(), tmp_path / "journal")
    done = RUN.invoke(app, ["explain", "third", "--journal", str(journal)])
    assert done.exit_code != 0
