"""Signing in, languages, the board, the lists, and that everybody can use the screens."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from agent_ui.i18n import read_translations
from tests.browser.clients import FAMILY
from tests.parts.browser import Caller, Seat
from tests.parts.product import Product

ROOT = Path(__file__).parents[2]
AXE = ROOT / "agent_ui" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CODES = set(read_translations(ROOT / "agent_ui" / "locale").messages["en"])


async def test_a_wrong_password_is_refused(chromium: Browser, product: Product) -> None:
    page = await chromium.new_page()
    await page.goto(f"{product.url}/sign-in")
    await page.fill("#username", "anna")
    await page.fill("#password", "not this one")
    await page.click("#sign-in-button")
    await expect(page.locator("#sign-in-error")).to_have_text("User name or password is wrong")
    await expect(page.locator("#username")).to_have_value("anna")


async def test_signing_out_ends_the_session(desks: Seat, product: Product) -> None:
    anna = await desks("anna", start=False)
    await anna.page.click("#user-button")
    await anna.page.get_by_text("Sign out").click()
    await expect(anna.page.locator("#sign-in-button")).to_be_visible()
    await anna.page.goto(product.url)
    await expect(anna.page.locator("#sign-in-button")).to_be_visible()


async def test_russian_from_sign_in_to_wrap_up(desks: Seat, client_calls: Caller) -> None:
    boris = await desks("boris")
    await expect(boris.page.locator("html")).to_have_attribute("lang", "ru")
    await boris.shows_state("available")
    await expect(boris.page.locator("#state-button")).to_contain_text("Готов к звонкам")
    await client_calls(FAMILY)
    await boris.answer()
    await expect(boris.page.locator("[data-do=hangup]")).to_have_text("Завершить")
    await boris.press("hangup")
    await boris.call("wrap_up")
    await boris.page.click("#card-complete")
    await expect(boris.page.locator("#error-summary")).to_contain_text("Выберите тему")
    await expect_no_codes(boris.page)


async def test_the_language_can_be_changed(desks: Seat) -> None:
    anna = await desks("anna", start=False)
    await anna.page.click("#user-button")
    await anna.page.get_by_text("Русский").click()
    await expect(anna.page.locator("#start-shift")).to_have_text("Начать смену")


async def expect_no_codes(page: Page) -> None:
    """No text was left untranslated: its code would stand in its place."""
    text = await page.inner_text("body")
    assert not CODES & set(re.findall(r"[\w.]+\.[\w.]+", text))


async def test_every_code_has_a_text_in_every_language() -> None:
    messages = read_translations(ROOT / "agent_ui" / "locale").messages
    for language in ("en", "ru"):
        texts = messages[language]
        assert set(texts) == CODES
        for code, text in texts.items():
            assert slots(text) == slots(messages["en"][code]), (language, code)
    alike = {code for code in CODES if messages["ru"][code] == messages["en"][code]}
    assert {messages["en"][code] for code in alike if has_words(messages["en"][code])} <= ALIKE


ALIKE = {"Visa", "Mastercard", "UnionPay", "CSV"}
"""Names, which are the same in Russian."""


def has_words(text: str) -> bool:
    """Whether something is left of the text without its slots that could be translated."""
    return any(letter.isalpha() for letter in re.sub(r"\{\w+\}", "", text))


def slots(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


async def test_every_code_that_a_screen_names_exists() -> None:
    named = set()
    folders = [ROOT / "agent_ui" / "templates", ROOT / "agent_ui" / "frontend" / "src"]
    for folder in folders:
        for file in [*folder.rglob("*.html"), *folder.rglob("*.js")]:
            text = file.read_text(encoding="utf-8")
            named |= set(re.findall(r"""\b(?:t|_)\(\s*["']([\w.]+[\w])["']\s*[,)]""", text))
    assert named
    assert not named - CODES


async def test_filters_reload_the_list_alone(desks: Seat) -> None:
    daria = await desks("daria")
    page = daria.page
    await page.goto(f"{page.url}cards")
    await page.evaluate("window.same = true")
    await page.select_option("#filter-agent", label="Anna Berg")
    await page.wait_for_url(re.compile("agent="))
    rows = page.locator("#card-list tbody tr")
    await expect(rows.filter(has_not_text="Anna Berg")).to_have_count(0)
    assert await rows.count() > 0
    assert await page.evaluate("window.same")


async def test_a_party_has_a_page(desks: Seat) -> None:
    anna = await desks("anna", start=False)
    answer = await anna.page.request.get(f"{anna.page.url}api/v1/parties/search?q=O'Brien")
    party = (await answer.json())["items"][0]["party"]
    await anna.page.goto(f"{anna.page.url}parties/{party}")
    await expect(anna.page.locator("h1")).to_have_text("O'Brien Patrick")
    await expect(anna.page.locator(".manager")).to_contain_text(["Anna Berg"])


async def test_what_is_not_there_says_so(desks: Seat) -> None:
    anna = await desks("anna", start=False)
    await anna.page.goto(f"{anna.page.url}cards/none")
    await expect(anna.page.locator("h1")).to_have_text("There is no such page")
    anna.complaints.clear()  # Chromium logs the 404


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_everybody_can_use_the_screens(desks: Seat, client_calls: Caller, theme: str) -> None:
    anna = await desks("anna", color_scheme=theme, reduced_motion="reduce")
    await expect_accessible(anna.page)
    await client_calls(FAMILY)
    await anna.answer()
    await expect_accessible(anna.page)
    await anna.press("transfer")
    await expect_accessible(anna.page)
    await anna.page.keyboard.press("Escape")
    await anna.press("hangup")
    await anna.call("wrap_up")
    await anna.page.click("#card-complete")
    await expect(anna.page.locator("#error-summary")).to_be_focused()
    await expect_accessible(anna.page)
    await anna.finish()
    for path in ("cards", "sign-in"):
        other = await anna.page.context.new_page()
        await other.goto(f"{anna.page.url}{path}")
        await expect_accessible(other)
        await other.close()


async def expect_accessible(page: Page) -> None:
    """No breach of WCAG 2.2 AA that a machine can find."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(
        "levels => axe.run(document, {runOnly: levels}).then((result) => result.violations"
        ".map(({id, nodes}) => [id, nodes.map((node) => node.target.join(' '))]))",
        LEVELS,
    )
    assert not found, json.dumps(found, indent=1)
