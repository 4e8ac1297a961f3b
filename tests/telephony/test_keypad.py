"""A node whose callers serve themselves, on the real Asterisk; the test commands and serves."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from routing.commands import HangUpLeg, ServeCaller
from routing.facts import (
    AgentLegEnded,
    CallConnected,
    CallEnded,
    CallFellBack,
    CallWaiting,
    KeyPressed,
    NodeDisconnected,
    NodeSynced,
    SurveyStarted,
)
from routing.ids import CallId, FlowId
from routing.terms import Activity, CallState, EndReason
from tests.parts.agi import AgiServer, agi_server
from tests.routing.house import ANNA
from tests.telephony.running import Desks, RunningNode, running_node
from tests.telephony.wire import Wire

pytestmark = pytest.mark.asterisk


@pytest.fixture
async def agi() -> AsyncIterator[AgiServer]:
    async with agi_server() as server:
        yield server


def serve(running: RunningNode, call: CallId) -> ServeCaller:
    return running.command(ServeCaller, call, flow=FlowId("main"))


@pytest.mark.parametrize("by", ["phone", "console"])
async def test_caller_serves_himself_talks_and_says_how_it_was(
    at_desks: Desks, agi: AgiServer, by: str
) -> None:
    """The agent, who hangs up, is in wrap-up while his caller is still asked."""
    async with running_node(at_desks, keypads=agi.address) as running:
        await running.until(NodeSynced)
        customer, call = await at_desks.caller(running)
        serve(running, call)
        keypad = await agi.keypad()
        assert (keypad.call, keypad.asked["agi_network_script"]) == (call, "main")
        running.offer(call, ANNA, FlowId("how_was_it"))
        (await at_desks.anna.rings()).answer()
        talk = await running.until(CallConnected, call=call)
        if by == "phone":
            (leg,) = at_desks.anna.calls.values()
            leg.hang_up()
        else:
            running.command(HangUpLeg, call, leg=talk.leg)
        await running.until(SurveyStarted, call=call)
        await running.until(AgentLegEnded, agent=ANNA)
        assert _activity(running) is Activity.WRAP_UP
        assert running.engine.calls()[-1].state is CallState.WRAP_UP
        survey = await agi.keypad()
        assert survey.asked["agi_network_script"] == "how_was_it"
        assert not customer.ended.is_set()
        survey.let_go()
        ended = await running.until(CallEnded, call=call)
        assert ended.reason is (EndReason.AGENT if by == "phone" else EndReason.SYSTEM)
        assert not running.told(CallFellBack) and not running.told(KeyPressed)


def _activity(running: RunningNode) -> Activity:
    return next(one.activity for one in running.engine.agents() if one.agent == ANNA)


async def test_link_that_was_cut_disturbs_nobody_at_his_keypad(
    at_desks: Desks, agi: AgiServer, wire: Wire
) -> None:
    """He is told neither as waiting nor as lost, and Asterisk learns anew where he is served."""
    async with running_node(at_desks, port=wire.port, keypads=agi.address) as running:
        await running.until(NodeSynced)
        customer, call = await at_desks.caller(running)
        serve(running, call)
        keypad = await agi.keypad()
        await keypad.do("SET AUTOHANGUP 30")
        await at_desks.ami.action("Setvar", Variable="TELLERLINE_AGI", Value="127.0.0.1:1")
        waited = len(running.told(CallWaiting, call=call))
        wire.cut()
        await running.until(NodeDisconnected)
        await running.until(NodeSynced, 2)
        assert await running.node._lasting_differences() == frozenset()  # what runs every 30 s
        assert len(running.told(CallWaiting, call=call)) == waited
        assert not running.told(CallEnded) and not customer.ended.is_set()
        told = await at_desks.ami.action("Getvar", Variable="TELLERLINE_AGI")
        assert told["Value"] == agi.address
        keypad.die()
        async with asyncio.timeout(3):
            await running.until(CallFellBack, call=call)
