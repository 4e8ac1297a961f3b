"""Supervisors beside calls, taking over, help for agents, states that are forced."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from routing.commands import Command, HangUpLeg, JoinCall, MonitorCall
from routing.engine import Engine
from routing.facts import (
    AgentLegEnded,
    AssistanceAsked,
    AssistanceTaken,
    AssistanceWithdrawn,
    AvailabilityForced,
    CallConnected,
    CallHeld,
    CommandSettled,
    HoldAsked,
    MonitorAsked,
    MonitorEnded,
    MonitorStarted,
    MonitorStopAsked,
    PhoneChanged,
    ResumeAsked,
    RosterLoaded,
    TakeOverAsked,
    TransferAsked,
    WrapUpFinished,
)
from routing.ids import AgentId, CallId, LegId
from routing.loop.codec import decode_checkpoint, encode_checkpoint
from routing.notices import AskRefused, Listener
from routing.roster import AgentProfile
from routing.terms import (
    Activity,
    Availability,
    Basis,
    CallState,
    CommandOutcome,
    Help,
    LegEnd,
    MonitorMode,
    NotReadyReason,
    PhoneState,
)
from tests.routing.house import ANNA, CLARA, DINA, ROSTER, Exchange, House

C1 = CallId("c1")
EVA, OTHER = AgentId("eva"), AgentId("other")
LISTEN, WHISPER, BARGE = MonitorMode.LISTEN, MonitorMode.WHISPER, MonitorMode.BARGE

STAFFED = replace(
    ROSTER,
    agents=(
        *ROSTER.agents,
        AgentProfile(agent=EVA, name="Eva", supervises=True),
        AgentProfile(agent=OTHER, name="Other", supervises=True),
    ),
)


class Floor:
    """Clara talks to a caller; Eva's and another supervisor's phones are ready."""

    def __init__(self) -> None:
        self.house = House().open(CLARA)
        self.exchange = Exchange(self.house)
        self.house.tell(RosterLoaded, roster=STAFFED)
        for supervisor in (EVA, OTHER):
            self.house.tell(PhoneChanged, agent=supervisor, state=PhoneState.READY)
        self.house.arrive(who=())
        self.exchange.answer()

    def listens(self, mode: MonitorMode = LISTEN, *, by: AgentId = EVA) -> MonitorCall:
        """A supervisor asks, and his phone answers."""
        self.house.tell(MonitorAsked, by=by, call=C1, mode=mode)
        command: MonitorCall = self.house.last(MonitorCall)
        self.started(command)
        return command

    def started(self, command: MonitorCall) -> None:
        self.house.tell(
            MonitorStarted,
            by=command.supervisor,
            call=command.call,
            leg=command.leg,
            mode=command.mode,
        )

    def listener(self) -> Listener:
        return self.house.call(C1).listeners[-1]

    def newest(self) -> list[Command]:
        return list(self.house.decisions[-1].commands)

    def refused(self) -> list[tuple[AgentId, str]]:
        told = self.house.decisions[-1].notices
        return [(notice.agent, notice.code) for notice in told if isinstance(notice, AskRefused)]

    def tell(self, kind: Any, **fields: Any) -> None:
        self.house.tell(kind, **fields)


@pytest.fixture
def floor() -> Floor:
    return Floor()


def test_his_phone_is_rung_to_hear_the_agents_leg(floor: Floor) -> None:
    floor.tell(MonitorAsked, by=EVA, call=C1, mode=LISTEN)
    (command,) = floor.newest()
    assert isinstance(command, MonitorCall)
    assert (command.supervisor, command.mode) == (EVA, LISTEN)
    assert command.heard == floor.exchange.owner_leg[C1][1]
    assert floor.listener().since is None
    floor.started(command)
    assert (floor.listener().supervisor, floor.listener().since) == (EVA, floor.house.now)


def test_mode_changes_on_the_same_leg(floor: Floor) -> None:
    first = floor.listens()
    floor.tell(MonitorAsked, by=EVA, call=C1, mode=BARGE)
    (command,) = floor.newest()
    assert isinstance(command, MonitorCall)
    assert (command.leg, command.mode) == (first.leg, BARGE)
    assert len(floor.house.call(C1).listeners) == 1
    floor.tell(MonitorAsked, by=EVA, call=C1, mode=BARGE)
    assert floor.newest() == []


def test_his_end_ends_nothing(floor: Floor) -> None:
    command = floor.listens()
    floor.tell(MonitorEnded, by=EVA, call=C1, leg=command.leg)
    assert floor.newest() == []
    assert floor.listener().ended_at == floor.house.now
    assert floor.house.call(C1).state is CallState.TALKING
    assert floor.house.agent(CLARA).activity is Activity.ON_CALL
    again = floor.listens(WHISPER)
    assert again.leg != command.leg


def test_stopping_hangs_his_leg_up(floor: Floor) -> None:
    command = floor.listens()
    floor.tell(MonitorStopAsked, by=EVA, call=C1)
    (ended,) = floor.newest()
    assert isinstance(ended, HangUpLeg)
    assert ended.leg == command.leg


def test_stopped_before_his_phone_has_answered(floor: Floor) -> None:
    floor.tell(MonitorAsked, by=EVA, call=C1, mode=LISTEN)
    command = floor.house.last(MonitorCall)
    floor.tell(MonitorStopAsked, by=EVA, call=C1)
    floor.started(command)
    (ended,) = floor.newest()
    assert isinstance(ended, HangUpLeg)


def test_the_calls_end_takes_him_away(floor: Floor) -> None:
    command = floor.listens()
    floor.exchange.hang_up(C1)
    assert command.leg in [c.leg for c in floor.house.commands if isinstance(c, HangUpLeg)]
    assert floor.house.call(C1).state is CallState.WRAP_UP


def test_phone_that_does_not_answer_is_given_up(floor: Floor) -> None:
    floor.tell(MonitorAsked, by=EVA, call=C1, mode=LISTEN)
    floor.house.wait(16)
    assert floor.listener().ended_at is not None
    told = [n for d in floor.house.decisions for n in d.notices if isinstance(n, AskRefused)]
    assert [(n.agent, n.code) for n in told] == [(EVA, "phone_not_ready")]


def test_refused_by_telephony_is_told_to_the_supervisor_alone(floor: Floor) -> None:
    floor.tell(MonitorAsked, by=EVA, call=C1, mode=LISTEN)
    command = floor.house.last(MonitorCall)
    floor.tell(
        CommandSettled, command=command.id, call=C1, outcome=CommandOutcome.REFUSED, detail=""
    )
    assert floor.refused() == [(EVA, "telephony_refused")]
    assert floor.listener().ended_at is not None


@pytest.mark.parametrize(
    ("by", "call", "code"),
    [(DINA, C1, "not_allowed"), (EVA, CallId("other"), "call_is_over")],
)
def test_what_may_not_be(floor: Floor, by: AgentId, call: CallId, code: str) -> None:
    floor.tell(MonitorAsked, by=by, call=call, mode=LISTEN)
    assert floor.refused() == [(by, code)]
    assert floor.newest() == []


def test_call_without_an_agent_cannot_be_heard(floor: Floor) -> None:
    floor.house.arrive("c2", who=())
    floor.tell(MonitorAsked, by=EVA, call=CallId("c2"), mode=LISTEN)
    assert floor.refused() == [(EVA, "not_talking")]


def test_one_call_at_a_time_and_a_phone_for_it(floor: Floor) -> None:
    floor.house.start(DINA)
    floor.house.arrive("c2", who=())
    floor.exchange.answer()
    floor.listens()
    floor.tell(MonitorAsked, by=EVA, call=CallId("c2"), mode=LISTEN)
    assert floor.refused() == [(EVA, "already_listening")]
    floor.tell(PhoneChanged, agent=OTHER, state=PhoneState.UNREACHABLE)
    floor.tell(MonitorAsked, by=OTHER, call=C1, mode=LISTEN)
    assert floor.refused() == [(OTHER, "phone_not_ready")]


def test_he_follows_the_call_to_its_next_agent(floor: Floor) -> None:
    command = floor.listens(WHISPER)
    floor.house.start(DINA)
    floor.tell(TransferAsked, agent=CLARA, call=C1, to_agent=DINA)
    floor.exchange.answer()
    (moved,) = [c for c in floor.newest() if isinstance(c, MonitorCall)]
    assert (moved.leg, moved.mode) == (command.leg, WHISPER)
    assert moved.heard == floor.exchange.owner_leg[C1][1]


def test_leg_that_a_snapshot_shows_is_a_listener(floor: Floor) -> None:
    floor.tell(MonitorStarted, by=EVA, call=C1, leg=LegId("c1-m7"), mode=WHISPER)
    assert (floor.listener().supervisor, floor.listener().mode) == (EVA, WHISPER)


# ── Taking over ─────────────────────────────────────────────────────────────────────────────


def taken_over(floor: Floor, leg: LegId) -> None:
    """The exchange does what JoinCall asks: the agent's leg goes, the customer comes."""
    agent, old = floor.exchange.owner_leg[C1]
    floor.tell(AgentLegEnded, call=C1, agent=agent, leg=old, end=LegEnd.NORMAL)
    floor.tell(CallConnected, call=C1, agent=EVA, leg=leg)
    floor.exchange.owner_leg[C1] = (EVA, leg)


