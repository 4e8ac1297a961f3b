"""Many callers at once, by sipp: served in order, each with one owner and one card."""

import asyncio
from pathlib import Path

import pytest

from tests.parts.console import Agent
from tests.parts.product import Product
from tests.parts.sipp import Caller, calling
from tests.scenarios.conftest import STRANGER, Shift

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(180)]

CALLERS = 8


async def test_callers_queue_up_and_are_served_one_after_another(
    on_shift: Shift, product: Product, tmp_path: Path
) -> None:
    clara = await on_shift("clara")
    before = await ended_calls(clara)
    caller = Caller(number=STRANGER, dialled="4000", talk=60, calls=CALLERS, rate=4)
    served: list[str] = []
    with calling(product.pbx, caller, tmp_path):
        for _ in range(CALLERS):
            leg = await clara.answer()
            call = await clara.call_in("talking")
            served.append(call["call"])
            await clara.command("call.hangup", call=call["call"])
            await asyncio.wait_for(leg.ended.wait(), 5)
            await clara.wrap_up()
    assert len(set(served)) == CALLERS
    arrived = []
    for one in served:
        card = await clara.card(one, state="closed")
        arrived.append(card["arrived_at"])
    assert arrived == sorted(arrived), "who came first was served first"
    assert await ended_calls(clara) - before == set(served)


async def ended_calls(agent: Agent) -> set[str]:
    """The calls of all cards that the agent may see."""
    answer = await agent.http.get("/api/v1/call-cards", params={"limit": 200})
    answer.raise_for_status()
    return {one["call"] for one in answer.json()["items"]}
