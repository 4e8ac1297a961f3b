"""Every route and every role against the table; what is in no table is denied."""

import re
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from agent_ui.web.access_table import ACCESS, PUBLIC, Rule
from crm_core.models import Role
from tests.agent_ui.centre import ORIGIN, STAFF
from tests.agent_ui.web.conftest import Site
from tests.crm_core.staff.test_permissions import MEANT

FORMS: dict[tuple[str, str], dict[str, str]] = {
    ("POST", "/sign-in"): {"username": "nobody", "password": "nothing"},
    ("POST", "/language"): {"language": "ru"},
}
ROUTES = sorted(ACCESS)


def test_each_route_has_its_rule_and_each_rule_its_route(site: Site) -> None:
    routes: set[tuple[str, str]] = set()
    for route in _routes(site.app.routes):
        if isinstance(route, Mount):
            assert route.path == "/static"
            continue
        assert isinstance(route, APIRoute), route
        routes |= {(method, route.path) for method in route.methods or ()}
    assert routes == set(ACCESS)


def _routes(routes: list[Any]) -> list[Any]:
    """Routes, those of included routers too."""
    found = []
    for route in routes:
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        found += _routes(inner) if inner else [route]
    return found


def test_only_these_are_public() -> None:
    public = {path for (_, path), rule in ACCESS.items() if rule.public}
    assert public == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/sign-in",
        "/language",
    }


@pytest.mark.parametrize("name", sorted(STAFF))
async def test_each_role_gets_what_the_table_says(site: Site, name: str) -> None:
    browser = await site.browser(name)
    for method, path in sorted(ROUTES, key=lambda one: one[1] == "/sign-out"):
        answer = await ask(browser, site, method, path)
        rule = ACCESS[method, path]
        if rule.public or any(STAFF[name] in MEANT[one] for one in rule.any_of):
            assert answer.status_code not in (401, 403) or path == "/sign-in", (name, path)
        else:
            assert answer.status_code == 403, (name, path)


async def test_without_a_session_only_the_public_answers(site: Site) -> None:
    visitor = site.visitor(Origin=ORIGIN, Accept="application/json")
    for method, path in ROUTES:
        answer = await ask(visitor, site, method, path)
        if ACCESS[method, path].public:
            assert path == "/sign-in" or answer.status_code not in (401, 403), path
        else:
            assert answer.status_code == 401, path
            assert answer.json()["code"] == "session_expired"


async def ask(client: httpx.AsyncClient, site: Site, method: str, path: str) -> httpx.Response:
    known = {"call": "pbx1-1.1", "party": site.centre.parties["firm"]}
    url = re.sub(r"\{(\w+)\}", lambda slot: known.get(slot[1], "none"), path)
    params = {"q": "a"} if path.endswith("/search") else {}
    return await client.request(
        method, url, params=params, data=FORMS.get((method, path)), follow_redirects=False
    )


async def test_a_route_without_a_rule_is_denied(site: Site) -> None:
    @site.app.get("/forgotten")
    async def forgotten() -> str:
        return "secret"

    for client in (site.visitor(), await site.browser("admin"), await site.browser("sofia")):
        answer = await client.get("/forgotten")
        assert answer.status_code == 403
        assert "secret" not in answer.text


def test_a_rule_without_permissions_lets_nobody_in() -> None:
    assert not Rule().public
    assert not Rule().any_of
    assert PUBLIC.any_of == frozenset()


def test_every_role_is_tried() -> None:
    assert set(STAFF.values()) == set(Role)
