"""The card: errors that lead to fields, drafts that are never lost, and where the card ends up."""

import re

from playwright.async_api import expect

from tests.browser.clients import ANNAS_CLIENT
from tests.parts.browser import CARD, Caller, Seat


async def test_an_incomplete_card_leads_to_its_fields(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    await anna.fill_card(essence="wants a higher limit")
    await anna.press("hangup")
    await anna.call("wrap_up")
    page = anna.page
    await page.click("#card-complete")
    summary = page.locator("#error-summary")
    await expect(summary).to_be_focused()
    await expect(summary.locator("a")).to_have_count(3)
    await summary.get_by_text("Choose a topic").click()
    await expect(page.locator("#field-topic")).to_be_focused()
    await expect(page.locator("#field-topic")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#field-essence")).to_have_value("wants a higher limit")
    await anna.finish(essence="wants a higher limit")
    await expect(page.locator("#recent li").first).to_contain_text("wants a higher limit")


async def test_a_finished_card_stands_in_list_page_and_timeline(
    desks: Seat, client_calls: Caller
) -> None:
    anna = await desks("anna")
    call = await client_calls(ANNAS_CLIENT)
    await anna.answer()
    await anna.press("hangup")
    await anna.finish(essence="a card to be found again")
    call_id = (await call.report()).call
    page = anna.page
    answer = await page.request.get(f"{page.url}api/v1/call-cards/{call_id}")
    assert (await answer.json())["essence"] == "a card to be found again"
    other = await page.context.new_page()
    await other.goto(f"{page.url}cards/{call_id}")
    await expect(other.get_by_text("a card to be found again")).to_be_visible()
    await other.goto(f"{page.url}cards")
    await expect(other.locator(f"tr[data-call='{call_id}']")).to_contain_text(CARD["caller_name"])
    await other.locator(f"tr[data-call='{call_id}'] a").first.click()
    await expect(other.locator("h1")).to_be_visible()
    await other.close()


async def test_a_caller_who_does_not_say_his_name(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    call = await client_calls(ANNAS_CLIENT)
    await anna.answer()
    await anna.press("hangup")
    await anna.call("wrap_up")
    await anna.page.get_by_role("button", name="Did not say").click()
    fields = {name: value for name, value in CARD.items() if name != "caller_name"}
    await anna.fill_card(**fields)
    await anna.page.click("#card-complete")
    await anna.no_call()
    call_id = (await call.report()).call
    answer = await anna.page.request.get(f"{anna.page.url}api/v1/call-cards/{call_id}")
    assert (await answer.json())["caller_name"] == "unknown"


async def test_more_time_for_a_card(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    await anna.press("hangup")
    await anna.call("wrap_up")
    left = anna.page.locator("#wrap-up-countdown [role=timer]")
    await expect(left).to_have_text(re.compile(r"1:5\d"))
    await anna.press("extend")
    await expect(left).to_have_text(re.compile(r"2:5\d"))


async def test_typing_is_never_disturbed_by_saving(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    essence = anna.page.locator("#field-essence")
    await essence.press_sequentially("asks for ", delay=20)
    await anna.saved()
    await essence.press_sequentially("a card", delay=20)
    await anna.saved()
    await expect(essence).to_have_value("asks for a card")


async def test_an_owed_card_is_finished_later(desks: Seat) -> None:
    boris = await desks("boris")
    page = boris.page
    owed = page.locator("#unfinished li")
    await expect(owed).to_have_count(1)
    await owed.locator("button").click()
    await boris.fill_card(**CARD)
    await page.click("#card-complete")
    await expect(page.locator("#queues")).to_be_visible()
    await expect(owed).to_have_count(0)
    await expect(page.locator("#recent li").first).to_contain_text(CARD["essence"])
