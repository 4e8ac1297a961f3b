"""Self-service in the browser: a node is changed, tried by its keys, and published by another."""

import secrets

from playwright.async_api import Page, expect

from tests.browser.test_rules import expect_usable
from tests.parts.browser import Seat

NEWS = f"Welcome. This is trial {secrets.randbelow(10**9)}."
"""Words that nobody has spoken yet: what was, is kept from run to run."""


async def test_a_node_is_drawn_by_one_tried_and_published_by_another(desks: Seat) -> None:
    daria = await desks("daria", start=False)
    page, flow = daria.page, f"{daria.page.url}admin/flows/main"
    await page.goto(f"{daria.page.url}admin/flows")
    await expect_usable(page)
    await page.goto(f"{flow}?node=balance")
    await expect_usable(page)
    await page.goto(f"{flow}/draft")
    await page.locator("#box-welcome").focus()
    await page.keyboard.press("Enter")
    await page.fill("#words-welcome-en", NEWS)
    await expect_usable(page)
    await page.locator("button[value=save]").click()
    await expect(page.locator(".flow-head .btn-accent")).to_be_visible()
    await expect(page.locator("#words-welcome-en")).to_have_value(NEWS)
    await called(page)
    await page.locator(".flow-head .btn-accent").click()
    await page.fill("#rules-why", "A trial")
    await page.locator("button[value=propose]").click()
    await expect(page.locator("button[value=reject]")).to_be_visible()
    await expect(page.locator("button[value=publish]")).to_have_count(0)
    await published_by_another(desks, page.url)


async def called(page: Page) -> None:
    """The draft is called: what it says is read, keys lead on, and the way is lit."""
    await page.locator(".flow-sides a").last.click()
    await page.select_option("#try-language", "en")
    await page.locator(".flow-phone .btn-answer").click()
    await expect(page.locator(".flow-said")).to_contain_text(NEWS)
    await page.locator(".flow-keys").get_by_role("button", name="1", exact=True).click()
    await expect(page.locator("#box-accounts.is-here")).to_be_visible()
    for key in "1234#":
        await page.locator(".flow-keys").get_by_role("button", name=key, exact=True).click()
    await expect(page.locator("#box-accounts_pin.is-here")).to_be_visible()
    await expect_usable(page)


async def published_by_another(desks: Seat, proposed: str) -> None:
    other = (await desks("emil", start=False)).page
    await other.goto(proposed)
    await expect_usable(other)
    await expect(other.get_by_text("en/welcome")).to_be_visible()
    await other.get_by_role("button", name="Make the sounds").click()
    await expect(other.locator("#flow-prompts")).to_have_count(0, timeout=60_000)
    await other.fill("#rules-why", "Heard it")
    await other.get_by_role("button", name="Publish").click()
    await expect(other.get_by_text("Version 2")).to_be_visible()
    await expect(other.get_by_text("In force")).to_be_visible()
