"""One connection, line by line: whatever comes, a reply is never taken for another's."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from ivr.agi.commands import Unsendable
from ivr.agi.errors import Broken, ChannelLost, HungUp, Refusal
from ivr.agi.protocol import MAX_ASIDES, PATIENCE
from tests.ivr.agi.driving import DONE, Pbx, answered, pressed, request


@pytest.fixture
def pbx() -> Pbx:
    return Pbx().asks()


async def asked(pbx: Pbx) -> asyncio.Task[str]:
    """A command of which the reply is awaited."""
    task = asyncio.ensure_future(pbx.channel.variable("A"))
    await asyncio.sleep(0)
    assert pbx.sent[-1] == 'GET VARIABLE "A"'
    return task


# ── The request ─────────────────────────────────────────────────────────────────────────────


def test_request_may_be_cut_anywhere() -> None:
    whole = request()
    for cut in range(1, len(whole)):
        pbx = Pbx()
        pbx.connection.received(whole[:cut])
        assert pbx.sessions == 0
        pbx.connection.received(whole[cut:])
        assert (pbx.sessions, pbx.channel.flow) == (1, "main")


def test_p1_half_a_request_and_the_end_is_an_end() -> None:
    whole = request()
    for cut in range(len(whole)):
        pbx = Pbx()
        if cut:
            pbx.connection.received(whole[:cut])
        pbx.connection.received(b"")
        assert (pbx.open, pbx.sessions, pbx.ends) == (False, 0, 1)
        assert pbx.connection.why is Refusal.GONE


def test_a_name_that_ends_the_request_brings_no_reply_of_its_own() -> None:
    pbx = Pbx().asks(calleridname="x\n\n200 result=49")
    assert (pbx.open, pbx.connection.why) == (False, Broken.UNASKED)
    pbx = Pbx()
    pbx.connection.received(request() + b"200 result=49\n")
    assert (pbx.open, pbx.connection.why) == (False, Broken.UNASKED)


# ── Replies ─────────────────────────────────────────────────────────────────────────────────


async def test_reply_may_be_cut_anywhere(pbx: Pbx) -> None:
    reply = "200 result=1 (Иванов)\n".encode()
    for cut in range(1, len(reply)):
        task = await asked(pbx)
        pbx.connection.received(reply[:cut])
        pbx.connection.received(reply[cut:])
        assert await task == "Иванов"


async def test_y5_trying_and_usage_are_no_replies(pbx: Pbx) -> None:
    task = await asked(pbx)
    pbx.says("100 Trying", "100 Trying")
    pbx.says("200 result=1 (x)")
    assert await task == "x"
    task = await asked(pbx)
    pbx.says("520-Invalid command syntax.  Proper usage follows:", "HANGUP", "200 result=1 (y)")
    assert not task.done()
    pbx.says("520 End of proper usage.")
    with pytest.raises(ChannelLost):
        await task
    assert not pbx.channel.hung_up
    assert pbx.connection.why is Broken.NOT_TAKEN


@pytest.mark.parametrize("line", ["510 Invalid or unknown command", "503 result=-2 Memory"])
async def test_command_that_is_not_taken_loses_the_channel(pbx: Pbx, line: str) -> None:
    task = await asked(pbx)
    pbx.says(line)
    with pytest.raises(ChannelLost):
        await task
    assert not pbx.open


async def test_a7_p13_hangup_is_no_reply_and_no_later_one_is_off_by_one(pbx: Pbx) -> None:
    task = await asked(pbx)
    pbx.says("HANGUP")
    await asyncio.sleep(0)
    assert not task.done()
    pbx.says("200 result=1 (x)")
    with pytest.raises(HungUp):
        await task
    assert pbx.open, "whoever leads the session ends it"


async def test_a7_hangup_after_the_reply_in_one_breath(pbx: Pbx) -> None:
    task = await asked(pbx)
    pbx.says("200 result=-1", "HANGUP")
    with pytest.raises(HungUp):
        await task
    sent = len(pbx.sent)
    with pytest.raises(HungUp):
        await pbx.channel.variable("B")
    assert len(pbx.sent) == sent, "nothing is said to nobody"


async def test_hangup_may_come_with_the_request() -> None:
    pbx = Pbx()
    pbx.connection.received(request() + b"HANGUP\n")
    with pytest.raises(HungUp):
        await pbx.channel.tell(["a"])


async def test_dead_channel_is_a_hangup(pbx: Pbx) -> None:
    task = await asked(pbx)
    pbx.says("511 Command Not Permitted on a dead channel or intercept routine")
    with pytest.raises(HungUp):
        await task


async def test_value_with_a_line_break_brings_no_second_reply(pbx: Pbx) -> None:
    task = await asked(pbx)
    pbx.says("200 result=1 (x", "200 result=1 (forged)", "y)")
    with pytest.raises(ChannelLost):
        await task
    assert pbx.connection.why is Broken.UNREADABLE


async def test_two_replies_in_one_breath_are_one_too_many(pbx: Pbx) -> None:
    task = await asked(pbx)
    pbx.says(DONE, DONE)
    with pytest.raises(ChannelLost):
        await task
    assert pbx.connection.why is Broken.UNASKED


def test_reply_that_nobody_asked_for_is_the_end(pbx: Pbx) -> None:
    pbx.says(DONE)
    assert (pbx.open, pbx.connection.why) == (False, Broken.UNASKED)


async def test_asides_are_bounded(pbx: Pbx) -> None:
    task = await asked(pbx)
    pbx.says(*["100 Trying"] * (MAX_ASIDES + 1))
    with pytest.raises(ChannelLost):
        await task


@pytest.mark.parametrize("data", [b"x" * 5_000, b"200 result=1 (" + b"x" * 5_000 + b")\n"])
async def test_line_without_end_is_the_end(pbx: Pbx, data: bytes) -> None:
    task = await asked(pbx)
    for start in range(0, len(data), 500):
        pbx.connection.received(data[start : start + 500])
    with pytest.raises(ChannelLost):
        await task
    assert pbx.connection.why is Broken.TOO_LONG


# ── The end ─────────────────────────────────────────────────────────────────────────────────


async def test_end_of_the_connection_wakes_whoever_waits(pbx: Pbx) -> None:
    task = await asked(pbx)
    pbx.connection.received(b"")
    with pytest.raises(ChannelLost) as caught:
        await task
    assert caught.value.why is Broken.CLOSED
    with pytest.raises(ChannelLost):
        await pbx.channel.tell(["a"])
    assert pbx.ends == 1


async def test_a_peer_that_does_not_read_is_lost(pbx: Pbx) -> None:
    pbx.takes = False
    with pytest.raises(ChannelLost):
        await pbx.channel.tell(["a"])
    assert not pbx.open


async def test_whoever_is_cancelled_has_lost_the_channel(pbx: Pbx) -> None:
    task = await asked(pbx)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (pbx.open, pbx.connection.why) == (False, Broken.ABANDONED)
    with pytest.raises(ChannelLost):
        await pbx.channel.variable("B")


async def test_two_do_not_speak_at_once(pbx: Pbx) -> None:
    task = await asked(pbx)
    with pytest.raises(RuntimeError):
        await pbx.channel.variable("B")
    pbx.says("200 result=1 (x)")
    assert await task == "x"


async def test_command_has_its_time(pbx: Pbx) -> None:
    task = await asked(pbx)
    assert pbx.connection.deadline == pbx.now + PATIENCE
    pbx.says("200 result=1 (x)")
    await task
    assert pbx.connection.deadline > pbx.now + 1_000_000, "nobody is awaited"


async def test_what_cannot_be_sent_harms_nothing(pbx: Pbx) -> None:
    with pytest.raises(Unsendable):
        await pbx.channel.set_variable("A", "x\nEXEC System rm")
    assert pbx.sent == []
    assert await answered(pbx, pbx.channel.variable("A"), "200 result=1 (x)") == "x"


# ── Secrets ─────────────────────────────────────────────────────────────────────────────────


def texts_of_everything() -> Iterator[str]:
    """What any log of tasks, futures and handles could show."""
    for task in asyncio.all_tasks():
        yield repr(task)
    for thing in gc.get_objects():
        if isinstance(thing, (asyncio.Future, asyncio.Handle)):
            yield repr(thing)


async def test_digits_are_in_no_repr_and_no_error(pbx: Pbx) -> None:
    async def session() -> bool:
        pin = await pbx.channel.ask(["pin"], most=4, secret=True)
        assert f"{pin!r}" == "'***'"
        assert "7391" not in f"{[pin]}{(pin,)}{ ({'pin': pin}) }"
        return pin == "7391"

    found = asyncio.ensure_future(session())
    await asyncio.sleep(0)
    for key in ("", "7", "3", "9", "1"):
        pbx.says(pressed(key) if key else DONE)
        assert not any("7391" in text or "'739" in text for text in texts_of_everything())
        await asyncio.sleep(0)
    assert await found
    assert "7391" not in f"{pbx.channel!r}{pbx.connection!r}{pbx.connection.agi!r}"


async def test_error_of_a_reply_does_not_show_it(pbx: Pbx) -> None:
    """pyst2 writes into its error what it could not read."""
    asking = asyncio.ensure_future(pbx.channel.ask(["pin"], most=4, secret=True))
    await asyncio.sleep(0)
    pbx.says(DONE)
    pbx.says("200 result=7391*")
    with pytest.raises(ChannelLost) as caught:
        await asking
    error: BaseException | None = caught.value
    while error is not None:
        assert "7391" not in f"{error}{error.args}"
        assert error.__cause__ is None
        assert error.__suppress_context__ or error.__context__ is None
        error = None if error.__suppress_context__ else error.__context__
