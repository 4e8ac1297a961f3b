"""The decoder alone: bytes in, messages out."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.ami.messages import AmiEvent, Response
from telephony.ami.wire import MAX_NAMES, Decoder

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BANNER = b"Asterisk Call Manager/11.0.0\r\n"
RECORDINGS = sorted((Path(__file__).parents[1] / "recordings").glob("*.ami"))
SMALL = 2_000

Out = list[AmiEvent | Response]


def decode(*chunks: bytes, decoder: Decoder | None = None) -> Out:
    decoder = decoder or Decoder()
    return [m for chunk in (BANNER, *chunks) for m in decoder.feed(chunk, AT)]


def one(data: bytes) -> AmiEvent:
    (event,) = decode(data)
    assert isinstance(event, AmiEvent)
    return event


SAMPLE = (
    BANNER
    + "Response: Success\r\nActionID: 7\r\nMessage: Originate successfully queued\r\n\r\n"
    "Event: Newchannel\r\nPrivilege: call,all\r\nCallerIDName: Иванов 王\r\nAccountCode: \r\n"
    "Uniqueid: pbx1-1.2\r\n\r\n"
    "\r\nEvent:Hangup\r\nCause:16\r\nCause-txt: Normal: Clearing\r\nno colon here\r\n\r\n"
    "Nonsense: 1\r\n\r\n"
    "Event: UserEvent\r\nUniqueid: pbx1-1.2\r\nUserEvent: Foo\r\nData: a\nb\rc\0d\r\n"
    "Uniqueid: 666\r\n\r\n".encode()
    + b"Event: Bad\r\nName: \xff\xfe\xd0\r\n\r\n"
)


def test_whatever_the_cut_in_two_the_messages_are_the_same() -> None:
    whole = Decoder().feed(SAMPLE, AT)
    assert len(whole) == 5
    for cut in range(len(SAMPLE) + 1):
        decoder = Decoder()
        assert decoder.feed(SAMPLE[:cut], AT) + decoder.feed(SAMPLE[cut:], AT) == whole, cut


def test_byte_by_byte_gives_the_same_messages() -> None:
    decoder = Decoder()
    found = [m for i in range(len(SAMPLE)) for m in decoder.feed(SAMPLE[i : i + 1], AT)]
    assert found == Decoder().feed(SAMPLE, AT)
    assert (decoder.malformed, decoder.undecodable) == (1, 1)


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda p: p.stem)
def test_recordings_split_at_every_byte(path: Path) -> None:
    """Each cut of a real stream yields the same; each cut tried in the first messages."""
    stream = path.read_bytes()
    if not stream.startswith(b"Asterisk Call Manager/"):
        stream = BANNER + stream
    whole = Decoder().feed(stream, AT)
    assert whole and not any(m.fields.get("") for m in whole)
    singles = Decoder()
    assert [m for i in range(len(stream)) for m in singles.feed(stream[i : i + 1], AT)] == whole
    head = stream[:SMALL]
    expected = Decoder().feed(head, AT)
    for cut in range(len(head)):
        decoder = Decoder()
        assert decoder.feed(head[:cut], AT) + decoder.feed(head[cut:], AT) == expected


def test_there_are_recordings_of_the_real_asterisk() -> None:
    assert len(RECORDINGS) >= 20


@given(st.binary(max_size=600), st.lists(st.integers(0, 600), max_size=8))
def test_any_bytes_in_any_cuts_give_the_same(data: bytes, cuts: list[int]) -> None:
    check_cuts(data, cuts)


AMI_BITS = st.sampled_from(
    [
        b"\r\n",
        b"\r\n\r\n",
        b"\r",
        b"\n",
        b"\0",
        b"Event: ",
        b"Event:",
        b"Hangup",
        b"Response: ",
        b"ActionID: 1",
        b": ",
        b":",
        b"Key",
        b"x" * 70,
        b"\xd0",
        b"\x98",
        b"\\",
    ]
)


@given(st.lists(AMI_BITS, max_size=60), st.lists(st.integers(0, 900), max_size=8))
def test_near_ami_in_any_cuts_gives_the_same(bits: list[bytes], cuts: list[int]) -> None:
    check_cuts(b"".join(bits), cuts)


def check_cuts(data: bytes, cuts: list[int]) -> None:
    stream = BANNER + data
    whole, pieces = Decoder(max_message=150), Decoder(max_message=150)
    edges = sorted({0, *(c for c in cuts if c < len(stream)), len(stream)})
    expected = whole.feed(stream, AT)
    chunks = [stream[a:b] for a, b in itertools.pairwise(edges)]
    assert [m for chunk in chunks for m in pieces.feed(chunk, AT)] == expected
    assert pieces.violation == whole.violation
    assert pieces.malformed == whole.malformed


KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,12}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).filter(
    lambda v: "\r\n" not in v and not v.endswith("\r") and "\\" not in v
)


@given(st.dictionaries(KEYS, VALUES, max_size=10))
def test_what_asterisk_prints_is_what_we_read(fields: dict[str, str]) -> None:
    fields = {"Event": "Newstate"} | {k: v for k, v in fields.items() if k != "Event"}
    text = "".join(f"{k}: {v}\r\n" for k, v in fields.items()) + "\r\n"
    assert one(text.encode()).fields == fields


def test_bare_breaks_and_nul_stay_in_the_value() -> None:
    event = one(b"Event: UserEvent\r\nData: a\n\nEvent: Hangup\rb\0c\r\nNext: 1\r\n\r\n")
    assert event.name == "UserEvent"
    assert event.fields["Data"] == "a\n\nEvent: Hangup\rb\0c"
    assert event.fields["Next"] == "1"


def test_p12_repeated_empty_and_unspaced_headers_are_kept() -> None:
    event = one(
        b"Event: Newstate\r\nAccountCode: \r\nChanVariable: A=1\r\nChanVariable: B=x=2\r\n"
        b"Unspaced:value\r\n\r\n"
    )
    assert event.fields["AccountCode"] == ""
    assert event.fields["Unspaced"] == "value"
    assert event.variables == {"A": "1", "B": "x=2"}
    assert event.repeats == (("ChanVariable", "B=x=2"),)
    with pytest.raises(KeyError):
        event.fields["Misspelt"]


def test_a06_a_forged_header_after_the_genuine_one_changes_nothing() -> None:
    event = one(b"Event: UserEvent\r\nUniqueid: pbx1-1.2\r\nData: x\r\nUniqueid: 666\r\n\r\n")
    assert event.fields["Uniqueid"] == "pbx1-1.2"
    assert event.repeats == (("Uniqueid", "666"),)


def test_a06_names_and_variables_are_unescaped_and_nothing_else() -> None:
    event = one(
        b'Event: Newstate\r\nCallerIDName: O\\"Neil \\\\ S\\n\r\n'
        b"DestConnectedLineName: a\\tb\r\nChanVariable: V=1\\r\\n2\r\nAppData: raw\\n\r\n\r\n"
    )
    assert event.fields["CallerIDName"] == 'O"Neil \\ S\n'
    assert event.fields["DestConnectedLineName"] == "a\tb"
    assert event.variables == {"V": "1\r\n2"}
    assert event.fields["AppData"] == "raw\\n"
    value = b"Value: a\\nb\r\n\r\n"
    assert one(b"Event: VarSet\r\n" + value).fields["Value"] == "a\nb"
    assert one(b"Event: UserEvent\r\n" + value).fields["Value"] == "a\\nb"


def test_p07_a_letter_split_between_two_reads_stays_whole() -> None:
    stream = "Event: Newstate\r\nCallerIDName: Иванов\r\n\r\n".encode()
    for cut in range(len(stream)):
        (event,) = decode(stream[:cut], stream[cut:])
        assert event.fields["CallerIDName"] == "Иванов"


def test_bad_utf8_spoils_only_its_own_message() -> None:
    good = "Event: Newstate\r\nCallerIDName: Иванов\r\n\r\n".encode()
    decoder = Decoder()
    first, bad, last = decode(
        good + b"Event: Newstate\r\nName: \xd0\r\n\r\n" + good, decoder=decoder
    )
    assert first.fields["CallerIDName"] == last.fields["CallerIDName"] == "Иванов"
    assert bad.fields["Name"] == "\ufffd"
    assert decoder.undecodable == 1


@pytest.mark.parametrize("step", [1_000, 65_536, 10_000_000])
def test_p08_ten_megabytes_without_an_end_are_refused_early(step: int) -> None:
    decoder = Decoder(max_message=262_144)
    decoder.feed(BANNER + b"Event: Newstate\r\nUniqueid: 1\r\n\r\nEvent: Big\r\nData: ", AT)
    started = time.process_time()
    for _ in range(10_000_000 // step):
        assert decoder.feed(b"x" * step, AT) == []
    assert "262144" in decoder.violation
    assert time.process_time() - started < 1.0
    assert decoder.feed(b"\r\n\r\nEvent: Hangup\r\n\r\n", AT) == []


def test_p08_buffering_a_long_message_is_linear() -> None:
    decoder = Decoder(max_message=16_000_000)
    decoder.feed(BANNER + b"Event: Big\r\nData: ", AT)
    started = time.process_time()
    for _ in range(8_000):
        decoder.feed(b"x" * 1_000, AT)
    (event,) = decoder.feed(b"\r\n\r\n", AT)
    assert len(event.fields["Data"]) == 8_000_000
    assert time.process_time() - started < 2.0


def test_what_came_before_an_oversize_message_is_delivered() -> None:
    data = b"Event: A\r\n\r\nEvent: B\r\nData: " + b"x" * 200 + b"\r\n\r\nEvent: C\r\n\r\n"
    decoder = Decoder(max_message=100)
    assert [m.fields for m in decode(data, decoder=decoder)] == [{"Event": "A"}]
    assert decoder.violation


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n", b"x", b"A" * 300])
def test_a_peer_that_is_no_asterisk_is_noticed_at_once(greeting: bytes) -> None:
    decoder = Decoder()
    assert decoder.feed(greeting, AT) == []
    assert decoder.violation


def test_the_banner_tells_the_version() -> None:
    decoder = Decoder()
    for byte in BANNER:
        decoder.feed(bytes([byte]), AT)
    assert decoder.version == "11.0.0"


def test_unwanted_events_are_counted_by_name_and_not_decoded() -> None:
    decoder = Decoder(wanted=frozenset({"Hangup"}))
    stream = b"Event: VarSet\r\nValue: \xff\r\n\r\n" * 3 + b"Event: Hangup\r\nCause: 16\r\n\r\n"
    (event,) = decode(stream, decoder=decoder)
    assert event.fields == {"Event": "Hangup", "Cause": "16"}
    assert decoder.take_skipped() == {"VarSet": 3}
    assert decoder.take_skipped() == {}
    assert decoder.undecodable == 0


def test_a_wanted_name_is_compared_whole() -> None:
    decoder = Decoder(wanted=frozenset({"Hangup"}))
    stream = b"Event: HangupRequest\r\n\r\nEvent: Hangups\r\n\r\nEvent: Hangup\r\n\r\n"
    assert [m.fields["Event"] for m in decode(stream, decoder=decoder)] == ["Hangup"]


def test_the_filter_lets_items_of_an_open_list_pass() -> None:
    decoder = Decoder(wanted=frozenset({"Hangup"}), own_ids="token-")
    item = b"Event: CoreShowChannel\r\nActionID: token-4\r\nUniqueid: 1\r\n\r\n"
    assert decode(item, decoder=decoder) == []
    decoder.open_lists = 1
    (event,) = decoder.feed(item, AT)
    assert event.fields["Uniqueid"] == "1"
    assert decoder.feed(item.replace(b"token", b"other"), AT) == []


def test_forged_event_names_do_not_fill_the_memory() -> None:
    decoder = Decoder(wanted=frozenset({"Hangup"}))
    storm = b"".join(b"Event: Forged%d\r\n\r\n" % n for n in range(5_000))
    assert decode(storm + b"Event: Hangup\r\n\r\n", decoder=decoder)[0].fields["Event"] == "Hangup"
    skipped = decoder.take_skipped()
    assert len(skipped) <= MAX_NAMES
    assert sum(skipped.values()) == 5_000


def test_events_of_unknown_names_are_delivered_without_a_filter() -> None:
    storm = b"".join(b"Event: New%d\r\nA: 1\r\n\r\n" % n for n in range(2_000))
    assert len(decode(storm)) == 2_000
