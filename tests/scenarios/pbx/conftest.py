"""What the dialplan's scenarios share: a living (or dead) application, phones of their own."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

import pytest

from config.pbx.process import RunningPbx
from tests.parts.asterisk import application_link, heartbeat, registered_phone
from tests.parts.raw_ami import AmiMessage, RawAmi
from tests.parts.softphone import PhoneCall, Softphone

NUMBERS = itertools.count(1)
HiresPhone = Callable[[], Awaitable[Softphone]]


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer who has called in: his side, his channel's name and id."""

    phone: PhoneCall
    channel: str
    call: str


@dataclass(slots=True)
class Scene:
    """A node, our link into it, and the phones of one test."""

    pbx: RunningPbx
    ami: RawAmi
    provisioning: RawAmi
    stack: AsyncExitStack

    async def agent(self, *, rtp_timeout: int = 10) -> Softphone:
        endpoint = f"d{next(NUMBERS):012x}"
        phone = await registered_phone(
            self.pbx.options, self.provisioning, endpoint, rtp_timeout=rtp_timeout
        )
        self.stack.push_async_exit(phone)
        return phone

    async def caller(self, number: str = "+74950000001") -> Caller:
        mark = len(self.ami.messages)
        options = self.pbx.options
        phone = await self.stack.enter_async_context(
            Softphone((options.bind, options.ports.sip), number)
        )
        call = await phone.call("+74951111111")
        arrived = await self.event("TellerlineArrived", since=mark)
        await asyncio.wait_for(call.up.wait(), 5)
        return Caller(call, arrived["Channel"], arrived["Uniqueid"])

    async def event(self, name: str, *, since: int = 0, timeout: float = 15) -> AmiMessage:
        """Our dialplan's own event `name`."""
        return await self.ami.event("UserEvent", UserEvent=name, since=since, timeout=timeout)

    async def redirect(self, channel: str, context: str, exten: str = "s", **extra: str) -> None:
        reply = await self.ami.action(
            "Redirect", Channel=channel, Context=context, Exten=exten, Priority="1", **extra
        )
        assert reply["Response"] == "Success", dict(reply)

    async def give(self, call: str, name: str, value: str) -> None:
        """Set a variable of a caller's channel."""
        await self.ami.action("Setvar", Channel=call, Variable=name, Value=value)

    async def offer(self, caller: Caller, agent: Softphone, *, mode: str = "ring") -> PhoneCall:
        await self.redirect(caller.call, "tellerline-offer", f"{agent.user}_0f01_20_{mode}")
        return await agent.rings()

    async def talk(self, caller: Caller, agent: Softphone) -> tuple[PhoneCall, str]:
        """Connect them; the agent's call and the name of his channel."""
        mark = len(self.ami.messages)
        call = await self.offer(caller, agent)
        call.answer()
        answered = await self.ami.event("DialEnd", DialStatus="ANSWER", since=mark)
        await self.ami.event("BridgeEnter", Uniqueid=caller.call, since=mark)
        return call, answered["DestChannel"]

    async def hold(self, caller: Caller, leg: str) -> None:
        mark = len(self.ami.messages)
        extra = {"ExtraContext": "tellerline-agent", "ExtraExten": "s", "ExtraPriority": "1"}
        await self.redirect(caller.call, "tellerline-held", ExtraChannel=leg, **extra)
        await self.event("TellerlineHeld", since=mark)

    async def join(self, caller: Caller, leg: str) -> None:
        mark = len(self.ami.messages)
        await self.redirect(caller.call, "tellerline-join", leg)
        await self.ami.event("BridgeEnter", Uniqueid=caller.call, since=mark)

    async def where(self, channel: str) -> str:
        """The context that a channel is in, or '' if it is gone."""
        shown = await self.ami.list("CoreShowChannels")
        return next((c["Context"] for c in shown if c["Channel"] == channel), "")

    async def name_of(self, leg: str) -> str:
        """The name of the channel with this unique id."""
        shown = await self.ami.list("CoreShowChannels")
        return next(c["Channel"] for c in shown if c["Uniqueid"] == leg)


@pytest.fixture
async def scene(asterisk: RunningPbx, ami: RawAmi, provisioning: RawAmi) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        yield Scene(asterisk, ami, provisioning, stack)


@pytest.fixture
async def living(asterisk: RunningPbx) -> AsyncIterator[None]:
    """The application's heart beats."""
    link = await application_link(asterisk.options)
    pulse = asyncio.create_task(heartbeat(link))
    await link.wait(lambda message: message.get("Message") == "Variable Set")
    yield
    pulse.cancel()
    with suppress(asyncio.CancelledError):
        await pulse
    await link.close()


@pytest.fixture
async def dead(ami: RawAmi) -> None:
    """The application's heart has stopped long ago."""
    await ami.action("Setvar", Variable="TELLERLINE_HEARTBEAT", Value="0")
