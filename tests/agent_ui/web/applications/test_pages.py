"""Pages of applications: from the form to the decision, with the reasons for what may not be."""

import re
from datetime import date
from decimal import Decimal

import httpx
import pytest
from sqlalchemy import select

from crm_core.bank.products import VersionTerms, add_product, add_version
from crm_core.bank.terms import AgreementKind, ProductStatus
from crm_core.models import AuditEvent
from tests.agent_ui.web.conftest import Site

FORM = {"product": "cash", "currency": "RUB", "amount": "100 000,50", "term_months": "24"}


@pytest.fixture
async def bank(site: Site) -> Site:
    """A site whose bank lends cash."""
    async with site.centre.db.unit_of_work() as session:
        names = {"en": "Cash loan", "ru": "Кредит наличными"}
        product = await add_product(session, "cash", family=AgreementKind.LOAN, names=names)
        terms = VersionTerms(currency="RUB", starts_on=date(2020, 1, 1), rate=Decimal("0.2"))
        await add_version(session, product, terms, status=ProductStatus.ACTIVE)
    return site


def texts(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


async def taken_down(bank: Site, browser: httpx.AsyncClient, **changes: str) -> str:
    """The path of a new application of the client's."""
    client = bank.centre.parties["client"]
    answer = await browser.post(f"/parties/{client}/applications", data={**FORM, **changes})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def done(browser: httpx.AsyncClient, path: str, act: str, note: str = "") -> None:
    answer = await browser.post(f"{path}/act", data={"act": act, "note": note})
    assert answer.status_code == 303, texts(answer.text)


async def to_the_vote(bank: Site, maker: httpx.AsyncClient, officer: httpx.AsyncClient) -> str:
    path = await taken_down(bank, maker)
    for paper in ("passport", "application_form"):
        await maker.post(f"{path}/documents", data={"document": paper})
    await done(maker, path, "submit")
    for act in ("take", "pass", "pass"):
        await done(officer, path, act)
    return path


async def test_from_the_form_to_a_decision(bank: Site) -> None:
    anna, oleg = await bank.browser("anna"), await bank.browser("oleg")
    client = bank.centre.parties["client"]
    assert "Cash loan" in (await anna.get(f"/parties/{client}/applications/new")).text
    path = await to_the_vote(bank, anna, oleg)
    listed = texts((await oleg.get("/applications")).text)
    assert "Under review" in listed and "Underwriting" in listed and "left" in listed
    refused = await oleg.post(f"{path}/vote", data={"choice": "decline"})
    assert refused.status_code == 422 and "must be filled in" in refused.text
    await oleg.post(f"{path}/vote", data={"choice": "approve"})
    page = texts((await oleg.get(path)).text)
    assert "Approved" in page and "client not told yet" in page
    assert path in (await anna.get(f"/parties/{client}/applications")).text
    untold = await anna.post(f"{path}/tell", data={})
    assert untold.status_code == 409 and "does not show that the client himself" in untold.text


async def test_a_page_says_why_what_is_not_for_this_person_is_not(bank: Site) -> None:
    anna, oleg = await bank.browser("anna"), await bank.browser("oleg")
    path = await to_the_vote(bank, oleg, oleg)
    page = texts((await oleg.get(path)).text)
    assert "Vote – you took it down or recommended it" in page
    refused = await oleg.post(f"{path}/vote", data={"choice": "approve"})
    assert refused.status_code == 409 and "another person decides" in refused.text
    assert (await anna.post(f"{path}/vote", data={"choice": "approve"})).status_code == 403
    clara = await bank.browser("clara")
    looked = texts((await clara.get(path)).text)
    assert "•••" in looked and "100,000" not in looked
    assert (await clara.post(f"{path}/act", data={"act": "withdraw"})).status_code == 403


async def test_what_is_wrong_in_a_form_is_named_and_kept(bank: Site) -> None:
    anna = await bank.browser("anna")
    client = bank.centre.parties["client"]
    wrong = (
        ({"product": ""}, "Product: must be filled in"),
        ({"amount": "much"}, "Amount: is no amount"),
        ({"amount": "-5"}, "Amount: is outside"),
        ({"term_months": "x"}, "Term: is no term"),
        ({"currency": "KWD", "amount": "5"}, "not offered in this currency"),
    )
    for changes, text in wrong:
        answer = await anna.post(f"/parties/{client}/applications", data={**FORM, **changes})
        assert answer.status_code == 422, changes
        assert text in texts(answer.text)
        assert f'value="{(FORM | changes)["term_months"]}"' in answer.text


async def test_what_somebody_else_changed_is_shown_anew(bank: Site) -> None:
    anna, boris = await bank.browser("anna"), await bank.browser("boris")
    path = await taken_down(bank, anna)
    await done(boris, path, "submit")
    stale = await anna.post(f"{path}/act", data={"act": "submit", "version": "1"})
    assert stale.status_code == 409 and "meanwhile" in stale.text


async def test_each_look_is_audited_and_nobody_knows_of_what_is_not_there(bank: Site) -> None:
    anna = await bank.browser("anna")
    path = await taken_down(bank, anna)
    assert "Draft" in (await anna.get(path)).text
    key = path.rpartition("/")[2]
    async with bank.centre.db.reading() as session:
        wanted = AuditEvent.reason == f"application:{key}", AuditEvent.action == "party_viewed"
        assert len((await session.scalars(select(AuditEvent).where(*wanted))).all()) == 1
    assert (await anna.get("/applications/none")).status_code == 404
    assert (await anna.get("/applications?cursor=none")).status_code == 422


async def test_the_api_tells_and_does_the_same(bank: Site) -> None:
    anna = await bank.browser("anna", Accept="application/json")
    body = {
        "party": bank.centre.parties["client"],
        "product": "cash",
        "amount": {"amount_minor": 10_000_000, "currency": "RUB"},
        "term_months": 12,
        "purpose": "car",
        "channel": "call",
    }
    made = await anna.post("/api/v1/applications", json=body, headers={"Idempotency-Key": "one"})
    again = await anna.post("/api/v1/applications", json=body, headers={"Idempotency-Key": "one"})
    assert made.status_code == again.status_code == 201, made.text
    assert made.json()["id"] == again.json()["id"]
    path = f"/api/v1/applications/{made.json()['id']}"
    moved = (await anna.post(f"{path}/acts", json={"act": "submit"})).json()
    assert (moved["state"], moved["stage"]) == ("submitted", "documents")
    assert {one["metric"] for one in moved["clocks"]} == {"decision", "stage"}
    assert moved["acts"]["vote"] == "state" and moved["acts"]["withdraw"] is None
    refused = await anna.post(f"{path}/acts", json={"act": "sign"})
    assert (refused.status_code, refused.json()["code"]) == (409, "application_state")
    clara = await bank.browser("clara", Accept="application/json")
    listed = (await clara.get("/api/v1/applications")).json()["items"]
    assert [one["amount"] for one in listed] == [None]
    assert (await clara.get("/api/v1/applications/none")).status_code == 404
