"""Who comes from his keypad: what he did there is on the pop, and his PIN opens amounts."""

from dataclasses import replace

from routing.facts import BY_PIN, CallerIdentified, RosterLoaded, SelfService, SelfServiceEnded
from routing.ids import FactId, FlowId
from routing.terms import ServiceEnd
from tests.agent_ui.centre import Centre
from tests.agent_ui.live.tab import Floor
from tests.agent_ui.live.test_verifying import HIDDEN, deposits, verify, with_money

MENU = FlowId("main")


def rings_from_the_keypad(centre: Centre) -> str:
    """He keyed his PIN, heard his balance, and asked for a person."""
    now = centre.desks.now()
    roster = replace(centre.roster, flows=(("4001", MENU),))
    centre.desks.submit(RosterLoaded(id=FactId("flows"), at=now, roster=roster))
    call = centre.ring()
    service = SelfService(
        flow=MENU,
        version="1",
        node="person",
        path="accounts/balance",
        topic="loan",
        told=("balance",),
        party=centre.parties["client"],
        level=2,
    )
    ended = SelfServiceEnded(
        id=FactId("ended"), at=now, call=call, service=service, end=ServiceEnd.PERSON
    )
    proved = (replace(centre.candidate("client"), reason=BY_PIN),)
    centre.desks.submit(ended)
    centre.desks.submit(CallerIdentified(id=FactId("proved"), at=now, call=call, candidates=proved))
    return call


async def test_the_pop_tells_what_he_did_and_amounts_are_open_without_a_question(
    floor: Floor,
) -> None:
    await with_money(floor)
    async with await floor.on_shift("anna") as anna:
        call = rings_from_the_keypad(floor.centre)
        state = await anna.until(lambda state: state.get("call", {}).get("keypad"))
        said = {one["code"]: one["values"] for one in state["call"]["keypad"]}
        assert said["keypad.path"] == {"path": "accounts › balance"}
        assert said["keypad.told"] == {"services": ["keypad.service.balance"]}
        assert {"keypad.topic", "keypad.proved", "keypad.end.person"} <= set(said)
        assert state["call"]["candidates"][0]["reason"] == BY_PIN
        assert HIDDEN not in deposits(state), "nobody talks to him yet"
        floor.centre.answer()
        await floor.centre.drain()
        state = await anna.until(lambda state: HIDDEN in deposits(state))
        verification = state["call"]["card"]["verification"]
        assert (verification["level"], verification["how"]) == ("knowledge", "pin")
        assert "by" not in verification
        assert (await verify(anna, call, floor.centre.parties["client"], "none"))["ok"]
        await anna.until(lambda state: HIDDEN not in deposits(state))
