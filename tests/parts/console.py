"""A scripted agent: the real sign-in, websocket and commands, with a desk phone in his hand.

What the browser does by JavaScript this does by the same protocol, so that scenarios can hold
many agents without as many browsers.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Callable
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from agent_ui.live.patch import merged
from tests.parts.product import Product
from tests.parts.softphone import PhoneCall, Softphone

Json = dict[str, Any]


class CommandRefused(AssertionError):
    """The server did not do what was asked; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Agent:
    """One employee at work. Use as an async context manager."""

    def __init__(self, product: Product, username: str, *, phone: bool = True) -> None:
        self.product = product
        self.username = username
        self.state: Json = {}
        self.notices: list[Json] = []
        self.phone: Softphone | None = None
        self.http = httpx.AsyncClient(base_url=product.url, headers={"Origin": product.url})
        self.csrf = ""
        self._with_phone = phone
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self._results: dict[str, asyncio.Future[Json]] = {}

    async def __aenter__(self) -> "Agent":
        await self.sign_in()
        await self.connect()
        if self._with_phone:
            await self.plug_in()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._socket is not None:
            await self._go_home()
        await self.disconnect()
        if self.phone is not None:
            await self.phone.__aexit__()
        await self.http.aclose()

    async def _go_home(self) -> None:
        """Leave nothing behind for the next test, whatever became of this one."""
        with contextlib.suppress(CommandRefused, ConnectionClosed, TimeoutError, AssertionError):
            call = self.state.get("call") or {}
            if call.get("state") in ("talking", "held", "consulting", "recovering"):
                await self.command("call.hangup", call=call["call"])
                await self.call_in("wrap_up")
            if (self.state.get("call") or {}).get("state") == "wrap_up":
                await self.wrap_up()
            await self.command("shift.end")

    # ── Signing in ──────────────────────────────────────────────────────────────────────────

    async def sign_in(self) -> None:
        answer = await self.http.post(
            "/sign-in",
            data={
                "username": self.username,
                "password": self.product.passwords[self.username],
            },
        )
        assert answer.status_code == 303, answer.text[:500]
        home = await self.http.get("/")
        self.csrf = _csrf_in(home.text)

    async def connect(self) -> None:
        """Open the live socket and wait for the first state."""
        answer = await self.http.post("/live/ticket", headers={"X-CSRF-Token": self.csrf})
        answer.raise_for_status()
        url = f"{self.product.live_url}?ticket={answer.json()['ticket']}"
        self._socket = await connect(url, origin=self.product.url, max_size=None)  # type: ignore[arg-type]
        self._reader = asyncio.create_task(self._read(self._socket))
        await self.until(lambda state: "me" in state)

    async def disconnect(self) -> None:
        """Close the socket, as a closed tab does."""
        if self._socket is not None:
            await self._socket.close()
            self._socket = None
        if self._reader is not None:
            await self._reader
            self._reader = None
        self.state = {}

    async def plug_in(self) -> None:
        """Give the agent a desk phone that is registered."""
        account = await self.product.desk_account(self.username)
        host, _, port = account.server.partition(":")
        self.phone = Softphone((host, int(port)), account.user, account.password)
        await self.phone.__aenter__()
        await self.phone.register()

    async def register_again(self) -> None:
        """Register as a phone does whose exchange was away: until it is taken."""
        assert self.phone is not None
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(ConnectionRefusedError, TimeoutError):
                    await self.phone.register()
                    return
                await asyncio.sleep(0.5)

    async def start_shift(self) -> None:
        """Start the shift with the desk phone and wait until calls can come."""
        await self.command("shift.start", phone="desk")
        await self.until(
            lambda state: state["me"]["on_shift"] and state["me"]["phone_state"] == "ready"
        )

    # ── The socket ──────────────────────────────────────────────────────────────────────────

    async def command(self, name: str, /, **args: Any) -> Json:
        """Send a command and return its data. Raises CommandRefused."""
        assert self._socket is not None
        command = str(uuid4())
        result = self._results.setdefault(command, asyncio.get_running_loop().create_future())
        await self._socket.send(
            json.dumps({"type": "command", "id": command, "name": name, "args": args})
        )
        answer = await asyncio.wait_for(result, 10)
        if not answer["ok"]:
            raise CommandRefused(answer["code"])
        return dict(answer.get("data") or {})

    async def until(self, fits: Callable[[Json], bool], *, timeout: float = 10) -> Json:
        """Wait until the state on the screen fits; return it."""
        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(lambda: _holds(self.state, fits))
        except TimeoutError as error:
            shown = json.dumps(self.state, ensure_ascii=False, indent=1)
            raise AssertionError(f"{self.username} never saw it; state: {shown}") from error
        return self.state

    async def call_in(self, state: str, *, timeout: float = 10) -> Json:
        """Wait until the agent's call is in this state; return the call."""
        shown = await self.until(
            lambda s: s.get("call") is not None and s["call"]["state"] == state, timeout=timeout
        )
        return dict(shown["call"])

    async def activity(self, activity: str, *, timeout: float = 10) -> None:
        """Wait until the agent is seen doing this."""
        await self.until(lambda s: s["me"]["activity"] == activity, timeout=timeout)

    async def rings(self, *, timeout: float = 10) -> PhoneCall:
        """Wait until the agent's telephone rings; rings that are over do not count."""
        assert self.phone is not None
        async with asyncio.timeout(timeout):
            while True:
                call = await self.phone.rings(timeout=timeout)
                await asyncio.sleep(0)
                if not call.ended.is_set():
                    return call

    async def answer(self) -> PhoneCall:
        """Take the call that rings, and talk."""
        ringing = await self.rings()
        ringing.answer()
        await self.call_in("talking")
        return ringing

    async def wrap_up(self, **fields: str) -> None:
        """Write the card of the call that has just ended."""
        call = await self.call_in("wrap_up")
        card = {
            "caller_name": "Test Caller",
            "topic": "account",
            "essence": "asked for the balance",
            "disposition": "resolved",
            "follow_up": "",
        }
        await self.command("card.complete", call=call["call"], fields={**card, **fields})
        await self.activity("idle")

    async def card(self, call: str, *, state: str, timeout: float = 10) -> Json:
        """Wait until the API lists the call's card in this state; return it."""
        shown: Json = {}
        async with asyncio.timeout(timeout):
            while shown.get("state") != state:
                answer = await self.http.get("/api/v1/call-cards")
                answer.raise_for_status()
                items = answer.json()["items"]
                shown = next((one for one in items if one["call"] == call), shown)
                await asyncio.sleep(0.05)
        return shown

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for raw in socket:
                await self._take(json.loads(raw))
        except ConnectionClosed:
            return

    async def _take(self, message: Json) -> None:
        kind = message["type"]
        if kind == "result":
            waiting = self._results.get(message["id"])
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
            return
        async with self._changed:
            if kind == "hello":
                self.state = message["state"]
            elif kind == "delta":
                self.state = merged(self.state, message["patch"])
            elif kind == "notice":
                self.notices.append(message)
            self._changed.notify_all()


def _holds(state: Json, fits: Callable[[Json], bool]) -> bool:
    """What is not on the screen (yet) does not fit."""
    try:
        return fits(state)
    except (KeyError, TypeError):
        return False


def _csrf_in(page: str) -> str:
    found = re.search(r'"csrf": "([^"]+)"', page)
    assert found is not None, "the page carries no CSRF token"
    return found[1]
