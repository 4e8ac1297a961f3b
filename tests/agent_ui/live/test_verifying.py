"""Who is on the line: the agent says how sure he is, and only then amounts come to his screen."""

from typing import Any

import pytest
from sqlalchemy import select

from crm_core.bank.agreements import set_balance
from crm_core.models import AuditEvent
from crm_core.money import Money
from routing.facts import TransferAsked
from tests.agent_ui.live.tab import Floor, Tab
from tests.agent_ui.live.test_commands import talking
from tests.crm_core.bank.offers import opened

HIDDEN = "amounts"


async def with_money(floor: Floor) -> None:
    """The client has 700 kopecks."""
    async with floor.centre.db.unit_of_work() as session:
        account = await opened(session, floor.centre.parties["client"])
        money = Money(700, "RUB")
        at = floor.centre.desks.now()
        await set_balance(session, account, booked=money, available=money, as_of=at)


def deposits(state: Any) -> dict[str, Any]:
    """What the client has, as the screen has it; nothing as long as his record is on its way."""
    party = state.get("call", {}).get("party") or {}
    return dict(party.get("money", {}).get("deposits") or {})


def level(state: Any) -> str:
    return str(state.get("call", {}).get("card", {}).get("verification", {}).get("level"))


async def verify(tab: Tab, call: str, party: str, level: str = "knowledge") -> dict[str, Any]:
    return await tab.command("call.verify", {"call": call, "party": party, "level": level})


async def revealed(floor: Floor) -> list[tuple[str, str]]:
    async with floor.centre.db.reading() as session:
        told = select(AuditEvent.actor, AuditEvent.reason)
        events = await session.execute(told.where(AuditEvent.action == "amounts_revealed"))
        return [(actor, reason) for actor, reason in events]


async def test_amounts_come_when_the_agent_is_sure_and_go_when_he_is_not(floor: Floor) -> None:
    await with_money(floor)
    client = floor.centre.parties["client"]
    async with await floor.on_shift("anna") as tab:
        call = await talking(floor)
        state = await tab.until(lambda state: level(state) == "number")
        assert HIDDEN not in deposits(state)
        assert deposits(state)["agreements"] == 1
        assert state["call"]["party"]["next_action"]["step"] == "confirm_identity"
        assert (await verify(tab, call, client))["ok"]
        state = await tab.until(lambda state: HIDDEN in deposits(state))
        assert deposits(state)[HIDDEN] == [
            {"amount_minor": 700, "currency": "RUB", "text": "RUB\xa07.00"}
        ]
        assert state["call"]["card"]["verification"]["by"] == floor.centre.id("anna")
        assert await revealed(floor) == [(floor.centre.id("anna"), f"call:{call}")]
        assert (await verify(tab, call, client, "none"))["ok"]
        state = await tab.until(lambda state: level(state) == "number")
        assert HIDDEN not in deposits(state)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"level": "number"}, "bad_args"),
        ({"level": "3"}, "bad_args"),
        ({"party": "firm"}, "verification_refused"),
        ({"call": "pbx1-9.9"}, "not_your_call"),
    ],
)
async def test_what_nobody_may_say_is_refused(
    floor: Floor, wish: dict[str, str], code: str
) -> None:
    async with await floor.on_shift("anna") as tab:
        call = await talking(floor)
        client = floor.centre.parties["client"]
        args = {"call": call, "party": client, "level": "knowledge"} | wish
        args["party"] = floor.centre.parties.get(args["party"], args["party"])
        assert (await tab.command("call.verify", args))["code"] == code
        await tab.until(lambda state: level(state) == "number")


async def test_a_colleague_sees_amounts_only_once_he_has_the_call(floor: Floor) -> None:
    await with_money(floor)
    async with await floor.on_shift("anna") as anna, await floor.on_shift("boris") as boris:
        call = await talking(floor)
        assert (await verify(anna, call, floor.centre.parties["client"]))["ok"]
        await anna.until(lambda state: HIDDEN in deposits(state))
        wish = {"call": call, "to_agent": floor.centre.id("boris")}
        assert (await anna.command("call.transfer", wish))["ok"]
        await floor.told(TransferAsked)
        state = await boris.until(lambda state: "party" in state.get("call", {}))
        assert (state["call"]["role"], HIDDEN in deposits(state)) == ("offered", False)
        refused = await verify(boris, call, floor.centre.parties["client"], "strong")
        assert refused["code"] == "not_your_call"
        floor.centre.answer()
        await floor.centre.drain()
        state = await boris.until(lambda state: HIDDEN in deposits(state))
        assert (state["call"]["role"], level(state)) == ("owner", "knowledge")
    agents = {actor for actor, _reason in await revealed(floor)}
    assert agents == {floor.centre.id("anna"), floor.centre.id("boris")}
