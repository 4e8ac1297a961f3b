"""Interests, deals, needs and offers on their pages."""

import pytest

from crm_core.bank.products import add_product
from crm_core.bank.terms import AgreementKind
from tests.agent_ui.web.conftest import Site


@pytest.fixture
async def offering(site: Site) -> Site:
    """The site with two products."""
    async with site.centre.db.unit_of_work() as session:
        for code, family, name in (
            ("savings", AgreementKind.DEPOSIT, "Savings deposit"),
            ("cash", AgreementKind.LOAN, "Cash loan"),
        ):
            await add_product(session, code, family=family, names={"en": name})
    return site


async def test_an_interest_becomes_a_deal_and_is_won(offering: Site) -> None:
    site, anna = offering, await offering.browser("anna")
    client = site.centre.parties["client"]
    assert "Cash loan" in (await anna.get(f"/interests/new?party={client}")).text
    form = {"party": client, "product": "cash", "note": "Asks for 500 000"}
    page = (await anna.post("/interests", data=form)).headers["location"]
    deal = {"value": "500 000,50", "currency": "RUB", "expected_close": "2099-01-31"}
    assert (await anna.post(f"{page}/qualify", data=deal)).status_code == 303
    shown = (await anna.get(page)).text
    assert "₽500,000.50" in shown.replace("RUB\xa0", "₽") and "Being prepared" in shown
    move = shown.partition('action="/deals/')[2].partition('"')[0]
    for step in ("propose", "win"):
        assert (await anna.post(f"/deals/{move}", data={"move": step})).status_code == 303
    assert "Served" in (await anna.get(page)).text
    again = await anna.post(f"/deals/{move}", data={"move": "lose"})
    assert again.status_code == 409
    assert "Won" in (await anna.get("/interests")).text


async def test_what_makes_no_deal_is_said(offering: Site) -> None:
    site, anna = offering, await offering.browser("anna")
    client = site.centre.parties["client"]
    wrong = await anna.post("/interests", data={"party": client, "note": "Something"})
    assert wrong.status_code == 422
    assert "Choose a product" in wrong.text and "Something</textarea>" in wrong.text
    form = {"party": client, "product": "cash"}
    page = (await anna.post("/interests", data=form)).headers["location"]
    for deal, said in (
        ({}, "Enter the value"),
        ({"value": "many"}, "This is no amount"),
        ({"value": "5", "expected_close": "x"}, "This is no date"),
        ({"value": "0", "expected_close": "2099-01-01"}, "more than zero"),
    ):
        answer = await anna.post(f"{page}/qualify", data=deal)
        assert answer.status_code == 422 and said in answer.text, deal
    assert (await anna.post(f"{page}/drop", data={})).status_code == 422
    assert (await anna.post(f"{page}/drop", data={"words": "No"})).status_code == 303


async def test_a_need_leads_to_an_offer_and_its_answer_away(offering: Site) -> None:
    site, anna = offering, await offering.browser("anna")
    client = site.centre.parties["client"]
    tab = f"/parties/{client}/interests"
    assert "No needs are noted" in (await anna.get(tab)).text
    bare = await anna.post(f"/parties/{client}/needs", data={"need": "save"})
    assert bare.status_code == 422 and "Say how we know it" in bare.text
    need = {"need": "save", "evidence": "Wants to buy a car"}
    answer = await anna.post(f"/parties/{client}/needs", data=need)
    assert answer.headers["location"] == tab
    again = await anna.post(f"/parties/{client}/needs", data=need)
    assert again.status_code == 409 and "noted already" in again.text
    shown = (await anna.get(tab)).text
    assert 'data-offer="savings"' in shown and "for: Save money" in shown
    said = await anna.post(
        f"/parties/{client}/offers", data={"product": "savings", "outcome": "declines"}
    )
    assert said.status_code == 303
    shown = (await anna.get(tab)).text
    assert 'data-offer="savings"' not in shown and "not offered again before" in shown
    end = shown.partition("/needs/")[2].partition("/end")[0]
    assert (await anna.post(f"/parties/{client}/needs/{end}/end")).status_code == 303
    assert "No needs are noted" in (await anna.get(tab)).text


async def test_what_is_not_there(offering: Site) -> None:
    anna = await offering.browser("anna", Accept="application/json")
    client = offering.centre.parties["client"]
    for path in ("/interests/none", "/interests/new?party=none", "/parties/none/interests"):
        assert (await anna.get(path)).status_code == 404, path
    assert (await anna.post("/deals/none/move", data={"move": "win"})).status_code == 404
    offer = {"product": "savings", "outcome": "thinks"}
    assert (await anna.post(f"/parties/{client}/offers", data=offer)).status_code == 422
    assert (await anna.post(f"/parties/{client}/needs/none/end")).status_code == 422
