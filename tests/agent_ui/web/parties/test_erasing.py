"""Erasing: the administrator, who sees no clients, finds one by an exact number and erases it."""

import html

import httpx
import pytest

from crm_core.parties.profile import profile
from routing.ids import PartyId
from tests.agent_ui.web.conftest import Site
from tests.agent_ui.web.parties.test_profile_pages import actions, ids, posted
from tests.crm_core.bank.offers import opened

TAX_ID = "500100732259"


@pytest.fixture
def client(site: Site) -> PartyId:
    return site.centre.parties["client"]


@pytest.fixture
async def root(site: Site) -> httpx.AsyncClient:
    """The administrator."""
    return await site.browser("admin")


async def test_the_administrator_finds_by_an_exact_number_and_erases(
    site: Site, root: httpx.AsyncClient, client: PartyId
) -> None:
    assert (await root.get(f"/parties/{client}/profile")).status_code == 403
    assert "/admin/erasures" in (await root.get("/admin")).text
    for what, found in ((client, [client]), (client[:8], []), ("Иванова", []), (TAX_ID, [])):
        answer = await posted(root, "/admin/erasures", what=what)
        assert (answer.status_code, ids(answer.text, "party")) == (200, found), what
    here = f"/parties/{client}/erase"
    unsure = await posted(root, here, reason="asked")
    assert unsure.status_code == 422 and 'class="error-summary"' in unsure.text
    done = await posted(root, here, reason="asked", sure="yes")
    assert (done.status_code, done.headers["location"]) == (303, here)
    assert "Personal data were erased" in (await root.get(here)).text
    async with site.centre.db.reading() as session:
        assert (await profile(session, client)).erased_at is not None
    assert (await actions(site)).count("party_erased") == 1
    again = await posted(root, "/admin/erasures", what=client)
    assert f'href="{here}"' not in again.text and "erased" in again.text


async def test_it_is_found_by_phone_tax_id_and_agreement_and_each_look_is_audited(
    site: Site, root: httpx.AsyncClient, client: PartyId
) -> None:
    anna = await site.browser("anna")
    form = {"version": "1", "language": "ru", "family_name": "Иванова", "new_tax_id": TAX_ID}
    assert (await posted(anna, f"/parties/{client}/profile/edit", **form)).status_code == 303
    await posted(anna, f"/parties/{client}/contacts/phones", number="8 903 123-45-67", role="home")
    before = (await actions(site)).count("party_viewed")
    for what in (TAX_ID, "+7 903 123 45 67"):
        assert client in ids((await posted(root, "/admin/erasures", what=what)).text, "party")
    assert (await actions(site)).count("party_viewed") == before + 2


async def test_it_is_refused_in_words_while_an_agreement_is_open(
    site: Site, root: httpx.AsyncClient, client: PartyId
) -> None:
    async with site.centre.db.unit_of_work() as session:
        await opened(session, client)
    answer = await posted(root, f"/parties/{client}/erase", reason="asked", sure="yes")
    assert answer.status_code == 409
    assert "open agreement" in html.unescape(answer.text)


async def test_the_same_over_the_api(site: Site, client: PartyId) -> None:
    root = await site.browser("admin", Accept="application/json")
    found = await root.post("/api/v1/erasures/search", json={"what": client})
    assert [(one["party"], one["why"]) for one in found.json()["items"]] == [(client, "id")]
    here = f"/api/v1/parties/{client}/erasure"
    assert (await root.post(here, json={"reason": "because"})).status_code == 422
    for _ in range(2):
        assert (await root.post(here, json={"reason": "asked"})).status_code == 204
    missing = await root.post("/api/v1/parties/none/erasure", json={"reason": "asked"})
    assert missing.status_code == 404
    anna = await site.browser("anna", Accept="application/json")
    assert (await anna.post(here, json={"reason": "asked"})).status_code == 403
