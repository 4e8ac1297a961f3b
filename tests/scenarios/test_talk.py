"""What an agent does with a caller: hold, keys, transfers, the end, the card."""

import asyncio

import pytest

from tests.parts.console import Agent, CommandRefused
from tests.parts.softphone import PhoneCall, gone
from tests.scenarios.conftest import BOTH, STRANGER, Dial, Shift

pytestmark = pytest.mark.asterisk


async def test_hold_and_resume(on_shift: Shift, dial: Dial) -> None:
    clara, customer, leg = await talking(on_shift, dial)
    call = await clara.call_in("talking")
    for _ in range(2):
        await clara.command("call.hold", call=call["call"])
        await clara.call_in("held")
        await clara.activity("on_hold")
        await hears(customer)
        await clara.command("call.resume", call=call["call"])
        await clara.call_in("talking")
        await hears(customer)
        await hears(leg)
    assert (await clara.call_in("talking"))["held_seconds"] > 0
    customer.hang_up()
    await clara.wrap_up()


async def test_keys_reach_the_customer(on_shift: Shift, dial: Dial) -> None:
    clara, customer, _ = await talking(on_shift, dial)
    call = await clara.call_in("talking")
    await clara.command("call.digits", call=call["call"], digits="12#")
    customer.hang_up()
    await clara.wrap_up()


async def test_agent_hangs_up_in_the_console(on_shift: Shift, dial: Dial) -> None:
    clara, customer, leg = await talking(on_shift, dial)
    call = await clara.call_in("talking")
    await clara.command("call.hangup", call=call["call"])
    await gone(customer)
    await gone(leg)
    await clara.wrap_up()


async def test_agent_hangs_up_his_phone(on_shift: Shift, dial: Dial) -> None:
    clara, customer, leg = await talking(on_shift, dial)
    leg.hang_up()
    await gone(customer)
    await clara.wrap_up()


async def test_agent_hangs_up_on_hold(on_shift: Shift, dial: Dial) -> None:
    clara, customer, leg = await talking(on_shift, dial)
    call = await clara.call_in("talking")
    await clara.command("call.hold", call=call["call"])
    await clara.call_in("held")
    await clara.command("call.hangup", call=call["call"])
    await gone(customer)
    await gone(leg)
    await clara.wrap_up()


async def test_blind_transfer_to_a_colleague(on_shift: Shift, dial: Dial) -> None:
    clara, customer, leg = await talking(on_shift, dial)
    boris = await on_shift("boris")
    call = await clara.call_in("talking")
    await clara.command("call.transfer", call=call["call"], to_agent=boris.state["me"]["agent"])
    await gone(leg)
    await clara.activity("idle")
    new_leg = await boris.answer()
    moved = await boris.call_in("talking")
    assert moved["call"] == call["call"]
    assert moved["offer"]["basis"] == "transfer"
    assert moved["queued_at"] == call["queued_at"]
    await hears(new_leg)
    customer.hang_up()
    await boris.wrap_up()


async def test_blind_transfer_to_a_queue_from_hold(on_shift: Shift, dial: Dial) -> None:
    anna = await on_shift("anna")
    customer = await dial(BOTH)
    leg = await anna.answer()
    call = await anna.call_in("talking")
    await anna.command("call.hold", call=call["call"])
    await anna.call_in("held")
    await anna.command("call.transfer", call=call["call"], to_queue="service")
    await gone(leg)
    await anna.activity("idle")
    clara = await on_shift("clara")
    await clara.answer()
    customer.hang_up()
    await clara.wrap_up()


async def test_transfer_to_one_who_is_not_free_is_refused(on_shift: Shift, dial: Dial) -> None:
    clara, customer, _ = await talking(on_shift, dial)
    boris = await on_shift("boris")
    await boris.command("availability.set", availability="not_ready", reason="meal")
    call = await clara.call_in("talking")
    target = boris.state["me"]["agent"]
    try:
        await clara.command("call.transfer", call=call["call"], to_agent=target)
    except CommandRefused as refusal:
        assert refusal.code == "agent_not_available"
    else:
        for _ in range(50):
            if clara.notices:
                break
            await asyncio.sleep(0.1)
        assert [notice["code"] for notice in clara.notices] == ["agent_not_available"]
    await clara.call_in("talking")
    customer.hang_up()
    await clara.wrap_up()


async def test_warm_transfer_completed(on_shift: Shift, dial: Dial) -> None:
    clara, customer, leg = await talking(on_shift, dial)
    boris = await on_shift("boris")
    call = await clara.call_in("talking")
    await clara.command("call.consult", call=call["call"], to_agent=boris.state["me"]["agent"])
    ringing = await boris.rings()
    await clara.call_in("consulting")
    await hears(customer)
    ringing.answer()
    await clara.until(lambda s: s["call"]["consult"]["connected"])
    await hears(leg)
    await hears(ringing)
    await clara.command("call.consult.complete", call=call["call"])
    await boris.call_in("talking")
    await gone(leg)
    await clara.activity("idle")
    await hears(customer)
    await hears(ringing)
    customer.hang_up()
    await boris.wrap_up()


