"""Callers at their keypads for scenarios: clients of the demo bank, and what each goes through."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from crm_core.clock import SystemClock
from crm_core.database import Database
from crm_core.demo.bank import SOURCE
from crm_core.models import AgreementParty, Balance, Party
from crm_core.selfservice.answers import Answer, AnswerKind, Service
from crm_core.selfservice.looking_up import Answers
from ivr.speech.told import Told
from ivr.steps.speaking import sentences
from routing.ids import CallId, PartyId
from tests.parts.console import Agent
from tests.parts.keypad import AtKeypad, Line, pin_of
from tests.parts.product import Product
from tests.parts.raw_ami import RawAmi
from tests.telephony.callers import call_in

SELF_SERVICE = "4100"
LISTENS_TO = 1
"""Items of an answer that are waited for; a key cuts off the rest."""
NUMBERS = {
    "ivanova": "+79455550151",
    "ivanova-namesake": "+79455550102",
    "sokolova": "+79455550120",
    "kuznetsova": "+79455550111",
    "obrien": "+79455550123",
    "lukianenko": "+79455550122",
    "wang": "+79455550124",
}


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


NEW_PIN = "4826"


async def dial_as(
    link: RawAmi, product: Product, line: Line, folder: Path, client: str, language: str
) -> AtKeypad:
    return await dial(link, product, line, folder, NUMBERS[client], language=language)


async def sets_a_pin(she: AtKeypad, product: Product, bank: Database) -> None:
    """Two employees bring a one-time code about; what PIN she sets with it, neither knows."""
    client, code = await number_and_code(product, await party(bank, "lukianenko"))
    await she.hears("welcome", "menu_requests")
    await she.press("5")
    await she.hears("requests_pin")
    await she.press("3")
    await she.hears("who")
    await she.press(client + "#")
    await she.hears("pin_code")
    await she.press(code + "#")
    await she.hears("pin_new")
    await she.press(NEW_PIN + "#")
    await she.hears("pin_again")
    await she.press(NEW_PIN + "#")
    await she.hears("pin_set", "menu_accounts")
    await she.press("1")
    await she.hears("pin_set", "pin")
    await she.press(NEW_PIN + "#")
    await she.hears("pin_set", "accounts_balance")
    await she.caller.hang_up()


async def number_and_code(product: Product, client: PartyId) -> tuple[str, str]:
    async with (
        Agent(product, "boris", phone=False) as boris,
        Agent(product, "daria", phone=False) as daria,
    ):
        pin = f"/api/v1/parties/{client}/pin"
        asked = await sent(boris, f"{pin}/requests", {"basis": "documents"})
        request = f"/api/v1/pin-requests/{asked['id']}"
        await sent(daria, f"{request}/approve")
        code = (await sent(boris, f"{request}/code"))["code"]
        number = (await boris.http.get(pin)).json()["number"]
    return number, code


async def sent(agent: Agent, path: str, body: dict[str, str] | None = None) -> dict[str, str]:
    answer = await agent.http.post(path, json=body, headers={"X-CSRF-Token": agent.csrf})
    answer.raise_for_status()
    return dict(answer.json()) if answer.content else {}


async def hears_no_old_figures(he: AtKeypad, product: Product, bank: Database) -> None:
    """The bank has told nothing for an hour: he is told that, and offered a person."""
    whose = await party(bank, "wang")
    async with bank.unit_of_work() as session:
        held = select(AgreementParty.agreement).where(AgreementParty.party == whose)
        long_ago = SystemClock().now() - timedelta(hours=1)
        old = update(Balance).where(Balance.agreement.in_(held)).values(as_of=long_ago)
        await session.execute(old)
    await he.hears("welcome", "menu_accounts")
    await he.press("1")
    await he.hears("pin")
    await he.press(pin_of(product, "wang") + "#")
    await he.hears("accounts_balance")
    await he.press("1")
    await he.hears("stale", "instead_person")
    await he.caller.hang_up()
