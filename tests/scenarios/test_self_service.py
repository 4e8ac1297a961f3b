"""Callers who serve themselves, through the whole product on the real Asterisk.

What they hear is found in their own recordings; what they should hear is asked of the same bank.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from config.pbx.binary import AsteriskBinary
from crm_core.clock import SystemClock
from crm_core.database import Database
from crm_core.selfservice.answers import Service
from crm_core.selfservice.looking_up import Answers
from ivr.speech.told import Told
from tests.parts.asterisk import application_link
from tests.parts.canary import leaks
from tests.parts.console import Agent
from tests.parts.keypad import AtKeypad, line_of, pin_of
from tests.parts.product import SURVEY, Product, new_product
from tests.parts.raw_ami import RawAmi
from tests.scenarios.conftest import STRANGER
from tests.scenarios.keypad_callers import (
    NUMBERS,
    dial,
    dial_as,
    hears_no_old_figures,
    sets_a_pin,
    told,
)

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def surveying(
    asterisk_binary: AsteriskBinary, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """A product whose first queue asks callers how it was. The last test kills it."""
    made = new_product(tmp_path_factory.mktemp("asking"), asterisk_binary)
    queues = made.state / "config" / "queues.yaml"
    text = queues.read_text(encoding="utf-8")
    first = "service_level_percent: 80\n"
    assert first in text
    queues.write_text(text.replace(first, first + SURVEY, 1), encoding="utf-8")
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def link(surveying: Product) -> AsyncIterator[RawAmi]:
    opened = await application_link(surveying.pbx)
    yield opened
    await opened.close()


@pytest.fixture
async def bank(surveying: Product) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{surveying.state / 'tellerline.db'}", clock=SystemClock())
    yield opened
    await opened.close()


PIN_CANARY, NUMBER_CANARY = "73918264", "58261947"
"""What callers type, and what must be in no file that is left behind."""

PIN = "pin"
"""Stands for the caller's own."""
TOURS: tuple[tuple[str, str, tuple[tuple[str, str] | Service, ...]], ...] = (
    (
        "ru",
        "ivanova",
        (
            ("menu_accounts", "1"),
            ("pin", PIN),
            ("accounts_balance", "1"),
            Service.BALANCE,
            ("menu_accounts", "1"),
            ("accounts_balance", "2"),
            Service.STATEMENT,
        ),
    ),
    (
        "ru",
        "sokolova",
        (
            ("menu_loans", "2"),
            ("pin", PIN),
            ("loans_debt", "2"),
            Service.SCHEDULE,
            ("menu_loans", "2"),
            ("loans_debt", "4"),
            Service.DECISION,
            ("menu_loans", "2"),
            ("loans_debt", "1"),
            Service.DEBT,
        ),
    ),
    (
        "en",
        "obrien",
        (
            ("menu_cards", "3"),
            ("cards_status", "2"),
            ("pin", PIN),
            Service.CARDS,
            ("menu_accounts", "1"),
            ("accounts_contract", "3"),
            Service.CONTRACT,
            ("menu_loans", "2"),
            ("loans_debt", "1"),
            Service.DEBT,
        ),
    ),
    (
        "ru",
        "kuznetsova",
        (
            ("menu_about", "4"),
            ("about_branches", "1"),
            Service.BRANCHES,
            ("menu_about", "4"),
            ("about_products", "2"),
            Service.PRODUCTS,
        ),
    ),
)
"""Language and client; then what he hears and what he presses, or what he is told and cuts short to
come back to the main menu."""


async def test_each_service_is_told_in_russian_and_english(
    surveying: Product, link: RawAmi, bank: Database, tmp_path: Path
) -> None:
    """All callers at once; what one has proved holds for the rest of his call."""
    line = await line_of(surveying, "main", Answers(bank))

    async def goes_round(
        language: str, client: str, steps: tuple[tuple[str, str] | Service, ...]
    ) -> None:
        number = NUMBERS[client]
        he = await dial(link, surveying, line, tmp_path, number, language=language)
        before: tuple[str | Told, ...] = ("welcome",)
        for step in steps:
            if isinstance(step, Service):
                (before,) = await told(bank, client, step)
                await he.hears(*before)
                await he.press("#")
            else:
                prompt, keys = step
                await he.hears(*before, prompt)
                await he.press(pin_of(surveying, client) + "#" if keys == PIN else keys)
        await he.caller.hang_up()

    she = await dial_as(link, surveying, line, tmp_path, "lukianenko", "uk")
    he = await dial_as(link, surveying, line, tmp_path, "wang", "zh")
    await asyncio.gather(
        *(goes_round(*tour) for tour in TOURS),
        sets_a_pin(she, surveying, bank),
        hears_no_old_figures(he, surveying, bank),
    )
    async with Agent(surveying, "daria", phone=False) as daria:
        shown = (await daria.http.get("/api/v1/reports/self-service")).json()
        async with asyncio.timeout(10):
            while shown["total"]["visits"] < len(TOURS) + 2:
                await asyncio.sleep(0.5)
                shown = (await daria.http.get("/api/v1/reports/self-service")).json()
    assert {"menu", "accounts_pin", "tell_balance"} <= {one["node"] for one in shown["nodes"]}
    log = (surveying.pbx.layout.log / "messages").read_text(errors="replace")
    assert "does not exist in any format" not in log


