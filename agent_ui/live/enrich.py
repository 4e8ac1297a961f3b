"""Fetches from SQL, in the background, what the screens could not know from notices alone.

Owns the list of what is wanted (each thing once, however often it is asked for) and the workers
that fetch it. With SQL away the wish stays and is tried again; the bare call is on the screen.
"""

import asyncio

import structlog

from agent_ui.errors import where
from agent_ui.live.hub import Hub
from agent_ui.live.records import Records
from agent_ui.live.view import role_of
from crm_core.cards.keyed import taken_for
from crm_core.errors import StorageAway
from routing.ids import AgentId, CallId

log = structlog.get_logger(__name__)

WORKERS = 4
RETRY_SECONDS = 2.0

Wish = tuple[AgentId, CallId | None]
"""The records of a call for a screen; without a call, his messages and unfinished cards."""


class Enricher:
    """Bounded by itself: a wish is a pair of an agent at a desk and a call on it."""

    def __init__(self, hub: Hub, records: Records, *, retry: float = RETRY_SECONDS) -> None:
        self._hub = hub
        self._records = records
        self._retry = retry
        self._wishes: dict[Wish, None] = {}
        self._awake = asyncio.Event()

    def want(self, agent: AgentId, call: CallId | None) -> None:
        """Fetch this soon. Does not wait."""
        self._wishes[agent, call] = None
        self._awake.set()

    async def run(self) -> None:
        """Fetch until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(WORKERS):
                tasks.create_task(self._work())

    async def _work(self) -> None:
        while True:
            await self._awake.wait()
            wish = self._next()
            if wish is None:
                continue
            try:
                await self._fetch(wish)
            except StorageAway:
                log.warning("live.records_away", agent=wish[0], call=wish[1])
                self._away(wish)
            except Exception as error:  # noqa: BLE001 - supervised: the others must go on
                kind = type(error).__name__
                log.error("live.records_failed", agent=wish[0], error=kind, where=where(error))

    def _away(self, wish: Wish) -> None:
        agent, call = wish
        if call is not None:
            self._hub.put_away(agent, call)
        asyncio.get_running_loop().call_later(self._retry, self.want, agent, call)

    def _next(self) -> Wish | None:
        if not self._wishes:
            self._awake.clear()
            return None
        wish = next(iter(self._wishes))
        del self._wishes[wish]
        return wish

    async def _fetch(self, wish: Wish) -> None:
        agent, call_id = wish
        desk = self._hub.desk(agent)
        if desk is None:
            return
        if call_id is None:
            self._hub.put_messages(agent, await self._records.messages(desk.employee))
            if not desk.board:
                self._hub.put_unfinished(agent, await self._records.unfinished(desk.employee))
            return
        call = self._hub.picture.calls.get(call_id)
        if call is not None:
            record = await self._records.of_call(
                desk.employee,
                call_id,
                suggested=taken_for(call),
                live=call,
                owner=role_of(agent, call) == "owner",
                number=call.number,
                known=desk.records.get(call_id),
            )
            self._hub.put_record(agent, call_id, record)
