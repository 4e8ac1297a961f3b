"""Routing rules in the browser: a mistake leads to its line, what is proposed another publishes."""

from playwright.async_api import Page, expect

from tests.browser.test_screens import expect_accessible, expect_no_codes
from tests.parts.browser import Seat

TRIAL = "\n  - rule: Trial\n    then: {announce_every: soon}\n"


async def test_rules_are_written_by_one_and_published_by_another(desks: Seat) -> None:
    daria = await desks("daria", start=False)
    page, rules = daria.page, f"{daria.page.url}admin/rules"
    await page.goto(rules)
    await expect_usable(page)
    await page.goto(f"{rules}/draft")
    text = (await page.input_value("#field-body")).rstrip() + TRIAL
    line = text.count("\n")
    await page.fill("#field-body", text)
    await expect(page.locator(".gutter li")).to_have_count(line + 1)
    await page.locator("button[value=check]").click()
    await expect(page.locator(".gutter .is-wrong")).to_have_text(str(line))
    daria.complaints.clear()  # Chromium logs the 422
    await expect_accessible(page)
    await page.locator(f'[data-line="{line}"]').click()
    chosen = "document.activeElement.value.slice(document.activeElement.selectionStart).trim()"
    assert await page.evaluate(chosen) == "then: {announce_every: soon}"
    await page.fill("#field-body", text.replace("soon", "60"))
    await page.locator("button[value=save]").click()
    await page.fill("#rules-why", "A trial")
    await page.locator("button[value=propose]").click()
    await expect(page.locator("button[value=reject]")).to_be_visible()
    await expect(page.locator("button[value=publish]")).to_have_count(0)
    await published_by_another(desks, page.url)


async def published_by_another(desks: Seat, proposed: str) -> None:
    other = (await desks("emil", start=False)).page
    await other.goto(proposed)
    await expect_usable(other)
    await other.fill("#rules-why", "Looked at")
    await other.get_by_role("button", name="Publish").click()
    await expect(other.get_by_text("In force: version 2")).to_be_visible()


async def expect_usable(page: Page) -> None:
    await expect_accessible(page)
    await expect_no_codes(page)
