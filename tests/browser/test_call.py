"""A client's call, from the pop to the card, as the manager sees and hears it."""

import asyncio

from playwright.async_api import expect

from tests.browser.clients import ANNAS_CLIENT, FAMILY, NOBODY
from tests.parts.browser import Caller, Desk, Seat

BEEP = 0.02
"""Less energy than one beep of the made-up microphone, more than its muted track."""

WATCH = """() => {
  window.seen = {};
  const note = (name) => { window.seen[name] ??= performance.now(); };
  new MutationObserver(() => {
    if (document.querySelector("#candidates li")) note("pop");
    if (document.querySelector("#phone-button")?.dataset.phone === "ringing") note("ring");
  }).observe(document.body, {subtree: true, childList: true, attributes: true});
}"""


async def test_the_pop_comes_before_the_phone_rings(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    await anna.page.evaluate(WATCH)
    await client_calls(ANNAS_CLIENT)
    await anna.phone("ringing")
    seen = await anna.page.evaluate("window.seen")
    assert seen["pop"] < seen["ring"]


async def test_the_pop_tells_who_and_why(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    await client_calls(FAMILY)
    await anna.call("ringing")
    page = anna.page
    await expect(page.locator("#match")).to_have_text("Several matches")
    await expect(page.locator("#candidates li")).to_have_count(3)
    await expect(page.locator("#why")).to_contain_text("priority manager number 2")
    await expect(page.locator("#why li")).to_contain_text(["Борис Орлов"])
    await expect(page.locator("#managers li").first).to_contain_text("Offline")
    await anna.answer()
    await page.locator("#candidates button", has_text="Север").click()
    await expect(page.locator("#party")).to_contain_text("Organisation")
    await expect(page.locator(".callbar h1")).to_have_text("Север")


async def test_voice_goes_both_ways_until_muted(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    await client_calls(ANNAS_CLIENT, say="Good morning")
    await anna.answer()
    await anna.talks()
    await anna.press("mute")
    await expect(anna.page.locator("[data-do=mute]")).to_have_attribute("aria-pressed", "true")
    await until_energy(anna, rises=False)
    await anna.press("mute")
    await until_energy(anna, rises=True)


async def until_energy(desk: Desk, *, rises: bool) -> None:
    """Wait for a span of 1.5 s, in which the made-up microphone beeps, with or without a beep."""
    async with asyncio.timeout(15):
        while True:
            before = await desk.voice()
            await asyncio.sleep(1.5)
            if ((await desk.voice())["energy"] - before["energy"] > BEEP) is rises:
                return


async def test_hold_and_resume(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    await anna.press("hold")
    await anna.call("held")
    await anna.shows_state("on_hold")
    await anna.press("resume")
    await anna.call("talking")
    await anna.talks()


async def test_digits_can_be_typed(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    await anna.press("keypad")
    await expect(anna.page.locator(".keypad")).to_be_focused()
    await anna.page.keyboard.type("12#")
    await expect(anna.page.locator(".keypad .typed")).to_have_text("12#")
    await anna.page.keyboard.press("Escape")
    await expect(anna.page.locator(".keypad")).to_be_hidden()
    await expect(anna.page.locator(".notice")).to_have_count(0)


async def test_a_second_call_finds_a_fresh_screen(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    for turn in ("first", "second"):
        call = await client_calls(ANNAS_CLIENT)
        await anna.answer()
        await expect(anna.page.locator("#field-essence")).to_have_value("")
        await anna.press("keypad")
        await expect(anna.page.locator(".keypad:visible")).to_be_focused()
        await anna.page.keyboard.press("Escape")
        await anna.press("hangup")
        await anna.finish(essence=f"the {turn} call")
        await call.report()
    await expect(anna.page.locator("#recent li").first).to_contain_text("the second call")


async def test_shortcuts_work_in_any_layout_and_can_be_switched_off(
    desks: Seat, client_calls: Caller
) -> None:
    anna = await desks("anna")
    await client_calls(ANNAS_CLIENT)
    await anna.phone("ringing")
    await anna.page.keyboard.press("Control+Shift+KeyA")
    await anna.call("talking")
    await anna.page.keyboard.press("Control+Shift+KeyH")
    await anna.call("held")
    await anna.page.click("#user-button")
    await anna.page.get_by_text("Keyboard shortcuts").first.click()
    await anna.page.uncheck("#shortcuts-on")
    await anna.page.keyboard.press("Escape")
    await anna.page.keyboard.press("Control+Shift+KeyH")
    await anna.press("resume")
    await anna.call("talking")
    await anna.page.keyboard.press("Control+Shift+Digit1")
    await anna.talks()


async def test_a_rejected_call_goes_on_to_the_next_manager(
    desks: Seat, client_calls: Caller
) -> None:
    boris, anna = await desks("boris"), await desks("anna")
    await client_calls(FAMILY)
    await boris.phone("ringing")
    await boris.press("reject")
    await boris.no_call()
    await anna.answer()
    await expect(anna.page.locator("#why li")).to_contain_text(["Борис Орлов"])


async def test_an_unknown_caller_reaches_the_pool(desks: Seat, client_calls: Caller) -> None:
    clara = await desks("clara")
    await client_calls(NOBODY)
    await clara.answer()
    await expect(clara.page.locator("#match")).to_have_text("Unknown number")
    await expect(clara.page.locator("#why")).to_contain_text("Client service")


async def test_a_state_chosen_during_a_call_waits_for_its_end(
    desks: Seat, client_calls: Caller
) -> None:
    anna = await desks("anna")
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    await anna.set_state("meal")
    await expect(anna.page.locator(".next-state")).to_contain_text("Meal")
    await anna.press("hangup")
    await anna.finish()
    await anna.shows_state("meal")


async def test_a_call_fits_a_small_screen(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    await client_calls(FAMILY)
    await anna.answer()
    await anna.press("hangup")
    await anna.call("wrap_up")
    await anna.page.click("#card-complete")
    await expect(anna.page.locator("#error-summary")).to_be_visible()
    sizes = await anna.page.evaluate(
        "[document.documentElement.scrollHeight - innerHeight,"
        " document.documentElement.scrollWidth - innerWidth]"
    )
    assert sizes == [0, 0]