@pytest.mark.parametrize("answered", [True, False])
async def test_warm_transfer_called_off(on_shift: Shift, dial: Dial, answered: bool) -> None:
    clara, customer, leg = await talking(on_shift, dial)
    boris = await on_shift("boris")
    call = await clara.call_in("talking")
    await clara.command("call.consult", call=call["call"], to_agent=boris.state["me"]["agent"])
    ringing = await boris.rings()
    if answered:
        ringing.answer()
        await clara.until(lambda s: s["call"]["consult"]["connected"])
    await clara.command("call.consult.cancel", call=call["call"])
    await clara.call_in("talking")
    await boris.activity("idle")
    await hears(customer)
    await hears(leg)
    customer.hang_up()
    await clara.wrap_up()


async def test_colleague_who_does_not_answer_leaves_the_customer_held(
    on_shift: Shift, dial: Dial
) -> None:
    clara, customer, _ = await talking(on_shift, dial)
    boris = await on_shift("boris")
    call = await clara.call_in("talking")
    await clara.command("call.consult", call=call["call"], to_agent=boris.state["me"]["agent"])
    await clara.call_in("held", timeout=15)
    await boris.activity("not_responding")
    await clara.command("call.resume", call=call["call"])
    await clara.call_in("talking")
    customer.hang_up()
    await clara.wrap_up()


async def test_caller_leaves_at_each_stage(on_shift: Shift, dial: Dial) -> None:
    clara = await on_shift("clara")
    boris = await on_shift("boris")
    ringing = await dial(STRANGER)
    await clara.call_in("ringing")
    ringing.hang_up()
    await clara.until(lambda s: s.get("call") is None)
    await clara.activity("idle")

    customer = await dial(STRANGER)
    leg = await clara.answer()
    call = await clara.call_in("talking")
    await clara.command("call.hold", call=call["call"])
    await clara.call_in("held")
    customer.hang_up()
    await gone(leg)
    await clara.wrap_up()

    customer = await dial(STRANGER)
    leg = await clara.answer()
    call = await clara.call_in("talking")
    await clara.command("call.consult", call=call["call"], to_agent=boris.state["me"]["agent"])
    (await boris.rings()).answer()
    await clara.until(lambda s: s["call"]["consult"]["connected"])
    customer.hang_up()
    await gone(leg)
    await boris.activity("idle")
    await clara.wrap_up()


async def test_lost_phone_is_rung_again_and_the_talk_goes_on(on_shift: Shift, dial: Dial) -> None:
    clara, customer, leg = await talking(on_shift, dial)
    leg.mute_network()
    await clara.call_in("recovering", timeout=20)
    again = await clara.rings(timeout=15)
    again.answer()
    await clara.call_in("talking")
    await hears(customer)
    await hears(again)
    customer.hang_up()
    await clara.wrap_up()


async def test_finished_card_stands_in_the_list_and_the_api(on_shift: Shift, dial: Dial) -> None:
    anna = await on_shift("anna")
    customer = await dial(BOTH)
    await anna.answer()
    call = (await anna.until(lambda s: "rev" in s["call"]["card"]))["call"]
    await anna.command(
        "card.draft",
        call=call["call"],
        rev=call["card"]["rev"],
        fields={"essence": "asks about the rate", "caller_name": "Мария"},
    )
    customer.hang_up()
    await anna.wrap_up(essence="asked about the rate; told", topic="loan")
    card = await anna.card(call["call"], state="closed")
    assert card["essence"] == "asked about the rate; told"
    assert (card["caller_name"], card["topic"]) == ("Test Caller", "loan")


async def test_incomplete_card_is_refused_with_the_fields(on_shift: Shift, dial: Dial) -> None:
    clara, customer, _ = await talking(on_shift, dial)
    customer.hang_up()
    call = await clara.call_in("wrap_up")
    with pytest.raises(CommandRefused):
        await clara.command("card.complete", call=call["call"], fields={"caller_name": "X"})
    await clara.wrap_up()


async def talking(on_shift: Shift, dial: Dial) -> tuple[Agent, PhoneCall, PhoneCall]:
    """Clara talks to a stranger: her console, his side, her leg."""
    clara = await on_shift("clara")
    customer = await dial(STRANGER)
    leg = await clara.answer()
    return clara, customer, leg


async def hears(call: PhoneCall) -> None:
    """Wait until fresh audio arrives at this side."""
    before = call.audio.received
    async with asyncio.timeout(5):
        while call.audio.received < before + 10:
            await asyncio.sleep(0.02)
