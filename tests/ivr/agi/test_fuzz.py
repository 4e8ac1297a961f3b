"""Half a million lines that nobody should send: none crashes a connection or holds one up."""

import asyncio
import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.agi.errors import ChannelLost, HungUp
from tests.ivr.agi.driving import Pbx, request

LINES = 500_000
A_BREATH = 40
"""Lines that come at once."""

WHOLE = [
    b"200 result=0",
    b"200 result=49 endpos=160",
    b"200 result=-1 endpos=0",
    b"200 result=1 (hangup)",
    b"200 result= (timeout)",
    b"100 Trying",
    b"HANGUP",
    b"510 Invalid or unknown command",
    b"511 Command Not Permitted on a dead channel",
    b"520-Invalid command syntax.  Proper usage follows:",
    b"520 End of proper usage.",
    b"agi_network: yes",
    b"",
]
PIECES = [*WHOLE, b"\0", b"\r", b"\xff\xfe", b"200", b"(", b")", b"result=", b"9" * 30, b"x" * 400]


def fuzzed_line(chance: random.Random) -> bytes:
    """A line of Asterisk's, cut, joined, or with bytes changed."""
    line = chance.choice(PIECES)
    what = chance.random()
    if what < 0.3:
        return line
    if what < 0.5:
        return line + chance.choice(PIECES)
    if what < 0.7:
        return line[: chance.randrange(len(line) + 1)]
    return line + chance.randbytes(1 + int(what * 8)).replace(b"\n", b"")


async def test_half_a_million_lines_harm_nothing() -> None:
    chance = random.Random(20261124)
    pool = [fuzzed_line(chance) for _ in range(20_000)]
    fed = begun = slowest = 0
    while fed < LINES:
        pbx = Pbx()
        if chance.random() < 0.8:
            pbx.asks()
        begun += pbx.sessions
        sessions = [asyncio.ensure_future(session(pbx))] * pbx.sessions
        await asyncio.sleep(0)
        while pbx.open and fed < LINES:
            lines = chance.choices(pool, k=A_BREATH if chance.random() < 0.8 else 1)
            data = b"\n".join(lines) + b"\n" * (chance.random() < 0.95)
            fed += len(lines)
            spent = time.process_time()
            pbx.connection.received(data)
            slowest = max(slowest, time.process_time() - spent)
            await asyncio.sleep(0)
        pbx.connection.received(b"")
        await asyncio.gather(*sessions)
        assert not pbx.open
        assert pbx.ends == 1
    assert begun > 10_000
    assert slowest < 1, "seconds of work for one read"


async def session(pbx: Pbx) -> None:
    """Speaks as long as it can, and hears nothing but of the two ends."""
    try:
        while True:
            key = await pbx.channel.tell(["a", "b"], "12")
            assert key in ("", "1", "2") or key in "0123456789*#"
            digits = await pbx.channel.ask(["c"], most=4, ends="#", seconds=4)
            assert digits is None or 0 < len(digits) <= 4
            assert "\n" not in await pbx.channel.variable("A")
            await pbx.channel.record("m", 5)
    except (HungUp, ChannelLost):
        pbx.connection.finish()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=8), st.booleans())
def test_any_bytes_end_in_a_session_or_in_an_end(chunks: list[bytes], asks_first: bool) -> None:
    pbx = Pbx()
    if asks_first:
        pbx.asks()
    for chunk in chunks:
        pbx.connection.received(chunk)
    pbx.connection.received(b"")
    assert (pbx.open, pbx.ends) == (False, 1)


def test_a_request_of_any_bytes_is_never_slow() -> None:
    chance = random.Random(1)
    body = request()
    spent = time.process_time()
    for _ in range(2_000):
        data = bytearray(body * chance.randrange(1, 8))
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        pbx = Pbx()
        pbx.connection.received(bytes(data))
    assert time.process_time() - spent < 2
