"""`tellerline party show`: the panel by id or by number, masked and audited."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from config.commands.party import app
from config.failures import Failed
from crm_core.database import Database, upgrade
from crm_core.duplicates.merging import merge
from crm_core.models import AuditEvent
from routing.ids import PartyId
from tests.crm_core.bank.offers import opened
from tests.crm_core.conftest import person


@pytest.fixture
def bank(tmp_path: Path) -> tuple[dict[str, str], dict[str, PartyId]]:
    """The environment of a state folder, and its parties: two of them share a number."""
    url = f"sqlite:///{tmp_path / 'bank.db'}"
    upgrade(url)

    async def fill() -> dict[str, PartyId]:
        db = Database(url)
        anna = await person(db, "Anna", "+79455550101")
        boris = await person(db, "Boris", "+79455550102")
        clara = await person(db, "Clara", "+79455550102")
        async with db.unit_of_work() as session:
            await opened(session, anna)
        await db.close()
        return {"anna": anna, "boris": boris, "clara": clara}

    parties = asyncio.run(fill())
    return {"TELLERLINE_STATE_DIR": str(tmp_path), "TELLERLINE_DATABASE_URL": url}, parties


def run(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(app, ["show", *words], env=environment)


def shown(words: tuple[str, ...], environment: dict[str, str]) -> Any:
    done = run(*words, "--json", **environment)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_panel_by_id_and_by_a_number_in_any_format(
    bank: tuple[dict[str, str], dict[str, PartyId]],
) -> None:
    environment, parties = bank
    for who in (parties["anna"], "8 (945) 555-01-01"):
        panel = shown((who,), environment)
        assert (panel["party"], panel["name"]) == (parties["anna"], "Anna")
        assert panel["money"]["masked"]
        assert [one["display"] for one in panel["phones"]] == [None]
    done = run(parties["anna"], **environment)
    assert "Anna" in done.stdout

    async def looks() -> list[tuple[str, str]]:
        db = Database(environment["TELLERLINE_DATABASE_URL"])
        async with db.reading() as session:
            told = select(AuditEvent).where(AuditEvent.action == "party_viewed")
            found = [(one.actor, one.subject) for one in await session.scalars(told)]
        await db.close()
        return found

    assert asyncio.run(looks()) == [("command line", parties["anna"])] * 3


def test_a_record_that_was_merged_away_shows_the_one_that_stays_and_says_so(
    bank: tuple[dict[str, str], dict[str, PartyId]],
) -> None:
    environment, parties = bank

    async def merge_them() -> None:
        db = Database(environment["TELLERLINE_DATABASE_URL"])
        async with db.unit_of_work() as session:
            await merge(session, parties["anna"], parties["boris"], by="sofia", reason="the same")
        await db.close()

    asyncio.run(merge_them())
    done = run(parties["boris"], "--json", **environment)
    assert json.loads(done.stdout)["party"] == parties["anna"]
    assert f"{parties['boris']} was merged into {parties['anna']}" in " ".join(done.stderr.split())


def test_a_shared_number_lists_who_uses_it_and_nobody_is_an_error(
    bank: tuple[dict[str, str], dict[str, PartyId]],
) -> None:
    environment, parties = bank
    found = shown(("+7 945 555 01 02",), environment)["candidates"]
    assert {one["party"] for one in found} == {parties["boris"], parties["clara"]}
    done = run("nobody", **environment)
    assert isinstance(done.exception, Failed)
    assert (str(done.exception), done.stdout) == ("there is no such party", "")
