"""The board in a browser: figures move as a call lives, thresholds turn red, a card explains."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.clients import ANNAS_CLIENT
from tests.browser.test_screens import expect_accessible, expect_no_codes
from tests.parts.browser import Caller, Desk, Seat

SERVICE = "[data-queue=service]"


async def watcher(desks: Seat, language: str = "en", **options: Any) -> Desk:
    """A supervisor at the board, in this language."""
    daria = await desks("daria", **options)
    url = daria.page.url
    cookie = {"name": "tellerline_language", "value": language, "url": url}
    await daria.page.context.add_cookies([cookie])  # type: ignore[list-item]
    await daria.page.goto(url)
    await expect(daria.page.locator("#link-pill")).to_have_attribute("data-link", "live")
    return daria


def figure(page: Page, name: str) -> Locator:
    return page.locator(f"#queues tr{SERVICE} [data-figure={name}]")


async def number(page: Page, name: str) -> int:
    await expect(figure(page, name)).to_have_text(re.compile(r"^\d+$"))
    return int(await figure(page, name).inner_text())


async def test_figures_move_as_a_call_lives(desks: Seat, client_calls: Caller) -> None:
    anna, daria = await desks("anna"), await watcher(desks)
    page = daria.page
    agent = page.locator("#agents tbody tr", has_text="Anna Berg")
    await expect(agent).to_contain_text("Available")
    answered = await number(page, "answered")
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    calls = page.locator("#calls tbody tr")
    await expect(calls).to_have_count(1)
    await expect(calls).to_contain_text("Anna Berg")
    await expect(agent).to_contain_text("On a call")
    await expect(figure(page, "answered")).to_have_text(str(answered + 1))
    await ask_how(page)
    await anna.press("hangup")
    await anna.finish()
    await expect(calls).to_have_count(0)
    await expect(agent).to_contain_text("Available")


async def ask_how(page: Page) -> None:
    """A figure tells by the keyboard how it is made."""
    await page.get_by_role("button", name="Service level").focus()
    await page.keyboard.press("Enter")
    how = page.locator("#formula")
    await expect(how).to_contain_text("answered in time / (answered + abandoned)")
    await expect(how).to_contain_text("target 80 %")


async def test_a_threshold_turns_red_and_back(desks: Seat) -> None:
    clara, daria = await desks("clara"), await watcher(desks)
    page = daria.page
    tile, alert = page.locator(f".tile{SERVICE}"), page.locator("#alerts li")
    await expect(page.locator("#agents tbody tr", has_text="Clara")).to_contain_text("Available")
    await expect(tile).to_have_attribute("data-level", "")
    await clara.set_state("break")
    await expect(tile).to_have_attribute("data-level", "red")
    await expect(tile).to_contain_text("Alarm")
    await expect(alert.first).to_contain_text("agents ready: 0")
    await clara.set_state("available")
    await expect(tile).to_have_attribute("data-level", "")


async def test_a_call_leads_to_its_card_which_explains_it(
    desks: Seat, client_calls: Caller
) -> None:
    anna, daria = await desks("anna"), await watcher(desks)
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    await expect_told_in_the_pop(anna)
    await daria.page.locator("#calls tbody a").click()
    told = daria.page.locator("#explanation")
    await expect(told).to_contain_text("Manager number 1 of the client")
    await expect(told).to_contain_text("The client's managers, in their order")
    await expect_accessible(daria.page)
    await anna.press("hangup")
    await anna.finish()


async def expect_told_in_the_pop(anna: Desk) -> None:
    await anna.page.locator("#decided summary").click()
    await expect(anna.page.locator("#decided")).to_contain_text("The client's managers")


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "ru")])
async def test_everybody_can_use_the_board(desks: Seat, theme: str, language: str) -> None:
    anna = await desks("anna")
    daria = await watcher(desks, language, color_scheme=theme, reduced_motion="reduce")
    page = daria.page
    await expect(page.locator("#agents tbody tr").first).to_be_visible()
    await page.locator("#queues thead button").nth(10).click()
    await expect_accessible(page)
    await expect_no_codes(page)
    wall = await page.context.new_page()
    await wall.goto(f"{page.url}?wall=1")
    await expect(wall.locator(".tile").first).to_be_visible()
    await expect_accessible(wall)
    await wall.close()
    await anna.shows_state("available")
