"""Supervision from the board: who may, what the audit keeps, what agent and supervisor see."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from crm_core import cards
from crm_core.models import AuditEvent
from routing.commands import MonitorCall
from routing.facts import (
    AvailabilityForced,
    CallConnected,
    CallSupervised,
    MonitorAsked,
    MonitorEnded,
    MonitorStarted,
    PhoneChanged,
)
from routing.ids import CallId
from routing.terms import PhoneState
from tests.agent_ui.live.tab import Floor, Tab

CALL = "pbx1-1.1"


async def talking(floor: Floor) -> None:
    """Anna talks to a client."""
    floor.centre.ring(CALL)
    floor.centre.answer()
    await floor.centre.drain()


def tell(floor: Floor, kind: Any, **fields: Any) -> None:
    since = len(floor.centre.house.decisions)
    floor.centre.house.tell(kind, **fields)
    floor.centre.desks.show(since)


async def seen(tab: Tab, holds: Callable[[Any], bool]) -> Any:
    """The state of a screen, once this holds; what is not there (yet) does not hold."""

    def told(state: Any) -> bool:
        try:
            return holds(state)
        except (KeyError, IndexError):
            return False

    return await tab.until(told)


def phone_ready(floor: Floor) -> None:
    tell(floor, PhoneChanged, agent=floor.centre.id("sofia"), state=PhoneState.READY)


def started(floor: Floor) -> MonitorCall:
    """Sofia's phone does what the newest command asks."""
    command: MonitorCall = floor.centre.house.last(MonitorCall)
    tell(
        floor,
        MonitorStarted,
        by=command.supervisor,
        call=command.call,
        leg=command.leg,
        mode=command.mode,
    )
    return command


async def audited(floor: Floor, count: int) -> list[AuditEvent]:
    ours = select(AuditEvent).where(AuditEvent.reason == "supervision")
    newest = ours.order_by(AuditEvent.seq.desc()).limit(count)
    async with floor.centre.db.reading() as session:
        return list(reversed((await session.scalars(newest)).all()))


def deeds(events: list[AuditEvent]) -> list[tuple[str, str, dict[str, str]]]:
    return [(event.action, event.subject, event.detail) for event in events]


async def test_a_supervisor_gets_a_telephone(floor: Floor) -> None:
    async with await floor.tab("sofia") as board:
        result = await board.command("phone.start", {})
        assert result["data"]["sip"]["password"] == "secret-1"
        assert floor.centre.phones.issued[0][0] == floor.centre.id("sofia")


async def test_the_agent_sees_who_listens_and_how(floor: Floor) -> None:
    async with await floor.on_shift("anna") as anna, await floor.tab("sofia") as board:
        await talking(floor)
        phone_ready(floor)
        await board.command("monitor.start", {"call": CALL, "mode": "listen"})
        await seen(board, lambda s: "since" not in s["calls"][CALL]["listeners"][0])
        assert anna.state["call"].get("listeners", []) == []
        started(floor)
        shown = await seen(anna, lambda s: s["call"]["listeners"])
        assert [(one["name"], one["mode"]) for one in shown["call"]["listeners"]] == [
            ("Sofia", "listen")
        ]
        await board.command("monitor.start", {"call": CALL, "mode": "whisper"})
        await seen(anna, lambda s: s["call"]["listeners"][0]["mode"] == "whisper")
        leg = floor.centre.house.last(MonitorCall).leg
        await board.command("monitor.stop", {"call": CALL})
        tell(floor, MonitorEnded, by=floor.centre.id("sofia"), call=CallId(CALL), leg=leg)
        await seen(anna, lambda s: not s["call"].get("listeners"))
        assert deeds(await audited(floor, 3)) == [
            ("call_monitored", CALL, {"mode": "listen"}),
            ("call_monitored", CALL, {"mode": "whisper"}),
            ("call_monitor_stopped", CALL, {}),
        ]
        await floor.centre.drain()


async def test_without_a_telephone_it_is_refused_and_told(floor: Floor) -> None:
    async with await floor.on_shift("anna"), await floor.tab("sofia") as board:
        await talking(floor)
        await board.command("monitor.start", {"call": CALL, "mode": "listen"})
        assert (await board.message("notice"))["code"] == "phone_not_ready"


async def test_no_supervision_goes_unaudited(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    async with await floor.on_shift("anna"), await floor.tab("sofia") as board:
        await talking(floor)
        phone_ready(floor)

        def away() -> None:
            raise ConnectionError

        monkeypatch.setattr(floor.centre.db, "unit_of_work", away)
        result = await board.command("monitor.start", {"call": CALL, "mode": "listen"})
        assert (result["ok"], result["code"]) == (False, "unavailable")
        assert not floor.facts(MonitorAsked)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("phone.start", {}),
        ("monitor.start", {"call": CALL, "mode": "listen"}),
        ("monitor.stop", {"call": CALL}),
        ("call.take_over", {"call": CALL}),
        ("assistance.take", {"call": CALL}),
        ("agent.force", {"agent": "x", "availability": "offline"}),
        ("agent.message", {"agent": "x", "text": "Hello"}),
    ],
)
async def test_agents_do_not_supervise(floor: Floor, name: str, args: dict[str, Any]) -> None:
    async with await floor.on_shift("anna") as anna, await floor.tab("admin") as admin:
        for tab in (anna, admin):
            result = await tab.command(name, args)
            assert (result["ok"], result["code"]) == (False, "forbidden")
        assert not floor.facts(CallSupervised)


