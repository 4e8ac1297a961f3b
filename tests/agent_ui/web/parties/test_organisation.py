"""Figures and licences of an organisation: on its profile and over the API."""

from datetime import timedelta

import httpx
import pytest

from crm_core.database import moment
from crm_core.parties.records import PartyFacts, add_organisation
from routing.ids import PartyId
from tests.agent_ui.web.conftest import Site
from tests.agent_ui.web.parties.test_profile_pages import actions, ids, page, posted

YEAR = {
    "as_of": "2025-12-31",
    "currency": "RUB",
    "assets": "150 000 000",
    "profit": "-1 200,50",
    "employees": "132",
}
LICENCE = {"number": "77-1481", "activity": "Leasing <b>"}


@pytest.fixture
async def firm(site: Site) -> PartyId:
    async with site.centre.db.unit_of_work() as session:
        return await add_organisation(session, "Орион", PartyFacts(), by="test")


async def licence_of(site: Site) -> dict[str, str]:
    """One that expires in twenty days."""
    async with site.centre.db.reading() as session:
        expires = moment(session).date() + timedelta(days=20)
    return LICENCE | {"expires_on": expires.isoformat()}


@pytest.fixture
async def anna(site: Site) -> httpx.AsyncClient:
    return await site.browser("anna")


async def test_figures_are_added_hidden_opened_corrected_and_removed(
    site: Site, anna: httpx.AsyncClient, firm: PartyId
) -> None:
    here = f"/parties/{firm}"
    before = YEAR | {"as_of": "2024-12-31", "assets": "100000000", "profit": "", "employees": ""}
    for form in (YEAR, before):
        assert (await posted(anna, f"{here}/figures", **form)).status_code == 303
    hidden = await page(anna, f"{here}/profile?figures=2025-12-31")
    assert ids(hidden, "figures") == ["2025-12-31", "2024-12-31"]
    assert "150,000,000" not in hidden and "+50.0 %" not in hidden and "132" in hidden
    assert 'value="150000000.00"' not in hidden
    await posted(anna, f"{here}/amounts", reason="asked for a loan", back=f"{here}/profile")
    opened = await page(anna, f"{here}/profile?figures=2025-12-31")
    assert "150,000,000" in opened and "+50.0 %" in opened
    assert 'value="150000000.00"' in opened and 'value="-1200.50"' in opened
    right = YEAR | {"assets": "90000000"}
    assert (await posted(anna, f"{here}/figures/2025-12-31", **right)).status_code == 303
    assert "−10.0 %" in await page(anna, f"{here}/profile")
    await posted(anna, f"{here}/figures/2024-12-31/remove")
    assert ids(await page(anna, f"{here}/profile"), "figures") == ["2025-12-31"]
    done = await actions(site)
    assert done.count("figures_kept") == 3 and done.count("figures_removed") == 1
    assert done.count("amounts_revealed") >= 3


async def test_licences_are_added_warned_of_corrected_and_ended(
    site: Site, anna: httpx.AsyncClient, firm: PartyId
) -> None:
    here = f"/parties/{firm}"
    told = await licence_of(site)
    assert (await posted(anna, f"{here}/licences", **told)).status_code == 303
    text = (await anna.get(f"{here}/profile")).text
    assert "Leasing &lt;b&gt;" in text and 'st st-away">expires' in text
    (licence,) = ids(text, "licence")
    filled = await page(anna, f"{here}/profile?licence={licence}")
    assert f'action="{here}/licences/{licence}"' in filled and 'value="77-1481"' in filled
    right = told | {"number": "77-1482"}
    assert (await posted(anna, f"{here}/licences/{licence}", **right)).status_code == 303
    assert (await posted(anna, f"{here}/licences/{licence}/end")).status_code == 303
    ended = await page(anna, f"{here}/profile")
    assert "77-1482" in ended and "expired" in ended and "/end" not in ended


@pytest.mark.parametrize(
    ("what", "form", "field"),
    [
        ("figures", YEAR | {"as_of": ""}, "as_of"),
        ("figures", YEAR | {"assets": "much"}, "assets"),
        ("figures", YEAR | {"currency": "XXX"}, "currency"),
        ("figures", YEAR | {"assets": "-5"}, "assets"),
        ("licences", LICENCE | {"number": ""}, "number"),
        ("licences", LICENCE | {"issued_on": "2999-01-01"}, "issued_on"),
    ],
)
async def test_what_is_refused_stands_beside_its_field(
    anna: httpx.AsyncClient, firm: PartyId, what: str, form: dict[str, str], field: str
) -> None:
    answer = await posted(anna, f"/parties/{firm}/{what}", **form)
    assert answer.status_code == 422, answer.text
    assert f'id="e-{field}"' in answer.text and 'class="error-summary"' in answer.text


async def test_the_same_over_the_api(site: Site, firm: PartyId) -> None:
    anna = await site.browser("anna", Accept="application/json")
    here = f"/api/v1/parties/{firm}"
    year = {"currency": "RUB", "assets_minor": 5, "employees": 132}
    added = await anna.post(f"{here}/figures", json=year | {"as_of": "2025-12-31"})
    assert added.status_code == 204, added.text
    twice = await anna.post(f"{here}/figures", json=year | {"as_of": "2025-12-31"})
    assert twice.json()["errors"] == [{"field": "as_of", "code": "already_there"}]
    told = (await anna.get(f"{here}/figures")).json()
    assert not told["amounts_open"] and told["items"][0]["assets_minor"] is None
    await anna.post(f"{here}/amounts", json={"reason": "asked for a loan"})
    put = await anna.put(f"{here}/figures/2025-12-31", json=year | {"assets_minor": 7})
    assert put.status_code == 204
    told = (await anna.get(f"{here}/figures")).json()
    assert told["amounts_open"] and told["items"][0]["assets_minor"] == 7
    assert (await anna.post(f"{here}/figures/2025-12-31/remove")).status_code == 204
    assert (await anna.put(f"{here}/figures/2025-12-31", json=year)).status_code == 404
    facts = await licence_of(site)
    licence = (await anna.post(f"{here}/licences", json=facts)).json()["id"]
    changed = await anna.put(f"{here}/licences/{licence}", json=facts | {"activity": "Trade"})
    assert changed.status_code == 204
    (held,) = (await anna.get(f"{here}/licences")).json()["items"]
    assert (held["activity"], held["standing"]) == ("Trade", "expires_soon")
    assert (await anna.post(f"{here}/licences/{licence}/end")).status_code == 204
    (held,) = (await anna.get(f"{here}/licences")).json()["items"]
    assert held["standing"] == "expired"
