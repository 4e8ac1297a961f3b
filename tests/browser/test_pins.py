"""A telephone PIN in a real browser: asked for, approved by another, its code shown once."""

import re

from playwright.async_api import Page, expect

from tests.browser.test_bonds import found, origin
from tests.browser.test_screens import expect_accessible, expect_no_codes
from tests.parts.browser import Seat


async def test_two_employees_bring_a_code_to_a_client(desks: Seat) -> None:
    anna, daria = await desks("anna", start=False), await desks("daria", start=False)
    page = anna.page
    await page.goto(f"{await found(page, 'Brien')}/pin")
    await expect_usable(page)
    await page.get_by_role("button", name="Ask for approval").click()
    await expect(page.locator(".error-summary")).to_be_visible()
    anna.complaints.clear()  # Chromium logs the 422
    await page.select_option("#f-basis", "documents")
    await page.get_by_role("button", name="Ask for approval").click()
    await expect(page.locator("[data-request]")).to_contain_text("Waits for approval")
    await expect_usable(page)
    await daria.page.goto(f"{origin(daria.page)}/pins")
    await expect_usable(daria.page)
    row = daria.page.locator("[data-asked]", has_text="O'Brien")
    await row.get_by_role("button", name=re.compile("Согласовать")).click()
    await expect(row).to_have_count(0)
    await page.reload()
    await page.get_by_role("button", name="Show the code").click()
    await expect(page.locator("[data-code] .pin-code")).to_have_text(re.compile(r"\d{4}\s\d{4}$"))
    await expect_accessible(page)
    await page.get_by_role("button", name="Withdraw").click()
    await expect(page.locator("[data-code]")).to_have_count(0)


async def expect_usable(page: Page) -> None:
    """By light and by night."""
    await expect_no_codes(page)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await expect_accessible(page)
