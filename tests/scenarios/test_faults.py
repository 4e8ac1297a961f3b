"""What is killed, and what must hold: nobody hung up by us, no card lost, no call owned twice."""

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing

import pytest

from config.pbx import process as pbx_process
from tests.parts.console import Agent
from tests.parts.product import Product
from tests.parts.softphone import PhoneCall, gone
from tests.scenarios.conftest import STRANGER

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(240)]


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def test_killed_application_hangs_up_nobody_in_any_state(
    fresh_product: Product, stack: AsyncExitStack
) -> None:
    """kill -9 while a caller waits, rings, talks, is held and while a card is written."""
    product = fresh_product
    for state in ("queued", "ringing", "talking", "held", "wrap_up"):
        async with at_work(product, "clara") as clara:
            customer, leg, call = await bring_to(state, product, clara, stack)
            await clara.disconnect()
            product.kill()
            await asyncio.to_thread(product.start)
            await clara.sign_in()
            await clara.connect()
            if state == "wrap_up":
                shown = await clara.call_in("wrap_up")
            else:
                assert not customer.ended.is_set(), f"the caller was hung up while {state}"
                shown = await served_again(state, clara)
            if call:
                assert shown["call"] == call
            if leg is not None and state == "talking":
                assert not leg.ended.is_set()
            customer.hang_up()
            await clara.wrap_up()
            card = await clara.card(shown["call"], state="closed")
            assert card["call"] == shown["call"]


async def test_dead_application_leaves_callers_to_the_native_queue(
    fresh_product: Product, stack: AsyncExitStack
) -> None:
    product = fresh_product
    async with at_work(product, "clara") as clara:
        await fallback_members(product, 1)
        await clara.disconnect()
        product.kill()
        phone = await stack.enter_async_context(product.customer(STRANGER))
        customer = await phone.call("4000")
        leg = await clara.rings(timeout=20)
        leg.answer()
        await asyncio.wait_for(leg.up.wait(), 5)
        await asyncio.to_thread(product.start)
        await clara.sign_in()
        await clara.connect()
        call = await clara.call_in("talking")
        assert call["offer"]["basis"] == "fallback"
        assert not customer.ended.is_set() and not leg.ended.is_set()
        customer.hang_up()
        await clara.wrap_up()
        await clara.card(call["call"], state="closed")


async def test_killed_asterisk_closes_its_cards_and_frees_its_agents(
    fresh_product: Product, stack: AsyncExitStack
) -> None:
    product = fresh_product
    async with at_work(product, "clara") as clara:
        customer, _, call = await bring_to("talking", product, clara, stack)
        await written_down(product, clara)
        pid = pbx_process.status(product.pbx)
        assert pid is not None
        killed_at = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        await clara.card(call, state="lost", timeout=15)
        await clara.activity("idle")
        assert time.monotonic() - killed_at < 5
        while not await asyncio.to_thread(product.is_ready):
            await asyncio.sleep(0.05)
        assert time.monotonic() - killed_at < 10
        customer.finish("its exchange died")
        await clara.register_again()
        await clara.until(lambda s: s["me"]["phone_state"] == "ready", timeout=20)
        again, _, _ = await bring_to("talking", product, clara, stack)
        again.hang_up()
        await clara.wrap_up()


async def test_frozen_asterisk_is_noticed_and_its_calls_go_on(
    fresh_product: Product, stack: AsyncExitStack
) -> None:
    product = fresh_product
    async with at_work(product, "clara") as clara:
        customer, leg, call = await bring_to("talking", product, clara, stack)
        pid = pbx_process.status(product.pbx)
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            async with asyncio.timeout(10):
                while await asyncio.to_thread(product.is_ready):
                    await asyncio.sleep(0.1)
        finally:
            os.kill(pid, signal.SIGCONT)
        async with asyncio.timeout(10):
            while not await asyncio.to_thread(product.is_ready):
                await asyncio.sleep(0.1)
        shown = await clara.call_in("talking")
        assert shown["call"] == call
        assert not customer.ended.is_set() and not leg.ended.is_set()
        customer.hang_up()
        await clara.wrap_up()


