"""The live server, running on a free port."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry

from agent_ui.live.build import LiveParts, build_live
from agent_ui.options import LiveOptions
from tests.agent_ui.centre import ORIGIN, Centre
from tests.agent_ui.live.tab import Floor

OPTIONS = LiveOptions(
    origins=frozenset({ORIGIN}),
    port=0,
    console_grace=60,
    max_unsent_bytes=64 * 1024,
    messages_per_second=200,
    messages_burst=200,
)


@pytest.fixture
def options() -> LiveOptions:
    return OPTIONS


@pytest.fixture
async def floor(centre: Centre, options: LiveOptions) -> AsyncIterator[Floor]:
    live = build_live(
        LiveParts(
            db=centre.db,
            sign_in=centre.sign_in,
            clock=centre.desks,
            catalogue=centre.catalogue,
            intake=centre.desks,
            phones=centre.phones,
            registry=CollectorRegistry(),
            options=options,
        )
    )
    centre.desks.hub = live.hub
    live.hub.load(centre.roster)
    live.hub.show(centre.desks.notices())
    task = asyncio.create_task(live.server.run())
    async with asyncio.timeout(5):
        await live.server.listening.wait()
    yield Floor(centre, live)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
