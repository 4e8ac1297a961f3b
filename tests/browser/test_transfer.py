"""Transfers between two managers, each at a console of his own."""

from playwright.async_api import expect

from tests.browser.clients import ANNAS_CLIENT
from tests.parts.browser import Caller, Desk, Seat


async def in_conversation(desks: Seat, client_calls: Caller) -> tuple[Desk, Desk]:
    """Anna talks to her client, Boris is free."""
    anna, boris = await desks("anna"), await desks("boris")
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    return anna, boris


async def test_blind_transfer(desks: Seat, client_calls: Caller) -> None:
    anna, boris = await in_conversation(desks, client_calls)
    await anna.fill_card(essence="what I know already")
    await anna.saved()
    await anna.transfer("blind", "Борис Орлов")
    await boris.answer()
    await boris.talks()
    await expect(boris.page.locator("#field-essence")).to_have_value("what I know already")
    await anna.no_call()


async def test_warm_transfer(desks: Seat, client_calls: Caller) -> None:
    anna, boris = await in_conversation(desks, client_calls)
    await anna.transfer("warm", "Борис Орлов")
    await anna.call("consulting")
    await boris.call("asked")
    await boris.press("answer")
    await boris.call("consulted")
    await anna.press("complete")
    await boris.call("talking")
    await boris.talks()
    await anna.no_call()


async def test_warm_transfer_called_off(desks: Seat, client_calls: Caller) -> None:
    anna, boris = await in_conversation(desks, client_calls)
    await anna.transfer("warm", "Борис Орлов")
    await boris.press("answer")
    await boris.call("consulted")
    await anna.press("cancel")
    await anna.call("talking")
    await anna.talks()
    await boris.no_call()
    await boris.shows_state("available")


async def test_the_picker_shows_who_is_there(desks: Seat, client_calls: Caller) -> None:
    anna, boris = await in_conversation(desks, client_calls)
    await boris.set_state("break")
    await anna.press("transfer")
    row = anna.page.locator("#list-people li", has_text="Борис Орлов")
    await expect(row).to_contain_text("Break")
    await expect(row.locator("[data-do=blind]")).to_be_disabled()
    await boris.set_state("available")
    await expect(row.locator("[data-do=blind]")).to_be_enabled()
    await anna.page.get_by_role("tab", name="Queues").click()
    await expect(anna.page.locator("#list-queues li")).to_have_count(3)
    await anna.page.keyboard.press("Escape")
