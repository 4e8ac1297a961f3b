"""Callers who wait, and customers who are rung, on the real Asterisk; the test commands."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from routing.commands import PlaceCall, Said, SendAway, TellCaller
from routing.facts import (
    CallConnected,
    CallEnded,
    CallWaiting,
    CommandSettled,
    CustomerAnswered,
    KeyPressed,
    NodeSynced,
    PlacingFailed,
)
from routing.ids import CallId
from routing.notices import CallView
from routing.terms import CallState, CommandOutcome, Direction, EndReason, OfferOutcome, Phrase
from telephony.phrases import KEYS
from tests.parts.softphone import Softphone
from tests.routing.house import ANNA, House
from tests.telephony.callers import recorded_caller
from tests.telephony.running import Desks, RunningNode, running_node
from tests.telephony.wire import Wire

pytestmark = pytest.mark.asterisk

OUTLOOK = (Said(phrase=Phrase.ALL_BUSY), Said(phrase=Phrase.POSITION, number=3))
NUMBER = "+74950000007"
BANK = "+74951000000"


@pytest.fixture
async def running(at_desks: Desks) -> AsyncIterator[RunningNode]:
    async with running_node(at_desks) as node:
        await node.until_true(lambda: node.node.is_synced)
        yield node


def tell(
    running: RunningNode, call: CallId, *said: Said, language: str = "en", music: str = "default"
) -> TellCaller:
    return running.command(TellCaller, call, said=said, language=language, music=music)


async def until_in(desks: Desks, call: CallId, context: str) -> None:
    async with asyncio.timeout(15):
        while await desks.where(call) != context:
            await asyncio.sleep(0.05)


# ── Words and keys ──────────────────────────────────────────────────────────────────────────


async def test_caller_hears_the_words_in_order_and_waits_on(
    at_desks: Desks, running: RunningNode, tmp_path: Path
) -> None:
    caller = await recorded_caller(at_desks, running, tmp_path)
    tell(running, caller.call, *OUTLOOK, language="ru")
    assert await caller.hears("ru/all_busy") < await caller.hears("ru/position-3")
    await until_in(at_desks, caller.call, "tellerline-wait")
    assert len(running.told(CallWaiting, call=caller.call)) <= 1, "he has been waiting all the time"
    assert caller.heard("ru/full") is caller.heard("en/all_busy") is None


async def test_words_and_keys_while_music_plays(
    at_desks: Desks, running: RunningNode, tmp_path: Path
) -> None:
    caller = await recorded_caller(at_desks, running, tmp_path)
    await until_in(at_desks, caller.call, "tellerline-wait")
    for key in KEYS:
        await caller.press(key)
        await running.until(KeyPressed, call=caller.call, key=key)
    assert "".join(fact.key for fact in running.told(KeyPressed, call=caller.call)) == KEYS
    assert await at_desks.where(caller.call) == "tellerline-wait"


async def test_a_key_cuts_the_words_short(
    at_desks: Desks, running: RunningNode, tmp_path: Path
) -> None:
    caller = await recorded_caller(at_desks, running, tmp_path)
    tell(running, caller.call, Said(phrase=Phrase.FULL), *OUTLOOK)
    await until_in(at_desks, caller.call, "tellerline-tell")
    await caller.press("1")
    await running.until(KeyPressed, call=caller.call, key="1")
    await until_in(at_desks, caller.call, "tellerline-wait")
    await caller.hang_up()
    await running.until(CallEnded, call=caller.call, reason=EndReason.CALLER)
    assert caller.heard("en/position-3") is None


@pytest.mark.parametrize("key", ["A", "D"])
async def test_keys_of_no_telephone_lose_nobody(
    at_desks: Desks, running: RunningNode, tmp_path: Path, key: str
) -> None:
    caller = await recorded_caller(at_desks, running, tmp_path)
    await until_in(at_desks, caller.call, "tellerline-wait")
    await caller.press(key)
    await caller.press("5")
    await running.until(KeyPressed, call=caller.call, key="5")
    assert not running.told(KeyPressed, key=key)


async def test_an_offer_takes_a_caller_out_of_the_words(
    at_desks: Desks, running: RunningNode
) -> None:
    customer, call = await at_desks.caller(running)
    tell(running, call, *OUTLOOK)
    running.offer(call, ANNA)
    leg = await at_desks.anna.rings()
    leg.answer()
    await running.until(CallConnected, call=call)
    assert {one.outcome for one in running.told(CommandSettled)} == {CommandOutcome.DONE}
    customer.hang_up()
    await running.until(CallEnded, call=call, reason=EndReason.CALLER)


async def test_words_come_to_nobody_who_talks(at_desks: Desks, running: RunningNode) -> None:
    customer, call = await at_desks.caller(running)
    running.offer(call, ANNA)
    (await at_desks.anna.rings()).answer()
    await running.until(CallConnected, call=call)
    for command in (
        tell(running, call, *OUTLOOK),
        running.command(SendAway, call, said=OUTLOOK, language=""),
    ):
        settled = await running.until(CommandSettled, command=command.id)
        assert settled.outcome is CommandOutcome.REFUSED
    assert not customer.ended.is_set()


async def test_music_that_is_not_there_is_the_default(
    at_desks: Desks, running: RunningNode
) -> None:
    customer, call = await at_desks.caller(running)
    told = tell(running, call, music="nosuch")
    assert (await running.until(CommandSettled, command=told.id)).outcome is CommandOutcome.DONE
    await until_in(at_desks, call, "tellerline-wait")
    before = customer.audio.received
    await running.until_true(lambda: customer.audio.received > before + 50)


async def test_sent_away_he_hears_why(
    at_desks: Desks, running: RunningNode, tmp_path: Path
) -> None:
    caller = await recorded_caller(at_desks, running, tmp_path)
    said = (Said(phrase=Phrase.CLOSED), Said(phrase=Phrase.GOODBYE))
    running.command(SendAway, caller.call, said=said, language="ru")
    ended = await running.until(CallEnded, call=caller.call)
    assert ended.reason is EndReason.SYSTEM
    assert await caller.hears("ru/closed") < await caller.hears("ru/goodbye")


async def test_a_snapshot_amid_the_words_finds_nothing_amiss(
    at_desks: Desks, running: RunningNode
) -> None:
    _, call = await at_desks.caller(running)
    tell(running, call, *OUTLOOK)
    await until_in(at_desks, call, "tellerline-tell")
    assert await running.node._lasting_differences() == frozenset()  # what runs every 30 s
    assert not running.told(CallEnded)


# ── Customers whom we ring ──────────────────────────────────────────────────────────────────


class Customer:
    """A customer's telephone at an address of its own, and the way to it through the trunk."""

    def __init__(self, desks: Desks) -> None:
        self.phone = Softphone((desks.options.bind, desks.options.ports.sip), NUMBER)

    async def __aenter__(self) -> "Customer":
        await self.phone.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.phone.__aexit__()

    @property
    def outbound(self) -> str:
        return f"PJSIP/tellerline-trunk/sip:{{number}}@{self.phone.contact.partition('@')[2]}"


