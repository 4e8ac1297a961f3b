"""Random offices with rules, skills, limits, callbacks and callers at their keypads: what must hold
whatever is configured, whatever they key, and whatever self-service does not tell.

The oracle asks every agent about every call, as slowly and plainly as it can.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from routing.commands import HangUpCall, IdentifyCaller
from routing.engine.self_service import NEXT_NEWS
from routing.facts import (
    BY_PIN,
    CallerIdentified,
    CallFellBack,
    CallWaiting,
    KeyPressed,
    RosterLoaded,
    SelfService,
    SelfServiceEnded,
    SelfServiceProgressed,
    SurveyStarted,
)
from routing.ids import CallId, FlowId, SkillId
from routing.notices import AgentView, CallView
from routing.roster import Announcements, CallbackOffer, Priority, QueueProfile, Roster
from routing.rules.terms import Actions, Asked, Condition, Need, Overflow, Rule, RuleSet
from routing.terms import (
    CallState,
    Choice,
    Direction,
    ManagerUse,
    OfferOutcome,
    ServiceEnd,
    Turning,
)
from tests.routing.house import ANNA, CARDS, CLARA, CLIENT, MAIN, ROSTER, Exchange, House
from tests.routing.test_properties import Centre, serves

ENGLISH, LOANS = SkillId("english"), SkillId("loans")
MENU, SURVEY = FlowId("main"), FlowId("survey")

needs = st.builds(
    Need,
    skill=st.sampled_from((ENGLISH, LOANS)),
    level=st.integers(1, 5),
    relax_after=st.none() | st.integers(1, 40),
    relaxed=st.integers(0, 3),
)
queues = st.builds(
    QueueProfile,
    queue=st.just(MAIN),
    name=st.just("Main"),
    needs=st.lists(needs, max_size=2).map(tuple),
    priority=st.builds(Priority, credit=st.integers(0, 90), rate=st.sampled_from((50, 100, 150))),
    choice=st.sampled_from(Choice),
    manager_wait=st.sampled_from((0, 15, 90)),
    overflow=st.sampled_from(((), (Overflow(queue=CARDS, after=5),))),
    callback=st.none() | st.just(CallbackOffer(after=3, expected_wait=None)),
    announcements=st.builds(Announcements, welcome=st.booleans(), every=st.none() | st.just(10)),
    largest=st.none() | st.integers(0, 3),
    when_full=st.sampled_from(Turning),
    longest_wait=st.none() | st.just(30),
    when_waited=st.sampled_from(Turning),
    closed_to=st.none() | st.just(CARDS),
    survey=st.none() | st.just(SURVEY),
)
conditions = st.sampled_from(
    (
        Condition(asked=Asked.HAS_MANAGER),
        Condition(asked=Asked.DIALLED, values=("4002",)),
        Condition(asked=Asked.WAITING, values=(MAIN,), low=1),
        Condition(asked=Asked.FREE_AGENTS, values=(CARDS,), low=1),
    )
)
actions = st.builds(
    Actions,
    queue=st.sampled_from((None, MAIN, CARDS)),
    needs=st.lists(needs, max_size=1).map(tuple),
    credit=st.none() | st.integers(0, 90),
    managers=st.none() | st.sampled_from(ManagerUse),
    manager_seconds=st.none() | st.integers(0, 20),
)
rules = st.lists(
    st.builds(Rule, name=st.text("abc", min_size=1), when=conditions, then=actions), max_size=3
)
pictures = st.builds(
    SelfService,
    flow=st.sampled_from((MENU, MENU, MENU, SURVEY)),
    version=st.just("1"),
    node=st.sampled_from(("menu", "cards")),
    path=st.sampled_from(("", "cards")),
    told=st.sampled_from(((), ("balance",))),
    party=st.none() | st.just(CLIENT.party),
    level=st.sampled_from((0, 1, 2)),
)
skills = st.dictionaries(st.sampled_from((ENGLISH, LOANS)), st.integers(1, 5))


class Office(Centre):
    """A centre whose queues, skills and rules are drawn, and change while it works."""

    @initialize(
        main=queues,
        ruled=rules,
        levels=st.lists(skills, min_size=4, max_size=4),
    )
    def open(self, main: QueueProfile, ruled: list[Rule], levels: list[dict]) -> None:
        self.house = House(roster=drawn(main, ruled, levels))
        self.exchange = Exchange(self.house)
        self.consumed = 0
        self.house.open(*(agent.agent for agent in ROSTER.agents))

    @rule(main=queues, ruled=rules, levels=st.lists(skills, min_size=4, max_size=4))
    def everything_is_configured_anew(
        self, main: QueueProfile, ruled: list[Rule], levels: list[dict]
    ) -> None:
        self.house.tell(RosterLoaded, roster=drawn(main, ruled, levels))
        self.carry_out()

    @precondition(lambda self: self.live())
    @rule(data=st.data(), key=st.sampled_from("12"))
    def caller_presses_a_key(self, data: st.DataObject, key: str) -> None:
        self.house.tell(KeyPressed, call=data.draw(st.sampled_from(self.live())), key=key)
        self.carry_out()

    @precondition(lambda self: self.placed())
    @rule(data=st.data(), reached=st.booleans())
    def customer_is_reached_or_not(self, data: st.DataObject, reached: bool) -> None:
        call = data.draw(st.sampled_from(self.placed()))
        if reached:
            self.exchange.reach(call)
        else:
            self.exchange.miss(
                call, data.draw(st.sampled_from((OfferOutcome.BUSY, OfferOutcome.NO_ANSWER)))
            )
        self.carry_out()

    # ── Callers at their keypads ────────────────────────────────────────────────────────────

    @rule(known=st.booleans(), shown=st.booleans())
    def somebody_serves_himself(self, known: bool, shown: bool) -> None:
        self.arrived += 1
        number = "+79000000001" if shown else None
        who = (CLIENT,) if known else ()
        self.house.arrive(f"c{self.arrived}", who=who, dialled="4100", number=number)
        self.carry_out()

    @precondition(lambda self: self.known())
    @rule(data=st.data(), service=pictures, late=st.sampled_from((0, 0, 4)))
    def self_service_tells(self, data: st.DataObject, service: SelfService, late: int) -> None:
        self.house.apply(
            SelfServiceProgressed(
                id=f"told{len(self.house.facts)}",
                at=self.house.now - timedelta(seconds=late),
                call=data.draw(st.sampled_from(self.known())),
                service=service,
            )
        )
        self.carry_out()

    @precondition(lambda self: self.known())
    @rule(
        data=st.data(),
        service=pictures,
        end=st.sampled_from(ServiceEnd),
        queue=st.sampled_from((None, CARDS, "none")),
        agent=st.sampled_from((None, ANNA, CLARA, "nobody")),
    )
    def self_service_ends(self, data: st.DataObject, **told: object) -> None:
        call = data.draw(st.sampled_from(self.known()))
        self.house.tell(SelfServiceEnded, call=call, **told)
        self.carry_out()

    @precondition(lambda self: self.live())
    @rule(data=st.data(), news=st.sampled_from((CallFellBack, CallWaiting, SurveyStarted)))
    def asterisk_tells(self, data: st.DataObject, news: type) -> None:
        at_keypad = [c for c in self.live() if self.house.call(c).state is CallState.SELF_SERVICE]
        talking = [c for c in self.live() if c in self.exchange.owner_leg]
        whose = talking if news is SurveyStarted else at_keypad
        if whose:
            self.house.tell(news, call=data.draw(st.sampled_from(whose)))
            self.carry_out()

    @precondition(lambda self: self.asked_of())
    @rule(data=st.data(), found=st.booleans())
    def directory_tells_of_a_proved_party(self, data: st.DataObject, found: bool) -> None:
        call = data.draw(st.sampled_from(self.asked_of()))
        told = (replace(CLIENT, reason=BY_PIN),) if found else ()
        self.house.tell(CallerIdentified, call=call, candidates=told)
        self.carry_out()

    # ── What must hold ──────────────────────────────────────────────────────────────────────

    @invariant()
    def nobody_is_at_his_keypad_for_ever_or_with_an_agent(self) -> None:
        for call in self.house.engine.calls():
            if call.state is CallState.SELF_SERVICE:
                assert call.agent is None and not call.offers and not call.plan
                assert call.ended_at is None
                assert self.house.engine.next_due() is not None

    @invariant()
    def no_caller_waits_while_somebody_could_serve_him(self) -> None:
        free = [agent for agent in self.house.engine.agents() if serves(agent)]
        profiles = {one.agent: one for one in self.roster().agents}
        for call in self.house.engine.calls():
            if call.state is not CallState.QUEUED or call.offers or call.transfers:
                continue
            if call.not_before is not None and call.not_before > self.house.now:
                continue
            for agent in free:
                assert not could_serve(call, agent, profiles[agent.agent], self.house.now)

    @invariant()
    def waiting_time_is_never_lost(self) -> None:
        calls = {call.call: call for call in self.house.engine.calls()}
        for call in calls.values():
            if call.direction is Direction.INBOUND and call.dialled == "4100":
                assert call.arrived_at <= call.queued_at <= (call.ended_at or self.house.now)
            elif call.direction is Direction.INBOUND:
                assert call.queued_at == call.arrived_at
            elif call.callback_of in calls:
                assert call.queued_at == calls[call.callback_of].queued_at

    @invariant()
    def who_left_for_a_callback_has_exactly_one(self) -> None:
        calls = self.house.engine.calls()
        for call in calls:
            if call.state is CallState.CALLBACK_TAKEN:
                assert sum(one.callback_of == call.call for one in calls) <= 1

    def teardown(self) -> None:
        super().teardown()
        self.house.wait(2 * NEXT_NEWS.total_seconds())
        self.carry_out()
        states = [call.state for call in self.house.engine.calls() if call.ended_at is None]
        assert CallState.SELF_SERVICE not in states

    def is_live(self, command: object) -> bool:
        if isinstance(command, HangUpCall) and command.call in self.live():
            return True  # also one whom nobody talks to: he is done at his keypad
        return super().is_live(command)

    def known(self) -> list[CallId]:
        return [call.call for call in self.house.engine.calls() if call.dialled == "4100"]

    def asked_of(self) -> list[CallId]:
        asked = {c.call for c in self.house.commands if isinstance(c, IdentifyCaller) and c.party}
        return [call for call in self.known() if call in asked]

    def live(self) -> list[CallId]:
        return [
            call.call
            for call in self.house.engine.calls()
            if call.ended_at is None and call.customer_here
        ]

    def placed(self) -> list[CallId]:
        return [c.call for c in self.house.engine.calls() if c.state is CallState.DIALLING]

    def roster(self) -> Roster:
        told = [fact for fact in self.house.facts if isinstance(fact, RosterLoaded)]
        return told[-1].roster


def drawn(main: QueueProfile, ruled: list[Rule], levels: list[dict]) -> Roster:
    agents = tuple(
        replace(agent, skills=tuple(sorted(level.items())))
        for agent, level in zip(ROSTER.agents, levels, strict=True)
    )
    cards = QueueProfile(queue=CARDS, name="Cards")
    return replace(
        ROSTER,
        agents=agents,
        queues=(main, cards),
        flows=(("4100", MENU),),
        rules=RuleSet(version="v", rules=tuple(ruled)),
    )


def could_serve(call: CallView, agent: AgentView, profile: object, now: datetime) -> bool:
    """Whether an open step of the call's plan has room for the agent."""
    for step in call.plan:
        if step.opens_at > now:
            continue
        if agent.agent in step.agents:
            return True
        levels = dict(profile.skills)  # type: ignore[attr-defined]
        able = all(levels.get(skill, 0) >= level for skill, level in step.needs)
        if step.queue in profile.queues and able:  # type: ignore[attr-defined]
            return True
    return False


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
