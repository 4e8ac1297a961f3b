"""The recorded scenarios themselves, one function each; its name names the recording."""

from collections.abc import Awaitable, Callable

from tests.parts.agi import agi_server
from tests.parts.raw_ami import AmiMessage
from tests.parts.softphone import PhoneCall, gone
from tests.telephony.stage import BORIS, NOBODY, Stage

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
    arrived = await stage.arrives_by_local_channel()
    agent = await stage.offer(arrived["Channel"], stage.anna, offer="0f01")
    agent.answer()
    await stage.bridged(arrived["Uniqueid"])
    await stage.settle()
    await stage.snapshot()
    agent.hang_up()
    await stage.settle()


@scenario
async def supervised_and_taken_over(stage: Stage) -> None:
    """Boris listens, whispers through a hold, and takes the customer over."""
    _, agent, arrived, leg = await stage.talk()
    ear = await stage.monitor(arrived["Uniqueid"], leg["DestUniqueid"])
    await stage.snapshot()
    await stage.redirect(ear, "tellerline-monitor", f"w_{leg['DestUniqueid']}")
    await stage.settle()
    await stage.hold(arrived["Channel"], leg["DestChannel"])
    await stage.redirect(arrived["Channel"], "tellerline-join", leg["DestChannel"])
    await stage.settle()
    await stage.redirect(arrived["Channel"], "tellerline-join", await stage.channel_of(ear))
    await stage.settle()
    await stage.snapshot()
    (taken,) = stage.boris.calls.values()
    taken.hang_up()
    await stage.settle()
    assert agent.ended.is_set()


@scenario
async def supervised_until_the_customer_hangs_up(stage: Stage) -> None:
    customer, _, arrived, leg = await stage.talk()
    ear = await stage.monitor(arrived["Uniqueid"], leg["DestUniqueid"])
    customer.hang_up()
    await stage.settle()
    await stage.ami.action("Hangup", Channel=ear, Cause="16")
    await stage.settle()


@scenario
async def told_and_presses_a_key(stage: Stage) -> None:
    """He hears words, presses keys amid them and in the music, and is sent away at last."""
    arrived = await stage.arrives_by_local_channel()
    await stage.give(arrived["Uniqueid"], "TELLERLINE_SAY", "tellerline/ru/full")
    await stage.redirect(arrived["Channel"], "tellerline-tell", "music_default")
    await stage.settle()
    await stage.snapshot()
    for key in "1#":
        await stage.press(key)
        await stage.settle()
    await stage.snapshot()
    await stage.give(arrived["Uniqueid"], "TELLERLINE_SAY", "tellerline/ru/goodbye")
    await stage.redirect(arrived["Channel"], "tellerline-send-away")
    await stage.ami.event("Hangup", Uniqueid=arrived["Uniqueid"])
    await stage.settle()


@scenario
async def placed_answered_and_served(stage: Stage) -> None:
    rung = await stage.place("pbx1-0.1~1")
    await stage.settle()
    await stage.snapshot()
    rung.answer()
    called = await stage.ami.event("UserEvent", UserEvent="TellerlineCalled")
    await stage.settle()
    await stage.snapshot()
    agent = await stage.offer(called["Channel"], stage.anna, offer="0f01")
    agent.answer()
    await stage.bridged(called["Uniqueid"])
    await stage.settle()
    await stage.snapshot()
    agent.hang_up()
    await stage.settle()


@scenario
async def placed_to_a_busy_customer(stage: Stage) -> None:
    (await stage.place("pbx1-0.2~1")).reject()
    await stage.ami.event("OriginateResponse")
    await stage.settle()


@scenario
async def serves_himself_talks_and_says_how_it_was(stage: Stage) -> None:
    """He presses keys that nobody but the server hears, wants a person, and stays for a survey."""
    arrived = await stage.arrives_by_local_channel()
    async with agi_server() as agi:
        keypad = await stage.sit_at_keypad(arrived["Uniqueid"], agi)
        await stage.snapshot()
        for key in "73":
            keypad.say("WAIT FOR DIGIT 2000")
            await stage.press(key)
            await keypad.answer()
        await keypad.do('SET VARIABLE TELLERLINE_SERVED "wait"')
        keypad.let_go()
        await stage.settle()
        await stage.give(arrived["Uniqueid"], "TELLERLINE_SURVEY", "0f01_how_was_it")
        agent = await stage.offer(arrived["Channel"], stage.anna, offer="0f01")
        agent.answer()
        await stage.bridged(arrived["Uniqueid"])
        agent.hang_up()
        survey = await agi.keypad()
        await stage.settle()
        await stage.snapshot()
        survey.let_go()
        await stage.ami.event("Hangup", Uniqueid=arrived["Uniqueid"])
    await stage.settle()


@scenario
async def fallback_from_a_keypad_that_nobody_serves_any_more(stage: Stage) -> None:
    """The application is killed in the middle of a word."""
    await stage.ami.action("Setvar", Variable="TELLERLINE_HEARTBEAT", Value="9999999999")
    arrived = await stage.arrives_by_local_channel()
    async with agi_server() as agi:
        keypad = await stage.sit_at_keypad(arrived["Uniqueid"], agi)
        keypad.say('STREAM FILE tellerline/ru/full ""')
        await stage.settle()
        keypad.die()
        await stage.ami.event("UserEvent", UserEvent="TellerlineFallback")
    await stage.snapshot()
    await stage.ami.action("Hangup", Channel=arrived["Uniqueid"], Cause="16")
    await stage.settle()
