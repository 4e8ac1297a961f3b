"""Who is rung, in which order, and what his screen says before the phone rings."""

import pytest

from tests.parts.console import Agent
from tests.parts.product import Product
from tests.parts.softphone import gone
from tests.scenarios.conftest import ABSENT_FIRST, BOTH, SHARED, STRANGER, Dial, Shift

pytestmark = pytest.mark.asterisk


async def test_first_manager_is_rung_and_sees_who_calls_and_why_him(
    on_shift: Shift, dial: Dial
) -> None:
    anna = await on_shift("anna")
    boris = await on_shift("boris")
    customer = await dial(BOTH)
    pop = await anna.call_in("ringing")
    assert (pop["offer"]["basis"], pop["offer"]["rank"]) == ("priority_manager", 1)
    assert pop["number"] == BOTH and pop["match"] == "one"
    assert [one["name"] for one in pop["candidates"]] == ["Иванова Мария Сергеевна"]
    assert pop["managers"] == [anna.state["me"]["agent"], boris.state["me"]["agent"]]
    ringing = await anna.rings()
    assert ringing.header("X-Tellerline-Offer") == pop["offer"]["offer"]
    customer.hang_up()
    await anna.activity("idle")


async def test_manager_on_break_is_passed_over_and_the_next_one_sees_why(
    on_shift: Shift, dial: Dial
) -> None:
    anna, boris = await on_shift("anna"), await on_shift("boris")
    await anna.command("availability.set", availability="not_ready", reason="break")
    customer = await dial(BOTH)
    pop = await boris.call_in("ringing")
    assert pop["offer"]["rank"] == 2
    passed = pop["offer"]["passed_over"]
    assert [(one["name"], one["why"]) for one in passed] == [("Anna Berg", "not_ready")]
    customer.hang_up()


async def test_absent_manager_and_one_on_a_call_lead_to_the_third(
    on_shift: Shift, dial: Dial
) -> None:
    anna, boris = await on_shift("anna"), await on_shift("boris")
    first = await dial(ABSENT_FIRST)
    await boris.answer()
    second = await dial(ABSENT_FIRST)
    pop = await anna.call_in("ringing")
    assert [one["why"] for one in pop["offer"]["passed_over"]] == ["offline", "on_call"]
    second.hang_up()
    first.hang_up()
    await boris.wrap_up()


async def test_nobody_answers_until_the_pool_does_and_the_wait_is_kept(
    on_shift: Shift, dial: Dial
) -> None:
    anna, boris = await on_shift("anna"), await on_shift("boris")
    clara = await on_shift("clara")
    customer = await dial(BOTH)
    began = (await anna.call_in("ringing"))["queued_at"]
    await anna.activity("not_responding", timeout=15)
    await boris.activity("not_responding", timeout=15)
    await clara.answer()
    call = await clara.call_in("talking")
    assert call["offer"]["basis"] == "queue_pool"
    assert call["queued_at"] == began
    assert [one["why"] for one in call["offer"]["passed_over"]] == ["not_responding"] * 2
    customer.hang_up()
    await clara.wrap_up()


async def test_refused_call_goes_on_at_once_and_the_refuser_stays_free(
    on_shift: Shift, dial: Dial
) -> None:
    anna, boris = await on_shift("anna"), await on_shift("boris")
    customer = await dial(BOTH)
    pop = await anna.call_in("ringing")
    await anna.command("offer.decline", offer=pop["offer"]["offer"])
    await boris.answer()
    await anna.activity("idle")
    customer.hang_up()
    await boris.wrap_up()


async def test_phone_that_rejects_is_as_good_as_a_refusal(on_shift: Shift, dial: Dial) -> None:
    anna, boris = await on_shift("anna"), await on_shift("boris")
    customer = await dial(BOTH)
    (await anna.rings()).reject()
    await boris.answer()
    await anna.activity("idle")
    customer.hang_up()
    await boris.wrap_up()


async def test_shared_number_shows_all_who_use_it(on_shift: Shift, dial: Dial) -> None:
    anna = await on_shift("anna")
    customer = await dial(SHARED)
    pop = await anna.call_in("ringing")
    assert pop["match"] == "several"
    assert len(pop["candidates"]) == 3
    assert pop.get("party") is None, "a shared number is nobody's panel"
    customer.hang_up()
    await anna.activity("idle")


@pytest.mark.parametrize(
    ("number", "match"), [(STRANGER, "unknown"), ("anonymous", "withheld"), ("hangup", "withheld")]
)
async def test_unknown_callers_reach_the_pool(
    on_shift: Shift, dial: Dial, number: str, match: str
) -> None:
    clara = await on_shift("clara")
    customer = await dial(number, name="hangup")
    await clara.answer()
    call = await clara.call_in("talking")
    assert (call["match"], call["candidates"]) == (match, [])
    assert call["caller_name"] == "hangup"
    customer.hang_up()
    await clara.wrap_up()


async def test_caller_waits_until_somebody_comes(
    on_shift: Shift, dial: Dial, product: Product
) -> None:
    customer = await dial(STRANGER)
    async with Agent(product, "daria", phone=False) as board:
        await board.until(lambda s: len(s["calls"]) == 1)
    clara = await on_shift("clara")
    await clara.answer()
    customer.hang_up()
    await gone(customer)
    await clara.wrap_up()
