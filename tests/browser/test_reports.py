"""A supervisor's reports in the browser: an agent's shift is in them, and all can use them."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Page, expect

from crm_core.selfservice.surveys import Said
from routing.ids import CallId, FlowId
from tests.browser.test_screens import expect_accessible, expect_no_codes
from tests.crm_core.selfservice.visiting import keep_all, visit
from tests.parts.browser import Seat
from tests.parts.product import Product


async def test_an_agents_shift_is_in_the_report_and_the_files(desks: Seat) -> None:
    anna = await desks("anna")
    await anna.shows_state("available")
    daria = await desks("daria", start=False)
    page = daria.page
    await page.goto(f"{page.url}reports")
    await page.select_option("#filter-interval", "whole")
    await page.select_option("#filter-group", "agent")
    await page.locator(".report-filters button").click()
    row = page.locator("#report tbody tr", has_text="Anna Berg")
    await expect(row.locator("td").last).to_contain_text(":")
    await expect_usable(page)
    for kind in ("csv", "xlsx"):
        await expect_download(page, kind)
    await page.locator("a[href='/reports/heatmap']").click()
    await expect(page.locator("#heat tbody tr")).to_have_count(7)
    await expect_usable(page)


async def expect_usable(page: Page) -> None:
    """By light and by night."""
    await expect_no_codes(page)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.reload()
        await expect_accessible(page)


async def expect_download(page: Page, kind: str) -> None:
    async with page.expect_download() as coming:
        await page.locator(f"a[href^='/reports/intervals.{kind}']").click()
    assert (await coming.value).suggested_filename.endswith(f".{kind}")


async def test_what_callers_did_alone_is_in_the_report(desks: Seat, product: Product) -> None:
    now = datetime.now(UTC) - timedelta(minutes=5)
    answer = Said(call=CallId("self-1"), flow=FlowId("after"), question="recommend", value=9)
    db = product.database()
    await keep_all(db, [visit("self-1", now), visit("self-2", now)], [answer])
    await db.close()
    daria = await desks("daria", start=False)
    page = daria.page
    await page.goto(f"{page.url}reports")
    await page.locator("a[href='/reports/self-service']").click()
    await expect(page.locator("#visits tbody tr", has_text="main")).to_contain_text("100,0 %")
    await expect(page.locator("#nodes tbody tr")).to_have_count(3)
    await page.locator(".report-how summary").click()
    await expect(page.locator("#surveys")).to_contain_text("+100,0")
    await expect_usable(page)
