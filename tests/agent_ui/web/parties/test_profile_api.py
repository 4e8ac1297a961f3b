"""Profiles and contact points over the API: made once, masked, refused by field."""

from typing import Any

import httpx
import pytest

from routing.ids import PartyId
from tests.agent_ui.web.conftest import Site

NEW: dict[str, Any] = {
    "general": {"language": "ru"},
    "person": {
        "family_name": "Кузнецов",
        "given_name": "Пётр",
        "birth_date": "1970-01-02",
        "monthly_income": {"amount_minor": 9_500_000, "currency": "RUB"},
    },
    "phones": [{"number": "8 903 765 43 21"}],
    "tax_id": "500100732259",
}
HERE = "/api/v1/parties"


@pytest.fixture
async def anna(site: Site) -> httpx.AsyncClient:
    return await site.browser("anna", Accept="application/json")


@pytest.fixture
def client(site: Site) -> PartyId:
    return site.centre.parties["client"]


async def test_a_client_is_added_once_and_his_twin_only_by_who_is_sure(
    anna: httpx.AsyncClient,
) -> None:
    once = {"Idempotency-Key": "k1"}
    added = await anna.post(HERE, json=NEW, headers=once)
    assert added.status_code == 201, added.text
    assert (await anna.post(HERE, json=NEW, headers=once)).json() == added.json()
    twin = await anna.post(HERE, json=NEW)
    assert twin.status_code == 409 and twin.json()["code"] == "resembling"
    assert [one["party"] for one in twin.json()["items"]] == [added.json()["id"]]
    sure = await anna.post(HERE, json={**NEW, "sure": True})
    assert sure.status_code == 201
    told = (await anna.get(f"{HERE}/{added.json()['id']}/profile")).json()
    assert told["person"]["family_name"] == "Кузнецов"
    assert told["tax_id"] == "•••• 2259" and told["person"]["monthly_income"] is None


async def test_a_change_needs_the_newest_version_and_tells_both_values(
    anna: httpx.AsyncClient, client: PartyId
) -> None:
    url = f"{HERE}/{client}/profile"
    first = {"version": 1, "person": {"occupation": "врач"}, "general": {"dnc": True}}
    changed = await anna.patch(url, json=first)
    assert changed.status_code == 200, changed.text
    told = changed.json()
    assert (told["version"], told["person"]["family_name"]) == (2, "Иванова")
    assert told["general"]["dnc"] and told["general"]["language"] == "ru"
    late = await anna.patch(url, json={"version": 1, "person": {"occupation": "директор"}})
    assert late.status_code == 409
    assert (late.json()["code"], late.json()["version"]) == ("profile_changed", 2)
    assert late.json()["differences"] == [
        {"field": "occupation", "yours": "директор", "stored": "врач"}
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"version": 1, "person": {"birth_date": "2999-01-01"}}, "birth_date"),
        ({"version": 1, "organisation": {"name": "Firm"}}, "kind"),
        ({"version": 1, "person": {"sex": "none"}}, "body.person.sex"),
        ({"version": 1, "person": {"unknown": 1}}, "body.person.unknown"),
        ({"person": {}}, "body.version"),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    anna: httpx.AsyncClient, client: PartyId, body: dict[str, Any], field: str
) -> None:
    answer = await anna.patch(f"{HERE}/{client}/profile", json=body)
    assert answer.status_code == 422, answer.text
    (problem,) = answer.json()["errors"]
    assert problem["field"] in (field, field.removeprefix("body."))


