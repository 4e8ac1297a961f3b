"""The pages and the API of telephone PINs: four eyes, and a code that is shown once."""

import re
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import select, update

from crm_core.bank.terms import VerificationLevel
from crm_core.cards.verifying import verify
from crm_core.database import Database
from crm_core.models import Base, PartyPhone
from crm_core.selfservice import clients
from crm_core.selfservice.pins import Pins
from routing.ids import CallId
from tests.agent_ui.web.conftest import Site
from tests.crm_core.calls import add_card, suggested, talking

PIN = "7391"
DESK = {"basis": "documents", "note": "Passport seen"}


@pytest.fixture
def tab(site: Site) -> str:
    return f"/parties/{site.centre.parties['client']}/pin"


@pytest.fixture
def pins(site: Site) -> Pins:
    """The keypad's side, with the site's own key."""
    return Pins(site.centre.db, site.app.state.parts.pin_hashes)


async def keyed(site: Site, pins: Pins, code: str, pin: str = PIN) -> bool:
    """The client sets his PIN."""
    async with site.centre.db.reading() as session:
        account = await clients.of_party(session, site.centre.parties["client"])
    chosen = await pins.choose(account, code, pin, caller="+79161234567", call=CallId("pbx1-9.1"))
    return chosen.done


def asked_id(page: str) -> str:
    found = re.search(r'data-(?:request|asked)="([^"]+)"', page)
    assert found is not None
    return found[1]


def code_on(page: str) -> str:
    found = re.search(r"(\d{4})&nbsp;(\d{4})", page)
    return "".join(found.groups()) if found else ""


async def test_from_the_clients_page_to_a_pin(site: Site, tab: str, pins: Pins) -> None:
    anna, sofia = await site.browser("anna"), await site.browser("sofia")
    assert "Not set" in (await anna.get(tab)).text
    assert (await anna.post(tab + "/requests", data=DESK)).status_code == 303
    page = (await anna.get(tab)).text
    assert "Waits for approval" in page and "Show the code" not in page
    request = asked_id(page)
    too_early = await anna.post(f"{tab}/requests/{request}/code")
    assert too_early.status_code == 422 and 'role="alert"' in too_early.text
    waiting = (await sofia.get("/pins")).text
    assert asked_id(waiting) == request and "Passport seen" in waiting
    assert (await sofia.post(f"/pins/{request}/approve")).status_code == 303
    assert "Nothing waits" in (await sofia.get("/pins")).text
    not_hers = await sofia.post(f"{tab}/requests/{request}/code")
    assert not_hers.status_code == 422 and not code_on(not_hers.text)
    shown = await anna.post(f"{tab}/requests/{request}/code")
    code = code_on(shown.text)
    assert len(code) == 8 and shown.headers["cache-control"] == "no-store"
    assert code not in str(shown.url)
    again = await anna.post(f"{tab}/requests/{request}/code")
    assert again.status_code == 422 and not code_on(again.text + (await anna.get(tab)).text)
    assert await keyed(site, pins, code)
    assert "PIN was set" in (await anna.get(tab)).text
    assert not await stands_anywhere(site.centre.db, code)


async def test_who_asks_does_not_approve(site: Site, tab: str) -> None:
    sofia = await site.browser("sofia")
    await sofia.post(tab + "/requests", data=DESK)
    page = (await sofia.get("/pins")).text
    assert "/approve" not in page
    refused = await sofia.post(f"/pins/{asked_id(page)}/approve")
    assert refused.status_code == 422 and "Somebody else must decide" in refused.text


async def test_on_a_call_the_client_must_be_verified(site: Site, tab: str) -> None:
    anna, centre = await site.browser("anna"), site.centre
    form = {"basis": "call", "note": "He rang"}
    refused = await anna.post(tab + "/requests", data=form)
    assert refused.status_code == 422 and "verified" in refused.text and "He rang" in refused.text
    party, call = centre.parties["client"], CallId("pbx1-1.1")
    await add_card(centre.db, talking(call, centre.id("anna"), **suggested(party)))
    level = VerificationLevel.KNOWLEDGE
    async with centre.db.unit_of_work() as session:
        await verify(session, call, centre.id("anna"), party=party, level=level)
    assert (await anna.post(tab + "/requests", data=form)).status_code == 303
    assert f'href="/cards/{call}"' in (await anna.get(tab)).text


