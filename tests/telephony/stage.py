"""What the recorded scenarios play with: a recorded AMI link, two agents' phones, a customer's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from config.pbx.options import PbxOptions
from tests.parts.agi import AgiServer, Keypad
from tests.parts.asterisk import application_link, provisioning_link, registered_phone
from tests.parts.raw_ami import AmiMessage, RawAmi
from tests.parts.softphone import PhoneCall, Softphone

ANNA, BORIS, NOBODY = "d00000000000a", "d00000000000b", "d00000000000f"
CUSTOMER_NUMBER, DIALLED = "+74950000001", "+74951111111"


@dataclass(slots=True)
class Stage:
    """What a scenario plays with: the recorded link, two agents' phones and a customer's."""

    options: PbxOptions
    ami: RawAmi
    anna: Softphone
    boris: Softphone
    customer: Softphone
    channels: dict[str, AmiMessage] = field(default_factory=dict)

    async def arrives(self) -> tuple[PhoneCall, AmiMessage]:
        call = await self.customer.call(DIALLED, caller_name="Ivan")
        arrived = await self.ami.event("UserEvent", UserEvent="TellerlineArrived")
        await asyncio.wait_for(call.up.wait(), 5)
        return call, arrived

    async def arrives_again(self) -> tuple[PhoneCall, AmiMessage]:
        mark = len(self.ami.messages)
        call = await self.customer.call(DIALLED, caller_name="Ivan")
        await asyncio.wait_for(call.up.wait(), 5)
        arrived = await self.ami.event("UserEvent", UserEvent="TellerlineArrived", since=mark)
        return call, arrived

    async def arrives_by_local_channel(self) -> AmiMessage:
        """A customer who can press keys."""
        await self.ami.action(
            "Originate",
            Channel="Local/talk@tellerline-customer/n",
            Context="tellerline-in",
            Exten=DIALLED,
            Priority="1",
            CallerID=f'"Ivan" <{CUSTOMER_NUMBER}>',
            ChannelId="demo-1",
            OtherChannelId="demo-2",
            Async="true",
        )
        return await self.ami.event("UserEvent", UserEvent="TellerlineArrived")

    async def press(self, key: str) -> None:
        """The customer of the local channel presses a key."""
        shown = await self.ami.list("CoreShowChannels")
        far_side = next(c["Channel"] for c in shown if c["Uniqueid"] == "demo-2")
        await self.ami.action("PlayDTMF", Channel=far_side, Digit=key, Duration="100")

    async def give(self, channel: str, name: str, value: str) -> None:
        """Set a variable of a channel."""
        await self.ami.action("Setvar", Channel=channel, Variable=name, Value=value)

    async def sit_at_keypad(self, channel: str, agi: AgiServer) -> Keypad:
        """Lead a customer to his keypad, which a server in our hand serves."""
        await self.ami.action("Setvar", Variable="TELLERLINE_AGI", Value=agi.address)
        await self.redirect(channel, "tellerline-ivr", "flow_main")
        return await agi.keypad()

    async def place(self, leg: str) -> PhoneCall:
        """Ring the customer, through the trunk, as the leg of this id."""
        address = self.customer.contact.partition("@")[2]
        await self.ami.action(
            "Originate",
            Channel=f"PJSIP/tellerline-trunk/sip:{CUSTOMER_NUMBER}@{address}",
            Context="tellerline-called",
            Exten="s",
            Priority="1",
            Timeout="20000",
            ChannelId=leg,
            Variable=f"TELLERLINE_CALLED={CUSTOMER_NUMBER}",
            Async="true",
        )
        return await self.customer.rings()

    async def falls_back(self, member: Softphone) -> tuple[PhoneCall, AmiMessage]:
        """A customer arrives while the application is dead; `member` serves the native queue."""
        await self.ami.action("Setvar", Variable="TELLERLINE_HEARTBEAT", Value="0")
        await self.ami.action(
            "QueueAdd", Queue="tellerline-fallback", Interface=f"PJSIP/{member.user}"
        )
        return await self.arrives()

    async def redirect(self, channel: str, context: str, exten: str = "s", **extra: str) -> None:
        reply = await self.ami.action(
            "Redirect", Channel=channel, Context=context, Exten=exten, Priority="1", **extra
        )
        assert reply["Response"] == "Success", dict(reply)

    async def offer(
        self, customer: str, phone: Softphone, *, offer: str, seconds: int = 20
    ) -> PhoneCall:
        mark = len(self.ami.messages)
        await self.redirect(customer, "tellerline-offer", f"{phone.user}_{offer}_{seconds}_ring")
        await self.ami.event("DialState", DialStatus="RINGING", since=mark)
        return await phone.rings()

    async def talk(self) -> tuple[PhoneCall, PhoneCall, AmiMessage, AmiMessage]:
        """A customer in conversation with Anna: both calls, both channels' last events."""
        customer, arrived = await self.arrives()
        agent = await self.offer(arrived["Channel"], self.anna, offer="0f01")
        agent.answer()
        leg = await self.ami.event("DialEnd", DialStatus="ANSWER")
        await self.bridged(arrived["Uniqueid"])
        return customer, agent, arrived, leg

    async def bridged(self, uniqueid: str, *, since: int = 0) -> None:
        await self.ami.event("BridgeEnter", Uniqueid=uniqueid, since=since)

    async def hold(self, customer: str, leg: str) -> None:
        """Redirect both legs out of their bridge at once."""
        mark = len(self.ami.messages)
        await self.redirect(
            customer,
            "tellerline-held",
            ExtraChannel=leg,
            ExtraContext="tellerline-agent",
            ExtraExten="s",
            ExtraPriority="1",
        )
        await self.ami.event("BridgeLeave", since=mark)
        await self.settle()

    async def monitor(self, call: str, heard: str) -> str:
        """Boris listens beside a call; the id of his leg."""
        mark = len(self.ami.messages)
        ear = f"{call}-m1"
        await self.ami.action(
            "Originate",
            Channel=f"PJSIP/{self.boris.user}",
            Context="tellerline-monitor",
            Exten=f"l_{heard}",
            Priority="1",
            ChannelId=ear,
            Async="true",
        )
        (await self.boris.rings()).answer()
        await self.ami.event("UserEvent", UserEvent="TellerlineMonitoring", since=mark)
        await self.settle()
        return ear

    async def channel_of(self, leg: str) -> str:
        shown = await self.ami.list("CoreShowChannels")
        return next(line["Channel"] for line in shown if line["Uniqueid"] == leg)

    async def settle(self) -> None:
        """Until Asterisk has nothing more to say: 0.4 s without a message."""
        while True:
            seen = len(self.ami.messages)
            await asyncio.sleep(0.4)
            if len(self.ami.messages) == seen:
                return

    async def snapshot(self) -> None:
        await self.ami.list("CoreShowChannels")
        bridges = await self.ami.list("BridgeList")
        for bridge in bridges:
            await self.ami.list("BridgeInfo", BridgeUniqueid=bridge["BridgeUniqueid"])
        await self.ami.list("DeviceStateList")
        await self.ami.list("QueueStatus")


@asynccontextmanager
async def a_stage(options: PbxOptions) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        provisioning = await provisioning_link(options)
        ami = await application_link(options)
        phones = [
            await stack.enter_async_context(_phone(options, provisioning, endpoint))
            for endpoint in (ANNA, BORIS)
        ]
        server = (options.bind, options.ports.sip)
        customer = await stack.enter_async_context(Softphone(server, CUSTOMER_NUMBER))
        stack.push_async_callback(provisioning.close)
        stack.push_async_callback(ami.close)
        yield Stage(options, ami, phones[0], phones[1], customer)


@asynccontextmanager
async def _phone(options: PbxOptions, link: RawAmi, endpoint: str) -> AsyncIterator[Softphone]:
    phone = await registered_phone(options, link, endpoint, rtp_timeout=3)
    try:
        yield phone
    finally:
        await phone.__aexit__()
