"""Segments on the screen and over the API: worded, tried, evaluated, explained."""

import re

from sqlalchemy import update

from crm_core.models import Party
from tests.agent_ui.web.conftest import Site

PAGE, API = "/admin/segments", "/api/v1/segments"
WORDED = {"code": "vips", "name": "VIPs", "rule": "vip is yes\r\nand kind is person"}


async def make_vip(site: Site) -> None:
    async with site.centre.db.unit_of_work() as session:
        client = site.centre.parties["client"]
        await session.execute(update(Party).where(Party.id == client).values(vip=True))


async def test_a_rule_is_tried_kept_evaluated_and_explained(site: Site) -> None:
    await make_vip(site)
    sofia = await site.browser("sofia")
    tried = await sofia.post(PAGE, data=WORDED | {"deed": "try"})
    assert tried.status_code == 200 and "Found: 1 of 2" in tried.text and "Иванова" in tried.text
    page = (await sofia.post(PAGE, data=WORDED)).headers["location"]
    assert "vip is yes\nand kind is person" in (await sofia.get(page)).text
    done = await sofia.post(f"{page}/evaluate")
    assert done.status_code == 303
    client = site.centre.parties["client"]
    assert f'data-party="{client}"' in (await sofia.get(page)).text
    why = (await sofia.get(page, params={"why": client})).text
    assert "all of these" in why and why.count(">met<") == 3
    told = (await sofia.get(f"{API}/{page.rpartition('/')[2]}/members/{client}")).json()
    assert told["met"] is True and told["reasons"][0]["text"] == "and"


async def test_a_mistake_is_shown_with_its_line_and_the_text_stays(site: Site) -> None:
    sofia = await site.browser("sofia")
    for deed in ("try", "save"):
        wrong = WORDED | {"rule": "vip is yes\nand colour is red", "deed": deed}
        answer = await sofia.post(PAGE, data=wrong)
        assert answer.status_code == 422
        assert "Line 2, column 5:" in answer.text and "colour" in answer.text
        assert 'value="VIPs"' in answer.text


async def test_a_changed_rule_is_the_next_version(site: Site) -> None:
    sofia = await site.browser("sofia")
    page = (await sofia.post(PAGE, data=WORDED)).headers["location"]
    edit = (await sofia.get(f"{page}/edit")).text
    (seen,) = re.findall(r'name="seen" value="(\d+)"', edit)
    anew = {"name": "Not VIPs", "rule": "vip is no", "active": "true", "seen": seen}
    assert (await sofia.post(page, data=anew)).status_code == 303
    shown = (await sofia.get(page)).text
    assert "vip is no" in shown and "vip is yes" in shown and "Version 2" in shown
    stale = await sofia.post(page, data=anew)
    assert stale.status_code == 422 and "meanwhile" in stale.text


async def test_an_administrator_without_clients_sees_counts_and_no_names(site: Site) -> None:
    await make_vip(site)
    admin = await site.browser("admin")
    tried = await admin.post(PAGE, data=WORDED | {"deed": "try"})
    assert "Found: 1 of 2" in tried.text and "Иванова" not in tried.text
    page = (await admin.post(PAGE, data=WORDED)).headers["location"]
    await admin.post(f"{page}/evaluate")
    shown = (await admin.get(page)).text
    assert "Иванова" not in shown and "Members: 1" in shown
    client = site.centre.parties["client"]
    assert (await admin.get(page, params={"why": client})).status_code == 403


async def test_the_api_lists_tries_and_pages(site: Site) -> None:
    sofia = await site.browser("sofia", Accept="application/json")
    made = await sofia.post(PAGE, data=WORDED | {"rule": "kind is known"})
    segment = made.headers["location"].rpartition("/")[2]
    await sofia.post(f"{PAGE}/{segment}/evaluate")
    (listed,) = (await sofia.get(API)).json()["items"]
    assert (listed["code"], listed["members"]) == ("vips", 2)
    assert (await sofia.get(f"{API}/{segment}")).json() == listed
    first = (await sofia.get(f"{API}/{segment}/members", params={"limit": 1})).json()
    rest = await sofia.get(f"{API}/{segment}/members", params={"cursor": first["next_cursor"]})
    found = [one["party"] for one in (*first["items"], *rest.json()["items"])]
    assert sorted(found) == sorted(site.centre.parties.values())
    trial = await sofia.post(f"{API}/try", json={"rule": "vip is yes"})
    assert trial.json() == {"found": 0, "of": 2}
    wrong = await sofia.post(f"{API}/try", json={"rule": "vip"})
    assert wrong.json()["errors"] == [{"field": "rule", "code": "comparison_expected"}]
