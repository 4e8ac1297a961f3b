"""A full queue, through the whole product: offered a callback, taken, rung, put through."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from config.pbx.binary import AsteriskBinary
from tests.parts.asterisk import application_link
from tests.parts.console import Agent
from tests.parts.product import Product, new_product
from tests.parts.raw_ami import RawAmi
from tests.parts.softphone import gone
from tests.scenarios.conftest import STRANGER
from tests.telephony.callers import call_in

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(180)]

FULL = "service_level_percent: 80\n    largest: 1\n    when_full: callback\n"


@pytest.fixture
def narrow(
    asterisk_binary: AsteriskBinary, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """A product whose first queue takes one caller."""
    made = new_product(tmp_path_factory.mktemp("narrow"), asterisk_binary)
    queues = made.state / "config" / "queues.yaml"
    shipped = queues.read_text(encoding="utf-8")
    queues.write_text(shipped.replace("service_level_percent: 80\n", FULL, 1), encoding="utf-8")
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def link(narrow: Product) -> AsyncIterator[RawAmi]:
    opened = await application_link(narrow.pbx)
    yield opened
    await opened.close()


async def test_one_who_finds_the_queue_full_is_called_back(
    narrow: Product, link: RawAmi, stack: AsyncExitStack, tmp_path: Path
) -> None:
    first = await stack.enter_async_context(narrow.customer("+79455550001"))
    waiting = await first.call("4000")
    await link.event("UserEvent", UserEvent="TellerlineArrived")
    caller = await call_in(link, narrow.pbx, tmp_path, number=STRANGER)
    assert await caller.hears("en/full") < await caller.hears("en/callback_offer-1")
    await caller.press("1")
    assert await caller.hears("en/callback_taken") < await caller.hears("en/goodbye")
    await link.event("Hangup", Uniqueid=caller.call)
    waiting.hang_up()
    await gone(waiting)

    clara = await stack.enter_async_context(Agent(narrow, "clara"))
    await clara.start_shift()
    leg = await clara.rings(timeout=20)
    assert STRANGER in leg.header("From"), "she sees whom she calls back"
    assert "answer-after=0" in leg.header("Call-Info"), "her phone takes it by itself"
    leg.answer()
    call = await clara.call_in("talking")
    await clara.command("call.hangup", call=call["call"])
    await clara.wrap_up()
    daria = await stack.enter_async_context(Agent(narrow, "daria", phone=False))
    left = await daria.card(caller.call, state="callback_taken")
    await daria.card(call["call"], state="closed")
    card = (await daria.http.get(f"/api/v1/call-cards/{call['call']}")).json()
    assert (card["direction"], card["callback_of"]) == ("callback", left["call"])
