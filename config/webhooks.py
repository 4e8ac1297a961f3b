"""Delivering what we tell the core bank: signed POSTs to one address, in order within a party.

At least once: a message counts as delivered when the receiver has answered 2xx, so that one whose
answer was lost is sent again under the same id. Redirects are not followed.
"""

import asyncio
import contextlib
import http.client
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import structlog

from config.settings import Settings
from crm_core.corebank import outbox
from crm_core.corebank.outbox import Message
from crm_core.corebank.parking import miss_parents
from crm_core.corebank.signing import HEADER, signature
from crm_core.database import Database
from crm_core.errors import StorageAway
from crm_core.keyed import Keyed
from crm_core.sealing import KeyUnknown, SealBroken

AT_ONCE = 8
EVERY_S = 2.0
"""Seconds between two looks at the outbox when there is nothing to do."""
WATCH_EVERY_S = 300.0
"""Seconds between two looks for rows that have been parked too long."""
TIMEOUT_S = 10.0
_OK = range(200, 300)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookOptions:
    """Where to, and the secret that receiver and sender share."""

    url: str
    secret: bytes = field(repr=False)
    timeout_s: float = TIMEOUT_S


def webhook_options(settings: Settings) -> WebhookOptions | None:
    """Where to deliver, None for nowhere."""
    if not settings.webhook_url:
        return None
    secret = settings.webhook_secret.get_secret_value().encode()
    return WebhookOptions(url=settings.webhook_url, secret=secret)


class Webhooks:
    """Delivers the outbox. Own one per process; `run` ends when it is cancelled.

    `keyed` opens what is sealed for the bank; without it such a message is not sent.
    """

    def __init__(
        self, db: Database, options: WebhookOptions | None, *, keyed: Keyed | None = None
    ) -> None:
        self._db = db
        self._options = options
        self._keyed = keyed

    async def run(self) -> None:
        """Deliver what is due and watch what is parked, again and again."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch_parked())
            if self._options is not None:
                group.create_task(self._deliver_all())

    async def _deliver_all(self) -> None:
        while True:
            sent = 0
            with contextlib.suppress(StorageAway):
                sent = await self.deliver_due()
            if not sent:
                await asyncio.sleep(EVERY_S)

    async def _watch_parked(self) -> None:
        while True:
            with contextlib.suppress(StorageAway):
                async with self._db.unit_of_work() as session:
                    await miss_parents(session)
            await asyncio.sleep(WATCH_EVERY_S)

    async def deliver_due(self) -> int:
        """Try each message that is due, once. How many were tried."""
        if self._options is None:
            return 0
        async with self._db.reading() as session:
            messages = await outbox.due(session, limit=AT_ONCE)
        tries = [self._deliver(one, self._options) for one in messages]
        await asyncio.gather(*tries)
        return len(messages)

    async def _deliver(self, message: Message, options: WebhookOptions) -> None:
        problem = await self._send(message, options)
        async with self._db.unit_of_work() as session:
            if problem is None:
                await outbox.delivered(session, message)
            else:
                _log.warning("webhook_failed", message=message.id, problem=problem)
                await outbox.failed(session, message, problem)

    async def _send(self, message: Message, options: WebhookOptions) -> str | None:
        """A code of what went wrong, None if nothing did."""
        try:
            payload = outbox.opened(self._keyed, message)
        except (KeyUnknown, SealBroken) as error:
            return type(error).__name__
        body = _body(message, payload)
        signed = signature(body, secret=options.secret, at=self._db.clock.now())
        return await asyncio.to_thread(_post, options, message, body, signed)


def _body(message: Message, payload: Mapping[str, Any]) -> bytes:
    told = {
        "message_id": message.id,
        "seq": message.seq,
        "kind": message.kind,
        "subject": message.subject,
        "created_at": message.created_at.isoformat(),
        "payload": payload,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def _post(options: WebhookOptions, message: Message, body: bytes, signed: str) -> str | None:
    """Send it and wait for the answer's head. A code of what went wrong, None if nothing did."""
    to = urlsplit(options.url)
    headers = {
        "Content-Type": "application/json",
        "Tellerline-Message": message.id,
        HEADER: signed,
    }
    path = f"{to.path or '/'}?{to.query}" if to.query else to.path or "/"
    connection = _connection(to.scheme)(to.hostname or "", to.port, timeout=options.timeout_s)
    try:
        connection.request("POST", path, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return None if status in _OK else f"http_{status}"


def _connection(scheme: str) -> Callable[..., http.client.HTTPConnection]:
    if scheme == "http":
        return http.client.HTTPConnection
    context = ssl.create_default_context()
    return lambda *args, **options: http.client.HTTPSConnection(*args, context=context, **options)
