"""What a caller hears and what is taken of his keys, command by command."""

import asyncio

import pytest

from ivr.agi.channel import KEYS, LONGEST_RECORDING, SILENT, SPARE
from ivr.agi.errors import Broken, ChannelLost, HungUp
from tests.ivr.agi.driving import DONE, LISTEN, PUT_OFF, Pbx, answered, pressed


@pytest.fixture
def pbx() -> Pbx:
    return Pbx().asks()


def stream(sound: str, keys: str = "") -> str:
    return f'STREAM FILE "{sound}" "{keys}" 0'


async def test_tells_piece_by_piece_until_a_key(pbx: Pbx) -> None:
    assert await answered(pbx, pbx.channel.tell(["a", "b", "c"], "5*"), DONE, pressed("*")) == "*"
    assert pbx.sent == [stream("a", "5*"), stream("b", "5*")]


async def test_tells_to_the_end(pbx: Pbx) -> None:
    assert await answered(pbx, pbx.channel.tell(["a", "b"])) == ""
    assert await answered(pbx, pbx.channel.tell([])) == ""
    assert pbx.sent == [stream("a"), stream("b")]


async def test_missing_sound_is_a_hole_and_no_end(pbx: Pbx) -> None:
    telling = pbx.channel.tell(["gone", "b"], "1")
    assert await answered(pbx, telling, "200 result=-1 endpos=0", DONE, pressed("1")) == "1"
    assert pbx.sent == [stream("gone", "1"), "NOOP", stream("b", "1")]


async def test_who_hangs_up_in_a_sound_has_gone(pbx: Pbx) -> None:
    telling = asyncio.ensure_future(pbx.channel.tell(["a", "b"], "1"))
    await asyncio.sleep(0)
    pbx.says(DONE)
    pbx.says("200 result=-1 endpos=80")
    pbx.says("HANGUP")
    pbx.says(DONE)
    with pytest.raises(HungUp):
        await telling
    assert pbx.sent == [PUT_OFF, stream("a", "1"), "NOOP"]


async def test_takes_digits_from_the_first_on_also_within_a_word(pbx: Pbx) -> None:
    asking = pbx.channel.ask(["a", "b"], most=4)
    keys = map(pressed, "1234")
    assert await answered(pbx, asking, *keys) == "1234"
    assert pbx.sent == [stream("a", KEYS), LISTEN, LISTEN, LISTEN]


async def test_end_key_finishes_and_is_no_digit(pbx: Pbx) -> None:
    asking = pbx.channel.ask(["a"], most=9, ends="#*")
    assert await answered(pbx, asking, DONE, pressed("1"), pressed("2"), pressed("#")) == "12"


@pytest.mark.parametrize("where", [[], [DONE]])
async def test_end_key_alone_is_given(pbx: Pbx, where: list[str]) -> None:
    assert await answered(pbx, pbx.channel.ask(["a"], ends="#"), *where, pressed("#")) == "#"


async def test_silence_ends_what_was_begun_and_is_none_otherwise(pbx: Pbx) -> None:
    assert await answered(pbx, pbx.channel.ask(["a"], seconds=5)) is None
    assert pbx.sent == [stream("a", KEYS), LISTEN, LISTEN, "WAIT FOR DIGIT 1000"]
    pbx.sent.clear()
    asking = pbx.channel.ask([], most=4, seconds=3)
    assert await answered(pbx, asking, pressed("7")) == "7"
    assert pbx.sent == [LISTEN, LISTEN, "WAIT FOR DIGIT 1000"]


async def test_tones_that_are_on_no_key_are_not_heard(pbx: Pbx) -> None:
    asking = pbx.channel.ask([], most=1, seconds=6)
    assert await answered(pbx, asking, pressed("A"), "200 result=1", pressed("3")) == "3"
    assert await answered(pbx, pbx.channel.ask([], seconds=20), always=pressed("D")) is None


