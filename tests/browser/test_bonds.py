"""Relations, managers and segments in a real browser, in both languages, light and dark."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.test_screens import expect_accessible, expect_no_codes
from tests.parts.browser import Seat


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_bonds_are_made_and_every_screen_of_them_can_be_used(
    desks: Seat, scheme: str
) -> None:
    daria = await desks("daria", start=False, color_scheme=scheme)
    page = daria.page
    party = await found(page, "Соколова")
    await page.goto(f"{party}/relations?find=Brien")
    await page.select_option("#bond-type", "partner")
    await page.click("#add form[method=post] button")
    relation = page.locator("[data-relation]", has_text="O'Brien")
    await expect(relation).to_have_count(1)
    paths = ("/admin", "/admin/branches", "/admin/teams", "/admin/leave", "/admin/segments")
    for url in (page.url, f"{party}/managers", *(f"{origin(page)}{path}" for path in paths)):
        await page.goto(url)
        await expect_no_codes(page)
        await expect_accessible(page)
    await a_segment_is_tried(page)
    daria.complaints.clear()  # Chromium logs the 422
    await page.goto(f"{party}/relations")
    await relation.get_by_role("button").click()
    await expect(relation).to_have_count(0)


async def a_segment_is_tried(page: Page) -> None:
    await page.goto(f"{origin(page)}/admin/segments/new")
    await page.fill("#segment-code", "people")
    await page.fill("#segment-name", "People")
    await page.fill("#segment-rule", "kind is person\nand colour is red")
    await page.click("button[value=try]")
    await expect(page.locator("#rule-error")).to_contain_text(re.compile(r" 2, .+ 5:"))
    await expect_accessible(page)
    await page.fill("#segment-rule", "kind is person")
    await page.click("button[value=try]")
    await expect(page.locator("#trial-title")).to_contain_text(re.compile(r": [1-9]"))


async def found(page: Page, name: str) -> str:
    """The address of the party of this name."""
    answer = await page.request.get(f"{origin(page)}/api/v1/parties/search?q={name}")
    return f"{origin(page)}/parties/{(await answer.json())['items'][0]['party']}"


def origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])
