"""Signing in and out, cookies, tokens, and requests that do not come from our own pages."""

import dataclasses
import re

import pytest

from agent_ui.options import WebOptions
from tests.agent_ui.centre import ORIGIN, PASSWORD
from tests.agent_ui.web.conftest import Site

FORM = {"username": "anna", "password": PASSWORD}


async def test_signing_in_opens_a_session(site: Site) -> None:
    visitor = site.visitor(Origin=ORIGIN)
    assert (await visitor.get("/")).headers["location"] == "/sign-in"
    assert (await visitor.get("/sign-in")).status_code == 200
    answer = await visitor.post("/sign-in", data={"username": " ANNA ", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert re.search(r"^tellerline_session=[\w-]{40,}; HttpOnly; Path=/; SameSite=strict", cookie)
    assert "Anna" in (await visitor.get("/")).text
    assert (await visitor.get("/sign-in")).headers["location"] == "/"


class TestOverTls:
    @pytest.fixture
    def web_options(self, web_options: WebOptions) -> WebOptions:
        return dataclasses.replace(web_options, secure_cookies=True)

    async def test_the_cookie_is_bound_to_this_host_and_tls(self, site: Site) -> None:
        answer = await site.visitor(Origin=ORIGIN).post("/sign-in", data=FORM)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-tellerline_session=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("username", ["anna", "nobody", "", "'; --", "а" * 200])
async def test_what_is_wrong_is_not_told(site: Site, username: str) -> None:
    form = {"username": username or " ", "password": "wrong password"}
    answer = await site.visitor(Origin=ORIGIN).post("/sign-in", data=form)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "sign-in-error" in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": "anna"},
        {"username": "an\0na", "password": "x"},
        {"username": "a" * 300, "password": "x"},
        {"username": "anna", "password": "x" * 9000},
    ],
)
async def test_a_broken_form_is_refused(site: Site, form: dict[str, str]) -> None:
    answer = await site.visitor(Origin=ORIGIN).post("/sign-in", data=form)
    assert answer.status_code == 422


async def test_guessing_is_slowed_down(site: Site) -> None:
    visitor = site.visitor(Origin=ORIGIN)
    for _ in range(6):
        answer = await visitor.post("/sign-in", data={"username": "anna", "password": "guess"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert "sign-in-error" in answer.text
    assert (await visitor.post("/sign-in", data=FORM)).status_code == 429
    site.centre.wait(60)
    assert (await visitor.post("/sign-in", data=FORM)).status_code == 303


async def test_signing_in_anew_ends_the_old_session(site: Site) -> None:
    browser = await site.browser("anna")
    old = browser.cookies["tellerline_session"]
    assert (await browser.post("/sign-in", data=FORM)).status_code == 303
    thief = site.visitor()
    thief.cookies.set("tellerline_session", old)
    assert (await thief.get("/")).headers["location"] == "/sign-in"


async def test_signing_out_ends_everything(site: Site) -> None:
    browser = await site.browser("anna")
    token = browser.cookies["tellerline_session"]
    session = await site.centre.sign_in.session(token)
    answer = await browser.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert answer.headers["clear-site-data"] == '"cookies", "storage"'
    assert site.screens.closed == [session.session_id]
    thief = site.visitor()
    thief.cookies.set("tellerline_session", token)
    assert (await thief.get("/")).headers["location"] == "/sign-in"


UNSAFE = ["/sign-out", "/live/ticket"]


@pytest.mark.parametrize("path", UNSAFE)
async def test_an_unsafe_request_needs_the_token(site: Site, path: str) -> None:
    browser = await site.browser("anna", Accept="application/json")
    for token in (None, "", "wrong", "я"):
        browser.headers.pop("X-CSRF-Token", None)
        headers = [] if token is None else [(b"X-CSRF-Token", token.encode())]
        answer = await browser.post(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
        form = {} if token is None else {"csrf": token}
        assert (await browser.post(path, data=form)).json()["code"] == "csrf"
    assert not site.screens.closed


async def test_the_token_may_come_by_the_form(site: Site) -> None:
    browser = await site.browser("anna")
    token = browser.headers.pop("X-CSRF-Token")
    assert (await browser.post("/sign-out", data={"csrf": token})).status_code == 303


async def test_anothers_token_does_not_fit(site: Site) -> None:
    browser = await site.browser("anna", Accept="application/json")
    browser.headers["X-CSRF-Token"] = await site.csrf(await site.browser("boris"))
    assert (await browser.post("/sign-out")).json()["code"] == "csrf"


@pytest.mark.parametrize("path", [*UNSAFE, "/sign-in", "/language"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://desk.test.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_another_page_may_not_send_anything(
    site: Site, path: str, headers: dict[str, str]
) -> None:
    browser = await site.browser("anna", Accept="application/json")
    answer = await browser.post(path, headers=headers, data=FORM)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


async def test_a_ticket_opens_the_live_screen_once(site: Site) -> None:
    browser = await site.browser("anna")
    answer = (await browser.post("/live/ticket")).json()
    assert answer["url"] == "ws://desk.test:8081/live"
    who = await site.centre.sign_in.redeem_ticket(answer["ticket"])
    assert who.employee.username == "anna"


async def test_a_session_ends_when_its_employee_leaves(site: Site) -> None:
    browser = await site.browser("anna")
    await site.centre.sign_in.revoke(site.centre.id("anna"), by="admin", reason="left")
    answer = await browser.get("/cards")
    assert answer.headers["location"] == "/sign-in"
    answer = await browser.get("/cards", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in")


@pytest.mark.parametrize("token", ["", "x" * 5000, "\x7f", "a.b.c"])
async def test_a_cookie_of_nobody_opens_nothing(site: Site, token: str) -> None:
    visitor = site.visitor(Cookie=f"tellerline_session={token}")
    assert (await visitor.get("/")).headers["location"] == "/sign-in"


class TestLanguage:
    async def test_the_page_speaks_the_employees_language(self, site: Site) -> None:
        answer = await (await site.browser("anna")).get("/")
        assert '<html lang="en"' in answer.text

    async def test_the_browsers_wish_counts_before_signing_in(self, site: Site) -> None:
        visitor = site.visitor(**{"Accept-Language": "de;q=0.9, ru-RU;q=0.8, en;q=0.1"})
        assert '<html lang="ru"' in (await visitor.get("/sign-in")).text

    async def test_a_choice_is_remembered(self, site: Site) -> None:
        browser = await site.browser("anna")
        form = {"language": "ru", "back": "/cards"}
        answer = await browser.post("/language", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/cards")
        assert '<html lang="ru"' in (await browser.get("/")).text

    async def test_a_language_that_is_not_there_changes_nothing(self, site: Site) -> None:
        answer = await site.visitor().post("/language", data={"language": "xx"})
        assert answer.status_code == 303
        assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize(
        "target",
        ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "a", ""],
    )
    async def test_nobody_is_led_away(self, site: Site, target: str) -> None:
        form = {"language": "ru", "back": target}
        answer = await site.visitor().post("/language", data=form)
        assert answer.headers["location"] == "/"
