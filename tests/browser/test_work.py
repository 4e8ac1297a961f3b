"""What to do now, by mouse and keyboard: a complaint to its thanks, a task to its result."""

from playwright.async_api import expect

from tests.browser.test_screens import expect_accessible, expect_no_codes
from tests.parts.browser import Desk, Seat


async def test_what_to_do_now_leads_to_a_thanked_client_and_a_finished_task(desks: Seat) -> None:
    anna = await desks("anna", start=False)
    await the_untold_client_is_told_and_thanked(anna)
    await a_task_is_finished_by_keyboard(anna)


async def the_untold_client_is_told_and_thanked(anna: Desk) -> None:
    page, today = anna.page, f"{anna.page.url}today"
    await page.goto(today)
    entry = page.locator("[data-cause=complaint_to_tell]")
    await expect(entry).to_contain_text("the client waits for an answer")
    await expect_accessible(page)
    await expect_no_codes(page)
    await entry.get_by_role("link", name="Tell the client").click()
    await expect_accessible(page)
    await page.get_by_role("button", name="The client was told").click()
    await page.get_by_role("button", name="The client was thanked").click()
    await expect(page.locator("[aria-current=step]")).to_have_text("Client thanked")
    await page.goto(today)
    await expect(page.locator("[data-cause=complaint_to_tell]")).to_have_count(0)


async def a_task_is_finished_by_keyboard(anna: Desk) -> None:
    page = anna.page
    await page.goto(page.url.replace("today", "tasks"))
    await expect_accessible(page)
    late = page.locator(".work-row.is-late")
    await expect(late).to_contain_text("Overdue")
    task = await late.get_attribute("data-task")
    await late.locator("summary").first.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(f'[data-task="{task}"]')).to_have_count(0)
    await page.select_option("#filter-standing", "done")
    await expect(page.locator(f'[data-task="{task}"]')).to_contain_text("Done")
    await expect_no_codes(page)
