"""Skills, queues and extensions in the browser: set, followed at once, and usable by everybody."""

from playwright.async_api import Page, expect

from tests.browser.test_screens import expect_accessible, expect_no_codes
from tests.parts.browser import Seat


async def test_a_supervisor_sets_skills_and_sees_every_phone(desks: Seat) -> None:
    anna = await desks("anna")
    await anna.shows_state("available")
    daria = await desks("daria", start=False)
    page = daria.page
    home = page.url
    await page.goto(f"{home}extensions")
    phone = page.locator("tr[data-endpoint]", has_text="Anna Berg")
    await expect(phone.locator(".st-free")).to_have_count(1)
    await expect_usable(page)
    await page.goto(f"{home}admin/skills")
    await expect_usable(page)
    before = await set_chinese(page, 3)
    row = page.locator("tbody tr", has_text="Clara Novak")
    await expect(row.locator(".skill-3")).to_have_count(before + 1)
    await set_chinese(page, 0)
    await expect(row.locator(".skill-3")).to_have_count(before)


async def set_chinese(page: Page, level: int) -> int:
    """Set Clara's level; how many skills of level 3 she had before."""
    row = page.locator("tbody tr", has_text="Clara Novak")
    before = await row.locator(".skill-3").count()
    await row.get_by_role("link").click()
    await expect_usable(page)
    await page.select_option("#skill-chinese", f"chinese:{level}")
    await page.locator(".skill-form button").click()
    await page.wait_for_url("**/admin/skills#*")
    return before


async def expect_usable(page: Page) -> None:
    """By light and by night."""
    await expect_no_codes(page)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.reload()
        await expect_accessible(page)
