"""What a page must survive: a reload, a second tab, a cut connection."""

import asyncio

from playwright.async_api import WebSocketRoute, expect

from tests.browser.clients import ANNAS_CLIENT
from tests.parts.browser import Caller, Seat, open_tab


async def test_a_reload_in_mid_call_brings_the_call_back(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    call = await client_calls(ANNAS_CLIENT)
    await anna.answer()
    await anna.fill_card(essence="typed before the reload")
    await anna.page.reload()
    await anna.call("talking")
    await anna.phone("talking")
    await anna.talks()
    await expect(anna.page.locator("#field-essence")).to_have_value("typed before the reload")
    await anna.press("hangup")
    await anna.finish(essence="typed before the reload")
    report = await call.report()
    cards = await anna.page.request.get(f"{anna.page.url}api/v1/call-cards?limit=1")
    assert (await cards.json())["items"][0]["call"] == report.call


async def test_a_reload_while_free_keeps_the_shift(desks: Seat, client_calls: Caller) -> None:
    anna = await desks("anna")
    await anna.page.reload()
    await anna.phone("ready")
    await anna.shows_state("available")
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    await anna.talks()


async def test_a_second_tab_mirrors_and_takes_over(desks: Seat, client_calls: Caller) -> None:
    first = await desks("anna")
    await client_calls(ANNAS_CLIENT)
    await first.answer()
    second = await open_tab(first)
    await second.phone_role("mirror")
    await second.phone("talking")
    await first.fill_card(essence="typed in the first tab")
    await expect(second.page.locator("#field-essence")).to_have_value("typed in the first tab")
    await second.press("hold")
    await first.call("held")
    await second.press("resume")
    await first.call("talking")
    await second.press("take-over")
    await second.phone_role("owner")
    await second.call("talking")
    await second.talks()
    await first.phone_role("mirror")
    assert (await first.voice())["sent"] == 0


async def test_a_mirror_answers_by_the_tab_that_has_the_phone(
    desks: Seat, client_calls: Caller
) -> None:
    first = await desks("anna")
    second = await open_tab(first)
    await second.phone_role("mirror")
    await client_calls(ANNAS_CLIENT)
    await second.press("answer")
    await first.phone("talking")
    await first.talks()


async def test_the_phone_moves_on_when_its_tab_is_closed(desks: Seat, client_calls: Caller) -> None:
    first = await desks("anna")
    second = await open_tab(first)
    await second.phone_role("mirror")
    await first.page.close()
    await second.phone_role("owner")
    await second.phone("ready")
    await client_calls(ANNAS_CLIENT)
    await second.answer()
    await second.talks()
    await second.go_home()


async def test_a_cut_connection_loses_nothing_that_was_typed(
    desks: Seat, client_calls: Caller
) -> None:
    anna = await desks("anna", start=False)
    line = Line()
    await anna.page.route_web_socket(lambda url: "/live" in url, line.join)
    await anna.page.reload()
    await anna.start_shift()
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    await line.cut()
    pill = anna.page.locator("#link-pill")
    await expect(pill).not_to_have_attribute("data-link", "live")
    await anna.fill_card(essence="typed without a connection")
    await anna.talks()
    line.mend()
    await expect(pill).to_have_attribute("data-link", "live")
    await anna.saved()
    await expect(anna.page.locator("#field-essence")).to_have_value("typed without a connection")
    await anna.press("hangup")
    await anna.finish(essence="typed without a connection")
    anna.complaints.clear()  # Chromium logs each vain attempt to connect


async def test_a_command_sent_into_a_cut_takes_effect_once(
    desks: Seat, client_calls: Caller
) -> None:
    anna = await desks("anna", start=False)
    line = Line()
    await anna.page.route_web_socket(lambda url: "/live" in url, line.join)
    await anna.page.reload()
    await anna.start_shift()
    await client_calls(ANNAS_CLIENT)
    await anna.answer()
    line.deafen()
    await anna.press("hold")
    await line.heard('"call.hold"')
    await line.cut()
    line.mend()
    await anna.call("held")
    await line.heard('"call.hold"', times=2)
    await anna.press("resume")
    await anna.call("talking")
    assert len({one for one in line.sent if '"call.hold"' in one}) == 1
    anna.complaints.clear()


class Line:
    """The way between page and server, to be cut and mended."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._open = True
        self._deaf = False
        self._sockets: list[WebSocketRoute] = []
        self._said = asyncio.Condition()

    async def join(self, socket: WebSocketRoute) -> None:
        if not self._open:
            await socket.close(code=4000)
            return
        server = socket.connect_to_server()
        self._sockets.append(socket)

        async def to_server(message: str | bytes) -> None:
            async with self._said:
                self.sent.append(str(message))
                self._said.notify_all()
            server.send(message)

        def to_page(message: str | bytes) -> None:
            if not self._deaf:
                socket.send(message)

        socket.on_message(lambda message: asyncio.ensure_future(to_server(message)))
        server.on_message(to_page)

    async def cut(self) -> None:
        self._open = False
        for socket in self._sockets:
            await socket.close(code=4000)
        self._sockets.clear()

    def deafen(self) -> None:
        """Nothing from the server reaches the page any more."""
        self._deaf = True

    def mend(self) -> None:
        self._open, self._deaf = True, False

    async def heard(self, text: str, *, times: int = 1) -> None:
        """Wait until the page has said this so many times."""
        async with asyncio.timeout(10), self._said:
            await self._said.wait_for(
                lambda: len([one for one in self.sent if text in one]) >= times
            )