def test_taking_over_makes_the_call_his_and_frees_the_agent(floor: Floor) -> None:
    leg = floor.listens().leg
    floor.tell(TakeOverAsked, by=EVA, call=C1)
    (join,) = floor.newest()
    assert isinstance(join, JoinCall)
    assert join.leg == leg
    taken_over(floor, leg)
    call = floor.house.call(C1)
    assert (call.agent, call.state, call.offers[-1].basis) == (
        EVA,
        CallState.TALKING,
        Basis.TAKE_OVER,
    )
    assert floor.house.agent(CLARA).activity is Activity.IDLE
    assert floor.listener().ended_at is not None
    floor.exchange.hang_up(C1)
    assert floor.house.call(C1).state is CallState.WRAP_UP
    assert floor.house.agent(EVA).activity is Activity.WRAP_UP


def test_taking_over_unheard_rings_his_phone_first(floor: Floor) -> None:
    floor.tell(TakeOverAsked, by=EVA, call=C1)
    command = floor.house.last(MonitorCall)
    floor.started(command)
    (join,) = floor.newest()
    assert isinstance(join, JoinCall)
    taken_over(floor, command.leg)
    assert floor.house.call(C1).agent == EVA


def test_taking_over_a_held_customer_ends_the_agents_leg(floor: Floor) -> None:
    leg = floor.listens().leg
    floor.tell(HoldAsked, agent=CLARA, call=C1)
    floor.exchange.carry_out()
    floor.tell(TakeOverAsked, by=EVA, call=C1)
    floor.tell(CallConnected, call=C1, agent=EVA, leg=leg)
    (ended,) = [c for c in floor.newest() if isinstance(c, HangUpLeg)]
    assert ended.leg == floor.exchange.owner_leg[C1][1]
    assert floor.house.agent(CLARA).activity is Activity.IDLE


