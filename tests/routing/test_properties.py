"""Whatever happens and in whatever order the news comes: what must always hold.

Random histories are played by the exchange of `tests.routing.house`; the facts they leave are then
told again to fresh engines, repeated, delayed and cut.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from routing.calls import OVER, OWNED
from routing.commands import HangUpCall, HoldCall, JoinCall, OfferCall, ReturnToWaiting
from routing.engine import Engine
from routing.facts import (
    CallEnded,
    CallerIdentified,
    ConsultAsked,
    ConsultCancelAsked,
    ConsultCompleteAsked,
    Fact,
    HangUpAsked,
    HoldAsked,
    NodeConnected,
    NodeLost,
    NodeSynced,
    OfferDeclined,
    PhoneRestarted,
    ResumeAsked,
    ShiftEnded,
    TransferAsked,
    WrapUpFinished,
)
from routing.ids import AgentId, CallId
from routing.loop.codec import (
    decode_checkpoint,
    decode_decision,
    decode_fact,
    encode_checkpoint,
    encode_decision,
    encode_fact,
)
from routing.terms import Activity, CallState, EndReason, OfferKind, OfferOutcome
from tests.routing.house import ANNA, BORIS, CARDS, CLARA, CLIENT, DINA, MAIN, NODE, Exchange, House

AGENTS = (ANNA, BORIS, CLARA, DINA)
RELEASED = frozenset({Activity.IDLE, Activity.NOT_RESPONDING})


class Centre(RuleBasedStateMachine):
    """A small centre on a bad day. Each rule is something that people or Asterisk do."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House()
        self.exchange = Exchange(self.house)
        self.arrived = 0
        self.consumed = 0

    @initialize()
    def open(self) -> None:
        self.house.open(*AGENTS)

    # ── What happens ────────────────────────────────────────────────────────────────────────

    @rule(known=st.booleans(), dialled=st.sampled_from(("4001", "4002")))
    def somebody_calls(self, known: bool, dialled: str) -> None:
        self.arrived += 1
        who = (CLIENT,) if known else ()
        self.house.arrive(f"c{self.arrived}", who=who, dialled=dialled)
        self.carry_out()

    @rule(seconds=st.sampled_from((0.5, 3.0, 11.0, 31.0, 130.0)))
    def time_passes(self, seconds: float) -> None:
        self.house.wait(seconds)
        self.carry_out()

    @precondition(lambda self: self.ringing())
    @rule(data=st.data())
    def phone_is_answered_or_not(self, data: st.DataObject) -> None:
        offer = data.draw(st.sampled_from(self.ringing()))
        self.house.commands.append(offer)
        outcome = data.draw(
            st.sampled_from(
                (None, None, OfferOutcome.NO_ANSWER, OfferOutcome.BUSY, OfferOutcome.UNREACHABLE)
            )
        )
        if outcome is None:
            self.exchange.answer(after=1.0)
        else:
            self.exchange.fail(outcome, after=1.0)
        self.carry_out()

    @precondition(lambda self: self.ringing())
    @rule(data=st.data())
    def offer_is_declined(self, data: st.DataObject) -> None:
        offer = data.draw(st.sampled_from(self.ringing()))
        self.house.tell(OfferDeclined, agent=offer.agent, offer=offer.offer)
        self.carry_out()

    @precondition(lambda self: self.live())
    @rule(data=st.data())
    def caller_hangs_up(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(self.live()))
        self.exchange.hang_up(call)
        self.carry_out()

    @precondition(lambda self: self.owned())
    @rule(data=st.data(), wish=st.sampled_from(("hold", "resume", "end", "cancel", "complete")))
    def owner_wishes(self, data: st.DataObject, wish: str) -> None:
        agent, call = data.draw(st.sampled_from(self.owned()))
        kind: type[Fact] = {
            "hold": HoldAsked,
            "resume": ResumeAsked,
            "end": HangUpAsked,
            "cancel": ConsultCancelAsked,
            "complete": ConsultCompleteAsked,
        }[wish]
        self.house.tell(kind, agent=agent, call=call)
        self.carry_out()

    @precondition(lambda self: self.owned())
    @rule(data=st.data(), receiver=st.sampled_from((*AGENTS, MAIN, CARDS)), warm=st.booleans())
    def owner_passes_it_on(self, data: st.DataObject, receiver: str, warm: bool) -> None:
        agent, call = data.draw(st.sampled_from(self.owned()))
        kind: type[Fact] = ConsultAsked if warm else TransferAsked
        where: dict[str, Any] = (
            {"to_agent": receiver} if receiver in AGENTS else {"to_queue": receiver}
        )
        self.house.tell(kind, agent=agent, call=call, **where)
        self.carry_out()

    @precondition(lambda self: self.owned())
    @rule(data=st.data())
    def page_is_reloaded(self, data: st.DataObject) -> None:
        agent, _ = data.draw(st.sampled_from(self.owned()))
        self.house.tell(PhoneRestarted, agent=agent)
        self.carry_out()

    @rule(agent=st.sampled_from(AGENTS), wish=st.sampled_from(("break", "back", "home", "start")))
    def agent_chooses(self, agent: AgentId, wish: str) -> None:
        if wish == "break":
            self.house.go_on_break(agent)
        elif wish == "back":
            self.house.become_available(agent)
        elif wish == "home":
            self.house.tell(ShiftEnded, agent=agent)
        else:
            self.house.start(agent)
        self.carry_out()

    @rule(agent=st.sampled_from(AGENTS))
    def card_is_written(self, agent: AgentId) -> None:
        call = self.house.agent(agent).call
        if call is not None:
            self.house.tell(WrapUpFinished, agent=agent, call=call)
            self.carry_out()

    @rule()
    def asterisk_dies(self) -> None:
        self.house.tell(NodeLost, node=NODE)
        self.exchange.owner_leg.clear()
        self.exchange.consulted.clear()
        self.house.tell(NodeConnected, node=NODE)
        self.house.tell(NodeSynced, node=NODE)
        self.carry_out()

    # ── What must hold ──────────────────────────────────────────────────────────────────────

    @invariant()
    def nobody_is_busy_with_two_calls_and_no_call_has_two_agents(self) -> None:
        holders: dict[CallId, list[AgentId]] = {}
        for agent in self.house.engine.agents():
            if agent.call is not None:
                holders.setdefault(agent.call, []).append(agent.agent)
        for call_id, agents in holders.items():
            call = self.house.call(call_id)
            consulted = {call.consulting} if call.consulting else set()
            assert len(set(agents) - consulted) <= 1, f"{call_id} is held by {agents}"

    @invariant()
    def every_owned_call_has_its_agent_and_the_other_way_round(self) -> None:
        for call in self.house.engine.calls():
            if call.state in OWNED | {CallState.WRAP_UP}:
                assert call.agent is not None
                assert self.house.agent(call.agent).call == call.call
        for agent in self.house.engine.agents():
            if agent.activity in RELEASED:
                assert agent.call is None and agent.offer is None, agent
            else:
                assert agent.call is not None, agent

    @invariant()
    def an_agent_has_at_most_one_open_offer(self) -> None:
        ringing: dict[AgentId, int] = {}
        for call in self.house.engine.calls():
            opened = [o for o in call.offers if o.outcome is OfferOutcome.OPEN]
            assert len(opened) <= 1
            for offer in opened:
                ringing[offer.agent] = ringing.get(offer.agent, 0) + 1
        assert all(count == 1 for count in ringing.values()), ringing

    @invariant()
    def no_caller_waits_while_somebody_could_serve_him(self) -> None:
        free = {a.agent for a in self.house.engine.agents() if serves(a)}
        for call in self.house.engine.calls():
            if call.state is CallState.QUEUED and not call.offers:
                pool = {MAIN: {CLARA, DINA}, CARDS: {DINA}}[call.queue]
                assert not free & (pool | set(call.managers)), (call.call, free)

    @invariant()
    def waiting_time_is_never_lost(self) -> None:
        for call in self.house.engine.calls():
            assert call.queued_at == call.arrived_at

    def teardown(self) -> None:
        replays_to_the_same_decisions(self.house)

    # ── Helpers ─────────────────────────────────────────────────────────────────────────────

    def carry_out(self) -> None:
        """Let the exchange do what was commanded, until nothing is left to do."""
        commands = self.house.commands
        while self.consumed < len(commands):
            command = commands[self.consumed]
            self.consumed += 1
            if isinstance(command, OfferCall) or not self.is_live(command):
                continue
            self.exchange.do(command)

    def is_live(self, command: object) -> bool:
        call = getattr(command, "call", None)
        known = {c.call: c for c in self.house.engine.calls()}
        if call not in known or known[call].ended_at is not None:
            return False
        moves = isinstance(command, HoldCall | JoinCall | HangUpCall | ReturnToWaiting)
        return not moves or isinstance(command, ReturnToWaiting) or call in self.exchange.owner_leg

    def ringing(self) -> list[OfferCall]:
        opened = {
            offer.offer
            for call in self.house.engine.calls()
            for offer in call.offers
            if offer.outcome is OfferOutcome.OPEN and call.ended_at is None
        }
        return [c for c in dict.fromkeys(self.house.offers()) if c.offer in opened]

    def live(self) -> list[CallId]:
        return [c.call for c in self.house.engine.calls() if c.ended_at is None]

    def owned(self) -> list[tuple[AgentId, CallId]]:
        return [
            (c.agent, c.call)
            for c in self.house.engine.calls()
            if c.state in OWNED and c.agent is not None
        ]