async def test_a_call_that_is_gone(floor: Floor) -> None:
    async with await floor.tab("sofia") as board:
        for name in ("monitor.stop", "call.take_over", "assistance.take"):
            assert (await board.command(name, {"call": "gone"}))["code"] == "call_is_over"


async def test_help_is_asked_and_taken(floor: Floor) -> None:
    async with await floor.on_shift("anna") as anna, await floor.tab("sofia") as board:
        await talking(floor)
        await anna.command("assistance.ask", {"call": CALL, "help": "approval"})
        await seen(board, lambda s: s["calls"][CALL]["assistance"]["help"] == "approval")
        await board.command("assistance.take", {"call": CALL})
        await seen(anna, lambda s: s["call"]["assistance"]["taken_by_name"] == "Sofia")
        await anna.command("assistance.withdraw", {"call": CALL})
        await seen(board, lambda s: "assistance" not in s["calls"][CALL])
        ((action, *_),) = deeds(await audited(floor, 1))
        assert action == "assistance_taken"


async def test_a_forced_state_waits_for_the_end_of_the_call(floor: Floor) -> None:
    async with await floor.on_shift("anna") as anna, await floor.tab("sofia") as board:
        await talking(floor)
        args = {"availability": "not_ready", "reason": "meeting"}
        assert (await board.command("agent.force", {"agent": floor.centre.id("anna"), **args}))[
            "ok"
        ]
        await seen(anna, lambda s: s["me"]["next_reason"] == "meeting")
        (fact,) = floor.facts(AvailabilityForced)
        assert fact.by == floor.centre.id("sofia")
        assert deeds(await audited(floor, 1)) == [("state_forced", fact.agent, args)]


@pytest.mark.parametrize(
    "args",
    [
        {"availability": "not_ready"},
        {"availability": "available", "reason": "meal"},
        {"availability": "asleep"},
    ],
)
async def test_states_that_cannot_be_forced(floor: Floor, args: dict[str, Any]) -> None:
    async with await floor.tab("sofia") as board:
        wish = {"agent": floor.centre.id("anna"), **args}
        assert (await board.command("agent.force", wish))["code"] == "bad_args"


async def test_a_message_stands_until_it_is_read(floor: Floor) -> None:
    async with await floor.on_shift("anna") as anna, await floor.tab("sofia") as board:
        text = "Please call the branch back"
        await board.command("agent.message", {"agent": floor.centre.id("anna"), "text": text})
        shown = await seen(anna, lambda s: s["messages"])
        (message,) = shown["messages"]
        assert (message["by"], message["text"]) == ("Sofia", text)
        await seen(board, lambda s: "read_at" not in s["messages"][0])
        await anna.command("message.read", {"message": message["id"]})
        await seen(anna, lambda s: not s.get("messages"))
        await seen(board, lambda s: s["messages"][0]["read_at"])
        told = await board.command("message.read", {"message": message["id"]})
        assert told["code"] == "forbidden"


async def test_a_message_waits_for_whoever_is_not_here(floor: Floor) -> None:
    async with await floor.tab("sofia") as board:
        await board.command("agent.message", {"agent": floor.centre.id("anna"), "text": "Hello"})
    async with await floor.tab("anna") as anna:
        await seen(anna, lambda s: s["messages"][0]["text"] == "Hello")


async def test_supervisors_are_nobodys_colleagues(floor: Floor) -> None:
    async with await floor.tab("anna") as anna, await floor.tab("sofia") as board:
        shown = await seen(anna, lambda s: s["colleagues"])
        assert floor.centre.id("sofia") not in shown["colleagues"]
        to_herself = {"agent": floor.centre.id("sofia"), "availability": "offline"}
        assert (await board.command("agent.force", to_herself))["code"] == "agent_unknown"


async def test_the_card_tells_who_was_beside_the_call(floor: Floor) -> None:
    async with await floor.on_shift("anna"), await floor.tab("sofia") as board:
        await talking(floor)
        phone_ready(floor)
        await board.command("monitor.start", {"call": CALL, "mode": "listen"})
        started(floor)
        await floor.centre.drain()
    card = await card_of(floor)
    assert [(one["supervisor"], one["mode"]) for one in card["listeners"]] == [
        (floor.centre.id("sofia"), "listen")
    ]


async def card_of(floor: Floor) -> dict[str, Any]:
    async with floor.centre.db.reading() as session:
        card = await cards.card(session, CallId(CALL))
    assert card is not None
    return dict(card.routing)


async def taken_over(floor: Floor, board: Tab) -> None:
    await board.command("call.take_over", {"call": CALL})
    leg = started(floor).leg
    tell(floor, CallConnected, call=CallId(CALL), agent=floor.centre.id("sofia"), leg=leg)


async def test_whom_takes_over_has_the_call_and_its_card(floor: Floor) -> None:
    async with await floor.on_shift("anna") as anna, await floor.tab("sofia") as board:
        await talking(floor)
        phone_ready(floor)
        await taken_over(floor, board)
        await seen(anna, lambda s: "call" not in s)
        await seen(board, lambda s: s["call"]["role"] == "owner")
        assert (await board.command("call.hangup", {"call": CALL}))["ok"]