@pytest.fixture
async def customer(at_desks: Desks) -> AsyncIterator[Customer]:
    async with Customer(at_desks) as made:
        yield made


@pytest.fixture
async def ringing(at_desks: Desks, customer: Customer) -> AsyncIterator[RunningNode]:
    """A node whose calls go to the customer's telephone."""
    async with running_node(at_desks, outbound=customer.outbound) as node:
        await node.until_true(lambda: node.node.is_synced)
        yield node


_PLACED = iter(range(1, 1000))


def place(running: RunningNode, **changes: Any) -> PlaceCall:
    wanted: dict[str, Any] = {
        "number": NUMBER,
        "seconds": 20,
        "greeting": (Said(phrase=Phrase.CALLBACK_GREETING),),
        "language": "en",
    }
    return running.command(PlaceCall, CallId(f"pbx1-7.{next(_PLACED)}~1"), **wanted | changes)


async def test_customer_is_rung_greeted_and_put_through(
    at_desks: Desks, ringing: RunningNode, customer: Customer
) -> None:
    placed = place(ringing)
    call = await customer.phone.rings()
    assert BANK in call.header("From")
    call.answer()
    answered = await ringing.until(CustomerAnswered, call=placed.call)
    assert answered.leg == placed.customer
    ringing.offer(placed.call, ANNA)
    leg = await at_desks.anna.rings()
    assert NUMBER in leg.header("From"), "the agent sees whom he has, not the bank"
    leg.answer()
    connected = await ringing.until(CallConnected, call=placed.call)
    assert (connected.at - answered.at).total_seconds() > 4, "he has heard the greeting first"
    call.hang_up()
    await ringing.until(CallEnded, call=placed.call, reason=EndReason.CALLER)
    assert not ringing.told(PlacingFailed)


