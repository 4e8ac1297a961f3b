"""Collection work: a collector takes the next call of the list, and a promise with its effect."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, expect

from tests.browser.test_screens import expect_accessible, expect_no_codes
from tests.parts.browser import Seat


async def test_a_broken_promise_gives_way_to_a_new_one(desks: Seat) -> None:
    galina = await desks("galina", start=False)
    page = galina.page
    await page.goto(page.url.rstrip("/") + "/collections")
    await expect_accessible(page)
    await expect_no_codes(page)
    await page.select_option("#filter-whose", "own")
    await page.locator("#case-list tbody tr", has_text="Щербак").locator("a").click()
    await expect(page.locator(".case-next")).to_have_text("Позвонить: обещание нарушено")
    await expect_accessible(page)
    await a_promise_shows_what_it_pays(page)
    await expect_accessible(page)
    await expect_no_codes(page)
    await page.click("button[value=take]")
    await expect(page.locator(".case-promise").first).to_contain_text("действует")
    await expect(page.locator(".case-next")).to_have_text("Предложить реструктуризацию")


async def a_promise_shows_what_it_pays(page: Page) -> None:
    await page.get_by_text("Показать суммы").click()
    await page.fill("#field-amount", "1000")
    await page.fill("#field-due_on", (datetime.now(UTC).date() + timedelta(days=5)).isoformat())
    await page.click("button[value=look]")
    await expect(page.locator("#effect")).to_contain_text("После этого останется")