@pytest.mark.parametrize("result", ["12345678901", "99999999", "5*", ""])
async def test_result_that_is_no_key_loses_the_channel(pbx: Pbx, result: str) -> None:
    with pytest.raises(ChannelLost) as caught:
        await answered(pbx, pbx.channel.ask([]), f"200 result={result}")
    assert caught.value.why is Broken.NOT_TAKEN


SPOKE = "200 result=0 (timeout) endpos=20000"
OVER = "200 result=1 (timeout) endpos=20160"
"""Asterisk's own, of some slices that were over a moment late."""
HUSH = "200 result=0 (timeout) endpos=8000"
KEY = "200 result=35 (dtmf) endpos=4000"


def slice_(number: int, limit_ms: int = 2_500) -> str:
    beep = "" if number else '"beep" '
    return f'RECORD FILE "/m/1-{number}" "wav" "#" {limit_ms} 0 {beep}"s=2"'


@pytest.mark.parametrize(
    ("replies", "said"),
    [
        ([SPOKE, HUSH, OVER, KEY], True),
        ([SPOKE, HUSH, HUSH], True),
        ([HUSH, HUSH], False),
        ([KEY], False),
    ],
)
async def test_records_in_slices_until_the_key_or_silence(
    pbx: Pbx, replies: list[str], said: bool
) -> None:
    assert await answered(pbx, pbx.channel.record("/m/1", 60), *replies, always="") is said
    assert pbx.sent == [slice_(n) for n in range(len(replies))]


async def test_recording_is_bounded(pbx: Pbx) -> None:
    assert await answered(pbx, pbx.channel.record("/m/1", 7), always=SPOKE)
    assert pbx.sent == [slice_(0), slice_(1), slice_(2, 2_000)]
    pbx.sent.clear()
    assert await answered(pbx, pbx.channel.record("/m/1", 10_000), always=SPOKE)
    assert len(pbx.sent) == LONGEST_RECORDING * 2 // 5


GONE = "200 result=-1 (hangup) endpos=400"


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ([[GONE, "HANGUP"]], HungUp),
        ([[GONE], ["HANGUP", DONE]], HungUp),
        ([[GONE], ["HANGUP"], []], (ChannelLost, HungUp)),
        ([[]], ChannelLost),
    ],
    ids=["in_one_breath", "told_later", "with_asterisk_gone", "lost"],
)
async def test_who_hangs_up_has_left_what_he_said(
    end: list[list[str]], told: type[Exception] | tuple[type[Exception], ...]
) -> None:
    for said in ([SPOKE], []):
        pbx = Pbx().asks()
        recording = asyncio.ensure_future(pbx.channel.record("/m/1", 60))
        await asyncio.sleep(0)
        for breath in [[DONE], *([one] for one in said), *end]:
            if breath:
                pbx.says(*breath)
            else:
                pbx.connection.received(b"")
        if said:
            assert await recording is True
        else:
            with pytest.raises(told):
                await recording
        with pytest.raises(told):
            await pbx.channel.tell(["a"])


async def test_a_message_that_cannot_be_written_loses_the_channel(pbx: Pbx) -> None:
    with pytest.raises(ChannelLost):
        await answered(pbx, pbx.channel.record("/m/1", 60), "200 result=-1 (writefile)")


async def test_sets_a_variable(pbx: Pbx) -> None:
    await answered(pbx, pbx.channel.set_variable("A", 'x"y\\'), "200 result=1")
    assert pbx.sent == [r'SET VARIABLE "A" "x\"y\\"']


async def test_asterisk_is_put_off_when_it_might_think_us_dead(pbx: Pbx) -> None:
    async def tell() -> list[str]:
        pbx.sent.clear()
        telling = asyncio.ensure_future(pbx.channel.tell(["a"]))
        await asyncio.sleep(0)
        while not telling.done():
            pbx.says(DONE)
            await asyncio.sleep(0)
        return pbx.sent

    assert await tell() == [PUT_OFF, stream("a")]
    assert await tell() == [stream("a")]
    pbx.now += SPARE + 0.1
    assert await tell() == [PUT_OFF, stream("a")]
    assert SILENT >= 5, "the dialplan gives us as much at the start"
