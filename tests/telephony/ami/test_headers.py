"""The fast ways of reading headers give what the slow rule gives."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.ami.headers import Fields, HeaderReader, is_escaped, unescape

REPOSITORY = Path(__file__).parents[3]
RECORDINGS = sorted((Path(__file__).parents[1] / "recordings").glob("*.ami"))
READ_ALL = REPOSITORY / "bench/data/scenarios_read_all.ami.gz"
C_ESCAPES = dict(zip("\a\b\f\n\r\t\v\\'\"?", "abfnrtv\\'\"?", strict=True))

NAMES = st.sampled_from(["Uniqueid", "CallerIDName", "Value", "Data", "A:b", "", "ChanVariable"])
VALUES = st.text(alphabet='x: \r\n\\"n\0Ж', max_size=12) | st.just("Uniqueid: 666")
LINES = st.tuples(NAMES, st.sampled_from([": ", ":", ""]), VALUES).map("".join)
TEXTS = st.lists(LINES, max_size=8).map(lambda lines: "\r\n".join(["Event: VarSet", *lines]))


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_layouts_read_as_the_rule_does(texts: list[str]) -> None:
    reader = HeaderReader("VarSet")
    for text in texts:
        for _ in range(3):
            assert reader.read(text) == reader.read_lines(text)


@given(TEXTS, st.lists(NAMES | st.just("Event") | st.just("Missing"), max_size=6))
def test_single_fields_are_found_as_the_rule_reads_them(text: str, names: list[str]) -> None:
    reader = HeaderReader("VarSet")
    expected, repeats = reader.read_lines(text)
    for name in [*names, *expected]:
        fields = Fields(reader, text)
        assert fields.get(name) == expected.get(name)
        assert (name in fields) == (name in expected)
    fields = Fields(reader, text)
    assert dict(fields) == expected
    assert len(fields) == len(expected)
    assert fields.repeats == repeats


def test_real_messages_are_read_alike_in_every_way() -> None:
    streams = [path.read_bytes() for path in RECORDINGS] + [gzip.decompress(READ_ALL.read_bytes())]
    readers: dict[str, HeaderReader] = {}
    counted = 0
    for message in (m for stream in streams for m in stream.decode().split("\r\n\r\n")):
        event = message.partition("\r\n")[0].removeprefix("Event: ")
        reader = readers.setdefault(event, HeaderReader(event))
        expected = reader.read_lines(message)
        assert reader.read(message) == expected
        fields = Fields(reader, message)
        assert {name: fields[name] for name in expected[0]} == expected[0]
        counted += 1
    assert counted > 6_000


def test_a_spaced_header_counts_before_an_unspaced_one() -> None:
    fields = Fields(HeaderReader("E"), "Event: E\r\nUniqueid:1\r\nUniqueid: 2")
    assert fields["Uniqueid"] == "2"
    assert dict(fields)["Uniqueid"] == "2"
    assert fields.repeats == (("Uniqueid", "1"),)


def test_printing_fields_shows_no_values() -> None:
    fields = Fields(HeaderReader("E"), "Event: E\r\nCallerIDNum: +79991234567")
    assert "7999" not in repr(fields)


@given(st.text() | st.text(alphabet="\a\b\f\n\r\t\v\\'\"?abn"))
def test_a06_unescape_undoes_what_asterisk_escapes(text: str) -> None:
    escaped = "".join(f"\\{C_ESCAPES[c]}" if c in C_ESCAPES else c for c in text)
    assert unescape(escaped) == text


@pytest.mark.parametrize(("text", "expected"), [("a\\", "a\\"), ("\\x", "x"), ("\\\\n", "\\n")])
def test_odd_escapes(text: str, expected: str) -> None:
    assert unescape(text) == expected


@pytest.mark.parametrize(
    ("event", "name", "escaped"),
    [
        ("Newstate", "CallerIDName", True),
        ("DialBegin", "DestConnectedLineName", True),
        ("LocalBridge", "LocalOneCallerIDName", True),
        ("CoreShowChannel", "ChanVariable", True),
        ("AgentComplete", "DestChanVariable", True),
        ("VarSet", "Value", True),
        ("OriginateResponse", "CallerIDName", False),
        ("QueueEntry", "CallerIDName", False),
        ("Status", "EffectiveConnectedLineName", False),
        ("UserEvent", "Value", False),
        ("Newexten", "AppData", False),
    ],
)
def test_a06_which_headers_asterisk_escapes(event: str, name: str, escaped: bool) -> None:
    """As seen on 22.10.1, each with a name or variable that holds quotes and backslashes."""
    assert is_escaped(event, name) is escaped
