"""Skills and queues of agents: the matrix, the form, and the API; routing is told at once."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from agent_ui.options import WebOptions
from agent_ui.web.app import create_app
from tests.agent_ui.centre import Centre
from tests.agent_ui.web.conftest import ClosedScreens, Site, parts_of

PAGE, API = "/admin/skills", "/api/v1/assignments"
QUEUES = {"main": {"": "Main", "ru": "Главная"}, "cards": {"": "Cards"}}
SKILLS = {"english": {"": "English", "ru": "Английский"}, "loans": {"": "Loans"}}


@dataclass
class Told:
    """Counts how often routing was told of a change."""

    times: int = 0

    def changed(self) -> None:
        self.times += 1


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def site(centre: Centre, web_options: WebOptions, told: Told) -> AsyncIterator[Site]:
    screens, ready = ClosedScreens(), {"database": True}
    parts = replace(
        parts_of(centre, web_options, screens, ready),
        queue_names=QUEUES,
        skill_names=SKILLS,
        rosters=told,
    )
    site = Site(create_app(parts), centre, screens, ready)
    yield site
    for client in site.clients:
        await client.aclose()


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


async def test_a_supervisor_sets_skills_and_queues_and_sees_them(site: Site, told: Told) -> None:
    sofia, clara = await site.browser("sofia"), site.centre.id("clara")
    form = await sofia.get(f"{PAGE}/{clara}")
    assert form.text.count("checked") == 1, "clara serves the main queue"
    posted = {
        "queue": ["cards"],
        "level": ["english:4", "loans:0"],
        "version": version(form.text),
    }
    answer = await sofia.post(f"{PAGE}/{clara}", data=posted)
    assert (answer.status_code, told.times) == (303, 1)
    matrix = (await sofia.get(PAGE)).text
    row = matrix[matrix.index(f'id="{clara}"') :].partition("</tr>")[0]
    assert "skill-4" in row and row.count("serves it") == 1
    again = await sofia.post(f"{PAGE}/{clara}", data=posted)
    assert (again.status_code, told.times) == (422, 1)
    assert "Somebody else changed this agent" in again.text
    assert "english:4" in again.text and version(again.text) != posted["version"]


async def test_the_matrix_is_filtered(site: Site) -> None:
    sofia = await site.browser("sofia")
    shown = (await sofia.get(PAGE, params={"queue": "main"})).text
    assert "Clara" in shown and "Anna" not in shown.partition("<tbody>")[2]
    assert "No agent fits" in (await sofia.get(PAGE, params={"skill": "loans"})).text
    named = (await sofia.get(PAGE, params={"name": "ANN"})).text
    assert "Anna" in named and "Clara" not in named.partition("<tbody>")[2]


@pytest.mark.parametrize(
    ("changed", "told_as"),
    [
        ({"level": "english:9"}, "from 1 to 5"),
        ({"level": "english:x"}, "from 1 to 5"),
        ({"level": "juggling:1"}, "no such queue or skill"),
        ({"queue": "nowhere"}, "no such queue or skill"),
    ],
)
async def test_what_there_is_not_is_refused(
    site: Site, told: Told, changed: dict[str, str], told_as: str
) -> None:
    sofia, clara = await site.browser("sofia"), site.centre.id("clara")
    held = version((await sofia.get(f"{PAGE}/{clara}")).text)
    answer = await sofia.post(f"{PAGE}/{clara}", data={"version": held, **changed})
    assert (answer.status_code, told.times) == (422, 0)
    assert told_as in answer.text


async def test_who_takes_no_calls_is_not_found(site: Site) -> None:
    sofia = await site.browser("sofia")
    for employee in ("nobody", site.centre.id("admin")):
        assert (await sofia.get(f"{PAGE}/{employee}")).status_code == 404
        answer = await sofia.get(f"{API}/{employee}")
        assert (answer.status_code, answer.json()["code"]) == (404, "agent_unknown")


async def test_programs_read_and_put_assignments(site: Site, told: Told) -> None:
    admin, anna = await site.browser("admin"), site.centre.id("anna")
    listed = (await admin.get("/api/v1/skills")).json()["items"]
    assert [one["skill"] for one in listed] == ["english", "loans"]
    first = (await admin.get(f"{API}/{anna}")).json()
    asked = {"queues": ["main"], "skills": {"english": 5}, "version": first["version"]}
    put = await admin.put(f"{API}/{anna}", json=asked)
    assert (put.status_code, told.times) == (200, 1)
    assert put.json() == first | asked | {"version": first["version"] + 1}
    stale = await admin.put(f"{API}/{anna}", json=asked)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    wrong = asked | {"skills": {"english": 6}, "version": first["version"] + 1}
    assert (await admin.put(f"{API}/{anna}", json=wrong)).status_code == 422
    unknown = asked | {"queues": ["nowhere"], "version": first["version"] + 1}
    assert (await admin.put(f"{API}/{anna}", json=unknown)).status_code == 422


async def test_assignments_come_in_pages(site: Site) -> None:
    sofia = await site.browser("sofia")
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await sofia.get(API, params=asked)).json()
        found += [one["name"] for one in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert sorted(found) == ["Anna", "Boris", "Clara", "Kira"]
    assert pages == 2


async def test_agents_do_not_set_their_own(site: Site) -> None:
    clara = await site.browser("clara")
    assert (await clara.get(PAGE)).status_code == 403
    body = {"queues": [], "skills": {}, "version": 1}
    answer = await clara.put(f"{API}/{site.centre.id('clara')}", json=body)
    assert answer.status_code == 403
