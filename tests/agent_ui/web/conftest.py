"""The web application on a real database, asked over ASGI."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from agent_ui.options import WebOptions
from agent_ui.web.app import create_app
from agent_ui.web.parts import Parts
from config.collecting import read_collection_rules
from config.work import read_work_rules
from crm_core.parties.file_store import FileStore
from crm_core.sealing import NumberSeal, throwaway_keyring
from crm_core.selfservice.messages import Messages
from tests.agent_ui.centre import ORIGIN, PASSWORD, Centre

Browser = Callable[..., httpx.AsyncClient]
CONFIG = Path(__file__).parents[3] / "config"


@dataclass(slots=True)
class ClosedScreens:
    """Remembers which sessions' screens were closed."""

    closed: list[str] = field(default_factory=list)

    def signed_out(self, session_id: str) -> None:
        self.closed.append(session_id)


@dataclass(slots=True)
class Site:
    """The application and how browsers reach it."""

    app: FastAPI
    centre: Centre
    screens: ClosedScreens
    ready: dict[str, bool]
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def visitor(self, **headers: str) -> httpx.AsyncClient:
        """A browser without a session."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(
            transport=transport,
            base_url=ORIGIN,
            headers={"Accept": "text/html", "Accept-Language": "en", **headers},
        )
        self.clients.append(client)
        return client

    async def browser(self, name: str, **headers: str) -> httpx.AsyncClient:
        """A browser in which this employee is signed in; it sends the token with each request."""
        client = self.visitor(Origin=ORIGIN, **headers)
        form = {"username": name, "password": PASSWORD}
        answer = await client.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.text
        client.headers["X-CSRF-Token"] = await self.csrf(client)
        return client

    async def csrf(self, client: httpx.AsyncClient) -> str:
        token = client.cookies["tellerline_session"]
        return (await self.centre.sign_in.session(token)).csrf


@pytest.fixture
def web_options() -> WebOptions:
    return WebOptions(
        origins=frozenset({ORIGIN}),
        hosts=frozenset({"desk.test"}),
        live_url="ws://desk.test:8081/live",
        phone_urls=("wss://pbx.test/ws",),
        timezone="Europe/Moscow",
    )


def parts_of(
    centre: Centre, options: WebOptions, screens: ClosedScreens, ready: dict[str, bool]
) -> Parts:
    """What the application under test is made of."""

    async def probe() -> dict[str, bool]:
        return ready

    return Parts(
        seal=NumberSeal(throwaway_keyring()),
        files=FileStore(beside(centre) / "files", largest=options.max_file_bytes),
        messages=Messages(beside(centre) / "messages"),
        work=read_work_rules(CONFIG),
        collecting=read_collection_rules(CONFIG),
        db=centre.db,
        sign_in=centre.sign_in,
        clock=centre.desks,
        catalogue=centre.catalogue,
        live=screens,
        ready=probe,
        registry=CollectorRegistry(),
        options=options,
    )


def beside(centre: Centre) -> Path:
    """The folder in which the centre's database lies."""
    return Path(str(centre.db.sqlite_file)).parent


@pytest.fixture
async def site(centre: Centre, web_options: WebOptions) -> AsyncIterator[Site]:
    screens, ready = ClosedScreens(), {"database": True, "pbx1": True}
    app = create_app(parts_of(centre, web_options, screens, ready))
    site = Site(app, centre, screens, ready)
    yield site
    for client in site.clients:
        await client.aclose()