def test_the_others_hear_him_who_took_over(floor: Floor) -> None:
    leg = floor.listens().leg
    other = floor.listens(by=OTHER)
    floor.tell(TakeOverAsked, by=EVA, call=C1)
    taken_over(floor, leg)
    (moved,) = [c for c in floor.newest() if isinstance(c, MonitorCall)]
    assert (moved.leg, moved.heard) == (other.leg, leg)


def test_supervisor_is_never_offered_a_call(floor: Floor) -> None:
    floor.house.arrive("c2", who=())
    assert floor.house.call(CallId("c2")).state is CallState.QUEUED


# ── Help ────────────────────────────────────────────────────────────────────────────────────


def test_help_is_asked_taken_and_over_with_the_call(floor: Floor) -> None:
    floor.tell(AssistanceAsked, agent=CLARA, call=C1, help=Help.APPROVAL)
    asked = floor.house.call(C1).assistance
    assert asked is not None
    assert (asked.agent, asked.help, asked.taken_by) == (CLARA, Help.APPROVAL, None)
    floor.tell(AssistanceTaken, by=EVA, call=C1)
    taken = floor.house.call(C1).assistance
    assert taken is not None
    assert taken.taken_by == EVA
    floor.tell(AssistanceTaken, by=OTHER, call=C1)
    assert floor.refused() == [(OTHER, "help_is_there")]
    floor.exchange.hang_up(C1)
    assert floor.house.call(C1).assistance is None


def test_help_is_withdrawn(floor: Floor) -> None:
    floor.tell(AssistanceAsked, agent=CLARA, call=C1, help=Help.QUESTION)
    floor.tell(AssistanceWithdrawn, agent=CLARA, call=C1)
    assert floor.house.call(C1).assistance is None
    floor.tell(AssistanceTaken, by=EVA, call=C1)
    assert floor.refused() == [(EVA, "no_help_wanted")]


def test_help_is_for_the_owner(floor: Floor) -> None:
    floor.tell(AssistanceAsked, agent=ANNA, call=C1, help=Help.QUESTION)
    assert floor.refused() == [(ANNA, "not_your_call")]


# ── Forced states ───────────────────────────────────────────────────────────────────────────


def test_forced_during_a_call_it_waits_for_its_end(floor: Floor) -> None:
    meeting = {"availability": Availability.NOT_READY, "reason": NotReadyReason.MEETING}
    floor.tell(AvailabilityForced, agent=CLARA, by=EVA, **meeting)
    clara = floor.house.agent(CLARA)
    assert (clara.availability, clara.next_availability) == (
        Availability.AVAILABLE,
        Availability.NOT_READY,
    )
    floor.exchange.hang_up(C1)
    floor.house.wait(600)
    clara = floor.house.agent(CLARA)
    assert (clara.availability, clara.reason, clara.forced_by) == (
        Availability.NOT_READY,
        NotReadyReason.MEETING,
        EVA,
    )
    floor.house.become_available(CLARA)
    assert floor.house.agent(CLARA).forced_by is None


