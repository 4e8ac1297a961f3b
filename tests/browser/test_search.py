"""Finding a client: from the header without leaving the call, and in the pop of an unknown one."""

from playwright.async_api import Page, expect

from tests.browser.clients import NOBODY
from tests.browser.test_screens import expect_accessible, expect_no_codes
from tests.parts.browser import Caller, Desk, Seat

WANG = "王 小明"


async def type_into(page: Page, field: str, text: str) -> None:
    await page.fill(f"#{field}", text)
    await expect(page.locator(f"#{field}")).to_have_attribute("aria-expanded", "true")


async def marked(page: Page, field: str) -> str:
    """The text of the option that the field says is active."""
    box = page.locator(f"#{field}")
    active = await box.get_attribute("aria-activedescendant")
    option = page.locator(f"#{active}")
    await expect(option).to_have_attribute("aria-selected", "true")
    await expect(page.locator(f"#{field}-list [aria-selected=true]")).to_have_count(1)
    return await option.inner_text()


async def test_an_unknown_caller_is_found_and_his_page_opens_beside_the_call(
    desks: Seat, client_calls: Caller
) -> None:
    clara = await desks("clara", reduced_motion="reduce")
    page = clara.page
    await client_calls(NOBODY)
    await clara.answer()
    await the_header_opens_a_page_beside_the_call(clara)
    await the_pop_takes_the_one_who_is_chosen(clara)
    await clara.press("hangup")
    await clara.finish()
    assert not page.is_closed()


async def the_header_opens_a_page_beside_the_call(clara: Desk) -> None:
    page = clara.page
    await page.focus("#field-essence")
    await page.keyboard.press("/")
    await expect(page.locator("#field-essence")).to_have_value("/")
    await page.fill("#field-essence", "")
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("/")
    await expect(page.locator("#find-party")).to_be_focused()
    await type_into(page, "find-party", "Ivanova Marya")
    options = page.locator("#find-party-list [role=option]")
    await expect(options).to_have_count(2)
    await expect(options.first).to_contain_text("+7 •••••• 01")
    await expect_accessible(page)
    first = await marked(page, "find-party")
    await page.keyboard.press("ArrowDown")
    assert await marked(page, "find-party") != first
    async with page.context.expect_page() as opened:
        await page.keyboard.press("Enter")
    party = await opened.value
    await expect(party.locator("h1")).to_contain_text("Иванова Мария Сергеевна")
    assert await party.evaluate("window.opener === null")
    await party.close()
    await expect(page.locator("#find-party")).to_have_value("")
    await clara.call("talking")
    await clara.talks()


async def the_pop_takes_the_one_who_is_chosen(clara: Desk) -> None:
    page = clara.page
    await type_into(page, "find-client", "小明")
    await expect(page.locator("#find-client-list [role=option]")).to_contain_text([WANG])
    await page.keyboard.press("Escape")
    await expect(page.locator("#find-client-list")).to_be_hidden()
    await expect(page.locator("#find-client")).to_have_value("小明")
    await page.keyboard.press("ArrowDown")
    await expect_accessible(page)
    await page.keyboard.press("Enter")
    await expect(page.locator("#party-title")).to_have_text(WANG)
    await expect(page.locator("#party")).to_be_visible()


async def test_the_board_searches_in_russian_and_says_when_nobody_is_found(desks: Seat) -> None:
    daria = await desks("daria")
    page = daria.page
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
    await page.keyboard.press("Control+k")
    await expect(page.locator("#find-party")).to_be_focused()
    await type_into(page, "find-party", "8 945 555 01 23")
    option = page.locator("#find-party-list [role=option]")
    await expect(option).to_contain_text(["O'Brien Patrick"])
    await expect(option).to_contain_text(["Телефон +7 •••••• 0123"])
    await expect_no_codes(page)
    await page.fill("#find-party", 'ива" OR *')
    await expect(page.get_by_text("Никого не нашли").first).to_be_visible()
    await expect(option).to_have_count(0)
    async with page.context.expect_page() as opened:
        await page.fill("#find-party", "кузнцов")
        await expect(option).to_contain_text(["Похожее написание"])
        await option.first.click()
    await expect((await opened.value).locator("h1")).to_contain_text("Кузнецов")
