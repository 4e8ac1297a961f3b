"""`tellerline ivr`: checks flows, and tries them at a bank that is there or made up."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from config.commands.ivr import app
from config.failures import Failed
from config.keyring import keyring
from config.settings import read_settings
from crm_core.database import Database, upgrade
from crm_core.models import AuditEvent, Role
from crm_core.money import Money
from crm_core.rules.versions import agents_known
from crm_core.selfservice import flow_versions
from crm_core.selfservice.pin_hashes import PinHashes
from routing.ids import FlowId
from tests.crm_core.bank.offers import opened
from tests.crm_core.conftest import CHEAP, hired, person
from tests.crm_core.selfservice.desk import PIN, Desk
from tests.crm_core.selfservice.test_looking_up import hold

BRANCHES = "main", "--keys", "4,1", "--bank", "sample"
PHONE = "+79455550101"


def run(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(app, words, env=environment)


def document(*words: str, **environment: str) -> Any:
    done = run(*words, "--json", **environment)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_flows_that_come_with_the_product_are_valid() -> None:
    done = run("check")
    assert done.exit_code == 0, done.output
    assert [line.rpartition(": ")[2] for line in done.stdout.splitlines()] == ["valid", "valid"]
    assert run("check", "survey").stdout.count("valid") == 1


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    flow = tmp_path / "lost.yaml"
    flow.write_text(
        "flow: lost\nlanguages: [en]\nstart: hello\nperson: person\nnodes:\n"
        "  hello: {say: hullo, next: nowhere}\n"
        "  person: {transfer: to_person, queue: nobody}\n",
        encoding="utf-8",
    )
    for target in (str(flow), str(tmp_path)):
        done = run("check", target)
        assert done.exit_code == 1
        places = [line.removeprefix(str(flow)).split(": ")[0] for line in done.stdout.splitlines()]
        assert places == [":6:16", ":6:29", ":7:40"]
        assert "nowhere" in done.stdout and "nobody" in done.stdout
    other = tmp_path / "other.yaml"
    other.write_text(flow.read_text(encoding="utf-8"), encoding="utf-8")
    assert run("check", str(other)).exit_code == 1


def test_a_trial_at_a_made_up_bank_says_that_it_is_one() -> None:
    done = run("try", *BRANCHES, "--lang", "ru")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("At a made-up bank")
    assert "tell_branches  ru: Отделение: Центральное. Адрес: улица Мира, дом 21." in done.stdout
    assert "told: branches" in done.stdout
    told = document("try", *BRANCHES, "--lang", "ru")
    assert (told["bank"], told["path"], told["wants"]) == ("sample", "about/branches", True)
    assert told["steps"][0] == {
        "node": "welcome",
        "language": "ru",
        "said": ["Здравствуйте. Вы позвонили в банк."],
        "pressed": None,
        "event": None,
    }


def test_without_a_bank_none_is_made(tmp_path: Path) -> None:
    done = run("try", "main", TELLERLINE_STATE_DIR=str(tmp_path))
    assert isinstance(done.exception, Failed)
    assert "--bank sample" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The database of a state folder in which Anna has 700 roubles and a PIN; her client number."""
    url = f"sqlite:///{tmp_path / 'bank.db'}"
    monkeypatch.setenv("TELLERLINE_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("TELLERLINE_DATABASE_URL", url)
    upgrade(url)
    hashes = PinHashes(keyring(read_settings()), CHEAP)

    async def fill() -> str:
        db = Database(url)
        asker, approver = await hired(db, "anna"), await hired(db, "daria", Role.SUPERVISOR)
        desk = Desk(db, asker=asker, approver=approver, hashes=hashes)
        client = await person(db, "Anna", PHONE)
        async with db.unit_of_work() as session:
            account = await opened(session, client, number="40817000000000001111")
        await hold(db, account, Money(70_000, "RUB"))
        await desk.set_pin(client, PIN)
        number = await desk.number(client)
        await db.close()
        return number

    return url, asyncio.run(fill())


def test_a_trial_at_the_bank_tells_what_its_client_may_hear(bank: tuple[str, str]) -> None:
    url, number = bank
    known = document("try", "main", "--keys", f"1,{PIN}#,1", "--caller", PHONE, "--lang", "en")
    assert (known["bank"], known["verified"], known["told"]) == ("state", True, ["balance"])
    said = [text for step in known["steps"] for text in step["said"]]
    assert any("Available balance: seven hundred roubles." in text for text in said)
    stranger = ("try", "main", "--lang", "en", "--caller", "8 (945) 555-01-99", "--keys")
    assert document(*stranger, f"1,{number}#,{PIN}#,1")["told"] == ["balance"]
    refused = document(*stranger, f"1,{number}#,1111#")
    assert (refused["verified"], refused["at"]) == (False, "accounts_pin")
    assert PIN not in json.dumps([known, refused]) and "1111#" not in json.dumps(refused)

    async def actions() -> list[str]:
        db = Database(url)
        async with db.reading() as session:
            found = list(await session.scalars(select(AuditEvent.action)))
        await db.close()
        return found

    assert {"pin_accepted", "pin_wrong"} <= set(asyncio.run(actions()))


def test_callers_are_tried_at_what_is_published(bank: tuple[str, str]) -> None:
    url, _ = bank

    async def publish() -> str:
        db = Database(url)
        async with db.unit_of_work() as session:
            text = (
                "flow: main\nlanguages: [en]\nstart: person\nperson: person\nnodes:\n"
                "  person: {transfer: to_person, agent: anna}\n"
            )
            await flow_versions.keep_first(session, {FlowId("main"): text})
            anna = (await agents_known(session))["anna"]
        await db.close()
        return anna

    anna = asyncio.run(publish())
    told = document("try", "main")
    assert (told["version"], told["ended"], told["agent"]) == ("1", "person", anna)
