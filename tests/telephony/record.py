"""Remakes tests/telephony/recordings from the real Asterisk: `python -m tests.telephony.record`.

Each scenario plays on a private node with real SIP phones and calls; what its AMI connection
received is written byte by byte to `<scenario>.ami`. Names on the command line choose scenarios.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.pbx import process
from config.pbx.binary import cache_folder, find_or_install
from config.pbx.options import PbxOptions
from tests.parts.asterisk import (
    application_link,
    heartbeat,
    new_node,
    provisioning_link,
    registered_phone,
)
from tests.parts.raw_ami import AmiMessage, RawAmi
from tests.parts.softphone import PhoneCall, Softphone, gone

RECORDINGS = Path(__file__).parent / "recordings"
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


Scenario = Callable[[Stage], Awaitable[None]]
SCENARIOS: dict[str, Scenario] = {}


def scenario(play: Scenario) -> Scenario:
    SCENARIOS[play.__name__] = play
    return play


@scenario
async def arrival_waits_then_hangs_up(stage: Stage) -> None:
    customer, _ = await stage.arrives()
    await stage.snapshot()
    customer.hang_up()
    await stage.settle()


@scenario
async def offer_answered_agent_hangs_up(stage: Stage) -> None:
    _, agent, _, _ = await stage.talk()
    await stage.snapshot()
    agent.hang_up()
    await stage.settle()


@scenario
async def offer_answered_customer_hangs_up(stage: Stage) -> None:
    customer, _, _, _ = await stage.talk()
    customer.hang_up()
    await stage.settle()


@scenario
async def offer_rings_in_snapshot_then_customer_hangs_up(stage: Stage) -> None:
    customer, arrived = await stage.arrives()
    await stage.offer(arrived["Channel"], stage.anna, offer="0f01")
    await stage.settle()
    await stage.snapshot()
    customer.hang_up()
    await stage.settle()


@scenario
async def offer_not_answered(stage: Stage) -> None:
    _, arrived = await stage.arrives()
    await stage.offer(arrived["Channel"], stage.anna, offer="0f01", seconds=2)
    await stage.ami.event("UserEvent", UserEvent="TellerlineOfferEnded")
    await stage.settle()


@scenario
async def offer_rejected_busy(stage: Stage) -> None:
    _, arrived = await stage.arrives()
    (await stage.offer(arrived["Channel"], stage.anna, offer="0f01")).reject("486 Busy Here")
    await stage.ami.event("UserEvent", UserEvent="TellerlineOfferEnded")
    await stage.settle()


@scenario
async def offer_rejected_declined(stage: Stage) -> None:
    _, arrived = await stage.arrives()
    (await stage.offer(arrived["Channel"], stage.anna, offer="0f01")).reject("603 Decline")
    await stage.ami.event("UserEvent", UserEvent="TellerlineOfferEnded")
    await stage.settle()


@scenario
async def offer_unregistered(stage: Stage) -> None:
    _, arrived = await stage.arrives()
    await stage.redirect(arrived["Channel"], "tellerline-offer", f"{NOBODY}_0f01_20_ring")
    await stage.ami.event("UserEvent", UserEvent="TellerlineOfferEnded")
    await stage.settle()


@scenario
async def offer_withdrawn(stage: Stage) -> None:
    _, arrived = await stage.arrives()
    agent = await stage.offer(arrived["Channel"], stage.anna, offer="0f01")
    await stage.redirect(arrived["Channel"], "tellerline-wait")
    await gone(agent)
    await stage.settle()


@scenario
async def offer_moved_to_next_agent(stage: Stage) -> None:
    _, arrived = await stage.arrives()
    await stage.offer(arrived["Channel"], stage.anna, offer="0f01")
    agent = await stage.offer(arrived["Channel"], stage.boris, offer="0f02")
    agent.answer()
    await stage.bridged(arrived["Uniqueid"])
    await stage.settle()


@scenario
async def agent_leg_lost(stage: Stage) -> None:
    _, agent, _, _ = await stage.talk()
    agent.mute_network()
    await stage.ami.event("BridgeLeave", timeout=20)
    await stage.settle()


@scenario
async def hold_and_resume(stage: Stage) -> None:
    _, agent, arrived, leg = await stage.talk()
    await stage.hold(arrived["Channel"], leg["DestChannel"])
    await stage.snapshot()
    mark = len(stage.ami.messages)
    await stage.redirect(arrived["Channel"], "tellerline-join", leg["DestChannel"])
    await stage.bridged(arrived["Uniqueid"], since=mark)
    await stage.settle()
    await stage.snapshot()
    agent.hang_up()
    await stage.settle()


@scenario
async def hold_resume_hold_resume_customer_hangs_up(stage: Stage) -> None:
    customer, _, arrived, leg = await stage.talk()
    for _ in range(2):
        await stage.hold(arrived["Channel"], leg["DestChannel"])
        mark = len(stage.ami.messages)
        await stage.redirect(arrived["Channel"], "tellerline-join", leg["DestChannel"])
        await stage.bridged(arrived["Uniqueid"], since=mark)
    await stage.settle()
    customer.hang_up()
    await stage.settle()


@scenario
async def resumed_agent_leg_lost(stage: Stage) -> None:
    _, agent, arrived, leg = await stage.talk()
    await stage.hold(arrived["Channel"], leg["DestChannel"])
    mark = len(stage.ami.messages)
    await stage.redirect(arrived["Channel"], "tellerline-join", leg["DestChannel"])
    await stage.bridged(arrived["Uniqueid"], since=mark)
    agent.mute_network()
    await stage.ami.event("BridgeLeave", since=mark, timeout=20)
    await stage.settle()


@scenario
async def held_customer_hangs_up(stage: Stage) -> None:
    customer, _, arrived, leg = await stage.talk()
    await stage.hold(arrived["Channel"], leg["DestChannel"])
    customer.hang_up()
    await stage.settle()
    await stage.ami.action("Hangup", Channel=leg["DestChannel"], Cause="16")
    await stage.settle()


@scenario
async def held_agent_hangs_up(stage: Stage) -> None:
    _, agent, arrived, leg = await stage.talk()
    await stage.hold(arrived["Channel"], leg["DestChannel"])
    agent.hang_up()
    await stage.settle()
    await stage.redirect(arrived["Channel"], "tellerline-wait")
    await stage.settle()


@scenario
async def phone_holds_and_resumes(stage: Stage) -> None:
    _, agent, _, _ = await stage.talk()
    agent.hold()
    await stage.ami.event("Hold")
    agent.hold(mode="sendrecv")
    await stage.ami.event("Unhold")
    await stage.settle()


@scenario
async def consult_answered_and_completed(stage: Stage) -> None:
    _, colleague, arrived, leg, colleague_leg = await _consulting(stage)
    await stage.snapshot()
    mark = len(stage.ami.messages)
    await stage.redirect(arrived["Channel"], "tellerline-join", colleague_leg["DestChannel"])
    await stage.bridged(arrived["Uniqueid"], since=mark)
    await stage.settle()
    await stage.ami.action("Hangup", Channel=leg["DestChannel"], Cause="16")
    await stage.settle()
    await stage.snapshot()
    colleague.hang_up()
    await stage.settle()


@scenario
async def consult_answered_and_cancelled(stage: Stage) -> None:
    agent, _, arrived, leg, colleague_leg = await _consulting(stage)
    await stage.ami.action("Hangup", Channel=colleague_leg["DestChannel"], Cause="16")
    await stage.ami.event("UserEvent", UserEvent="TellerlineConsultEnded")
    mark = len(stage.ami.messages)
    await stage.redirect(arrived["Channel"], "tellerline-join", leg["DestChannel"])
    await stage.bridged(arrived["Uniqueid"], since=mark)
    await stage.settle()
    agent.hang_up()
    await stage.settle()


@scenario
async def consult_ringing_and_cancelled(stage: Stage) -> None:
    agent, _, arrived, leg, _ = await _consulting(stage, answer=False)
    await stage.snapshot()
    mark = len(stage.ami.messages)
    await stage.redirect(leg["DestChannel"], "tellerline-agent")
    await stage.redirect(arrived["Channel"], "tellerline-join", leg["DestChannel"])
    await stage.bridged(arrived["Uniqueid"], since=mark)
    await stage.settle()
    agent.hang_up()
    await stage.settle()


@scenario
async def consult_colleague_hangs_up(stage: Stage) -> None:
    _, colleague, _, _, _ = await _consulting(stage)
    colleague.hang_up()
    await stage.ami.event("UserEvent", UserEvent="TellerlineConsultEnded")
    await stage.settle()


@scenario
async def consult_agent_hangs_up(stage: Stage) -> None:
    agent, _, _, _, _ = await _consulting(stage)
    agent.hang_up()
    await stage.settle()


@scenario
async def consult_customer_hangs_up(stage: Stage) -> None:
    customer, _, arrived, leg = await stage.talk()
    await stage.hold(arrived["Channel"], leg["DestChannel"])
    await stage.redirect(leg["DestChannel"], "tellerline-consult", f"{BORIS}_0f02_20")
    (await stage.boris.rings()).answer()
    await stage.settle()
    customer.hang_up()
    await stage.settle()


async def _consulting(
    stage: Stage, *, answer: bool = True
) -> tuple[PhoneCall, PhoneCall, AmiMessage, AmiMessage, AmiMessage]:
    _, agent, arrived, leg = await stage.talk()
    await stage.hold(arrived["Channel"], leg["DestChannel"])
    mark = len(stage.ami.messages)
    await stage.redirect(leg["DestChannel"], "tellerline-consult", f"{BORIS}_0f02_20")
    colleague = await stage.boris.rings()
    colleague_leg = await stage.ami.event("DialBegin", since=mark)
    if answer:
        colleague.answer()
        await stage.bridged(colleague_leg["DestUniqueid"], since=mark)
    await stage.settle()
    return agent, colleague, arrived, leg, colleague_leg


@scenario
async def blind_transfer(stage: Stage) -> None:
    _, _, arrived, leg = await stage.talk()
    mark = len(stage.ami.messages)
    await stage.redirect(arrived["Channel"], "tellerline-wait")
    await stage.ami.event("Hangup", Uniqueid=leg["DestUniqueid"], since=mark)
    colleague = await stage.offer(arrived["Channel"], stage.boris, offer="0f02")
    colleague.answer()
    await stage.bridged(arrived["Uniqueid"], since=mark)
    await stage.settle()


@scenario
async def application_hangs_up(stage: Stage) -> None:
    _, _, arrived, _ = await stage.talk()
    await stage.ami.action("Hangup", Channel=arrived["Channel"], Cause="16")
    await stage.settle()


@scenario
async def application_sends_digits(stage: Stage) -> None:
    _, _, arrived, _ = await stage.talk()
    for digit in "12#":
        await stage.ami.action("PlayDTMF", Channel=arrived["Channel"], Digit=digit, Duration="120")
    await stage.settle()


@scenario
async def commands_for_gone_channels(stage: Stage) -> None:
    customer, _, arrived, leg = await stage.talk()
    for channel in (arrived["Uniqueid"], "PJSIP/nobody-00000000"):
        await stage.ami.action("PlayDTMF", Channel=channel, Digit="1")
    customer.hang_up()
    await stage.ami.event("Hangup", Uniqueid=leg["DestUniqueid"])
    await stage.settle()
    gone_channel, gone_leg = arrived["Channel"], leg["DestChannel"]
    there = {"Context": "tellerline-wait", "Exten": "s", "Priority": "1"}
    await stage.ami.action("Redirect", Channel=gone_channel, **there)
    extra = {f"Extra{name}": value for name, value in there.items()}
    await stage.ami.action(
        "Redirect", Channel=gone_channel, ExtraChannel=gone_leg, **there, **extra
    )
    await stage.ami.action("Hangup", Channel=gone_channel, Cause="16")
    _, arrived = await stage.arrives_again()
    await stage.ami.action(
        "Redirect", Channel=arrived["Channel"], ExtraChannel=gone_leg, **there, **extra
    )
    await stage.redirect(arrived["Uniqueid"], "tellerline-join", gone_leg)
    await stage.settle()
    await stage.snapshot()


@scenario
async def fallback_answered(stage: Stage) -> None:
    await stage.falls_back(stage.anna)
    agent = await stage.anna.rings()
    await stage.snapshot()
    agent.answer()
    await stage.ami.event("AgentConnect")
    await stage.settle()
    await stage.snapshot()
    agent.hang_up()
    await stage.settle()


@scenario
async def fallback_agent_leg_lost(stage: Stage) -> None:
    await stage.falls_back(stage.anna)
    agent = await stage.anna.rings()
    agent.answer()
    await stage.ami.event("AgentConnect")
    agent.mute_network()
    await stage.ami.event("UserEvent", UserEvent="TellerlineLegLost", timeout=20)
    await stage.settle()


@scenario
async def fallback_rejected_then_customer_hangs_up(stage: Stage) -> None:
    customer, _ = await stage.falls_back(stage.anna)
    (await stage.anna.rings()).reject()
    await stage.anna.rings()
    customer.hang_up()
    await stage.settle()


@scenario
async def fallback_taken_over_by_the_application(stage: Stage) -> None:
    _, arrived = await stage.falls_back(stage.anna)
    await stage.anna.rings()
    agent = await stage.offer(arrived["Channel"], stage.boris, offer="0f02")
    agent.answer()
    await stage.bridged(arrived["Uniqueid"])
    await stage.settle()


@scenario
async def local_customer(stage: Stage) -> None:
    await stage.ami.action(
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
    arrived = await stage.ami.event("UserEvent", UserEvent="TellerlineArrived")
    agent = await stage.offer(arrived["Channel"], stage.anna, offer="0f01")
    agent.answer()
    await stage.bridged(arrived["Uniqueid"])
    await stage.settle()
    await stage.snapshot()
    agent.hang_up()
    await stage.settle()


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


async def record(options: PbxOptions, names: list[str]) -> None:
    beside = await application_link(options)
    for name in names:
        pulse = asyncio.create_task(heartbeat(beside))
        await asyncio.sleep(0)
        if name.startswith("fallback_"):
            pulse.cancel()
        async with a_stage(options) as stage:
            try:
                await SCENARIOS[name](stage)
            finally:
                (RECORDINGS / f"{name}.ami").write_bytes(bytes(stage.ami.received))
        pulse.cancel()
        with suppress(asyncio.CancelledError):
            await pulse
        await _quiet(beside)
        sys.stdout.write(f"{name}\n")
    await beside.close()


async def _quiet(link: RawAmi) -> None:
    """Until no channel and no queue member of the last scenario is left."""
    await link.action("QueueRemove", Queue="tellerline-fallback", Interface=f"PJSIP/{ANNA}")
    while await link.list("CoreShowChannels"):  # noqa: ASYNC110 - the PBX is asked, no event tells
        await asyncio.sleep(0.1)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(names: list[str]) -> None:
    RECORDINGS.mkdir(exist_ok=True)
    binary = find_or_install(cache_folder(), _say)
    with tempfile.TemporaryDirectory(prefix="tl-") as folder:
        options = new_node(Path(folder), binary)
        process.start(binary, options)
        try:
            asyncio.run(record(options, names or list(SCENARIOS)))
        finally:
            process.stop(options)


if __name__ == "__main__":
    main(sys.argv[1:])
