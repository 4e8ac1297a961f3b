"""The board's thresholds: read from a file, or refused with the place that is wrong."""

from pathlib import Path

import pytest

from agent_ui.thresholds import NEVER, Levels
from config.board import read_board
from config.queueing import read_queues
from config.settings import PACKAGE, SettingsInvalid

QUEUES = ("service", "cards")


def write(folder: Path, text: str) -> Path:
    (folder / "board.yaml").write_text(text, "utf-8")
    return folder


def test_what_a_queue_leaves_out_is_as_usual(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "usual: {waiting: {yellow: 3, red: 6}, least: 20}\n"
        "queues: {cards: {waiting: {red: 2}, available: {yellow: 2}}}\n",
    )
    thresholds = read_board(folder, queues=QUEUES)
    assert thresholds.of("service").waiting == Levels(yellow=3, red=6)
    assert thresholds.of("cards").waiting == Levels(red=2)
    assert thresholds.of("cards").available == Levels(yellow=2)
    assert thresholds.of("cards").least == 20
    assert thresholds.of("cards").longest_wait == NEVER


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("usual: {waiting: {yellow: 6, red: 3}}", "waiting: red comes before yellow"),
        ("usual: {service_level: {yellow: 70, red: 80}}", "service_level: red comes before yellow"),
        ("usual: {abandon_rate: {red: 101}}", "at most 100 percent"),
        ("usual: {longest: {red: 10}}", "usual.longest"),
        ("usual: {waiting: {red: -1}}", "usual.waiting.red"),
        ("queues: {loans: {least: 5}}", "there is no queue loans"),
        ("usual: [", "board.yaml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        read_board(write(tmp_path, text), queues=QUEUES)
    assert said in refused.value.errors[0]


def test_without_a_file_nothing_warns(tmp_path: Path) -> None:
    assert read_board(tmp_path, queues=QUEUES).of("service").waiting == NEVER


def test_the_shipped_file_is_right() -> None:
    queues = [queue.queue for queue in read_queues(PACKAGE).queues]
    assert read_board(PACKAGE, queues=queues).usual.least == 10
