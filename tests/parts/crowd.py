"""Many agents at work: hired into a running product's bank, their desk phones played by sipp.

They sign in and start their shifts as people do; afterwards nobody touches their screens.
"""

import asyncio
from contextlib import AsyncExitStack

from crm_core.clock import SystemClock
from crm_core.database import Database
from crm_core.models import Role
from crm_core.staff.employees import Employee, employees, hire
from crm_core.staff.passwords import Passwords
from routing.ids import QueueId
from tests.parts.asterisk import provision_desk_phone, provisioning_link
from tests.parts.console import Agent
from tests.parts.product import Product
from tests.parts.sip_message import parse, reply_to
from tests.parts.softphone import Softphone

SELDOM = 3600
"""Seconds between two questions whether a phone is there: sipp would count each as a bad call."""

PASSWORD = "a long enough password"


async def hire_crowd(product: Product, number: int, queue: QueueId) -> list[Employee]:
    """Hire so many agents into the queue; the product must be started again to know them."""
    db = Database(
        product.database_url or f"sqlite:///{product.state / 'tellerline.db'}", clock=SystemClock()
    )
    hashed = await Passwords().hash(PASSWORD)
    names = [f"crowd{one:02}" for one in range(number)]
    try:
        async with db.unit_of_work() as session:
            for name in names:
                await hire(
                    session,
                    name,
                    name=name.title(),
                    role=Role.AGENT,
                    language="en",
                    password_hash=hashed,
                    queues=[queue],
                    by="test",
                )
        async with db.reading() as session:
            return [one for one in await employees(session) if one.username in names]
    finally:
        await db.close()


async def bring_to_work(
    product: Product, crowd: list[Employee], stack: AsyncExitStack, *, port: int
) -> list[Agent]:
    """Start everybody's shift with a desk phone at `port`, which is free again afterwards."""
    link = await provisioning_link(product.pbx)
    stack.push_async_callback(link.close)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        _Reachable, local_addr=(product.pbx.bind, port)
    )
    agents = []
    try:
        for one in crowd:
            await provision_desk_phone(link, one.desk_endpoint, PASSWORD, qualify=SELDOM)
            phone = Softphone(
                (product.pbx.bind, product.pbx.ports.sip), one.desk_endpoint, PASSWORD
            )
            async with phone:
                await phone.register(port=port)
            product.passwords[one.username] = PASSWORD
            agent = await stack.enter_async_context(Agent(product, one.username, phone=False))
            await agent.command("shift.start", phone="desk")
            agents.append(agent)
        for agent in agents:
            await agent.until(lambda s: s["me"]["phone_state"] == "ready", timeout=30)
    finally:
        transport.close()
    return agents


class _Reachable(asyncio.DatagramProtocol):
    """Answers Asterisk's question whether the phones are there, before sipp takes their port."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asked = parse(data)
        if asked.method == "OPTIONS":
            told = reply_to(asked, "200 OK", tag="there", contact="sip:phone@127.0.0.1")
            self._transport.sendto(told.encode(), addr)  # type: ignore[attr-defined]
