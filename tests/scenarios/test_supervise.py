"""A supervisor beside real calls: who hears whom, what everybody sees, what a restart leaves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.parts.console import Agent
from tests.parts.product import Product
from tests.parts.softphone import PhoneCall, gone
from tests.parts.tones import HEARD, loudness, tone
from tests.scenarios.conftest import STRANGER, Dial, Shift

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(120)]

CUSTOMER, AGENT, SUPERVISOR = 500, 850, 1250
"""What each says, Hz."""


@pytest.fixture
async def daria(product: Product, stack: AsyncExitStack) -> AsyncIterator[Agent]:
    """The supervisor at the board, her phone registered."""
    yield await at_the_board(product, stack)


async def at_the_board(product: Product, stack: AsyncExitStack) -> Agent:
    daria = await stack.enter_async_context(Agent(product, "daria"))
    await daria.command("phone.start", phone="desk")
    await daria.until(lambda s: s["me"]["phone_state"] == "ready")
    return daria


async def talking(on_shift: Shift, dial: Dial) -> tuple[Agent, PhoneCall, PhoneCall]:
    clara = await on_shift("clara")
    customer = await dial(STRANGER)
    leg = await clara.answer()
    customer.audio.says, leg.audio.says = tone(CUSTOMER), tone(AGENT)
    return clara, customer, leg


async def beside(daria: Agent, call: str, mode: str) -> PhoneCall:
    """Her phone rings and answers by itself."""
    await daria.command("monitor.start", call=call, mode=mode)
    ear = await daria.rings()
    assert "answer-after=0" in ear.header("Call-Info")
    ear.answer()
    ear.audio.says = tone(SUPERVISOR)
    return ear


async def hears(call: PhoneCall, *wanted: int) -> None:
    """Wait until this side hears exactly these tones."""
    heard: set[int] = set()
    for _ in range(80):
        frames = list(call.audio.heard)
        heard = {hz for hz in (CUSTOMER, AGENT, SUPERVISOR) if loudness(frames, hz) > HEARD}
        if heard == set(wanted):
            return
        await asyncio.sleep(0.1)
    assert heard == set(wanted)


async def sees(clara: Agent, *modes: str) -> None:
    """The agent's screen shows who is beside his call."""
    await clara.until(
        lambda s: tuple(one["mode"] for one in s["call"].get("listeners", [])) == modes
    )


async def test_listening_whispering_barging_in_and_leaving(
    on_shift: Shift, dial: Dial, daria: Agent
) -> None:
    clara, customer, leg = await talking(on_shift, dial)
    call = (await clara.call_in("talking"))["call"]
    ear = await beside(daria, call, "listen")
    await sees(clara, "listen")
    await hears(ear, CUSTOMER, AGENT)
    await hears(customer, AGENT)
    await hears(leg, CUSTOMER)
    await daria.command("monitor.start", call=call, mode="whisper")
    await sees(clara, "whisper")
    await hears(leg, CUSTOMER, SUPERVISOR)
    await hears(customer, AGENT)
    await daria.command("monitor.start", call=call, mode="barge")
    await sees(clara, "barge")
    await hears(customer, AGENT, SUPERVISOR)
    await clara.command("call.hold", call=call)
    await clara.call_in("held")
    await clara.command("call.resume", call=call)
    await clara.call_in("talking")
    await hears(customer, AGENT, SUPERVISOR)
    await daria.command("monitor.stop", call=call)
    await gone(ear)
    await sees(clara)
    await hears(customer, AGENT)
    customer.hang_up()
    await clara.wrap_up()


async def test_the_calls_end_ends_her_listening(on_shift: Shift, dial: Dial, daria: Agent) -> None:
    clara, customer, _ = await talking(on_shift, dial)
    ear = await beside(daria, (await clara.call_in("talking"))["call"], "listen")
    await sees(clara, "listen")
    customer.hang_up()
    await gone(ear)
    await clara.wrap_up()


