"""What a journal must survive: a killed process, a torn line, a full disk, a reader beside it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from routing.decision import Decision
from routing.engine import Engine
from routing.facts import WrapUpFinished
from routing.loop import FileJournal, JournalDamaged
from routing.loop.codec import Undecodable, decode_fact
from tests.routing.house import CLARA, Exchange, House


def recorded(folder: Path, *, segment_bytes: int = 1 << 20) -> tuple[FileJournal, House]:
    """A journal with a served call in it."""
    house = House().open(CLARA)
    exchange = Exchange(house)
    house.arrive(who=())
    call = exchange.answer()
    exchange.hang_up(call)
    house.tell(WrapUpFinished, agent=CLARA, call=call)
    journal = FileJournal(folder, segment_bytes=segment_bytes)
    journal.open_segment(None)
    for fact, decision in zip(house.facts, house.decisions, strict=True):
        journal.append(fact, decision)
    return journal, house


def test_what_was_written_is_read_back_equal(tmp_path: Path) -> None:
    _, house = recorded(tmp_path)
    entries = list(FileJournal(tmp_path).entries())
    assert [entry.fact for entry in entries] == house.facts
    assert [entry.decision for entry in entries] == house.decisions


def test_reader_goes_on_from_any_position(tmp_path: Path) -> None:
    _, house = recorded(tmp_path)
    reader = FileJournal(tmp_path)
    entries = list(reader.entries())
    for index, entry in enumerate(entries):
        rest = list(reader.entries(entry.position))
        assert [later.fact for later in rest] == house.facts[index + 1 :]
    positions = [entry.position for entry in entries]
    assert positions == sorted(positions)


def test_checkpoint_begins_a_segment_and_replaces_all_before_it(tmp_path: Path) -> None:
    journal, house = recorded(tmp_path)
    journal.open_segment(house.engine.dump())
    checkpoint, entries = FileJournal(tmp_path).recover()
    assert checkpoint is not None and entries == []
    restored = Engine.restore(checkpoint)
    assert restored.calls() == house.engine.calls()
    assert restored.agents() == house.engine.agents()
    assert len(list(FileJournal(tmp_path).entries())) == len(house.facts), "older ones stay read"


@pytest.mark.parametrize("lost", [1, 7, 30])
def test_torn_last_line_is_cut_off_and_writing_goes_on(tmp_path: Path, lost: int) -> None:
    journal, house = recorded(tmp_path)
    journal.close()
    file = next(tmp_path.glob("*.journal"))
    os.truncate(file, file.stat().st_size - lost)
    again = FileJournal(tmp_path)
    _, entries = again.recover()
    assert [entry.fact for entry in entries] == house.facts[:-1]
    again.open_segment(None)
    again.append(house.facts[-1], house.decisions[-1])
    assert [entry.fact for entry in again.entries()] == house.facts


def test_line_that_is_being_written_is_not_read_yet(tmp_path: Path) -> None:
    _, house = recorded(tmp_path)
    file = next(tmp_path.glob("*.journal"))
    whole = file.read_bytes()
    file.write_bytes(whole[:-5])
    reader = FileJournal(tmp_path)
    entries = list(reader.entries())
    assert len(entries) == len(house.facts) - 1
    file.write_bytes(whole)
    assert [e.fact for e in reader.entries(entries[-1].position)] == house.facts[-1:]


def test_damage_in_the_middle_is_told_never_skipped(tmp_path: Path) -> None:
    recorded(tmp_path)
    file = next(tmp_path.glob("*.journal"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x01
    file.write_bytes(data)
    with pytest.raises(JournalDamaged):
        FileJournal(tmp_path).recover()


def test_full_disk_is_an_error_and_leaves_no_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, house = recorded(tmp_path)
    file = journal._file
    assert file is not None

    class Full:
        """Takes half of a line, as a full disk does."""

        def __getattr__(self, name: str) -> object:
            return getattr(file, name)

        def write(self, line: bytes) -> int:
            return int(file.write(line[: len(line) // 2]))

    monkeypatch.setattr(journal, "_file", Full())
    with pytest.raises(OSError, match="full"):
        journal.append(house.facts[-1], Decision())
    assert len(list(FileJournal(tmp_path).entries())) == len(house.facts)


def test_segment_fills_up(tmp_path: Path) -> None:
    journal, house = recorded(tmp_path, segment_bytes=500)
    assert journal.is_full()
    journal.open_segment(house.engine.dump())
    assert FileJournal(tmp_path).end() != ""


def test_unknown_kind_of_fact_is_refused() -> None:
    with pytest.raises(Undecodable):
        decode_fact({"!": "SomethingElse", "id": "x", "at": "2026-01-01T00:00:00+00:00"})
    with pytest.raises(Undecodable):
        decode_fact({"!": "WrapUpFinished", "id": "x", "at": "yesterday"})


def test_only_what_is_drained_and_old_is_deleted(tmp_path: Path) -> None:
    journal, house = recorded(tmp_path)
    drained = journal.end()
    for _ in range(3):
        journal.open_segment(house.engine.dump())
    later, earlier = datetime.now(UTC) + timedelta(days=1), datetime.now(UTC) - timedelta(days=1)
    assert journal.prune(drained, untouched_since=later) == 0, "a reader is still in the first"
    assert journal.prune(journal.end(), untouched_since=earlier) == 0, "they are young"
    assert journal.prune(journal.end(), untouched_since=later) == 3
    checkpoint, _ = FileJournal(tmp_path).recover()
    assert checkpoint is not None
    assert Engine.restore(checkpoint).calls() == house.engine.calls()
