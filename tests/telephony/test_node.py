"""A node on the real Asterisk: login, life signs, links that break, pictures that are wrong."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from routing.commands import CallCommand
from routing.facts import (
    AgentRang,
    CallArrived,
    CallConnected,
    CallEnded,
    CallWaiting,
    CommandSettled,
    NodeConnected,
    NodeDisconnected,
    NodeLost,
    NodeSynced,
)
from routing.ids import CallId, LegId
from routing.terms import CommandOutcome, EndReason
from telephony.orders import NoSuchLeg
from tests.parts.raw_ami import RawAmi
from tests.parts.softphone import PhoneCall, gone
from tests.routing.house import ANNA, BORIS
from tests.telephony.running import QUICK, Desks, RunningNode, SlowClock, running_node
from tests.telephony.wire import Wire

pytestmark = pytest.mark.asterisk

COMPARING = replace(QUICK, compare_every=0.1, compare_again=0.05)


async def talking(
    running: RunningNode, at_desks: Desks
) -> tuple[PhoneCall, PhoneCall, CallId, LegId]:
    """A customer talks to Anna: his side, her side, call and leg."""
    customer, call = await at_desks.caller(running)
    running.offer(call, ANNA)
    agent = await at_desks.anna.rings()
    agent.answer()
    connected = await running.until(CallConnected, call=call)
    return customer, agent, call, connected.leg


# ── Login and snapshot ──────────────────────────────────────────────────────────────────────


async def test_what_is_there_is_told_before_the_node_counts_as_synced(at_desks: Desks) -> None:
    customer, number = await at_desks.call()
    await asyncio.wait_for(customer.up.wait(), 5)
    woken: list[bool] = []
    async with running_node(at_desks) as running:
        running.node.on_synced(lambda: woken.append(running.node.is_synced))
        synced = await running.until(NodeSynced)
    assert isinstance(running.facts[0], NodeConnected)
    arrived = running.told(CallArrived, number=number)[0]
    assert running.facts.index(arrived) < running.facts.index(synced)
    until_synced = running.synced_when_told[: running.facts.index(synced) + 1]
    assert not any(until_synced)
    assert woken == [True]
    assert synced.repairs == 0
    assert running.node.counters.resyncs == 1


async def test_call_that_ended_while_nobody_listened_is_told(at_desks: Desks, wire: Wire) -> None:
    async with running_node(at_desks, port=wire.port) as running:
        await running.until(NodeSynced)
        customer, call = await at_desks.caller(running)
        wire.stop_at("Setvar")
        await wire.stopped()
        customer.hang_up()
        await at_desks.ami.event("Hangup", Uniqueid=call)
        wire.cut()
        ended = await running.until(CallEnded, call=call)
        await running.until(NodeSynced, 2)
    assert ended.reason is EndReason.CALLER


# ── Life signs ──────────────────────────────────────────────────────────────────────────────


async def heartbeat(ami: RawAmi) -> str:
    return (await ami.action("Getvar", Variable="TELLERLINE_HEARTBEAT"))["Value"]


async def test_heartbeat_is_given_by_the_nodes_own_clock(at_desks: Desks) -> None:
    await at_desks.ami.action("Setvar", Variable="TELLERLINE_HEARTBEAT", Value="7")
    clock = SlowClock(behind=timedelta(hours=1))
    async with running_node(at_desks, clock=clock) as running:
        await running.until(NodeSynced)
        assert abs(int(await heartbeat(at_desks.ami)) - time.time()) < 3


async def test_heartbeat_stays_right_when_news_came_late(at_desks: Desks, wire: Wire) -> None:
    """The last event before a quiet time was long under way: the clock has not gone wrong by it."""
    async with running_node(at_desks, port=wire.port) as running:
        await running.until(NodeSynced)
        wire.hold_events()
        customer, number = await at_desks.call()
        await asyncio.wait_for(customer.up.wait(), 5)
        await asyncio.sleep(3)
        wire.go_on()
        await running.until(CallArrived, number=number)
        beats = wire.count("Setvar")
        await running.until_true(lambda: wire.count("Setvar") > beats + 2)
        assert abs(int(await heartbeat(at_desks.ami)) - time.time()) < 1.9


async def test_heartbeat_stops_when_routing_is_not_alive(at_desks: Desks) -> None:
    async with running_node(at_desks) as running:
        await running.until(NodeSynced)
        asked = 0

        def dead() -> bool:
            nonlocal asked
            asked += 1
            return False

        running.alive = dead
        await running.until_true(lambda: asked >= 1)
        await at_desks.ami.action("Setvar", Variable="TELLERLINE_HEARTBEAT", Value="7")
        await running.until_true(lambda: asked >= 6)
        assert await heartbeat(at_desks.ami) == "7"
        running.alive = lambda: True
        async with asyncio.timeout(10):
            while await heartbeat(at_desks.ami) == "7":
                await asyncio.sleep(0.05)


# ── Links that break ────────────────────────────────────────────────────────────────────────


async def test_command_whose_reply_is_lost_is_unknown_and_never_repeated(
    at_desks: Desks, wire: Wire
) -> None:
    async with running_node(at_desks, port=wire.port) as running:
        await running.until(NodeSynced)
        _, call = await at_desks.caller(running)
        wire.lose_replies_from("Redirect")
        offer = running.offer(call, ANNA)
        agent = await at_desks.anna.rings()
        wire.cut()
        settled = await running.until(CommandSettled, command=offer.id)
        assert settled.outcome is CommandOutcome.UNKNOWN
        await running.until(NodeDisconnected)
        await running.until(NodeSynced, 2)
        assert not agent.ended.is_set()
        agent.answer()
        connected = await running.until(CallConnected, call=call)
        assert connected.agent == ANNA
        assert wire.count("Redirect") == 1
        assert len(at_desks.anna.calls) == 1


async def test_command_for_a_cut_link_is_refused_and_not_kept(at_desks: Desks, wire: Wire) -> None:
    async with running_node(at_desks, port=wire.port) as running:
        await running.until(NodeSynced)
        _, call = await at_desks.caller(running)
        await wire.close()
        await running.until(NodeDisconnected)
        offer = running.offer(call, ANNA)
        settled = await running.until(CommandSettled, command=offer.id)
        assert settled.outcome is CommandOutcome.REFUSED
        assert not running.node.is_synced
    assert wire.count("Redirect") == 0


async def test_command_that_waits_when_the_link_is_cut_is_refused_and_not_kept(
    at_desks: Desks, wire: Wire
) -> None:
    """The caller is still at the door, and a second command waits for the first."""
    async with running_node(at_desks, port=wire.port) as running:
        await running.until(NodeSynced)
        _, call = await at_desks.caller(running)
        await running.until(CallWaiting, call=call)
        running.node._translator.picture.legs[LegId(call)].movable = False
        waiting = (running.offer(call, ANNA), running.wait(call))
        assert running.told(CommandSettled) == []
        wire.turn_away()
        assert await settled(running, *waiting) == [CommandOutcome.REFUSED] * 2
        running.node._translator.picture.legs[LegId(call)].movable = False
        assert await settled(running, running.offer(call, ANNA)) == [CommandOutcome.REFUSED]
        wire.forward_again()
        await running.until(NodeSynced, 2)
    assert wire.count("Redirect") == 0


async def test_node_is_lost_when_its_port_refuses(at_desks: Desks, wire: Wire) -> None:
    async with running_node(at_desks, port=wire.port) as running:
        await running.until(NodeSynced)
        _, call = await at_desks.caller(running)
        await wire.close()
        down = await running.until(NodeDisconnected)
        lost = await running.until(NodeLost)
        assert (lost.at - down.at).total_seconds() >= QUICK.lost_after
        failed = running.node.client.counters.connects_failed
        await running.until_true(lambda: running.node.client.counters.connects_failed > failed + 3)
        assert len(running.told(NodeLost)) == 1
        view = next(c for c in running.engine.calls() if c.call == call)
        assert view.end_reason is EndReason.LOST


async def test_node_that_is_merely_silent_is_not_lost(at_desks: Desks, wire: Wire) -> None:
    async with running_node(at_desks, port=wire.port) as running:
        await running.until(NodeSynced)
        _, call = await at_desks.caller(running)
        wire.turn_away()
        await running.until(NodeDisconnected)
        failed = running.node.client.counters.connects_failed
        await running.until_true(lambda: running.node.client.counters.connects_failed > failed + 8)
        assert running.told(NodeLost) == []
        assert running.told(CallEnded, call=call) == []


# ── Pictures that are wrong ─────────────────────────────────────────────────────────────────


async def test_leg_that_our_picture_lost_is_found_again(at_desks: Desks) -> None:
    async with running_node(at_desks, options=COMPARING) as running:
        await running.until(NodeSynced)
        _, agent, call, leg = await talking(running, at_desks)
        picture = running.node._translator.picture
        picture.remove(leg)
        synced = await running.until(NodeSynced, 2)
        assert synced.repairs >= 1
        assert running.node.counters.repairs == synced.repairs
        assert leg in running.node._translator.picture.legs
        assert not agent.ended.is_set()
        assert running.told(CallEnded, call=call) == []


async def test_nothing_is_repaired_while_nothing_is_lost(at_desks: Desks) -> None:
    async with running_node(at_desks, options=COMPARING) as running:
        await running.until(NodeSynced)
        customer, _, call, leg = await talking(running, at_desks)
        running.hold(call, leg)
        running.join(call, leg)
        await running.until(CallConnected, 2, call=call)
        customer.hang_up()
        await running.until(CallEnded, call=call)
        compared = running.node.counters.comparisons
        await running.until_true(lambda: running.node.counters.comparisons > compared + 2)
        assert running.node.counters.repairs == 0
        assert running.node.counters.resyncs == 1


async def test_what_happens_during_a_repair_is_not_forgotten(at_desks: Desks, wire: Wire) -> None:
    """Callers arrive between the list of channels and the rest of each snapshot."""
    async with running_node(at_desks, port=wire.port, options=COMPARING) as running:
        await running.until(NodeSynced)
        leg = (await talking(running, at_desks))[3]
        running.node._translator.picture.remove(leg)
        late = []
        while len(running.told(NodeSynced)) == 1:
            wire.stop_at("DeviceStateList")
            await wire.stopped()
            late.append(await arrives(at_desks))
            wire.go_on()
            await running.until(CallArrived, call=late[-1])
        compared = running.node.counters.comparisons
        await running.until_true(lambda: running.node.counters.comparisons > compared + 2)
        assert running.told(CallEnded) == []
        assert set(late) <= running.node._translator.picture.legs.keys()
        assert len(running.told(NodeSynced)) == 2


async def arrives(at_desks: Desks) -> CallId:
    """A customer has arrived at Asterisk, whatever our node knows."""
    mark = len(at_desks.ami.messages)
    await at_desks.call()
    arrived = await at_desks.ami.event("UserEvent", UserEvent="TellerlineArrived", since=mark)
    return CallId(arrived["Uniqueid"])


# ── Commands in a row ───────────────────────────────────────────────────────────────────────


async def settled(running: RunningNode, *commands: CallCommand) -> list[CommandOutcome]:
    ids = [command.id for command in commands]
    return [(await running.until(CommandSettled, command=one)).outcome for one in ids]


async def test_two_moves_back_to_back_end_at_the_second_place(at_desks: Desks) -> None:
    async with running_node(at_desks) as running:
        await running.until(NodeSynced)
        _, call = await at_desks.caller(running)
        both = (running.offer(call, ANNA), running.offer(call, BORIS))
        assert await settled(running, *both) == [CommandOutcome.DONE] * 2
        leg = await at_desks.boris.rings()
        leg.answer()
        connected = await running.until(CallConnected, call=call)
        assert connected.agent == BORIS
        for other in at_desks.anna.calls.values():
            await gone(other)


async def test_many_moves_back_to_back_end_at_the_last_place(at_desks: Desks) -> None:
    async with running_node(at_desks) as running:
        await running.until(NodeSynced)
        for _ in range(5):
            customer, call = await at_desks.caller(running)
            before = [
                running.offer(call, ANNA),
                running.wait(call),
                running.offer(call, BORIS),
                running.wait(call),
            ]
            last = running.offer(call, ANNA)
            assert await settled(running, *before, last) == [CommandOutcome.DONE] * 5
            rang = await running.until(AgentRang, call=call, offer=last.offer)
            assert rang.agent == ANNA
            assert await at_desks.where(call) == "tellerline-offer"
            customer.hang_up()
            await running.until(CallEnded, call=call)


async def test_hold_and_resume_in_one_breath_keep_both_legs(at_desks: Desks) -> None:
    async with running_node(at_desks) as running:
        await running.until(NodeSynced)
        customer, agent, call, leg = await talking(running, at_desks)
        both = (running.hold(call, leg), running.join(call, leg))
        assert await settled(running, *both) == [CommandOutcome.DONE] * 2
        await running.until(CallConnected, 2, call=call)
        assert not customer.ended.is_set() and not agent.ended.is_set()


async def test_digits_for_a_call_that_is_not_there_are_told(at_desks: Desks) -> None:
    async with running_node(at_desks) as running:
        await running.until(NodeSynced)
        with pytest.raises(NoSuchLeg):
            await running.node.digits(CallId("pbx1-0.0"), "1")


async def test_leg_or_phone_that_is_not_there_is_refused(at_desks: Desks) -> None:
    async with running_node(at_desks) as running:
        await running.until(NodeSynced)
        _, call = await at_desks.caller(running)
        await running.until(CallWaiting, call=call)
        commands = (running.hold(call, LegId("gone")), running.hang_up(CallId("pbx1-0.0")))
        outcomes = await settled(running, *commands)
        assert outcomes == [CommandOutcome.REFUSED, CommandOutcome.DONE]
        assert await at_desks.where(call) == "tellerline-wait"