async def test_she_hears_the_next_agent_too(on_shift: Shift, dial: Dial, daria: Agent) -> None:
    clara, customer, _ = await talking(on_shift, dial)
    boris = await on_shift("boris")
    call = (await clara.call_in("talking"))["call"]
    ear = await beside(daria, call, "whisper")
    await sees(clara, "whisper")
    await clara.command("call.transfer", call=call, to_agent=boris.state["me"]["agent"])
    leg = await boris.answer()
    leg.audio.says = tone(AGENT)
    await sees(boris, "whisper")
    await hears(leg, CUSTOMER, SUPERVISOR)
    await hears(ear, CUSTOMER, AGENT)
    customer.hang_up()
    await boris.wrap_up()


async def test_taking_over(on_shift: Shift, dial: Dial, daria: Agent) -> None:
    clara, customer, leg = await talking(on_shift, dial)
    call = (await clara.call_in("talking"))["call"]
    ear = await beside(daria, call, "listen")
    await sees(clara, "listen")
    await daria.command("call.take_over", call=call)
    await gone(leg)
    await clara.activity("idle")
    taken = await daria.call_in("talking")
    assert (taken["call"], taken["role"], taken["offer"]["basis"]) == (call, "owner", "take_over")
    await hears(customer, SUPERVISOR)
    await hears(ear, CUSTOMER)
    await daria.command("call.hangup", call=call)
    await gone(customer)
    await daria.wrap_up()


async def test_taking_over_without_listening_first(
    on_shift: Shift, dial: Dial, daria: Agent
) -> None:
    clara, customer, leg = await talking(on_shift, dial)
    call = (await clara.call_in("talking"))["call"]
    await daria.command("call.take_over", call=call)
    ear = await daria.rings()
    ear.answer()
    ear.audio.says = tone(SUPERVISOR)
    await gone(leg)
    await hears(customer, SUPERVISOR)
    ear.hang_up()
    await gone(customer)
    await daria.wrap_up()


async def test_sent_home_after_the_call(on_shift: Shift, dial: Dial, daria: Agent) -> None:
    clara, customer, _ = await talking(on_shift, dial)
    agent = clara.state["me"]["agent"]
    await daria.command("agent.force", agent=agent, availability="offline")
    await clara.until(lambda s: s["me"]["next_availability"] == "offline")
    await clara.call_in("talking")
    customer.hang_up()
    await clara.wrap_up()
    await clara.until(lambda s: not s["me"]["on_shift"])


async def test_the_application_dies_while_she_listens(
    fresh_product: Product, stack: AsyncExitStack
) -> None:
    """The talk and the listening go on; the next start sees her, and the call's end is hers."""
    product = fresh_product
    daria = await at_the_board(product, stack)
    clara = await stack.enter_async_context(Agent(product, "clara"))
    await clara.start_shift()
    phone = await stack.enter_async_context(product.customer(STRANGER))
    customer = await phone.call("4000")
    leg = await clara.answer()
    customer.audio.says, leg.audio.says = tone(CUSTOMER), tone(AGENT)
    call = (await clara.call_in("talking"))["call"]
    ear = await beside(daria, call, "listen")
    await sees(clara, "listen")
    for one in (daria, clara):
        await one.disconnect()
    product.kill()
    await hears(ear, CUSTOMER, AGENT)
    await asyncio.to_thread(product.start)
    for one in (daria, clara):
        await one.sign_in()
        await one.connect()
    await clara.call_in("talking")
    await sees(clara, "listen")
    await daria.command("monitor.start", call=call, mode="barge")
    await hears(customer, AGENT, SUPERVISOR)
    customer.hang_up()
    await gone(ear)
    await clara.wrap_up()


async def test_nobody_is_left_listening_where_the_application_stays_dead(
    fresh_product: Product, stack: AsyncExitStack
) -> None:
    product = fresh_product
    daria = await at_the_board(product, stack)
    clara = await stack.enter_async_context(Agent(product, "clara"))
    await clara.start_shift()
    phone = await stack.enter_async_context(product.customer(STRANGER))
    customer = await phone.call("4000")
    await clara.answer()
    ear = await beside(daria, (await clara.call_in("talking"))["call"], "listen")
    await sees(clara, "listen")
    product.kill()
    customer.hang_up()
    await gone(ear, timeout=25)
    assert ear.ended.is_set()