async def test_a_form_keeps_what_was_typed(site: Site, tab: str) -> None:
    anna = await site.browser("anna")
    answer = await anna.post(tab + "/requests", data={"note": "Remember me"})
    assert answer.status_code == 422 and "error-summary" in answer.text
    assert "field-error" in answer.text and "Remember me" in answer.text


async def test_blocking_is_for_all_and_unblocking_is_not(site: Site, tab: str, pins: Pins) -> None:
    anna, sofia = await site.browser("anna"), await site.browser("sofia")
    request = await asked(anna, tab)
    await sofia.post(f"/api/v1/pin-requests/{request}/approve")
    made = (await anna.post(f"/api/v1/pin-requests/{request}/code")).json()
    assert await keyed(site, pins, made["code"])
    assert (await anna.post(tab + "/block")).status_code == 303
    page = (await anna.get(tab)).text
    assert "The PIN is blocked" in page and "Unblock" not in re.sub(r"Unblock or", "", page)
    assert (await anna.post(tab + "/unblock")).status_code == 403
    assert (await sofia.post(tab + "/unblock")).status_code == 303
    assert (await anna.post(tab + "/remove")).status_code == 303
    assert (await anna.get("/api/v1" + tab)).json()["state"] is None
    assert (await anna.post(tab + "/block")).status_code == 404


async def test_a_code_by_sms_is_for_who_may_approve(site: Site, tab: str) -> None:
    anna, sofia = await site.browser("anna"), await site.browser("sofia")
    assert "SMS</button>" not in (await anna.get(tab)).text
    assert (await anna.post(tab + "/send", data=DESK)).status_code == 403
    refused = await sofia.post(tab + "/send", data=DESK)
    assert refused.status_code == 422 and "three days" in refused.text
    async with site.centre.db.unit_of_work() as session:
        long_ago = datetime(2026, 1, 1, tzinfo=UTC)
        await session.execute(update(PartyPhone).values(valid_from=long_ago, created_at=long_ago))
    assert (await sofia.post(tab + "/send", data=DESK)).status_code == 303
    assert "sends the code" in (await sofia.get(tab)).text


async def test_the_code_is_kept_under_no_idempotency_key(site: Site, tab: str) -> None:
    anna, sofia = await site.browser("anna"), await site.browser("sofia")
    request = await asked(anna, tab)
    await sofia.post(f"/api/v1/pin-requests/{request}/approve")
    path, key = f"/api/v1/pin-requests/{request}/code", {"Idempotency-Key": "once"}
    code = (await anna.post(path, headers=key)).json()["code"]
    assert (await anna.post(path, headers=key)).status_code == 409
    assert not await stands_anywhere(site.centre.db, code)


async def test_the_api_refuses_by_code(site: Site, tab: str) -> None:
    anna, sofia = await site.browser("anna"), await site.browser("sofia")
    request = await asked(anna, tab)
    again = await anna.post(f"/api/v1{tab}/requests", json={"basis": "documents"})
    assert (again.status_code, again.json()["code"]) == (409, "pin_request_open")
    waiting = (await sofia.get("/api/v1/pin-requests")).json()
    assert [one["id"] for one in waiting["items"]] == [request]
    assert (await anna.post(f"/api/v1/pin-requests/{request}/withdraw")).status_code == 204
    late = await sofia.post(f"/api/v1/pin-requests/{request}/approve")
    assert (late.status_code, late.json()["code"]) == (409, "move_refused")
    nobody = await sofia.post("/api/v1/pin-requests/nobody/refuse")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "pin_request_unknown")


async def asked(browser: httpx.AsyncClient, tab: str) -> str:
    answer = await browser.post(f"/api/v1{tab}/requests", json={"basis": "documents"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def stands_anywhere(db: Database, digits: str) -> bool:
    """Whether the digits stand in any row of any table."""
    async with db.reading() as session:
        tables = Base.metadata.sorted_tables
        told = [str((await session.execute(select(one))).all()) for one in tables]
    return digits in " ".join(told)
