"""Reading calls of somebody else's: what counts, what is left out, and what is refused, by line."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_core.whatif import reading
from crm_core.whatif.calls import CallsRefused, Outcome
from crm_core.whatif.reading import read_calls
from tests.crm_core.whatif.making import LOG, LOG_HEAD, file

PLAIN = "arrived_at,queue,outcome,waited,talked,agent,customer,tier,manager\n"


def refused(path: Path) -> list[str]:
    with pytest.raises(CallsRefused) as caught:
        read_calls(path)
    return caught.value.lines


def test_a_log_is_read_by_what_happened_at_the_queue(tmp_path: Path) -> None:
    read = read_calls(file(tmp_path, LOG))
    assert read.left_out == {"ended_in_self_service": 1, "phantom": 1}
    first, second, third, _, last = read.calls
    assert first.arrived_at == datetime(2026, 3, 2, 10, 0, 6, tzinfo=UTC)
    assert (first.queue, first.outcome, first.waited, first.talked, first.agent) == (
        "ps",
        Outcome.ANSWERED,
        42,
        96,
        "vicky",
    )
    assert [one.tier for one in first.candidates] == ["A"]
    assert (second.outcome, second.waited, second.talked) == (Outcome.ABANDONED, 60, None)
    assert (third.waited, third.candidates, third.number) == (0, (), None)
    assert last.arrived_at == datetime(2026, 3, 3, 0, 0, 5, tzinfo=UTC)
    assert last.day == date(2026, 3, 2), "the evening ends after midnight"


def test_a_talk_of_ten_hours_is_not_believed(tmp_path: Path) -> None:
    long = read_calls(file(tmp_path, LOG)).calls[3]
    assert long.outcome is Outcome.ANSWERED
    assert long.talked is None


def test_our_own_form_keeps_its_offset_and_its_managers(tmp_path: Path) -> None:
    text = PLAIN + "2026-03-02T23:30:00+03:00,cards,answered,12.5,80,anna,77,gold,boris\n"
    (call,) = read_calls(file(tmp_path, "\ufeff" + text)).calls
    assert call.day == date(2026, 3, 2)
    assert (call.waited, call.talked) == (12.5, 80)
    assert [(one.tier, one.managers) for one in call.candidates] == [("gold", ("boris",))]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("2026-03-02T23:30:00,cards,answered,1,,,,,", "arrived_at"),
        ("yesterday,cards,answered,1,,,,,", "arrived_at"),
        ("2026-03-02T23:30:00Z,,answered,1,,,,,", "queue: is empty"),
        ("2026-03-02T23:30:00Z,cards,lost,1,,,,,", "outcome"),
        ("2026-03-02T23:30:00Z,cards,answered,-1,,,,,", "waited"),
        ("2026-03-02T23:30:00Z,cards,answered,nan,,,,,", "waited"),
        ("2026-03-02T23:30:00Z,cards,answered,1,1e99,,,,", "talked"),
        ("2026-03-02T23:30:00Z,ca rds,answered,1,,,,,", "queue"),
        ("2026-03-02T23:30:00Z,cards,answered,1,,<b>,,,", "agent"),
    ],
)
def test_a_bad_cell_is_told_with_its_line(tmp_path: Path, cells: str, said: str) -> None:
    good = "2026-03-02T09:00:00Z,cards,answered,1,,,,,"
    (line,) = refused(file(tmp_path, f"{PLAIN}{good}\n{cells}\n"))
    assert line.startswith("line 3: ")
    assert said in line


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("date", "2026-02-30"),
        ("q_start", "25:00:00"),
        ("q_start", "10:00"),
        ("q_time", "-5"),
        ("q_time", "99999999"),
        ("type", "ps;drop"),
        ("outcome", "GONE"),
        ("priority", "9"),
        ("server", "'; --"),
    ],
)
def test_a_bad_cell_of_a_log_is_told_with_its_line(tmp_path: Path, column: str, text: str) -> None:
    rows = list(csv.DictReader(io.StringIO(LOG)))
    rows[0][column] = text
    out = io.StringIO()
    writer = csv.DictWriter(out, LOG_HEAD.split(","))
    writer.writeheader()
    writer.writerows(rows)
    (line,) = refused(file(tmp_path, out.getvalue()))
    assert line.startswith(f"line 2: {column}: ")


def test_what_is_no_such_file_at_all_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "heading lacks columns" in refused(file(tmp_path, "a,b\n1,2\n"))[0]
    assert refused(file(tmp_path, "")) == ["the file has no call"]
    assert refused(file(tmp_path, PLAIN)) == ["the file has no call"]
    assert refused(file(tmp_path, PLAIN.encode() + b"\xff\xfe")) == ["the file is not UTF-8"]
    assert "more or fewer cells" in refused(file(tmp_path, PLAIN + "2026-03-02T09:00Z,a\n"))[0]
    assert "longer than" in refused(file(tmp_path, LOG + "A" * 300 + "," * 16 + "\n"))[0]
    assert "cannot be read" in refused(tmp_path / "none.csv")[0]
    monkeypatch.setattr(reading, "LARGEST_FILE", 100)
    assert "larger" in refused(file(tmp_path, LOG))[0]


def test_a_line_end_within_quotes_is_part_of_its_cell(tmp_path: Path) -> None:
    broken = PLAIN + '2026-03-02T09:00:00Z,"ca\nrds",answered,1,,,,,\n'
    (line,) = refused(file(tmp_path, broken))
    assert line.startswith("line 3: queue")


def test_of_many_bad_lines_twenty_are_told(tmp_path: Path) -> None:
    lines = refused(file(tmp_path, PLAIN + "x,cards,answered,1,,,,,\n" * 500))
    assert len(lines) == 20


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300), at=st.integers(0, len(LOG)))
def test_no_garbage_breaks_it(tmp_path: Path, data: bytes, at: int) -> None:
    whole = LOG.encode()
    path = file(tmp_path, whole[:at] + data + whole[at:])
    try:
        read = read_calls(path)
    except CallsRefused as error:
        assert error.lines
    else:
        assert read.calls