async def test_handed_over_asked_how_it_was_and_lost_by_no_death_of_ours(
    surveying: Product, link: RawAmi, bank: Database, stack: AsyncExitStack, tmp_path: Path
) -> None:
    """A hand-over with its survey, then callers at several nodes whose application is killed; and
    nothing that they typed is left anywhere."""
    product = surveying
    line = await line_of(product, "main", Answers(bank))
    survey = await line_of(product, "survey", Answers(bank))
    boris = await stack.enter_async_context(Agent(product, "boris"))
    await boris.start_shift()

    (balance,) = await told(bank, "ivanova-namesake", Service.BALANCE)
    he = await dial(link, product, line, tmp_path, NUMBERS["ivanova-namesake"], language="ru")
    await he.hears("menu_accounts")
    await he.press("1")
    await he.hears("pin")
    await he.press(PIN_CANARY + "#")
    await he.hears("pin_wrong", "pin")
    await he.press(pin_of(product, "ivanova-namesake") + "#")
    await he.hears("accounts_balance")
    await he.press("1")
    await he.hears(*balance, "more_menu")
    await he.press("0")
    leg = await boris.rings(timeout=20)
    shown = await boris.call_in("ringing")
    keypad = {one["code"]: one["values"] for one in shown["keypad"]}
    assert keypad["keypad.path"] == {"path": "accounts › balance › person"}
    assert keypad["keypad.topic"] == {"topic": "account"}
    assert keypad["keypad.told"] == {"services": ["keypad.service.balance"]}
    assert "keypad.proved" in keypad
    assert [one["name"] for one in shown["candidates"]] == ["Иванова Мария Сергеевна"]
    leg.answer()
    await boris.call_in("talking")
    await boris.command("call.hangup", call=he.caller.call)
    await boris.wrap_up()
    asked = AtKeypad(line=survey, caller=he.caller, language="ru")
    await asked.hears("satisfaction")
    await asked.press("5")
    await asked.hears("satisfaction", "recommend")
    await asked.press("9#")
    await asked.hears("satisfaction", "recommend", "thanks")
    await link.event("Hangup", Uniqueid=he.caller.call)
    said = (await boris.http.get(f"/api/v1/call-cards/{he.caller.call}/survey")).json()
    assert {one["question"]: one["value"] for one in said} == {
        "satisfaction": 5,
        "recommend": 9,
    }
    await boris.disconnect()

    async def at_the_menu() -> AtKeypad:
        caller = await dial(link, product, line, tmp_path, NUMBERS["kuznetsova"], language="ru")
        await caller.hears("menu_accounts")
        return caller

    async def naming_himself() -> AtKeypad:
        caller = await dial(link, product, line, tmp_path, STRANGER, language="ru")
        await caller.hears("language_ru")
        await caller.press("1")
        await caller.hears("menu_accounts")
        await caller.press("1")
        await caller.hears("who")
        await caller.press(NUMBER_CANARY + "#")
        await caller.hears("pin")
        await caller.press(PIN_CANARY)
        return caller

    async def listening() -> AtKeypad:
        caller = await dial(link, product, line, tmp_path, NUMBERS["sokolova"], language="ru")
        await caller.hears("menu_about")
        await caller.press("4")
        await caller.hears("about_products")
        await caller.press("2")
        (products,) = await told(bank, "sokolova", Service.PRODUCTS)
        await caller.hears(products[0])
        return caller

    async def choosing_a_language() -> AtKeypad:
        caller = await dial(link, product, line, tmp_path, "+74950000019", language="ru")
        await caller.hears("language_ru")
        return caller

    async def typing_a_code() -> AtKeypad:
        caller = await dial(link, product, line, tmp_path, NUMBERS["obrien"], language="en")
        await caller.hears("menu_requests")
        await caller.press("5")
        await caller.hears("requests_pin")
        await caller.press("3")
        await caller.hears("who")
        await caller.press(NUMBER_CANARY + "#")
        await caller.hears("pin_code")
        return caller

    async def leaving_a_message() -> AtKeypad:
        caller = await dial(link, product, line, tmp_path, NUMBERS["lukianenko"], language="uk")
        await caller.hears("menu_requests")
        await caller.press("5")
        await caller.hears("requests_complaint")
        await caller.press("2")
        if await caller.hears_one_of("complaint_leave", "complaint_record") == "complaint_leave":
            await caller.press("1")  # in office hours a person is offered as well
        await caller.hears("complaint_record")
        return caller

    callers = await asyncio.gather(
        at_the_menu(),
        naming_himself(),
        listening(),
        choosing_a_language(),
        typing_a_code(),
        leaving_a_message(),
    )
    killed_at = time.monotonic()
    product.kill()
    for one in callers:
        await link.event("UserEvent", UserEvent="TellerlineFallback", Uniqueid=one.caller.call)
    assert time.monotonic() - killed_at < 3
    for one in callers:
        await one.caller.hang_up()
    assert leaks([PIN_CANARY, NUMBER_CANARY], product.state) == []
