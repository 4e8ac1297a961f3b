"""A client that does not read is cut; the others notice nothing."""

import socket
import time

from websockets.asyncio.client import connect

from routing.ids import AgentId
from routing.roster import AgentProfile, Roster
from tests.agent_ui.centre import ORIGIN
from tests.agent_ui.live.tab import Floor

SNAPSHOT = '{"type":"snapshot"}'


def crowded(roster: Roster, people: int) -> Roster:
    """The roster with so many more agents, so that a snapshot weighs something."""
    extra = (
        AgentProfile(agent=AgentId(f"extra-{number}"), name=f"Extra agent number {number}")
        for number in range(people)
    )
    return Roster(
        agents=(*roster.agents, *extra),
        queues=roster.queues,
        default_queue=roster.default_queue,
    )


def small_socket(port: int) -> socket.socket:
    """A connected socket that takes in very little unread."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", port))
    sock.setblocking(False)
    return sock


async def test_a_client_that_does_not_read_is_cut(floor: Floor) -> None:
    floor.live.hub.load(crowded(floor.centre.roster, 3000))
    async with await floor.tab("boris") as boris:
        await boris.until(lambda state: len(state["colleagues"]) > 3000)
        ticket = await floor.ticket(await floor.token("anna"))
        slow = await connect(
            f"{floor.url}?ticket={ticket}",
            origin=ORIGIN,  # type: ignore[arg-type]
            sock=small_socket(floor.live.server.port),
            max_queue=1,
            ping_interval=None,
            close_timeout=0.1,
        )
        anna = floor.centre.id("anna")
        for _ in range(100):
            await slow.send(SNAPSHOT)
        slowest = 0.0
        while floor.live.hub.desk(anna) is not None:
            began = time.perf_counter()
            number = len(boris.heard)
            await boris.send({"type": "ping", "id": number})
            await boris.message("pong", id=number)
            slowest = max(slowest, time.perf_counter() - began)
        assert slowest < 1
        assert (await boris.command("phone.restarted"))["ok"]
        await slow.close()


async def test_a_big_snapshot_does_not_make_a_client_slow(floor: Floor) -> None:
    floor.live.hub.load(crowded(floor.centre.roster, 3000))
    async with await floor.tab("anna") as tab:
        for number in range(20):
            await tab.send({"type": "snapshot"})
            await tab.send({"type": "ping", "id": number})
            await tab.message("pong", id=number)
        assert sum(one["type"] == "hello" for one in tab.heard) == 21
