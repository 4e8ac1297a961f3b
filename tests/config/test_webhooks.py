"""Webhooks against a real HTTP server that dies, refuses, and loses answers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from config.webhooks import WebhookOptions, Webhooks
from crm_core.corebank.outbox import OutboxKind, publish, sealed, wait_after, waiting
from crm_core.corebank.signing import HEADER, is_signed
from crm_core.database import Database, upgrade
from crm_core.keyed import Keyed
from crm_core.sealing import throwaway_keyring
from tests.crm_core.conftest import FakeClock

SECRET = b"shared"


class Receiver(ThreadingHTTPServer):
    """Takes messages; `faults` are what it does to the next ones: a status, or "lost"."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.got: list[dict[str, Any]] = []
        self.signed: list[tuple[bytes, str]] = []
        self.faults: list[int | str] = []


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.server.faults.pop(0) if self.server.faults else 200
        self.server.signed.append((body, self.headers[HEADER]))
        if fault in (200, "lost"):
            self.server.got.append(json.loads(body))
        if fault == "lost":
            self.connection.close()
            return
        self.send_response(int(fault))
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        pass


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    server = Receiver(port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Database:
    url = f"sqlite:///{tmp_path / 'bank.db'}"
    upgrade(url)
    return Database(url, clock=clock)


def webhooks(store: Database, server: Receiver, *, keyed: Keyed | None = None) -> Webhooks:
    url = f"http://127.0.0.1:{server.server_port}/tellerline?from=us"
    return Webhooks(store, WebhookOptions(url=url, secret=SECRET, timeout_s=2), keyed=keyed)


async def told(store: Database, *numbers: int, subject: str = "p1") -> None:
    async with store.unit_of_work() as session:
        for n in numbers:
            await publish(session, OutboxKind.PROMISE_CREATED, subject, {"n": n})


async def deliver(sender: Webhooks) -> None:
    while await sender.deliver_due():
        pass


async def test_messages_arrive_signed_and_in_order(store: Database, clock: FakeClock) -> None:
    with receiving() as server:
        await told(store, 1, 2, 3)
        await deliver(webhooks(store, server))
        assert [one["payload"]["n"] for one in server.got] == [1, 2, 3]
        for body, header in server.signed:
            assert is_signed(body, header, secret=SECRET, now=clock.now(), within_s=5)
    async with store.reading() as session:
        assert await waiting(session) == 0
    await store.close()


async def test_a_lost_answer_sends_the_same_message_again(
    store: Database, clock: FakeClock
) -> None:
    with receiving() as server:
        server.faults = ["lost"]
        await told(store, 1, 2)
        await deliver(webhooks(store, server))
        clock.at += wait_after(1)
        await deliver(webhooks(store, server))
        assert [one["payload"]["n"] for one in server.got] == [1, 1, 2]
        assert len({one["message_id"] for one in server.got}) == 2
    await store.close()


async def test_a_secret_leaves_opened_and_only_with_the_keyring(
    store: Database, clock: FakeClock
) -> None:
    keyed = Keyed(throwaway_keyring())
    with receiving() as server:
        async with store.unit_of_work() as session:
            secret = sealed(keyed, "p1", {"code": "48120657"})
            await publish(session, OutboxKind.PIN_CODE, "p1", {"request": "r1"} | secret)
        without = webhooks(store, server)
        await deliver(without)
        assert server.got == []
        clock.at += wait_after(1)
        await deliver(webhooks(store, server, keyed=keyed))
        assert [one["payload"] for one in server.got] == [{"request": "r1", "code": "48120657"}]
    await store.close()


async def test_a_receiver_that_dies_gets_the_rest_when_it_is_back(
    store: Database, clock: FakeClock
) -> None:
    with receiving() as first:
        first.faults = [200, 503]
        await told(store, 1, 2, 3)
        await deliver(webhooks(store, first))
        assert [one["payload"]["n"] for one in first.got] == [1]
        port = first.server_port
    clock.at += wait_after(1)
    await deliver(webhooks(store, first))
    clock.at += wait_after(2)
    with receiving(port) as second:
        await deliver(webhooks(store, second))
        assert [one["payload"]["n"] for one in second.got] == [2, 3]
    await store.close()


async def test_a_party_that_cannot_be_told_holds_up_no_other(store: Database) -> None:
    with receiving() as server:
        server.faults = [500]
        await told(store, 1, 2)
        sender = webhooks(store, server)
        await sender.deliver_due()
        await told(store, 9, subject="p2")
        await deliver(sender)
        assert [one["payload"]["n"] for one in server.got] == [9]
    await store.close()
