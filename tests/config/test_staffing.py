"""`tellerline staffing`: the figures of the formulas, as a program reads them."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from config.commands.staffing import app


def told(*words: str) -> Any:
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


LOAD = ("--calls-per-hour", "200", "--aht", "180", "--target", ".8", "--within", "20")


def test_agents_by_erlang_c() -> None:
    found = told(*LOAD)
    assert (found["agents"], found["model"], found["erlangs"]) == (14, "erlang_c", 10)
    assert found["service_level"] == pytest.approx(0.88835, abs=1e-5)
    assert found["asa"] == pytest.approx(7.835937, abs=1e-6)
    assert found["erlang_a"] is None


def test_agents_by_erlang_a() -> None:
    found = told(*LOAD, "--patience", "120")
    assert (found["agents"], found["model"]) == (12, "erlang_a")
    assert found["abandon_rate"] == pytest.approx(0.0616, abs=1e-4)
    assert found["erlang_c"]["agents"] == 14


def test_what_a_number_of_agents_makes_of_it() -> None:
    found = told(*LOAD, "--agents", "10", "--patience", "120")
    assert found["asked"]["erlang_c"]["asa"] is None
    assert found["asked"]["erlang_a"]["agents"] == 10


def test_people_are_away_too() -> None:
    assert told(*LOAD, "--shrinkage", ".3")["planned"] == 20


def test_a_table_for_people() -> None:
    done = CliRunner().invoke(app, LOAD)
    assert done.exit_code == 0
    assert "Erlang C" in done.output
    assert "88.8%" in done.output


@pytest.mark.parametrize("wrong", [("--target", "1.5"), ("--aht", "0"), ("--calls-per-hour", "x")])
def test_what_makes_no_sense_is_wrong_use(wrong: tuple[str, str]) -> None:
    assert CliRunner().invoke(app, [*LOAD, *wrong]).exit_code == 2
