"""Each recorded scenario of the real Asterisk tells the same facts however its bytes are cut."""

from pathlib import Path

import pytest

from telephony.ami.wire import Decoder
from telephony.translate import WANTED_EVENTS
from tests.telephony.told import AT, RECORDINGS, facts


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_in_single_bytes_it_tells_the_same(recording: Path) -> None:
    data = recording.read_bytes()
    assert facts(data[i : i + 1] for i in range(len(data))) == facts([data])


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_split_at_every_byte_each_message_is_the_same(recording: Path) -> None:
    """A cut touches the one message it falls into: each, in each two pieces, after all before."""
    banner, *messages = _messages(recording.read_bytes())
    for cut in range(1, len(banner)):
        opened = Decoder(wanted=WANTED_EVENTS)
        assert opened.feed(banner[:cut], AT) + opened.feed(banner[cut:], AT) == []
        assert opened.version
    decoder = Decoder(wanted=WANTED_EVENTS)
    decoder.feed(banner, AT)
    for message in messages:
        (whole,) = decoder.feed(message, AT) or (None,)
        for cut in range(1, len(message)):
            first, second = decoder.feed(message[:cut], AT), decoder.feed(message[cut:], AT)
            assert first == []
            assert second == ([whole] if whole else []), message[:cut]


def _messages(data: bytes) -> list[bytes]:
    """The banner and each message, with their line ends; together they are all there is."""
    banner, rest = data.split(b"\r\n", 1)
    pieces = [banner + b"\r\n", *(one + b"\r\n\r\n" for one in rest.split(b"\r\n\r\n") if one)]
    assert b"".join(pieces) == data
    return pieces


def test_whole_call_split_at_every_byte_tells_the_same() -> None:
    data = next(p for p in RECORDINGS if p.stem == "offer_answered_customer_hangs_up").read_bytes()
    whole = facts([data])
    assert len(whole) > 5
    for cut in range(len(data)):
        assert facts([data[:cut], data[cut:]]) == whole, cut
