"""The product on PostgreSQL, and what happens to calls while PostgreSQL is dead."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.pbx.binary import AsteriskBinary
from tests.parts.console import Agent
from tests.parts.postgres import Cluster
from tests.parts.product import Product, new_product
from tests.scenarios.conftest import BOTH

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres, pytest.mark.timeout(180)]


@pytest.fixture
async def on_postgres(
    postgres: Cluster, asterisk_binary: AsteriskBinary, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Product]:
    url = postgres.fresh()
    folder: Path = tmp_path_factory.mktemp("onpg")
    running = new_product(folder, asterisk_binary, database_url=url)
    await asyncio.to_thread(running.start)
    yield running
    await asyncio.to_thread(running.stop)
    postgres.drop(url)


async def test_call_goes_on_and_its_card_is_written_when_the_database_returns(
    on_postgres: Product, postgres: Cluster
) -> None:
    async with Agent(on_postgres, "anna") as anna, on_postgres.customer(BOTH) as phone:
        await anna.start_shift()
        customer = await phone.call("4000")
        leg = await anna.answer()
        call = (await anna.call_in("talking"))["call"]
        await asyncio.to_thread(postgres.stop)
        try:
            assert not customer.ended.is_set() and not leg.ended.is_set()
            await anna.command("call.hold", call=call)
            await anna.call_in("held")
            await anna.command("call.resume", call=call)
            await anna.call_in("talking")
            customer.hang_up()
            await anna.call_in("wrap_up")
        finally:
            await asyncio.to_thread(postgres.start)
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(on_postgres.is_ready):
                await asyncio.sleep(0.2)
        await anna.wrap_up(essence="written after the database was back")
        card = await anna.card(call, state="closed", timeout=20)
        assert card["essence"] == "written after the database was back"
