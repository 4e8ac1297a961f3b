"""The picture: whatever notices come, in whatever order, deltas and snapshots agree."""

import json
import random
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_ui.live import view
from agent_ui.live.desk import CallRecord, Desk
from agent_ui.live.figures import Day
from agent_ui.live.patch import encoded, merged
from agent_ui.live.picture import Picture
from agent_ui.live.shared import SharedState
from crm_core.models import Role
from crm_core.phones import display
from crm_core.staff.employees import Employee
from routing.commands import OfferCall
from routing.facts import ConsultAsked, HangUpAsked, HoldAsked, ResumeAsked, TransferAsked
from routing.ids import AgentId, CallId
from routing.notices import AgentChanged, CallChanged, Notice
from routing.terms import CallState, EndReason, OfferOutcome
from tests.routing.house import ANNA, BORIS, CLARA, DINA, MAIN, ROSTER, START, Exchange, House

EVERYBODY = (ANNA, BORIS, CLARA, DINA)


def employee(agent: AgentId, role: Role = Role.AGENT) -> Employee:
    return Employee(
        id=agent,
        username=agent,
        name=agent.title(),
        role=role,
        language="en",
        browser_endpoint="a1",
        desk_endpoint="d1",
        active=True,
    )


def played(seed: int, steps: int = 25) -> list[Notice]:
    """What the real engine tells in a random piece of a day."""
    chance = random.Random(seed)
    house = House().open(*EVERYBODY)
    exchange = Exchange(house)
    for step in range(steps):
        house.now += timedelta(seconds=chance.randrange(1, 20))
        _act(house, exchange, chance, step)
    return [notice for decision in house.decisions for notice in decision.notices]


def _act(house: House, exchange: Exchange, chance: random.Random, step: int) -> None:
    calls = {call.call: call for call in house.engine.calls()}
    owned = [one for one in calls.values() if one.call in exchange.owner_leg and one.agent]
    ringing = [one for one in calls.values() if one.state is CallState.RINGING]
    act = chance.choice(["arrive", "answer", "miss", "ask", "ask", "end", "wait", "break"])
    if act == "arrive":
        house.arrive(f"c{step}", number=chance.choice(["+79161234567", None]))
    elif act == "answer" and ringing:
        exchange.answer()
    elif act == "miss" and ringing:
        exchange.fail(OfferOutcome.NO_ANSWER)
    elif act == "ask" and owned:
        _ask(house, exchange, chance, chance.choice(owned))
    elif act == "end" and owned:
        exchange.hang_up(chance.choice(owned).call, EndReason.CALLER)
    elif act == "wait":
        house.wait(chance.randrange(1, 200))
    elif act == "break":
        chance.choice([house.go_on_break, house.become_available])(chance.choice(EVERYBODY))


def _ask(house: House, exchange: Exchange, chance: random.Random, call: Any) -> None:
    wish = chance.choice([HoldAsked, ResumeAsked, TransferAsked, ConsultAsked, HangUpAsked])
    to = {"to_queue": MAIN} if wish in (TransferAsked, ConsultAsked) else {}
    decision = house.tell(wish, call=call.call, agent=call.agent, **to)
    if decision.commands and isinstance(house.commands[-1], OfferCall):
        exchange.owner_leg.pop(call.call)  # transferred, and offered to the next at once
    elif decision.commands:
        exchange.carry_out()


class Watcher:
    """A client: it applies what it is sent to what it had."""

    def __init__(self, picture: Picture, shared: SharedState, desk: Desk) -> None:
        self.desk = desk
        desk.advance(picture)
        self.state = json.loads("{" + self._parts(shared) + "}")

    def _parts(self, shared: SharedState) -> str:
        parts = [encoded(self.desk.sent)[1:-1], shared.console_json()]
        return ",".join(parts + ([shared.board_json()] if self.desk.board else []))

    def snapshot(self, shared: SharedState) -> Any:
        return json.loads("{" + self._parts(shared) + "}")

    def hear(self, patch: Any) -> None:
        self.state = merged(self.state, json.loads(encoded(patch)))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_snapshot_and_deltas_give_a_fresh_snapshot(seed: int, data: st.DataObject) -> None:
    picture = empty()
    picture.load(ROSTER)
    shared = SharedState(picture)
    shared.everything()
    shared.flush()
    watchers = [Watcher(picture, shared, Desk(employee(one), board=False)) for one in EVERYBODY]
    watchers.append(Watcher(picture, shared, Desk(employee(AgentId("boss")), board=True)))
    notices = played(seed)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(notices)), max_size=30)))
    for begin, end in zip([0, *cuts], [*cuts, len(notices)], strict=True):
        shared.mark(picture.take(notices[begin:end]))
        for watcher in watchers:
            _maybe_enrich(data, picture, watcher.desk)
            watcher.hear(watcher.desk.advance(picture))
        if data.draw(st.booleans()):
            _flush(shared, watchers)
    _flush(shared, watchers)
    fresh = SharedState(picture)
    fresh.everything()
    fresh.flush()
    for watcher in watchers:
        assert watcher.state == watcher.snapshot(fresh)


