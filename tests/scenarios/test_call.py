"""A call, end to end, on the real Asterisk with the real product: what a newcomer must see."""

import pytest

from tests.parts.console import Agent
from tests.parts.product import Product

pytestmark = pytest.mark.asterisk


async def test_client_reaches_a_manager_talks_and_leaves_a_card(product: Product) -> None:
    async with Agent(product, "anna") as anna:
        await anna.start_shift()
        call = await product.call(from_="+79455550120", hangup_after=6)
        pop = await anna.call_in("ringing")
        assert pop["offer"]["basis"] in ("priority_manager", "queue_pool")
        assert pop["number"] == "+79455550120"
        assert pop["candidates"]
        await anna.answer()
        report = await call.report()
        assert report.answered_after is not None
        assert report.talked > 1
        await anna.wrap_up()
