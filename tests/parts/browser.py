"""Debian's Chromium with a made-up microphone, and employees at their screens in it.

`desks` seats an employee: signed in, on the start page. A console that logs an error, or whose
content policy was broken, fails its test. Employees are brought off shift when the test ends.
"""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)

from tests.parts.asterisk import application_link
from tests.parts.product import DemoCall, Product

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
"""None on Ubuntu, whose package is only a pointer to a snap, until somebody installs Chrome."""
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
SMALL_SCREEN: ViewportSize = {"width": 1366, "height": 768}
PATIENCE_MS = 10_000
EVERY_CLIENT = r"/^Local\/talk@tellerline-customer/"

KEEP_CONNECTIONS = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...args) { super(...args); window.connections.push(this); }
};
"""
"""Lets tests count packets by the browser's own statistics, not by what the console shows."""

VOICE = """async () => {
  const counts = {sent: 0, received: 0, energy: 0};
  const connection = window.connections.findLast((one) => one.connectionState === "connected");
  if (!connection) return counts;
  for (const report of (await connection.getStats()).values()) {
    if (report.kind !== "audio") continue;
    if (report.type === "outbound-rtp") counts.sent = report.packetsSent;
    if (report.type === "inbound-rtp") counts.received = report.packetsReceived;
    if (report.type === "media-source") counts.energy = report.totalAudioEnergy;
  }
  return counts;
}"""

CARD = {
    "caller_name": "Test Caller",
    "topic": "account",
    "disposition": "resolved",
    "essence": "asked for the balance",
}

expect.set_options(timeout=PATIENCE_MS)


class Desk:
    """A tab of an employee, by what can be seen and pressed in it."""

    def __init__(self, page: Page, complaints: list[str]) -> None:
        self.page = page
        self.complaints = complaints

    # ── The shift ───────────────────────────────────────────────────────────────────────────

    async def start_shift(self) -> None:
        """Press the button and wait until the browser phone is registered, and known to be."""
        await self.page.click("#start-shift")
        await self.phone("ready")
        await self.phone_seen("ready")

    async def set_state(self, state: str) -> None:
        """Choose from the state menu: available, end, or a reason for not being ready."""
        await self.page.click("#state-button")
        await self.page.click(f"[data-set={state}]")

    async def shows_state(self, state: str) -> None:
        await expect(self.page.locator("#state-button")).to_have_attribute("data-state", state)

    # ── The telephone ───────────────────────────────────────────────────────────────────────

    async def phone(self, state: str) -> None:
        """Wait until the browser phone is off, ready, ringing, connecting or talking."""
        await expect(self.page.locator("#phone-button")).to_have_attribute("data-phone", state)

    async def phone_seen(self, state: str) -> None:
        """Wait until the server sees the phone unreachable, ready or in_use."""
        await expect(self.page.locator("#phone-button")).to_have_attribute("data-seen", state)

    async def phone_role(self, role: str) -> None:
        await expect(self.page.locator("#phone-button")).to_have_attribute("data-role", role)

    async def voice(self) -> dict[str, float]:
        """Packets each way and the microphone's energy, by the browser's statistics."""
        counts: dict[str, float] = await self.page.evaluate(VOICE)
        return counts

    async def talks(self) -> None:
        """Wait until audio flows both ways."""
        before = await self.voice()
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while True:
                now = await self.voice()
                if all(now[way] > before[way] + 20 for way in ("sent", "received")):
                    return
                await asyncio.sleep(0.1)

    # ── The call ────────────────────────────────────────────────────────────────────────────

    async def call(self, state: str) -> None:
        """Wait until the call bar shows this state."""
        await expect(self.page.locator("[data-call-state]")).to_have_attribute(
            "data-call-state", state
        )

    async def press(self, action: str) -> None:
        """Press a control of the call: answer, hold, transfer ..."""
        await self.page.click(f"[data-do={action}]:visible")

    async def answer(self) -> None:
        await self.press("answer")
        await self.call("talking")
        await self.phone("talking")

    async def no_call(self) -> None:
        await expect(self.page.locator("[data-call-state]")).to_have_count(0)

    async def transfer(self, how: str, name: str) -> None:
        """Open the picker and send the call to a colleague: `blind` or `warm`."""
        await self.press("transfer")
        row = self.page.locator("#list-people li", has_text=name)
        await row.locator(f"[data-do={how}]").click()

    # ── The card ────────────────────────────────────────────────────────────────────────────

    async def fill_card(self, **fields: str) -> None:
        for name, value in fields.items():
            field = self.page.locator(f"#field-{name}")
            if name in {"topic", "disposition"}:
                await field.select_option(value)
            else:
                await field.fill(value)

    async def saved(self) -> None:
        """Wait until the server has everything that was typed."""
        saved = self.page.locator("#card-saved")
        await expect(saved).to_have_attribute("data-unsaved", "no")
        await expect(saved).not_to_be_empty()

    async def finish(self, **fields: str) -> None:
        """Complete the card of the call that has ended."""
        await self.call("wrap_up")
        await self.fill_card(**{**CARD, **fields})
        await self.page.click("#card-complete")
        await self.no_call()

    async def go_home(self) -> None:
        """End what is under way and the shift, whatever state a failed test left."""
        page = self.page
        if page.is_closed() or not await page.locator("#state-button:visible").count():
            return
        for action in ("cancel", "hangup", "reject", "leave"):
            with contextlib.suppress(Error):  # the call may end by itself just now
                await page.click(f"[data-do={action}]:visible", timeout=250)
                break
        bar = page.locator("[data-call-state]")
        if await bar.count() and await bar.get_attribute("data-call-state") != "ringing":
            await self.finish()
        await self.set_state("end")
        await expect(page.locator("#start-shift")).to_be_visible()