def _maybe_enrich(data: st.DataObject, picture: Picture, desk: Desk) -> None:
    call = picture.call_of(desk.agent)
    if call is not None and data.draw(st.booleans()):
        card = {"topic": data.draw(st.sampled_from(["", "card"])), "rev": 1}
        desk.records[call.call] = CallRecord(card=card, party_id=None, party=None, suggested=None)


def _flush(shared: SharedState, watchers: list[Watcher]) -> None:
    console, board = shared.flush()
    for watcher in watchers:
        watcher.hear(console | board if watcher.desk.board else console)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), chance=st.randoms(use_true_random=False))
def test_late_and_repeated_notices_change_nothing(seed: int, chance: random.Random) -> None:
    notices = played(seed)
    clean = taken(notices)
    mixed = notices + chance.sample(notices, len(notices) // 2)
    chance.shuffle(mixed)
    assert everything(taken(mixed)) == everything(clean)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_indices_say_what_a_scan_would(seed: int) -> None:
    notices = played(seed)
    picture = taken(notices)
    calls = {one.call.call: one.call for one in notices if isinstance(one, CallChanged)}
    agents = {one.agent.agent: one.agent for one in notices if isinstance(one, AgentChanged)}
    live = {call: one for call, one in calls.items() if one.state not in view.FINAL}
    assert picture.calls == live
    for profile in ROSTER.queues:
        shown = picture.queue(profile.queue) or {}
        waits = [c for c in live.values() if c.queue == profile.queue and c.state in view.WAITING]
        pool = [one.agent for one in ROSTER.agents if profile.queue in one.queues]
        assert shown["waiting"] == len(waits)
        assert shown["available"] == sum(view.takes_calls(agents[agent]) for agent in pool)
    for agent in EVERYBODY:
        his = {call for call, one in live.items() if view.role_of(agent, one)}
        call = picture.call_of(agent)
        assert (call.call in his) if call else not his


def empty() -> Picture:
    return Picture(display=display, day=Day(ZoneInfo("UTC"), START))


def taken(notices: list[Notice]) -> Picture:
    picture = empty()
    picture.load(ROSTER)
    picture.take(notices)
    return picture


def everything(picture: Picture) -> Any:
    shown: dict[str, Any] = {queue: picture.queue(queue) for queue in picture.queue_ids()}
    shown |= {call: picture.board_call(call) for call in picture.calls}
    for agent in EVERYBODY:
        shown[agent] = [picture.me(agent), picture.console_call(agent), picture.colleague(agent)]
    return shown


def test_a_pop_tells_why_this_agent_rings() -> None:
    house = House().open(*EVERYBODY)
    house.go_on_break(ANNA)
    call = house.arrive()
    picture = taken([notice for one in house.decisions for notice in one.notices])
    shown = picture.console_call(BORIS) or {}
    assert shown["role"] == "offered"
    assert shown["number_display"] == "+7 900 000-00-01"
    assert shown["offer"]["basis"] == "priority_manager"
    assert shown["offer"]["rank"] == 2
    assert shown["offer"]["passed_over"] == [
        {"agent": ANNA, "name": "Anna", "why": "not_ready", "rank": 1}
    ]
    assert shown["candidates"][0]["name"] == "Client"
    assert picture.console_call(ANNA) is None
    assert call == CallId(shown["call"])


def test_a_blind_transfer_leaves_the_screen_of_who_gave_it_away() -> None:
    house = House().open(ANNA, CLARA)
    exchange = Exchange(house)
    house.arrive()
    call = exchange.answer()
    house.tell(TransferAsked, call=call, agent=ANNA, to_queue=MAIN)
    picture = taken([notice for one in house.decisions for notice in one.notices])
    assert picture.console_call(ANNA) is None
    assert (picture.console_call(CLARA) or {})["role"] == "offered"


def test_a_colleague_who_is_asked_sees_the_call() -> None:
    house = House().open(ANNA, CLARA)
    exchange = Exchange(house)
    house.arrive()
    call = exchange.answer()
    house.tell(ConsultAsked, call=call, agent=ANNA, to_agent=CLARA)
    exchange.carry_out()
    picture = taken([notice for one in house.decisions for notice in one.notices])
    owner, asked = picture.console_call(ANNA) or {}, picture.console_call(CLARA) or {}
    assert (owner["role"], asked["role"]) == ("owner", "consulted")
    assert owner["consult"] == {"agent": CLARA, "name": "Clara", "connected": True}
