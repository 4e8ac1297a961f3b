"""A browser tab as the live server sees it: a real websocket client that keeps the state."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from agent_ui.live.build import Live
from agent_ui.live.patch import merged
from routing.facts import Fact
from tests.agent_ui.centre import ORIGIN, PASSWORD, Centre

LIMIT = 5.0


class Floor:
    """The live server on a free port of this machine, and the centre behind it."""

    def __init__(self, centre: Centre, live: Live) -> None:
        self.centre = centre
        self.live = live

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.live.server.port}/live"

    async def token(self, name: str) -> str:
        session = await self.centre.sign_in.sign_in(name, PASSWORD, origin="127.0.0.1")
        return session.token

    async def ticket(self, token: str) -> str:
        sign_in = self.centre.sign_in
        return await sign_in.issue_ticket(await sign_in.session(token))

    async def tab(self, name: str, *, token: str | None = None) -> "Tab":
        """A tab of this employee, its first state received."""
        ticket = await self.ticket(token or await self.token(name))
        tab = Tab(await connect(f"{self.url}?ticket={ticket}", origin=ORIGIN))  # type: ignore[arg-type]
        await tab.until(lambda state: "me" in state)
        return tab

    async def on_shift(self, name: str) -> "Tab":
        """A tab of an agent who takes calls."""
        tab = await self.tab(name)
        assert (await tab.command("shift.start", {"phone": "browser"}))["ok"]
        self.centre.phone_ready(name)
        await tab.until(lambda state: state["me"].get("phone_state") == "ready")
        return tab

    def facts(self, kind: type[Fact]) -> list[Any]:
        """What routing was told of this kind."""
        return [fact for fact in self.centre.house.facts if isinstance(fact, kind)]

    async def told(self, kind: type[Fact], count: int = 1) -> list[Any]:
        """The facts of this kind, once there are so many."""
        async with asyncio.timeout(LIMIT):
            while len(self.facts(kind)) < count:
                self.centre.desks.news.clear()
                await self.centre.desks.news.wait()
        return self.facts(kind)


class Tab:
    """Hears messages in a task of its own; the state follows as the protocol says."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.state: Any = {}
        self.seq: dict[str, int] = {}
        self.heard: list[dict[str, Any]] = []
        self._news = asyncio.Condition()
        self._task = asyncio.create_task(self._listen())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self.connection.close()
        await self._task

    async def _listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for raw in self.connection:
                await self._hear(json.loads(raw))
        async with self._news:
            self._news.notify_all()

    async def _hear(self, message: dict[str, Any]) -> None:
        async with self._news:
            if message["type"] == "hello":
                self.state, self.seq = message["state"], message["seq"]
            if message["type"] == "delta":
                assert message["seq"] == self.seq[message["of"]] + 1
                self.state = merged(self.state, message["patch"])
                self.seq[message["of"]] = message["seq"]
            self.heard.append(message)
            self._news.notify_all()

    async def send(self, message: object) -> None:
        await self.connection.send(json.dumps(message))

    async def until(self, holds: Callable[[Any], bool]) -> Any:
        """The state, once this holds of it."""
        async with asyncio.timeout(LIMIT), self._news:
            await self._news.wait_for(lambda: holds(self.state))
            return self.state

    async def message(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The first message of this kind with these fields."""

        def found() -> dict[str, Any] | None:
            for one in self.heard:
                if one["type"] == kind and fields.items() <= one.items():
                    return one
            return None

        async with asyncio.timeout(LIMIT), self._news:
            await self._news.wait_for(lambda: found() is not None)
        return found() or {}

    async def command(
        self, name: str, args: object = None, *, command_id: str | None = None
    ) -> dict[str, Any]:
        """Send a command; its result."""
        command_id = command_id or str(uuid4())
        before = len(self.heard)
        await self.send({"type": "command", "id": command_id, "name": name, "args": args or {}})

        def result() -> dict[str, Any] | None:
            for one in self.heard[before:]:
                if one["type"] == "result" and one["id"] == command_id:
                    return one
            return None

        async with asyncio.timeout(LIMIT), self._news:
            await self._news.wait_for(lambda: result() is not None)
        return result() or {}

    async def closed(self) -> int | None:
        """The code with which the server closed."""
        async with asyncio.timeout(LIMIT):
            await self.connection.wait_closed()
        return self.connection.close_code