def test_forced_home_ends_the_shift(floor: Floor) -> None:
    floor.house.start(DINA)
    floor.tell(AvailabilityForced, agent=DINA, by=EVA, availability=Availability.OFFLINE)
    dina = floor.house.agent(DINA)
    assert (dina.on_shift, dina.forced_by) == (False, EVA)
    floor.tell(AvailabilityForced, agent=DINA, by=EVA, availability=Availability.AVAILABLE)
    assert floor.refused() == [(EVA, "agent_not_on_shift")]


def test_only_a_supervisor_forces(floor: Floor) -> None:
    floor.tell(AvailabilityForced, agent=CLARA, by=DINA, availability=Availability.OFFLINE)
    assert floor.refused() == [(DINA, "not_allowed")]
    assert floor.house.agent(CLARA).on_shift


# ── Started again ───────────────────────────────────────────────────────────────────────────


def test_what_stands_beside_calls_outlives_the_process(floor: Floor) -> None:
    floor.listens(WHISPER)
    floor.tell(MonitorAsked, by=OTHER, call=C1, mode=LISTEN)
    floor.tell(AssistanceAsked, agent=CLARA, call=C1, help=Help.FRAUD)
    kept = decode_checkpoint(encode_checkpoint(floor.house.engine.dump()))
    before = floor.house.call(C1)
    floor.house.engine = Engine.restore(kept)
    assert floor.house.call(C1) == before
    floor.house.wait(16)
    ends = [one.ended_at for one in floor.house.call(C1).listeners]
    assert ends[0] is None
    assert ends[1] is not None


# ── Whatever supervisors do ─────────────────────────────────────────────────────────────────

STANDS_TOO_LATE: tuple[Any, dict[str, Any]] = (
    MonitorStarted,
    {"by": EVA, "leg": LegId("c1-m1"), "mode": LISTEN},
)
SUPERVISION = [
    STANDS_TOO_LATE,
    *(
        (MonitorAsked, {"by": by, "mode": mode})
        for by in (EVA, OTHER, DINA)
        for mode in MonitorMode
    ),
    (MonitorStopAsked, {"by": EVA}),
    (MonitorStarted, {"by": OTHER, "leg": LegId("c1-m2"), "mode": BARGE}),
    (MonitorEnded, {"by": EVA, "leg": LegId("c1-m1")}),
    (MonitorEnded, {"by": OTHER, "leg": LegId("c1-m2")}),
    (AssistanceTaken, {"by": EVA}),
]


def a_call(supervised: list[int]) -> House:
    """A call from its arrival to its finished card; before each step, supervision of this kind."""
    house = House().open(CLARA)
    house.tell(RosterLoaded, roster=STAFFED)
    for supervisor in (EVA, OTHER):
        house.tell(PhoneChanged, agent=supervisor, state=PhoneState.READY)
    exchange = Exchange(house)
    steps: list[Callable[[], Any]] = [
        lambda: house.arrive(who=()),
        exchange.answer,
        lambda: house.tell(AssistanceAsked, agent=CLARA, call=C1, help=Help.QUESTION),
        lambda: house.tell(HoldAsked, agent=CLARA, call=C1),
        lambda: house.tell(CallHeld, call=C1),
        lambda: house.tell(ResumeAsked, agent=CLARA, call=C1),
        lambda: house.tell(CallConnected, call=C1, agent=CLARA, leg=exchange.owner_leg[C1][1]),
        lambda: exchange.hang_up(C1),
        lambda: house.tell(WrapUpFinished, agent=CLARA, call=C1),
    ]
    for step, kinds in zip(steps, supervised, strict=False):
        if kinds >= 0:
            kind, fields = SUPERVISION[kinds]
            house.tell(kind, call=C1, **fields)
        step()
    for step in steps[len(supervised) :]:
        step()
    return house


def parties(house: House) -> Any:
    """How the call stands for agent and customer, without what supervisors left on it."""
    view = house.call(C1)
    return replace(view, version=0, listeners=(), assistance=None), house.agent(CLARA).activity


@example([-1] * 8 + [SUPERVISION.index(STANDS_TOO_LATE)])
@given(st.lists(st.integers(min_value=-1, max_value=len(SUPERVISION) - 1), max_size=9))
def test_who_is_beside_a_call_changes_nothing_of_it(supervised: list[int]) -> None:
    house, alone = a_call(supervised), a_call([])
    assert parties(house) == parties(alone)
    beside = (MonitorCall, HangUpLeg)
    commands = [type(one) for one in house.commands if not isinstance(one, beside)]
    assert commands == [type(one) for one in alone.commands]
    hung_up = {one.leg for one in house.commands if isinstance(one, HangUpLeg)}
    assert all(one.ended_at or one.leg in hung_up for one in house.call(C1).listeners)