Seat = Callable[..., Awaitable[Desk]]
Caller = Callable[..., Awaitable[DemoCall]]


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "no Chromium: the browser's tests would not run"
        pytest.skip("no Chromium on PATH (Ubuntu has it only as a snap): install google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
async def desks(chromium: Browser, product: Product) -> AsyncIterator[Seat]:
    """Call it with a username (and options of a browser context) to seat the employee."""
    seated: list[Desk] = []

    async def seat(username: str, *, start: bool = True, **options: Any) -> Desk:
        context = await chromium.new_context(**{"viewport": SMALL_SCREEN, **options})
        desk = await open_desk(context, product, username)
        seated.append(desk)
        if start and await desk.page.locator("#start-shift").count():
            await desk.start_shift()
        return desk

    yield seat
    for desk in reversed(seated):
        with contextlib.suppress(Error, AssertionError):
            await desk.go_home()
    complaints = [line for desk in seated for line in desk.complaints]
    assert not complaints, complaints


async def open_desk(context: BrowserContext, product: Product, username: str) -> Desk:
    """Sign in and wait for the start page to be live."""
    await context.add_init_script(KEEP_CONNECTIONS)
    page = await context.new_page()
    desk = Desk(page, listen(page))
    await page.goto(f"{product.url}/sign-in")
    await page.fill("#username", username)
    await page.fill("#password", product.passwords[username])
    await page.click("#sign-in-button")
    await expect(page.locator("#link-pill")).to_have_attribute("data-link", "live")
    return desk


async def open_tab(desk: Desk) -> Desk:
    """A second tab of the same employee in the same browser."""
    page = await desk.page.context.new_page()
    second = Desk(page, listen(page))
    second.complaints = desk.complaints
    await page.goto(desk.page.url)
    await expect(page.locator("#link-pill")).to_have_attribute("data-link", "live")
    return second


def listen(page: Page) -> list[str]:
    """Collect what the page complains of: errors, and breaches of its content policy."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.fixture
async def client_calls(product: Product) -> AsyncIterator[Caller]:
    """Call it with a number to let a demo client call; he hangs up when the test ends."""
    placed: list[DemoCall] = []

    async def call(number: str, **options: Any) -> DemoCall:
        placed.append(await product.call(from_=number, hangup_after=90, **options))
        return placed[-1]

    yield call
    link = await application_link(product.pbx)
    await link.action("Hangup", Channel=EVERY_CLIENT)
    await link.close()
    await asyncio.gather(*(one.report() for one in placed), return_exceptions=True)
