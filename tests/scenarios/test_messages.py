"""A caller complains after the tone and hangs up: his manager has it to do, and hears him."""

import asyncio
import io
import wave
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from config import hearing
from crm_core.clock import SystemClock
from crm_core.database import Database
from crm_core.selfservice.looking_up import Answers
from ivr.speech.told import Told
from tests.parts.asterisk import application_link
from tests.parts.console import Agent
from tests.parts.keypad import AtKeypad, line_of
from tests.parts.product import Product
from tests.scenarios.conftest import BOTH
from tests.telephony.callers import call_in

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(120)]

SPOKEN_SECONDS = 6
"""More than two slices."""


def slices(messages: Path) -> int:
    return len(list(messages.glob("*.wav")))


async def speaks(he: AtKeypad, messages: Path) -> None:
    """Wait until he has spoken long enough; in office hours he must choose to leave a message."""
    leave = he.line.book.sounds([Told(prompt="complaint_leave")], he.language)
    offered = [he.line.sounds / f"{name}.wav" for name in leave]
    pressed = False
    async with asyncio.timeout(60):
        while slices(messages) <= SPOKEN_SECONDS * 10 // 25:
            await asyncio.sleep(0.3)
            if not pressed and hearing.in_order(offered, he.recording) == len(offered):
                pressed = True
                await he.press("1")


async def test_what_he_says_after_the_tone_reaches_his_manager(
    product: Product, stack: AsyncExitStack, tmp_path: Path
) -> None:
    link = await application_link(product.pbx)
    stack.push_async_callback(link.close)
    bank = Database(f"sqlite:///{product.state / 'tellerline.db'}", clock=SystemClock())
    stack.push_async_callback(bank.close)
    caller = await call_in(link, product.pbx, tmp_path, number=BOTH, dialled="4100")
    line = await line_of(product, "main", Answers(bank))
    he = AtKeypad(line=line, caller=caller, language="ru")
    await he.hears("welcome", "menu_accounts")
    await he.press("5")
    await he.hears("requests_complaint")
    await he.press("2")
    await speaks(he, product.state / "messages")
    await he.caller.hang_up()
    await link.event("Hangup", Uniqueid=caller.call)

    anna = await stack.enter_async_context(Agent(product, "anna", phone=False))
    async with asyncio.timeout(20):
        while not (tasks := await to_hear(anna, caller.call)):
            await asyncio.sleep(0.3)
    assert len(tasks) == 1
    address = f"/api/v1/call-cards/{caller.call}"
    async with asyncio.timeout(20):
        while (heard := await anna.http.get(address + "/message")).status_code == 404:
            await asyncio.sleep(0.3)
    with wave.open(io.BytesIO(heard.content)) as message:
        assert message.getnframes() / message.getframerate() > SPOKEN_SECONDS - 2
        loudest = max(memoryview(message.readframes(message.getnframes())).cast("h"))
    assert loudest > 1_000
    card = (await anna.http.get(address)).json()
    assert card["state"] == "self_served"


async def to_hear(anna: Agent, call: str) -> list[str]:
    """Her tasks to hear what was left in the call."""
    found = (await anna.http.get("/api/v1/tasks")).json()["items"]
    return [one["id"] for one in found if (one["type"], one["subject"]) == ("voice_message", call)]