def serves(agent: Any) -> bool:
    return bool(
        agent.on_shift
        and agent.availability == "available"
        and agent.activity is Activity.IDLE
        and agent.phone_state == "ready"
        and agent.console
    )


def replays_to_the_same_decisions(house: House) -> None:
    """Through the journal's text, from the beginning and from a checkpoint in the middle."""
    facts = [decode_fact(encode_fact(fact)) for fact in house.facts]
    assert facts == house.facts
    decisions = [decode_decision(encode_decision(decision)) for decision in house.decisions]
    assert decisions == house.decisions
    engine = Engine()
    middle = max(1, len(facts) // 2)
    assert [engine.apply(fact) for fact in facts[:middle]] == decisions[:middle]
    restored = Engine.restore(decode_checkpoint(encode_checkpoint(engine.dump())))
    for each in (engine, restored):
        assert [each.apply(fact) for fact in facts[middle:]] == decisions[middle:]
    assert restored.calls() == engine.calls() == house.engine.calls()
    assert restored.agents() == engine.agents()


TestCentre = Centre.TestCase
TestCentre.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


# ── Repeated and delayed news ───────────────────────────────────────────────────────────────


def served_call(wish: str) -> House:
    """A whole call as clean history: missed by Anna, answered by Clara, perhaps held."""
    house = House().open(ANNA, CLARA)
    exchange = Exchange(house)
    call = house.arrive()
    exchange.fail(OfferOutcome.NO_ANSWER, after=20)
    if wish == "leaves ringing":
        house.now += timedelta(seconds=2)
        exchange.hang_up(call)
        return house
    exchange.answer()
    if wish == "hold":
        house.now += timedelta(seconds=10)
        house.tell(HoldAsked, agent=CLARA, call=call)
        exchange.carry_out()
        house.now += timedelta(seconds=7)
        house.tell(ResumeAsked, agent=CLARA, call=call)
        exchange.carry_out()
    house.now += timedelta(seconds=5)
    exchange.hang_up(call, EndReason.CALLER)
    return house


@given(
    data=st.data(),
    wish=st.sampled_from(("answer", "hold", "leaves ringing")),
    repeats=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_repeated_and_delayed_news_ends_in_the_same_card_and_presence(
    data: st.DataObject, wish: str, repeats: bool
) -> None:
    house = served_call(wish)
    # What telephony tells may come in any order; whom the directory names decides who is rung.
    named = next(i for i, fact in enumerate(house.facts) if isinstance(fact, CallerIdentified))
    opening, news = house.facts[: named + 1], house.facts[named + 1 :]
    told = _disordered(data, news, window=4)
    if repeats:
        told = [fact for fact in told for _ in range(data.draw(st.integers(1, 2)))]
    engine = Engine()
    for fact in (*opening, *told):
        engine.apply(fact)
    assert _card(engine) == _card(house.engine)
    assert _presence(engine) == _presence(house.engine)


def _disordered(data: st.DataObject, news: list[Fact], *, window: int) -> list[Fact]:
    """Delay each fact by up to `window` places; its own time stays as it is."""
    delays = data.draw(
        st.lists(st.integers(0, window), min_size=len(news), max_size=len(news)), label="delays"
    )
    order = sorted(range(len(news)), key=lambda i: (i + delays[i], i))
    return [news[i] for i in order]


def _card(engine: Engine) -> Any:
    """What happened, as the card keeps it. Whom we offered it meanwhile, and until when, are our
    own decisions, which follow the order in which the news came."""
    view = next(call for call in engine.calls() if call.call == "c1")
    answered = tuple(
        o.agent
        for o in view.offers
        if o.outcome is OfferOutcome.ANSWERED and o.kind is OfferKind.CALL
    )
    plain = replace(
        view, version=0, offers=(), wrap_up_deadline=None, closed_at=None, match=view.match
    )
    return plain, answered


def _presence(engine: Engine) -> Any:
    return [(a.agent, a.on_shift, a.availability, a.activity, a.call) for a in engine.agents()]


def test_over_is_over() -> None:
    house = served_call("answer")
    house.tell(WrapUpFinished, agent=CLARA, call=CallId("c1"))
    assert house.call("c1").state in OVER
    assert house.tell(CallEnded, call=CallId("c1"), reason=EndReason.CALLER).notices == ()
