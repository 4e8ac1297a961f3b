"""What-if in the browser: what is asked without any calls is refused beside its field."""

from playwright.async_api import expect

from tests.browser.test_screens import expect_accessible, expect_no_codes
from tests.parts.browser import Seat


async def test_days_without_calls_are_refused_where_they_stand(desks: Seat) -> None:
    daria = await desks("daria", start=False)
    page = daria.page
    await page.goto(page.url.rstrip("/") + "/what-if")
    await expect_accessible(page)
    await expect_no_codes(page)
    await page.fill("#name", "Two more")
    await page.fill("#first", "2020-01-01")
    await page.fill("#last", "2020-01-02")
    await page.fill("#agents-1", "2")
    await page.click("form[action='/what-if'] .btn-accent")
    await expect(page.locator("#last-error")).to_be_visible()
    await expect(page.locator("#agents-1")).to_have_value("2")
    await expect_accessible(page)
    await expect_no_codes(page)
    daria.complaints.clear()  # Chromium logs the 422