async def test_customer_without_an_agent_waits_and_may_press_keys(
    at_desks: Desks, ringing: RunningNode, customer: Customer
) -> None:
    placed = place(ringing, greeting=())
    (await customer.phone.rings()).answer()
    await ringing.until(CustomerAnswered, call=placed.call)
    await until_in(at_desks, placed.call, "tellerline-wait")
    tell(ringing, placed.call, *OUTLOOK)
    await until_in(at_desks, placed.call, "tellerline-tell")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("486 Busy Here", OfferOutcome.BUSY),
        ("603 Decline", OfferOutcome.DECLINED),
        ("480 Temporarily Unavailable", OfferOutcome.NO_ANSWER),
        ("404 Not Found", OfferOutcome.UNREACHABLE),
        ("503 Service Unavailable", OfferOutcome.UNREACHABLE),
        ("", OfferOutcome.NO_ANSWER),
    ],
)
async def test_customer_who_is_not_reached(
    ringing: RunningNode, customer: Customer, answer: str, outcome: OfferOutcome
) -> None:
    placed = place(ringing, seconds=20 if answer else 1)
    call = await customer.phone.rings()
    if answer:
        call.reject(answer)
    failed = await ringing.until(PlacingFailed, call=placed.call)
    assert failed.outcome is outcome
    again = place(ringing)
    await customer.phone.rings()
    assert len(ringing.told(PlacingFailed, call=placed.call)) == 1
    assert not ringing.told(CallEnded)
    # His phone may ring before we have heard of his channel: what is not there is not hung up.
    while not ringing.told(PlacingFailed, call=again.call):
        ringing.hang_up(again.call)
        await asyncio.sleep(0.1)
    (withdrawn,) = ringing.told(PlacingFailed, call=again.call)
    assert withdrawn.outcome is OfferOutcome.WITHDRAWN


@pytest.mark.parametrize("number", ["", "84950000007", "+7495@elsewhere"])
async def test_number_that_is_none_is_not_rung(ringing: RunningNode, number: str) -> None:
    placed = place(ringing, number=number)
    failed = await ringing.until(PlacingFailed, call=placed.call)
    assert failed.outcome is OfferOutcome.UNREACHABLE
    assert ringing.told(CommandSettled, command=placed.id, outcome=CommandOutcome.REFUSED)


async def test_way_out_that_leads_nowhere(at_desks: Desks) -> None:
    async with running_node(at_desks, outbound="PJSIP/nosuch/sip:{number}@127.0.0.1") as node:
        await node.until_true(lambda: node.node.is_synced)
        placed = place(node)
        failed = await node.until(PlacingFailed, call=placed.call)
        assert failed.outcome is OfferOutcome.UNREACHABLE


# ── The link is cut while he rings ──────────────────────────────────────────────────────────


def believed(placed: PlaceCall) -> CallView:
    """What the engine believes of a call that it has placed."""
    house = House().open()
    house.arrive("pbx1-7.0", who=())
    view = replace(house.call("pbx1-7.0"), state=CallState.DIALLING, customer_here=False)
    return replace(view, call=placed.call, direction=Direction.CALLBACK)


@pytest.mark.parametrize("answers", [True, False])
async def test_what_came_of_it_while_the_link_was_cut(
    at_desks: Desks, customer: Customer, wire: Wire, answers: bool
) -> None:
    async with running_node(at_desks, port=wire.port, outbound=customer.outbound) as running:
        await running.until(NodeSynced)
        placed = place(running, greeting=())
        running.placed.append(believed(placed))
        call = await customer.phone.rings()
        beats = wire.count("Setvar")
        wire.lose_replies_from("Setvar")
        await running.until_true(lambda: wire.count("Setvar") > beats)
        if answers:
            call.answer()
            await until_in(at_desks, placed.call, "tellerline-wait")
        else:
            call.reject()
            await until_in(at_desks, placed.call, "")
        wire.cut()
        await running.until(NodeSynced, 2)
        assert wire.count("Originate") == 1, "nobody is rung twice"
    outcomes = [fact.outcome for fact in running.told(PlacingFailed, call=placed.call)]
    assert len(running.told(CustomerAnswered, call=placed.call)) == (1 if answers else 0)
    assert outcomes == ([] if answers else [OfferOutcome.UNREACHABLE])
