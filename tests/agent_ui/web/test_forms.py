"""Whatever is typed into any form of any page, it is never our own defect that answers.

The demo bank is walked through from link to link; each form on the way is sent back with texts that
break careless programs. What a form offers is sometimes chosen, so that the texts come further.
"""

import random
from html.parser import HTMLParser
from typing import Any

import pytest

from agent_ui.web.access_table import ACCESS
from config.collecting import read_collection_rules
from config.work import read_work_rules
from crm_core.demo.people import USERNAMES, seed
from tests.agent_ui.centre import CHEAP, PASSWORD
from tests.agent_ui.web.conftest import CONFIG, Site

NASTY = (
    "",
    " ",
    "\0",
    "\ud83d\ude00" * 40,
    "x" * 5_000,
    "-1",
    "0",
    "9" * 40,
    "1e309",
    "NaN",
    "٣",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31T23:59",
    "2026-03-08T02:30",
    "'; DROP TABLE party; --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "=1+1",
    "../../etc/passwd",
    "\u202eabc\u0000",
    "+7 (916) 123-45-67",
)
ROUNDS = 2
"""How often each form is sent."""
PAGES = 40
"""How many pages each employee walks through."""
WALKERS = ("admin", "anna", "kira", "oleg", "sofia")


class Forms(HTMLParser):
    """The links of a page, and its forms: action and fields with what they offer."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self.links: set[str] = set()
        self._fields: dict[str, list[str]] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._fields = {}
            self.forms.append((given.get("action", ""), self._fields))
        elif tag == "a":
            self.links.add(given.get("href", "").partition("#")[0])
        elif self._fields is None:
            return
        elif tag in ("input", "textarea", "button") and given.get("name"):
            if given.get("type") != "file":
                self._fields.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "select":
            self._select = given.get("name", "")
            self._fields.setdefault(self._select, [])
        elif tag == "option" and self._select:
            self._fields[self._select].append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "select":
            self._select = ""


def filled(fields: dict[str, list[str]], chance: random.Random) -> dict[str, str]:
    """A field keeps what it offers, or gets one of the texts."""
    return {
        name: chance.choice(offered)
        if name == "csrf" or (offered and chance.random() < 0.6)
        else chance.choice(NASTY)
        for name, offered in fields.items()
    }


@pytest.fixture
async def bank(site: Site) -> Site:
    """The site with the demo bank in it."""
    await seed(
        site.centre.db,
        site.centre.db.clock,
        passwords=dict.fromkeys(USERNAMES, PASSWORD),
        hashing=CHEAP,
        work=read_work_rules(CONFIG),
        collecting=read_collection_rules(CONFIG),
    )
    return site


@pytest.mark.parametrize("name", WALKERS)
async def test_no_form_is_answered_with_a_defect(bank: Site, name: str) -> None:
    chance, browser = random.Random(name), await bank.browser(name)
    waiting = [route for method, route in sorted(ACCESS) if method == "GET" and _is_page(route)]
    seen, shown, sent = set(waiting), 0, 0
    while waiting and shown < PAGES:
        path = waiting.pop(chance.randrange(len(waiting)))
        page = await browser.get(path)
        assert page.status_code < 500, path
        shown += page.status_code != 403
        forms = Forms()
        forms.feed(page.text)
        found = {link for link in forms.links if _is_page(link)} - seen
        seen |= found
        waiting += sorted(found)
        for action, fields in forms.forms:
            for _ in range(ROUNDS if action not in ("/sign-out", "/language") else 0):
                await _send(browser, action or path, filled(fields, chance))
                sent += 1
    assert sent > 10


def _is_page(path: str) -> bool:
    others = ("/api/", "/openapi", "/metrics", "/sign", "/static", "/healthz", "/readyz")
    return path.startswith("/") and not path.startswith(others) and "{" not in path


async def _send(browser: Any, action: str, form: dict[str, str]) -> None:
    data = {key: value.encode("utf-8", "surrogatepass") for key, value in form.items()}
    answer = await browser.post(action, data=data)
    assert answer.status_code < 500, (action, form)
    assert answer.status_code not in (401, 403) or "admin" in action, (action, form)
