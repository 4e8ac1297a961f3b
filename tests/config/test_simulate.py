"""`tellerline simulate` and `tellerline replay` from the command line."""

import csv
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from config.cli import app
from config.failures import Failed
from config.settings import SettingsInvalid
from routing.loop import FileJournal
from tests.routing.house import CLARA, DINA, Exchange, House

DATA = os.environ.get("TELLERLINE_DATA")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALLS = 120


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """Two days, a call a minute, each fifth abandoned, two agents."""
    path = tmp_path / "calls.csv"
    names = ("arrived_at", "queue", "outcome", "waited", "talked", "agent", "customer", "tier")
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for n in range(CALLS):
            at = START + timedelta(days=n // 60, minutes=n % 60)
            left = n % 5 == 4
            writer.writerow(
                {
                    "arrived_at": at.isoformat(),
                    "queue": "cards" if n % 3 else "loans",
                    "outcome": "abandoned" if left else "answered",
                    "waited": 30 if left else n % 25,
                    "talked": "" if left else 70 + n % 30,
                    "agent": "" if left else ("anna", "boris")[n % 2],
                    "customer": f"c{n % 7}",
                    "tier": "A" if n % 7 == 1 else "B",
                }
            )
    return path


def simulate(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["simulate", "calls", *map(str, words)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def written(tmp_path: Path, *words: str | Path) -> dict[str, Any]:
    out = tmp_path / "out.json"
    code, _ = simulate(*words, "--json", out)
    assert code == 0
    told: dict[str, Any] = json.loads(out.read_text())
    return told


def test_the_recorded_days_stand_beside_the_predicted(calls: Path, tmp_path: Path) -> None:
    told = written(tmp_path, "--calls", calls, "--replications", "2")
    assert [one["day"] for one in told["days"]] == ["2026-03-02", "2026-03-03"]
    total = told["total"]
    assert (total["recorded"]["offered"], total["recorded"]["abandoned"]) == (CALLS, 24)
    for side in ("recorded", "predicted"):
        names = {"offered", "answered", "abandoned", "service_level", "mean_wait", "occupancy"}
        assert names <= set(total[side])
        assert total[side]["offered"] == total[side]["answered"] + total[side]["abandoned"]
    assert "base" not in total


def test_a_seed_gives_the_same_file_and_days_can_be_chosen(calls: Path, tmp_path: Path) -> None:
    words = ("--calls", calls, "--from", "2", "--to", "2026-03-03", "--seed", "7")
    one, again = written(tmp_path, *words), written(tmp_path, *words)
    assert one == again
    assert [day["day"] for day in one["days"]] == ["2026-03-03"]
    assert one["seed"] == 7


def test_other_staff_rules_and_skills_are_compared_with_what_was(
    calls: Path, tmp_path: Path
) -> None:
    staff = tmp_path / "staff.yaml"
    staff.write_text("shifts:\n- {from: '09:00', to: '10:30', agents: 6, queues: cards loans}\n")
    told = written(tmp_path, "--calls", calls, "--staff", staff, "--replications", "3")
    mean, low, high = told["total"]["difference"]["mean_wait_all"]
    assert low <= mean <= high < 0, "six agents wait less than two"
    (tmp_path / "rules.yaml").write_text(
        "rules:\n- rule: Loans first\n  when: {tier: A, whose: likeliest}\n  then: {credit: 300}\n"
    )
    by_rules = written(tmp_path, "--calls", calls, "--rules", tmp_path, "--skills", "1")
    assert by_rules["variants"] == ["as_recorded", "asked"]
    by_managers = written(tmp_path, "--calls", calls, "--managers")["total"]
    assert by_managers["predicted"]["manager_rate"] > 0


def test_the_report_is_one_file_in_the_asked_language(calls: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    words = ("--no-priority", "--html", out, "--language", "ru", "--replications", "2")
    code, _ = simulate("--calls", calls, *words)
    text = out.read_text("utf-8")
    assert code == 0
    assert "Уровень сервиса" in text and "<svg" in text and 'lang="ru"' in text
    assert "<script" not in text and "src=" not in text and "href=" not in text


def test_what_cannot_be_taken_is_told_with_its_line(calls: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("arrived_at,queue,outcome,waited\nnoon,cards,answered,1\n")
    with pytest.raises(Failed, match="line 2: arrived_at"):
        simulate("--calls", bad)
    with pytest.raises(Failed, match="no call on these days"):
        simulate("--calls", calls, "--from", "2030-01-01", "--to", "2030-01-02")
    (tmp_path / "staff.csv").write_text("from,to,agents,queues\n9,10,1,cards\n")
    with pytest.raises(Failed, match="row 1: from"):
        simulate("--calls", calls, "--staff", tmp_path / "staff.csv")
    (tmp_path / "rules.yaml").write_text("rules:\n- rule: x\n  then: {queue: nowhere}\n")
    with pytest.raises(SettingsInvalid, match="line 3: no_queue nowhere"):
        simulate("--calls", calls, "--rules", tmp_path)
    assert simulate("--calls", calls, "--from", "monday")[0] == 2
    assert simulate("--calls", tmp_path / "none.csv")[0] == 2


# ── Replay ──────────────────────────────────────────────────────────────────────────────────


def journal_of(folder: Path, *, segment_bytes: int = 4_000) -> int:
    """A morning in a journal of several segments; how many facts it has."""
    house = House().open(CLARA, DINA)
    exchange = Exchange(house)
    for n in range(6):
        call = house.arrive(f"c{n}", who=())
        exchange.answer()
        house.wait(30)
        exchange.hang_up(call)
        house.wait(200)
    journal = FileJournal(folder, segment_bytes=segment_bytes)
    journal.open_segment(None)
    for fact, decision in zip(house.facts, house.decisions, strict=True):
        if journal.is_full():
            journal.open_segment(None)
        journal.append(fact, decision)
    journal.close()
    return len(house.facts)


def replayed(path: Path) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["replay", str(path), "--json"])
    if result.exception is not None:
        raise result.exception
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_a_journal_replays_to_the_same_hash_however_it_is_cut(tmp_path: Path) -> None:
    facts = journal_of(tmp_path / "one")
    journal_of(tmp_path / "two", segment_bytes=1_000_000)
    assert len(list((tmp_path / "one").glob("*.journal"))) > 1
    one, two = replayed(tmp_path / "one"), replayed(tmp_path / "two")
    assert one == two == replayed(tmp_path / "two" / "00000001.journal")
    assert (one["facts"], one["differences"]) == (facts, 0)
    assert len(one["hash"]) == 64


def test_a_journal_s_calls_can_be_simulated(tmp_path: Path) -> None:
    journal_of(tmp_path / "j")
    told = written(tmp_path, "--journal", tmp_path / "j", "--replications", "1")
    assert told["total"]["recorded"]["answered"] == told["total"]["predicted"]["answered"] == 6
    assert simulate("--journal", tmp_path / "j", "--calls", tmp_path / "out.json")[0] == 2
    (tmp_path / "empty").mkdir()
    with pytest.raises(Failed, match="no call"):
        simulate("--journal", tmp_path / "empty")


def test_a_torn_last_line_is_left_out_and_damage_is_refused(tmp_path: Path) -> None:
    facts = journal_of(tmp_path / "j", segment_bytes=1_000_000)
    (segment,) = (tmp_path / "j").glob("*.journal")
    data = segment.read_bytes()
    segment.write_bytes(data[:-5])
    assert replayed(tmp_path / "j")["facts"] == facts - 1
    segment.write_bytes(data[:200] + b"!" + data[201:])
    with pytest.raises(Failed, match="damaged"):
        replayed(tmp_path / "j")


@pytest.mark.skipif(DATA is None, reason="TELLERLINE_DATA names no folder of public data sets")
def test_a_bank_s_day_is_predicted_near_to_what_was_recorded(tmp_path: Path) -> None:
    """Day 2 of a bank's call log, 2,200 calls: abandons and waits within a fifth."""
    log = Path(str(DATA)) / "bank_calls" / "august_days_01_20.csv"
    told = written(tmp_path, "--calls", log, "--from", "2", "--to", "2", "--replications", "2")
    recorded, predicted = told["total"]["recorded"], told["total"]["predicted"]
    assert recorded["offered"] == predicted["offered"] > 2_000
    for figure in ("answered", "abandoned", "mean_wait"):
        assert predicted[figure] == pytest.approx(recorded[figure], rel=0.2)
    assert predicted["service_level"] == pytest.approx(recorded["service_level"], abs=0.06)
