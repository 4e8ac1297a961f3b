"""A supervisor at the board: beside a call, which the agent sees; messages; states of agents."""

from playwright.async_api import Locator, expect

from tests.browser.clients import ANNAS_CLIENT
from tests.browser.test_screens import expect_accessible
from tests.parts.browser import Caller, Desk, Seat


async def test_beside_a_call_and_taking_it_over(desks: Seat, client_calls: Caller) -> None:
    anna, daria = await desks("anna"), await desks("daria")
    await client_calls(ANNAS_CLIENT, say="Good morning")
    await anna.answer()
    await anna.press("help")
    await anna.page.click("[data-help=approval]")
    asked = daria.page.locator("#helped li")
    await expect(asked).to_contain_text("Anna Berg")
    await asked.locator("[data-do=help]").click()
    await expect(anna.page.locator("#help-button")).to_have_attribute("data-help", "taken")

    await daria.page.click("#calls [data-do=listen]")
    await phone(daria, "talking")
    await expect(banner(anna)).to_have_attribute("data-listener", "listen")
    await expect(banner(anna)).to_contain_text("Дарья Седова")
    await daria.talks()
    await expect_accessible(anna.page)
    await expect_accessible(daria.page)
    for mode in ("whisper", "barge", "listen"):
        await daria.page.click(f"#hearing [data-mode={mode}]")
        await expect(banner(anna)).to_have_attribute("data-listener", mode)
    await daria.page.click("[data-do=stop]")
    await expect(banner(anna)).to_have_count(0)
    await phone(daria, "ready")

    await daria.page.click("#calls [data-do=take-over]")
    await expect(daria.page.locator("#taken")).to_be_visible()
    await anna.no_call()
    await anna.shows_state("available")
    await daria.talks()
    await expect_accessible(daria.page)
    await daria.page.click("[data-do=hangup]")
    await daria.fill_card(topic="account", disposition="resolved", essence="told the balance")
    await daria.fill_card(caller_name="Мария")
    await daria.page.click("#card-complete")
    await expect(daria.page.locator("#taken")).to_have_count(0)


async def test_messages_and_states_of_an_agent(desks: Seat) -> None:
    anna, daria = await desks("anna"), await desks("daria")
    await open_agent(daria, "Anna Berg")
    await expect_accessible(daria.page)
    await daria.page.click("#message-send")
    await expect(daria.page.locator("#message-error")).to_be_visible()
    await daria.page.fill("#message-text", "Please call the branch back")
    await daria.page.click("#message-send")
    message = anna.page.locator("#messages .message")
    await expect(message).to_contain_text("Please call the branch back")
    await expect(daria.page.locator("#written li")).to_have_count(1)
    unread = await daria.page.locator("#written li").inner_text()
    await expect_accessible(anna.page)
    await message.get_by_role("button").click()
    await expect(message).to_have_count(0)
    await expect(daria.page.locator("#written li")).not_to_have_text(unread)

    await open_agent(daria, "Anna Berg")
    await daria.page.click("#agent-dialog [data-set=meeting]")
    await anna.shows_state("meeting")
    await expect(anna.page.locator("#forced")).to_be_visible()
    await anna.set_state("available")
    await expect(anna.page.locator("#forced")).to_be_hidden()
    await open_agent(daria, "Anna Berg")
    await daria.page.click("#agent-dialog [data-set=offline]")
    await expect(anna.page.locator("#start-shift")).to_be_visible()


def banner(desk: Desk) -> Locator:
    """What tells the agent who is beside his call."""
    return desk.page.locator("#listeners .banner")


async def phone(desk: Desk, state: str) -> None:
    shown = desk.page.locator("#supervisor-phone")
    await expect(shown).to_have_attribute("data-phone", state)


async def open_agent(desk: Desk, name: str) -> None:
    row = desk.page.locator("#agents tr", has_text=name)
    await row.locator("[data-do=agent]").click()
    await expect(desk.page.locator("#agent-dialog")).to_be_visible()
