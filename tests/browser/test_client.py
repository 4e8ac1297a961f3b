"""The client beside the call: what not to overlook, why he calls, and money once it is sure who
he is; then his page with a written reason."""

from playwright.async_api import Page, expect

from tests.browser.clients import DEBTOR
from tests.browser.test_screens import expect_accessible, expect_no_codes
from tests.parts.browser import Caller, Desk, Seat


async def test_money_shows_once_the_agent_is_sure_who_calls(
    desks: Seat, client_calls: Caller
) -> None:
    clara = await desks("clara", reduced_motion="reduce")
    await client_calls(DEBTOR)
    await clara.answer()
    await the_pop_warns_and_hides_money(clara)
    await money_opens_by_the_agents_word(clara)
    async with clara.page.context.expect_page() as opened:
        await clara.page.locator("#party a").click()
    await the_page_needs_a_ground_too(await opened.value)
    await clara.press("hangup")
    await clara.finish()


async def the_pop_warns_and_hides_money(clara: Desk) -> None:
    page = clara.page
    await expect(page.locator("#red-strip")).to_contain_text("Overdue 75 days")
    await expect(page.locator("#guesses li").first).to_contain_text("75 days overdue")
    await expect(page.locator("#next-action")).to_contain_text("Confirm who is calling")
    await expect(page.locator("[data-figure=overdue] .amount")).to_have_text("hidden")
    await expect(page.locator("#verification")).to_have_attribute("data-level", "number")
    await expect_accessible(page)
    await expect_no_codes(page)


async def money_opens_by_the_agents_word(clara: Desk) -> None:
    page = clara.page
    await page.click("[data-verify=knowledge]")
    await expect(page.locator("#verification")).to_have_attribute("data-level", "knowledge")
    await expect(page.locator("[data-figure=overdue] .amount")).to_contain_text("UAH")
    await expect(page.locator("#next-action")).to_contain_text("Agree on a day")
    await expect_accessible(page)
    await page.click("[data-verify=none]")
    await expect(page.locator("[data-figure=overdue] .amount")).to_have_text("hidden")


async def the_page_needs_a_ground_too(page: Page) -> None:
    overdue = page.locator("[data-figure=overdue] .amount")
    await expect(overdue).to_have_text("hidden")
    await page.fill("#amounts-reason", "fee")
    await page.press("#amounts-reason", "Enter")
    await expect(page.locator("#reason-error")).to_be_visible()
    await page.fill("#amounts-reason", "written request about a fee")
    await page.press("#amounts-reason", "Enter")
    await expect(overdue).to_contain_text("UAH")
    await expect_accessible(page)
    for group, tab in (("Money", "Agreements"), ("Money", "Cards"), ("Timeline", "Timeline")):
        await page.locator(".tabs").get_by_text(group, exact=True).click()
        await page.locator(".tabs, .tabs-within").get_by_text(tab, exact=True).click()
        await expect(page.locator(".tabs [aria-current]")).to_have_text(group)
        await expect(page.locator("[aria-current=page]").last).to_have_text(tab)
        await expect_accessible(page)
        await expect_no_codes(page)
    await page.locator(".tabs").get_by_text("Money", exact=True).click()
    await page.locator("tr[data-agreement] a").last.click()
    await expect(page.locator("#statement-title")).to_be_visible()
    await expect_accessible(page)
    await page.close()
