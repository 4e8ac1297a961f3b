"""Relations, groups and managers over the API."""

from tests.agent_ui.web.conftest import Site

API = "/api/v1"


async def test_a_relation_there_and_back(site: Site) -> None:
    browser = await site.browser("clara", Accept="application/json")
    client, firm = site.centre.parties["client"], site.centre.parties["firm"]
    page = f"{API}/parties/{firm}/relations"
    made = await browser.post(page, json={"other": client, "type": "owner", "share_pct": "60.5"})
    assert made.status_code == 201, made.text
    (told,) = (await browser.get(page)).json()["items"]
    assert (told["other"], told["type"], told["owned_pct"]) == (client, "owner", "60.50000000")
    again = await browser.post(page, json={"other": client, "type": "owner"})
    assert (again.status_code, again.json()["code"]) == (409, "relation_exists")
    more = await browser.post(page, json={"other": client, "type": "founder", "share_pct": "40"})
    assert more.status_code == 422
    assert more.json()["errors"] == [{"field": "share_pct", "code": "more_than_whole"}]
    graph = (await browser.get(f"{API}/parties/{client}/graph")).json()
    assert [(one["id"], one["depth"]) for one in graph["knots"]] == [(client, 0), (firm, 1)]
    ended = await browser.post(f"{API}/relations/{told['id']}/end")
    assert ended.status_code == 200
    assert (await browser.get(page)).json() == {"items": []}
    codes = {one["code"] for one in (await browser.get(f"{API}/relationship-types")).json()}
    assert {"spouse", "owner", "guarantor"} <= codes


async def test_managers_there_and_as_they_were(site: Site) -> None:
    sofia = await site.browser("sofia", Accept="application/json")
    client = site.centre.parties["client"]
    page = f"{API}/parties/{client}/managers"
    order = [
        {"employee": site.centre.id("clara"), "role": "primary"},
        {"employee": site.centre.id("anna"), "role": "product"},
    ]
    answer = await sofia.put(page, json={"managers": order})
    assert answer.status_code == 200, answer.text
    told = (await sofia.get(page)).json()["items"]
    assert [(one["employee"], one["role"], one["rank"]) for one in told] == [
        (order[0]["employee"], "primary", 1),
        (order[1]["employee"], "product", 2),
    ]
    early = await sofia.get(page, params={"at": "2001-01-01T00:00:00Z"})
    assert early.json() == {"items": []}
    naive = await sofia.get(page, params={"at": "2001-01-01T00:00:00"})
    assert naive.status_code == 422
    wrong = await sofia.put(page, json={"managers": [order[1]]})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "managers_refused")


async def test_groups_there_and_back(site: Site) -> None:
    browser = await site.browser("clara", Accept="application/json")
    client = site.centre.parties["client"]
    made = await browser.post(f"{API}/groups", json={"kind": "household", "name": "House"})
    group = f"{API}/groups/{made.json()['id']}"
    told = await browser.put(f"{group}/members", json={"members": [client]})
    assert [one["party"] for one in told.json()["members"]] == [client]
    assert [one["members"] for one in (await browser.get(f"{API}/groups")).json()["items"]] == [1]
    nobody = await browser.put(f"{group}/members", json={"members": ["nobody"]})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "party_unknown")
    assert (await browser.get(f"{API}/parties/none/graph")).status_code == 404