async def test_contact_points_documents_and_consents_are_added_and_told_masked(
    site: Site, anna: httpx.AsyncClient, client: PartyId
) -> None:
    url = f"{HERE}/{client}"
    bodies: dict[str, dict[str, Any]] = {
        "phones": {"number": "+7 903 123-45-67", "role": "work", "rank": 2},
        "emails": {"address": "anna@example.ru"},
        "addresses": {"kind": "work", "country": "RU", "city": "Омск"},
        "documents": {"type": "passport", "number": "4508123456"},
        "consents": {"purpose": "marketing", "granted": True},
    }
    added = {}
    for part, body in bodies.items():
        answer = await anna.post(f"{url}/{part}", json=body)
        assert answer.status_code == 201, answer.text
        added[part] = answer.json()["id"]
    clara = await site.browser("clara", Accept="application/json")
    contacts = (await clara.get(f"{url}/contacts")).json()
    assert [one["number"][-4:] for one in contacts["phones"]] == ["4567", "4567"]
    assert all("•" in one["number"] for one in contacts["phones"])
    assert contacts["addresses"][0]["city"] == "Омск"
    (document,) = (await clara.get(f"{url}/documents")).json()["items"]
    assert document["number"] == "•••• 3456"
    number = f"{url}/documents/{document['id']}/number"
    assert (await clara.post(number)).status_code == 403
    assert (await anna.post(number)).json() == {"number": "4508123456"}
    (consent,) = (await anna.get(f"{url}/consents")).json()["items"]
    assert (consent["channel"], consent["granted"]) == ("any", True)
    site.centre.wait(60)
    assert (await anna.post(f"{url}/phones/{added['phones']}/end")).status_code == 204
    again = await anna.post(f"{url}/emails", json=bodies["emails"])
    assert (again.status_code, again.json()["code"]) == (409, "email_known")


async def test_a_file_goes_in_and_comes_out(anna: httpx.AsyncClient, client: PartyId) -> None:
    url = f"{HERE}/{client}/attachments"
    sent = {"file": ("scan.pdf", b"%PDF-1.4", "application/pdf")}
    added = await anna.post(url, files=sent)
    assert added.status_code == 201, added.text
    (held,) = (await anna.get(url)).json()["items"]
    assert (held["name"], held["mime"], held["size"]) == ("scan.pdf", "application/pdf", 8)
    assert (await anna.get(f"{url}/{added.json()['id']}")).content == b"%PDF-1.4"
    refused = await anna.post(url, files={"file": ("scan.pdf", b"MZ", "application/pdf")})
    assert refused.json()["errors"] == [{"field": "file", "code": "program"}]
    assert (await anna.post(url, json={})).status_code == 422


async def test_nobody_has_no_profile(anna: httpx.AsyncClient) -> None:
    for part in ("profile", "contacts", "documents", "consents", "attachments"):
        assert (await anna.get(f"{HERE}/nobody/{part}")).status_code == 404, part


async def test_what_was_added_is_changed_and_ended(
    anna: httpx.AsyncClient, client: PartyId
) -> None:
    here = f"{HERE}/{client}"
    address = {"kind": "residence", "country": "RU", "street": "Лесная, 1"}
    document = {"type": "passport", "number": "4508 123456"}
    added = {}
    for what, body in (
        ("phones", {"number": "8 903 123-45-67"}),
        ("emails", {"address": "anna@example.ru"}),
        ("addresses", address),
        ("documents", document),
    ):
        answer = await anna.post(f"{here}/{what}", json=body)
        assert answer.status_code == 201, answer.text
        added[what] = answer.json()["id"]
    use = {"role": "work", "rank": 4, "may_call": False, "may_discuss": False}
    changed = await anna.put(f"{here}/phones/{added['phones']}", json=use)
    assert changed.status_code == 204, changed.text
    phones = (await anna.get(f"{here}/contacts")).json()["phones"]
    (held,) = [one for one in phones if one["id"] == added["phones"]]
    assert {name: held[name] for name in use} == use
    for what in ("phones", "emails", "addresses", "documents"):
        ended = await anna.post(f"{here}/{what}/{added[what]}/end")
        assert ended.status_code == 204, (what, ended.text)
    left = (await anna.get(f"{here}/contacts")).json()
    assert left["emails"] == [] == left["addresses"]
    (passport,) = (await anna.get(f"{here}/documents")).json()["items"]
    assert passport["ended_at"] is not None
    file = {"file": ("a.txt", b"text", "text/plain")}
    kept = (await anna.post(f"{here}/attachments", files=file)).json()["id"]
    assert (await anna.post(f"{here}/attachments/{kept}/remove")).status_code == 204
    assert (await anna.post(f"{here}/attachments/{kept}/remove")).status_code == 404
