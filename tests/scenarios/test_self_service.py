"""Callers who serve themselves, through the whole product on the real Asterisk.

What they hear is found in their own recordings; what they should hear is asked of the same bank.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from crm_core.clock import SystemClock
from crm_core.database import Database
from crm_core.demo.bank import SOURCE
from crm_core.models import Party
from crm_core.selfservice.answers import Answer, AnswerKind, Service
from crm_core.selfservice.looking_up import Answers
from ivr.speech.told import Told
from ivr.steps.speaking import sentences
from routing.ids import CallId, PartyId
from tests.parts.asterisk import application_link
from tests.parts.keypad import AtKeypad, Line, line_of, pin_of
from tests.parts.product import Product
from tests.parts.raw_ami import RawAmi
from tests.telephony.callers import call_in

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(180)]

SELF_SERVICE = "4100"
LISTENS_TO = 1
"""Items of an answer that are waited for; a key cuts off the rest."""
NUMBERS = {
    "ivanova": "+79455550151",
    "sokolova": "+79455550120",
    "kuznetsova": "+79455550111",
    "obrien": "+79455550123",
}

@pytest.fixture
async def link(product: Product) -> AsyncIterator[RawAmi]:
    opened = await application_link(product.pbx)
    yield opened
    await opened.close()


@pytest.fixture
async def bank(product: Product) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{product.state / 'tellerline.db'}", clock=SystemClock())
    yield opened
    await opened.close()


async def party(bank: Database, client: str) -> PartyId:
    mine = Party.source == SOURCE, Party.source_key == client
    async with bank.reading() as session:
        found = await session.scalar(select(Party.id).where(*mine))
    assert found is not None
    return PartyId(found)


async def told(bank: Database, client: str, *services: Service) -> list[tuple[Told, ...]]:
    """What the bank has to say to him about each, which must be something."""
    whose = await party(bank, client)
    said = []
    for service in services:
        answer: Answer = await Answers(bank).answer(
            service, party=whose, level=2, call=CallId("asked-by-a-test")
        )
        assert answer.kind is AnswerKind.FOUND, (client, service)
        said.append(sentences(answer, LISTENS_TO))
    return said


async def dial(
    link: RawAmi, product: Product, line: Line, folder: Path, number: str, *, language: str
) -> AtKeypad:
    caller = await call_in(link, product.pbx, folder, number=number, dialled=SELF_SERVICE)
    return AtKeypad(line=line, caller=caller, language=language)


async def test_each_service_is_told_in_russian_and_english(
    product: Product, link: RawAmi, bank: Database, tmp_path: Path
) -> None:
    """Four callers at once; what one has proved holds for the rest of his call."""
    line = await line_of(product, "main", Answers(bank))

    async def russian_accounts() -> None:
        balance, statement = await told(bank, "ivanova", Service.BALANCE, Service.STATEMENT)
        he = await dial(link, product, line, tmp_path, NUMBERS["ivanova"], language="ru")
        await he.hears("welcome", "menu_accounts")
        await he.press("1")
        await he.hears("pin")
        await he.press(pin_of(product, "ivanova") + "#")
        await he.hears("accounts_balance")
        await he.press("1")
        await he.hears(*balance)
        await he.press("#")
        await he.hears(*balance, "menu_accounts")
        await he.press("1")
        await he.hears(*balance, "accounts_balance")
        await he.press("2")
        await he.hears(*balance, *statement)
        await he.caller.hang_up()

    async def russian_loans() -> None:
        debt, schedule, decision = await told(
            bank, "sokolova", Service.DEBT, Service.SCHEDULE, Service.DECISION
        )
        he = await dial(link, product, line, tmp_path, NUMBERS["sokolova"], language="ru")
        await he.hears("menu_loans")
        await he.press("2")
        await he.hears("pin")
        await he.press(pin_of(product, "sokolova") + "#")
        await he.hears("loans_debt")
        await he.press("2")
        await he.hears(*schedule)
        await he.press("#")
        await he.hears(*schedule, "menu_loans")
        await he.press("2")
        await he.hears(*schedule, "loans_debt")
        await he.press("4")
        await he.hears(*schedule, *decision)
        await he.press("#")
        await he.hears(*decision, "menu_loans")
        await he.press("2")
        await he.hears(*decision, "loans_debt")
        await he.press("1")
        await he.hears(*decision, *debt)
        await he.caller.hang_up()

    async def english() -> None:
        cards, contract = await told(bank, "obrien", Service.CARDS, Service.CONTRACT)
        he = await dial(link, product, line, tmp_path, NUMBERS["obrien"], language="en")
        await he.hears("welcome", "menu_cards")
        await he.press("3")
        await he.hears("cards_status")
        await he.press("2")
        await he.hears("pin")
        await he.press(pin_of(product, "obrien") + "#")
        await he.hears(*cards)
        await he.press("#")
        await he.hears(*cards, "menu_accounts")
        await he.press("1")
        await he.hears(*cards, "accounts_contract")
        await he.press("3")
        await he.hears(*cards, *contract)
        await he.caller.hang_up()

    async def about_the_bank() -> None:
        branches, products = await told(bank, "obrien", Service.BRANCHES, Service.PRODUCTS)
        he = await dial(link, product, line, tmp_path, NUMBERS["kuznetsova"], language="ru")
        await he.hears("menu_about")
        await he.press("4")
        await he.hears("about_branches")
        await he.press("1")
        await he.hears(*branches)
        await he.press("#")
        await he.hears(*branches, "menu_about")
        await he.press("4")
        await he.hears(*branches, "about_products")
        await he.press("2")
        await he.hears(*branches, *products)
        await he.caller.hang_up()

    await asyncio.gather(russian_accounts(), russian_loans(), english(), about_the_bank())
    log = (product.pbx.layout.log / "messages").read_text(errors="replace")
    assert "does not exist in any format" not in log
