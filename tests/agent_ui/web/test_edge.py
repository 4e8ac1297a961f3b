"""Headers, sizes, hosts, operations, and errors in one shape."""

from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from agent_ui.web.access_table import ACCESS
from crm_core.errors import StorageAway
from tests.agent_ui.centre import ORIGIN
from tests.agent_ui.web.conftest import Site

PAGES = ["/sign-in", "/healthz", "/nothing-here", "/static/nothing.js", "/metrics"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    headers = (await site.visitor().get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "connect-src 'self' ws://desk.test:8081 wss://pbx.test;" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["anna", "sofia"])
async def test_no_page_holds_anything_inline(site: Site, name: str) -> None:
    browser = await site.browser(name)
    for path in ("/", "/cards", f"/parties/{site.centre.parties['firm']}", "/cards/none"):
        text = (await browser.get(path)).text
        assert "<style" not in text
        assert ' style="' not in text
        assert " onclick=" not in text
        for script in text.split("<script")[1:]:
            tag = script.split(">", 1)[0]
            assert "src=" in tag or 'type="application/json"' in tag


async def test_names_of_clients_are_escaped(site: Site) -> None:
    browser = await site.browser("anna")
    text = (await browser.get(f"/parties/{site.centre.parties['firm']}")).text
    assert "O&#39;Neill &amp; Co &lt;b&gt;" in text
    assert "Co <b>" not in text


async def test_built_files_may_be_kept(site: Site) -> None:
    text = (await site.visitor().get("/sign-in")).text
    path = next(part.split('"')[0] for part in text.split('src="') if "theme" in part[:40])
    answer = await site.visitor().get(path)
    if answer.status_code == 404:
        pytest.skip("the front end is not built here")
    assert "immutable" in answer.headers["cache-control"]


async def test_a_foreign_host_is_refused(site: Site) -> None:
    answer = await site.visitor(Host="evil.example").get("/sign-in")
    assert answer.status_code == 400


async def test_a_body_that_is_too_large_is_refused(site: Site) -> None:
    visitor = site.visitor(Origin=ORIGIN)
    form = {"username": "anna", "password": "x" * 100_000}
    assert (await visitor.post("/sign-in", data=form)).status_code == 413


async def test_a_body_that_hides_its_size_is_refused(site: Site) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"a" * 10_000

    visitor = site.visitor(Origin=ORIGIN, Accept="application/json")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await visitor.post("/sign-in", content=body(), headers=kind)
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e9", "٣", "999999999999"])
async def test_a_strange_length_does_no_harm(site: Site, length: str) -> None:
    headers = [(b"Content-Length", length.encode()), (b"Accept", b"application/json")]
    answer = await site.visitor(Origin=ORIGIN).post("/sign-in", headers=headers)
    assert answer.status_code in (413, 422)


async def test_health_readiness_and_metrics(site: Site) -> None:
    visitor = site.visitor()
    assert (await visitor.get("/healthz")).json() == {"status": "ok"}
    assert (await visitor.get("/readyz")).json()["ready"] is True
    site.ready["pbx1"] = False
    answer = await visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "parts": {"database": True, "pbx1": False}}
    answer = await visitor.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_the_api_describes_itself(site: Site) -> None:
    description = (await site.visitor().get("/openapi.json")).json()
    paths = description["paths"]
    api = {path for _, path in ACCESS if path.startswith("/api/")}
    assert set(paths) == api | {"/healthz", "/readyz", "/live/ticket"}
    parameters = {one["name"] for one in paths["/api/v1/call-cards"]["get"]["parameters"]}
    assert parameters == {"agent", "party", "queue", "state", "from", "to", "cursor", "limit"}
    secured = paths["/api/v1/call-cards"]["get"]["security"]
    assert secured == [{"session": []}, {"token": []}]
    assert description["components"]["securitySchemes"]["session"]["in"] == "cookie"
    errors = paths["/api/v1/call-cards"]["get"]["responses"]["422"]
    assert errors["content"]["application/json"]["schema"]["$ref"].endswith("/Problem")


async def test_errors_have_one_shape(site: Site) -> None:
    browser = await site.browser("anna", Accept="application/json")
    for path, status, code in (
        ("/api/v1/nothing", 404, "not_found"),
        ("/api/v1/call-cards/none", 404, "not_found"),
        ("/api/v1/call-cards?limit=x", 422, "bad_request"),
        ("/api/v1/call-cards?cursor=x", 422, "bad_cursor"),
    ):
        answer = await browser.get(path)
        assert answer.status_code == status, path
        assert answer.json()["code"] == code
        assert set(answer.json()) == {"code", "errors"}
    assert (await browser.delete("/api/v1/call-cards")).status_code == 405


async def test_people_get_a_page_for_an_error(site: Site) -> None:
    answer = await site.visitor().get("/nothing-here")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


async def test_with_sql_away_the_browser_is_told_to_come_again(site: Site) -> None:
    browser = await site.browser("anna", Accept="application/json")

    @site.app.get("/healthz/away")
    async def away() -> None:
        raise StorageAway

    site.app.router.routes.insert(0, site.app.router.routes.pop())
    site.app.router.routes[0].path = "/healthz"  # type: ignore[attr-defined]
    answer = await browser.get("/healthz/away")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"]


async def test_a_defect_tells_the_browser_nothing(site: Site) -> None:
    @site.app.get("/healthz/broken")
    async def broken() -> None:
        raise RuntimeError("secret of +79161234567")

    site.app.router.routes.insert(0, site.app.router.routes.pop())
    site.app.router.routes[0].path = "/healthz"  # type: ignore[attr-defined]
    with capture_logs() as logs:
        answer = await site.visitor(Accept="application/json").get("/healthz/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.headers["content-security-policy"]
    assert "secret" not in answer.text + repr(logs)
    assert logs[0]["event"] == "web.defect"
