"""The page of the bank's data: batches, refused rows as a file, alarms, what was not sent."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from crm_core.corebank.landing import LANDINGS
from crm_core.corebank.loading import LoadOptions, load
from crm_core.corebank.outbox import MOST_TRIES, OutboxKind, due, failed, publish
from crm_core.sealing import NumberSeal, throwaway_keyring
from tests.agent_ui.web.conftest import Site
from tests.crm_core.corebank.fake_bank import FakeBank, client, phone

PAGE = "/admin/bank-data"
SEAL = NumberSeal(throwaway_keyring())


@pytest.fixture
def bank(tmp_path: Path) -> FakeBank:
    return FakeBank(tmp_path)


async def loaded(site: Site, bank: FakeBank) -> None:
    rows = [client(f"c{n}") for n in range(30)]
    rows[3] |= {"birth_date": "never"}
    for manifest in (
        bank.batch("party", rows, batch_id="clients"),
        bank.batch("party_phone", [phone(party="c99")], batch_id="phones"),
        bank.batch("party", [client(kind="ghost")], batch_id="ghosts"),
    ):
        await load(site.centre.db, manifest, seal=SEAL, options=LoadOptions())


async def test_batches_stand_there_with_what_was_refused(site: Site, bank: FakeBank) -> None:
    await loaded(site, bank)
    admin = await site.browser("admin")
    page = (await admin.get(PAGE)).text
    assert "clients" in page and "phones" in page
    assert "too many wrong rows" in page and "Outbound dialling is held" in page
    (batch,) = re.findall(r'href="([^"]+)">clients<', page)
    one = (await admin.get(batch)).text
    assert "birth_date" in one and "no date" in one and "never" not in one
    file = await admin.get(f"{batch}/refused.csv")
    assert file.headers["content-type"].startswith("text/csv")
    assert "5,birth_date,date" in file.text
    parked = (await admin.get(f"{PAGE}/parked")).text
    assert "c99" in parked


async def test_an_acknowledged_alarm_is_gone(site: Site, bank: FakeBank) -> None:
    await loaded(site, bank)
    admin = await site.browser("admin")
    (action,) = re.findall(r'action="([^"]+/acknowledge)"', (await admin.get(PAGE)).text)
    done = await admin.post(action, data={"csrf": await site.csrf(admin)})
    assert (done.status_code, done.headers["location"]) == (303, PAGE)
    assert "Dialling may trust the data" in (await admin.get(PAGE)).text


async def test_a_message_that_was_given_up_is_sent_again(site: Site) -> None:
    async with site.centre.db.unit_of_work() as session:
        await publish(session, OutboxKind.PROMISE_CREATED, "p1", {})
        (message,) = await due(session, limit=1)
        await failed(session, replace(message, tries=MOST_TRIES - 1), "http_500")
    admin = await site.browser("admin")
    page = (await admin.get(PAGE)).text
    assert "Promise taken" in page and "http_500" in page
    (action,) = re.findall(r'action="([^"]+/retry)"', page)
    assert (await admin.post(action, data={"csrf": await site.csrf(admin)})).status_code == 303
    assert "To be sent: 1" in (await admin.get(PAGE)).text


async def test_an_agent_does_not_see_it(site: Site) -> None:
    agent = await site.browser("clara")
    for path in (PAGE, f"{PAGE}/parked", f"{PAGE}/batches/x", f"{PAGE}/batches/x/refused.csv"):
        assert (await agent.get(path)).status_code == 403
    admin = await site.browser("admin")
    assert (await admin.get(f"{PAGE}/batches/x")).status_code == 404


def test_every_entity_has_a_name_on_the_screen() -> None:
    text = Path("agent_ui/locale/en/LC_MESSAGES/corebank.po").read_text(encoding="utf-8")
    for name in LANDINGS:
        assert f'"bank_data.entity.{name}"' in text
