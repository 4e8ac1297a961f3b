"""Commands: permitted, taken once, answered; and what becomes of them on the screens."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from crm_core import cards
from crm_core.audit import verify
from crm_core.database import Database
from crm_core.models import AuditEvent
from crm_core.parties.contact_phones import PhoneUse, change_use, uses
from routing.facts import (
    AvailabilityChosen,
    HangUpAsked,
    HoldAsked,
    PhoneRestarted,
    ShiftStarted,
    TransferAsked,
    WrapUpFinished,
)
from routing.ids import CallId
from routing.terms import CallState
from tests.agent_ui.live.tab import Floor, Tab

FILLED = {
    "caller_name": "Анна",
    "topic": "card",
    "essence": "Asked when the card is ready",
    "disposition": "resolved",
}


async def talking(floor: Floor, call: str = "pbx1-1.1") -> CallId:
    """A call that its agent has answered, its card in SQL."""
    floor.centre.ring(call)
    answered = floor.centre.answer()
    await floor.centre.drain()
    return answered


async def test_a_shift_begins_with_a_fresh_account(floor: Floor) -> None:
    async with await floor.tab("anna") as tab:
        result = await tab.command("shift.start", {"phone": "browser"})
        assert result["data"]["sip"]["password"] == "secret-1"
        state = await tab.until(lambda state: state["me"]["on_shift"])
        assert state["me"]["availability"] == "available"
        assert state["me"]["name"] == "Anna"
        assert state["me"]["role"] == "manager"


async def test_a_desk_phone_needs_no_account(floor: Floor) -> None:
    async with await floor.tab("anna") as tab:
        result = await tab.command("shift.start", {"phone": "desk"})
        assert result["ok"]
        assert result["data"]["sip"] is None


async def test_without_a_phone_there_is_no_shift(floor: Floor) -> None:
    floor.centre.phones.broken = True
    async with await floor.tab("anna") as tab:
        command_id = str(uuid4())
        args = {"phone": "browser"}
        result = await tab.command("shift.start", args, command_id=command_id)
        assert (result["ok"], result["code"]) == (False, "unavailable")
        assert not floor.facts(ShiftStarted)
        floor.centre.phones.broken = False
        assert (await tab.command("shift.start", args, command_id=command_id))["ok"]


async def test_a_repeated_command_takes_effect_once(floor: Floor) -> None:
    token = await floor.token("anna")
    async with (
        await floor.tab("anna", token=token) as one,
        await floor.tab("anna", token=token) as other,
    ):
        command_id = str(uuid4())
        args = {"phone": "browser"}
        first = await asyncio.gather(
            one.command("shift.start", args, command_id=command_id),
            other.command("shift.start", args, command_id=command_id),
        )
        again = await one.command("shift.start", args, command_id=command_id)
        assert list(first) == [again, again]
        assert len(floor.centre.phones.issued) == 1
        assert len(floor.facts(ShiftStarted)) == 1


async def test_ids_of_two_agents_do_not_meet(floor: Floor) -> None:
    async with await floor.tab("anna") as anna, await floor.tab("boris") as boris:
        command_id = str(uuid4())
        for tab in (anna, boris):
            assert (await tab.command("phone.restarted", command_id=command_id))["ok"]
        assert len({fact.id for fact in floor.facts(PhoneRestarted)}) == 2


@pytest.mark.parametrize(
    ("name", "args", "code"),
    [
        ("shift.begin", {}, "unknown_command"),
        ("__class__", {}, "unknown_command"),
        ("shift.end", {"more": 1}, "bad_args"),
        ("shift.start", {}, "bad_args"),
        ("shift.start", {"phone": "mobile"}, "bad_args"),
        ("availability.set", {"availability": "offline"}, "bad_args"),
        ("availability.set", {"availability": "not_ready"}, "bad_args"),
        ("availability.set", {"availability": "available", "reason": "meal"}, "bad_args"),
        ("call.hold", {"call": ""}, "bad_args"),
        ("call.hold", {"call": "x\ny"}, "bad_args"),
        ("call.hold", {"call": ["a"]}, "bad_args"),
        ("call.transfer", {"call": "c"}, "bad_args"),
        ("call.transfer", {"call": "c", "to_agent": "a", "to_queue": "q"}, "bad_args"),
        ("call.digits", {"call": "c", "digits": "12a"}, "bad_args"),
        ("card.draft", {"call": "c", "fields": {"sum": "1"}, "rev": 0}, "bad_args"),
        ("card.draft", {"call": "c", "fields": {"essence": "a\0"}, "rev": 0}, "bad_args"),
        ("card.draft", {"call": "c", "fields": {"essence": "a" * 9000}, "rev": 0}, "bad_args"),
        ("card.draft", {"call": "c", "fields": {}, "rev": -1}, "bad_args"),
        ("card.draft", {"call": "no-such", "fields": {}, "rev": 0}, "card_unknown"),
        ("card.complete", {"call": "no-such", "fields": {}}, "card_unknown"),
        ("call.hold", {"call": "no-such"}, "not_your_call"),
        ("wrapup.extend", {"call": "no-such"}, "not_your_call"),
        ("offer.decline", {"offer": "no-such"}, "offer_is_over"),
    ],
)
async def test_what_cannot_be_is_answered_with_its_code(
    floor: Floor, name: str, args: dict[str, Any], code: str
) -> None:
    async with await floor.tab("anna") as tab:
        before = len(floor.centre.house.facts)
        result = await tab.command(name, args)
        assert (result["ok"], result["code"]) == (False, code)
        assert len(floor.centre.house.facts) == before
        assert (await tab.command("phone.restarted"))["ok"]


@pytest.mark.parametrize("name", ["sofia", "admin"])
async def test_who_takes_no_calls_may_not_act_on_them(floor: Floor, name: str) -> None:
    async with await floor.tab(name) as tab:
        for command, args in (("shift.start", {"phone": "desk"}), ("shift.end", {})):
            assert (await tab.command(command, args))["code"] == "forbidden"
        assert not floor.centre.phones.issued


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("call.hold", {}),
        ("call.resume", {}),
        ("call.hangup", {}),
        ("call.digits", {"digits": "1"}),
        ("call.transfer", {"to_queue": "main"}),
        ("call.consult", {"to_queue": "main"}),
        ("call.consult.complete", {}),
        ("call.consult.cancel", {}),
        ("wrapup.extend", {}),
    ],
)
async def test_anothers_call_is_refused(floor: Floor, name: str, more: dict[str, Any]) -> None:
    async with await floor.on_shift("anna"), await floor.on_shift("boris") as boris:
        call = await talking(floor)
        before = len(floor.centre.house.facts)
        result = await boris.command(name, {"call": call, **more})
        assert result["code"] == "not_your_call"
        assert len(floor.centre.house.facts) == before
        assert not floor.centre.phones.played


async def test_anothers_card_is_refused(floor: Floor) -> None:
    async with await floor.on_shift("anna"), await floor.on_shift("boris") as boris:
        call = await talking(floor)
        for name, more in (
            ("card.draft", {"fields": {"essence": "mine"}, "rev": 0}),
            ("card.complete", {"fields": FILLED}),
            ("card.party", {"party": floor.centre.parties["firm"]}),
        ):
            assert (await boris.command(name, {"call": call, **more}))["code"] == "card_not_yours"
        assert not floor.facts(WrapUpFinished)


async def test_the_pop_does_not_wait_for_sql(floor: Floor) -> None:
    async with await floor.on_shift("anna") as tab:
        async with floor.centre.db.unit_of_work():  # whoever writes must wait
            call = floor.centre.ring()
            state = await tab.until(lambda state: state.get("call", {}).get("offer"))
        assert state["call"]["call"] == call
        assert state["call"]["role"] == "offered"
        assert state["call"]["number_display"] == "+7 916 123-45-67"
        assert state["call"]["candidates"][0]["name"] == "Иванова Анна"
        assert state["call"]["managers"] == [floor.centre.id("anna"), floor.centre.id("boris")]
        assert "party" not in state["call"]
        state = await tab.until(lambda state: "party" in state["call"])
        assert state["call"]["party"]["managers"][0]["name"] == "Anna"
        assert state["call"]["card"]["rev"] == 0


async def test_the_pop_warns_of_a_number_on_which_nothing_is_discussed(floor: Floor) -> None:
    async with floor.centre.db.unit_of_work() as session:
        party = floor.centre.parties["client"]
        (phone,) = await uses(session, party)
        silent = PhoneUse(role=phone.use.role, may_discuss=False)
        await change_use(session, party, phone.id, silent, by="test")
    async with await floor.on_shift("anna") as tab:
        floor.centre.ring()
        state = await tab.until(lambda state: "party" in state.get("call", {}))
        assert [one["flag"] for one in state["call"]["party"]["flags"]] == ["do_not_discuss"]
        assert state["call"]["party"]["next_action"]["step"] == "do_not_discuss"


async def test_whom_nobody_knows_pops_too(floor: Floor) -> None:
    async with await floor.on_shift("clara") as tab:
        floor.centre.ring(number=None)
        state = await tab.until(lambda state: "card" in state.get("call", {}))
        assert state["call"]["match"] == "withheld"
        assert "number" not in state["call"]
        assert "party" not in state["call"]


async def test_a_call_from_ring_to_finished_card(floor: Floor) -> None:
    async with await floor.on_shift("anna") as tab:
        call = await talking(floor)
        await tab.until(lambda state: state["call"]["state"] == "talking")
        assert (await tab.command("call.hold", {"call": call}))["ok"]
        assert floor.facts(HoldAsked)[0].agent == floor.centre.id("anna")
        floor.centre.carry_out()
        await tab.until(lambda state: state["call"]["state"] == "held")
        draft = {"call": call, "fields": {"essence": "asked"}, "rev": 0}
        saved = await tab.command("card.draft", draft)
        assert saved["data"]["rev"] == 1
        await tab.until(lambda state: state["call"].get("card", {}).get("essence") == "asked")
        floor.centre.hang_up(call)
        await tab.until(lambda state: state["call"]["state"] == "wrap_up")
        result = await tab.command("card.complete", {"call": call, "fields": {"topic": "x"}})
        assert result["code"] == "card_incomplete"
        assert {"field": "topic", "code": "not_in_catalogue"} in result["errors"]
        assert {"field": "caller_name", "code": "missing"} in result["errors"]
        assert (await tab.command("card.complete", {"call": call, "fields": FILLED}))["ok"]
        state = await tab.until(lambda state: "call" not in state)
        assert state["me"]["activity"] == "idle"
        assert state["unfinished"] == []
    await floor.centre.drain()
    async with floor.centre.db.reading() as session:
        card = await cards.card(session, call)
        assert card is not None
        assert card.state is CallState.CLOSED
        assert card.caller_name == "Анна"
        assert (await verify(session)).unbroken


async def test_typing_is_not_looking(floor: Floor) -> None:
    """A look at a party is audited; saving drafts must not look again each time."""
    async with await floor.on_shift("anna") as tab:
        call = await talking(floor)
        await tab.until(lambda state: "party" in state["call"])
        for rev in range(5):
            fields = {"essence": "typed " * rev}
            await tab.command("card.draft", {"call": call, "fields": fields, "rev": rev})
        await tab.until(lambda state: state["call"]["card"]["rev"] == 5)
    async with floor.centre.db.reading() as session:
        views = select(AuditEvent).where(AuditEvent.action == "party_viewed")
        events = list(await session.scalars(views))
    assert [one.reason for one in events] == [f"call:{call}"]


async def test_with_sql_away_the_call_pops_and_says_so(
    floor: Floor, db: Database, tmp_path: Path
) -> None:
    file, hidden = tmp_path / "bank.db", tmp_path / "hidden.db"
    async with await floor.on_shift("anna") as tab:
        await db.close()
        file.rename(hidden)
        file.mkdir()
        floor.centre.ring()
        state = await tab.until(lambda state: state.get("call", {}).get("away"))
        assert state["call"]["candidates"][0]["name"] == "Иванова Анна"
        result = await tab.command("card.party", {"call": state["call"]["call"], "party": None})
        assert result["code"] == "unavailable"
        file.rmdir()
        hidden.rename(file)
        state = await tab.until(lambda state: "party" in state["call"])
        assert "away" not in state["call"]


async def test_a_stale_draft_tells_the_newest_revision(floor: Floor) -> None:
    async with await floor.on_shift("anna") as tab:
        call = await talking(floor)
        for rev in (0, 1):
            draft = {"call": call, "fields": {"topic": "card"}, "rev": rev}
            assert (await tab.command("card.draft", draft))["ok"]
        result = await tab.command("card.draft", {"call": call, "fields": {}, "rev": 0})
        assert (result["code"], result["data"]) == ("draft_stale", {"rev": 2})


async def test_a_chosen_party_is_shown(floor: Floor) -> None:
    async with await floor.on_shift("anna") as tab:
        call = await talking(floor)
        firm = floor.centre.parties["firm"]
        assert (await tab.command("card.party", {"call": call, "party": firm}))["ok"]
        state = await tab.until(lambda s: s["call"].get("party", {}).get("party") == firm)
        assert state["call"]["party"]["name"] == "O'Neill & Co <b>"
        assert state["call"]["card"]["party"] == firm
        wrong = await tab.command("card.party", {"call": call, "party": "nobody"})
        assert wrong["code"] == "party_unknown"


async def test_a_card_that_ran_out_of_time_is_owed(floor: Floor) -> None:
    async with await floor.on_shift("anna") as tab:
        call = await talking(floor)
        floor.centre.hang_up(call)
        floor.centre.wait(1000)
        state = await tab.until(lambda state: state["unfinished"])
        assert state["unfinished"][0]["call"] == call
        assert state["unfinished"][0]["number_display"] == "+7 916 123-45-67"
        assert "call" not in state
    await floor.centre.drain()
    async with await floor.tab("anna") as tab:
        state = await tab.until(lambda state: state["unfinished"])
        assert state["unfinished"][0]["call"] == call
        assert (await tab.command("card.complete", {"call": call, "fields": FILLED}))["ok"]
        await tab.until(lambda state: not state["unfinished"])


async def test_digits_are_played_and_never_logged(floor: Floor) -> None:
    async with await floor.on_shift("anna") as tab:
        call = await talking(floor)
        with capture_logs() as logs:
            assert (await tab.command("call.digits", {"call": call, "digits": "4711#"}))["ok"]
            await tab.command("call.digits", {"call": "other", "digits": "4711#"})
            await tab.command("call.digits", {"call": call, "digits": "4711x"})
        assert floor.centre.phones.played == [(call, floor.centre.id("anna"), "4711#")]
        assert "4711" not in repr(logs)
        assert "4711" not in repr(floor.centre.house.facts)
        assert "4711" not in repr(tab.heard)


async def test_what_the_engine_refuses_is_told(floor: Floor) -> None:
    async with await floor.tab("anna") as tab:
        args = {"availability": "not_ready", "reason": "meal"}
        assert (await tab.command("availability.set", args))["ok"]
        assert (await tab.message("notice"))["code"] == "not_on_shift"
        assert floor.facts(AvailabilityChosen)


async def test_a_transfer_moves_the_pop(floor: Floor) -> None:
    async with await floor.on_shift("anna") as anna, await floor.on_shift("clara") as clara:
        call = await talking(floor)
        clara_id = floor.centre.id("clara")
        result = await anna.command("call.transfer", {"call": call, "to_agent": clara_id})
        assert result["ok"]
        assert floor.facts(TransferAsked)[0].to_agent == clara_id
        await anna.until(lambda state: "call" not in state)
        state = await clara.until(lambda state: state.get("call", {}).get("role") == "offered")
        assert state["call"]["offer"]["basis"] == "transfer"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({"to_agent": "nobody"}, "agent_not_available"),
        ({"to_agent": "self"}, "agent_not_available"),
        ({"to_queue": "nowhere"}, "no_such_queue"),
    ],
)
async def test_a_transfer_to_nobody_is_refused(
    floor: Floor, target: dict[str, str], code: str
) -> None:
    async with await floor.on_shift("anna") as anna:
        call = await talking(floor)
        if target.get("to_agent") == "self":
            target = {"to_agent": floor.centre.id("anna")}
        result = await anna.command("call.transfer", {"call": call} | target)
        assert result["code"] == code


async def test_a_mirror_tab_shows_the_same(floor: Floor) -> None:
    token = await floor.token("anna")
    async with await floor.on_shift("clara"):
        pass
    async with (
        await floor.tab("anna", token=token) as one,
        await floor.tab("anna", token=token) as other,
    ):
        await one.command("shift.start", {"phone": "browser"})
        floor.centre.phone_ready("anna")
        call = await talking(floor)
        draft = {"call": call, "fields": {"essence": "typed here"}, "rev": 0}
        await one.command("card.draft", draft)
        for tab in (one, other):
            await tab.until(lambda s: s["call"].get("card", {}).get("essence") == "typed here")
        await one.until(lambda state: "party" in state["call"])
        await settled(one, other)
        assert one.state == other.state
        async with await floor.tab("anna", token=token) as fresh:
            await settled(one)
            assert fresh.state == one.state


async def settled(*tabs: Tab) -> None:
    """Everything that was on its way has come."""
    for number, tab in enumerate(tabs):
        await tab.send({"type": "ping", "id": number})
        await tab.message("pong", id=number)


async def test_a_board_shows_the_floor(floor: Floor) -> None:
    async with await floor.on_shift("anna"), await floor.tab("sofia") as board:
        assert "call" not in board.state
        call = floor.centre.ring()
        anna = floor.centre.id("anna")
        state = await board.until(lambda s: s["calls"].get(call, {}).get("offered_to") == anna)
        assert state["colleagues"][anna]["activity"] == "ringing"
        assert "candidates" not in state["calls"][call]
        floor.centre.abandon(call)
        await board.until(lambda state: call not in state["calls"])


async def test_a_console_is_told_of_colleagues_and_queues(floor: Floor) -> None:
    async with await floor.tab("anna") as tab, await floor.on_shift("clara"):
        clara = floor.centre.id("clara")
        state = await tab.until(lambda state: state["colleagues"][clara]["on_shift"])
        assert state["colleagues"][clara]["name"] == "Clara"
        await tab.until(lambda state: state["queues"]["main"]["available"] == 1)
        assert "calls" not in state
        floor.centre.wait(1)
        floor.centre.ring("pbx1-2.2", number=None)
        floor.centre.ring("pbx1-3.3", number=None)
        state = await tab.until(lambda state: state["queues"]["main"]["waiting"] == 2)
        assert state["queues"]["main"]["longest_since"]
        assert state["queues"]["main"]["available"] == 0


async def test_hanging_up_is_the_owners(floor: Floor) -> None:
    async with await floor.on_shift("anna") as tab:
        call = await talking(floor)
        assert (await tab.command("call.hangup", {"call": call}))["ok"]
        assert floor.facts(HangUpAsked)[0].call == call