async def test_closed_tab_in_mid_call_keeps_the_customer_with_his_agent(
    fresh_product: Product, stack: AsyncExitStack
) -> None:
    product = fresh_product
    async with at_work(product, "clara") as clara:
        customer, leg, call = await bring_to("talking", product, clara, stack)
        await clara.disconnect()
        await asyncio.sleep(1)
        assert not leg.ended.is_set()
        await clara.connect()
        shown = await clara.call_in("talking")
        assert shown["call"] == call
        customer.hang_up()
        await gone(customer)
        await clara.wrap_up()


@asynccontextmanager
async def at_work(product: Product, username: str) -> AsyncIterator[Agent]:
    async with Agent(product, username) as agent:
        await agent.start_shift()
        yield agent


async def bring_to(
    state: str, product: Product, clara: Agent, stack: AsyncExitStack
) -> tuple[PhoneCall, PhoneCall | None, str]:
    """Bring a call to a state: the customer's side, the agent's leg, the call's id if shown."""
    if state == "queued":
        await clara.command("availability.set", availability="not_ready", reason="break")
    phone = await stack.enter_async_context(product.customer(STRANGER))
    customer = await phone.call("4000")
    await asyncio.wait_for(customer.up.wait(), 5)
    if state == "queued":
        await clara.until(lambda s: s["queues"]["service"]["waiting"] == 1)
        return customer, None, ""
    leg = await clara.rings()
    call = (await clara.call_in("ringing"))["call"]
    if state == "ringing":
        return customer, leg, call
    leg.answer()
    await clara.call_in("talking")
    if state == "held":
        await clara.command("call.hold", call=call)
        await clara.call_in("held")
    if state == "wrap_up":
        customer.hang_up()
        await clara.call_in("wrap_up")
    return customer, leg, call


async def served_again(state: str, clara: Agent) -> dict[str, object]:
    """After the restart: the call goes on from where it was."""
    if state == "queued":
        await clara.command("availability.set", availability="available")
    if state in ("queued", "ringing"):
        await take_the_call(clara)
    if state == "held":
        shown = await clara.call_in("held")
        await clara.command("call.resume", call=shown["call"])
    return await clara.call_in("talking")


async def take_the_call(clara: Agent) -> None:
    """Answer whatever rings until a call is up. A ring that was missed while the application was
    dead makes her not responding, as it should; she is back at once."""
    assert clara.phone is not None
    async with asyncio.timeout(45):
        while (clara.state.get("call") or {}).get("state") != "talking":
            if clara.state.get("me", {}).get("activity") == "not_responding":
                await clara.command("availability.set", availability="available")
            for call in clara.phone.calls.values():
                if not call.ended.is_set() and not call.up.is_set():
                    call.answer()
            await asyncio.sleep(0.2)


async def written_down(product: Product, agent: Agent) -> None:
    """Wait until Asterisk has the agent's account on disk: it commits a second after a change."""
    assert agent.phone is not None
    file = product.pbx.layout.lib / "astdb.sqlite3"
    async with asyncio.timeout(10):
        while True:
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as astdb:
                keys = [key for (key,) in astdb.execute("select key from astdb")]
            if sum(agent.phone.user in key for key in keys) >= 4:
                return
            await asyncio.sleep(0.2)


async def fallback_members(product: Product, count: int) -> None:
    """Wait until Asterisk's own queue has so many members."""
    async with asyncio.timeout(10):
        while True:
            shown = await asyncio.to_thread(
                pbx_process.console, product.binary, product.pbx, "queue show tellerline-fallback"
            )
            if shown.count("PJSIP/") == count:
                return
            await asyncio.sleep(0.2)
