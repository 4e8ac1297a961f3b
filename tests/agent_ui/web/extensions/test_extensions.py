"""The page and the API of extensions: how they stand in words, whose they are, for supervisors."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from agent_ui.options import WebOptions
from agent_ui.ports import Extension
from agent_ui.web.app import create_app
from routing.terms import PhoneKind
from tests.agent_ui.centre import Centre
from tests.agent_ui.web.conftest import ClosedScreens, Site, parts_of
from tests.routing.house import START

STATES = ("free", "ringing", "in_use", "on_hold", "unreachable", "unknown")


@pytest.fixture
async def site(centre: Centre, web_options: WebOptions) -> AsyncIterator[Site]:
    screens, ready = ClosedScreens(), {"database": True}
    phones = [
        Extension(node="pbx1", endpoint=f"d{n}", state=state, since=START)
        for n, state in enumerate(STATES)
    ]
    owner = {"agent": centre.id("anna"), "name": "Anna", "phone": PhoneKind.DESK}
    phones[2] = replace(phones[2], **owner)
    parts = replace(parts_of(centre, web_options, screens, ready), extensions=lambda: phones)
    site = Site(create_app(parts), centre, screens, ready)
    yield site
    for client in site.clients:
        await client.aclose()


async def test_supervisors_see_each_phone_in_words(site: Site) -> None:
    page = (await (await site.browser("sofia")).get("/extensions")).text
    rows = page.split("<tr data-endpoint=")[1:]
    assert len(rows) == len(STATES)
    assert all(part in rows[0] for part in ("Anna", "on the desk", "in use", "2 Mar 2026"))
    assert sum("nobody" in row for row in rows) == len(STATES) - 1


async def test_filters_leave_what_is_asked_for(site: Site) -> None:
    sofia = await site.browser("sofia")
    ringing = (await sofia.get("/extensions", params={"state": "ringing"})).text
    assert ringing.count("data-endpoint") == 1 and 'data-endpoint="d1"' in ringing
    named = (await sofia.get("/extensions", params={"name": "ANNA"})).text
    assert named.count("data-endpoint") == 1 and 'data-endpoint="d2"' in named
    nothing = (await sofia.get("/extensions", params={"name": "nobody at all"})).text
    assert "No extension fits" in nothing


async def test_programs_page_through_them(site: Site) -> None:
    sofia, found, cursor = await site.browser("sofia"), [], ""
    while True:
        asked = {"limit": "4"} | ({"cursor": cursor} if cursor else {})
        page = (await sofia.get("/api/v1/extensions", params=asked)).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert [one["state"] for one in found] == list(STATES)
    assert found[2] | {"since": ""} == {
        "node": "pbx1",
        "endpoint": "d2",
        "state": "in_use",
        "since": "",
        "agent": site.centre.id("anna"),
        "name": "Anna",
        "phone": "desk",
    }
    free = (await sofia.get("/api/v1/extensions", params={"state": "free"})).json()
    assert [one["endpoint"] for one in free["items"]] == ["d0"]


async def test_agents_do_not_look_at_phones(site: Site) -> None:
    clara = await site.browser("clara")
    assert (await clara.get("/extensions")).status_code == 403
    assert (await clara.get("/api/v1/extensions")).status_code == 403
