"""The simulated exchange and the real engine: nobody is lost, whatever the small world is like."""

from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.whatif.drawing import Caller
from crm_core.whatif.exchange import Manners
from crm_core.whatif.figures import Figures, Targets
from crm_core.whatif.rosters import House
from crm_core.whatif.staffing import Staff
from crm_core.whatif.world import Setting, play
from routing.ids import AgentId, QueueId, SkillId
from routing.roster import AgentProfile, CallbackOffer, Priority, QueueProfile
from routing.rules.terms import Need, Overflow
from routing.terms import Turning, WrapUpMode
from tests.crm_core.whatif.making import START, recorded

MAIN, CARDS = QueueId("main"), QueueId("cards")
VIP = SkillId("vip")
FOR_EVER = 1e12


def caller(number: int, at: float, **words: float | str | bool) -> Caller:
    """Somebody who calls `at` seconds after nine."""
    queue = str(words.get("queue", MAIN))
    return Caller(
        call=recorded(number, at=at, queue=queue, client=f"client{number}"),
        patience=float(words.get("patience", FOR_EVER)),
        talk=float(words.get("talk", 60)),
        after_call=float(words.get("after_call", 0)),
        takes_callback=bool(words.get("takes_callback", False)),
    )


def house(main: QueueProfile | None = None) -> House:
    plain = QueueProfile(queue=MAIN, name="Main", wrap_up=WrapUpMode.OPTIONAL)
    return House(
        queues=(main or plain, QueueProfile(queue=CARDS, name="Cards")), default_queue=MAIN
    )


def staff(*until: float, skills: tuple[tuple[SkillId, int], ...] = ()) -> Staff:
    """An agent for each number of seconds that he is on duty from nine on."""
    agents = [AgentId(f"agent{n}") for n in range(len(until))]
    return Staff(
        agents=tuple(
            AgentProfile(agent=one, name=one, queues=(MAIN, CARDS), skills=skills) for one in agents
        ),
        duties={
            one: ((START, START + timedelta(seconds=seconds)),)
            for one, seconds in zip(agents, until, strict=True)
        },
    )


def played(callers: list[Caller], people: Staff, house_: House, **manners: float) -> Figures:
    setting = Setting(roster=house_.roster(people), staff=people, manners=Manners(**manners))
    return play(callers, setting, Random(1)).whole()


def test_one_agent_serves_one_after_the_other() -> None:
    """The second waits for the first one's talk and wrap-up; the third has no patience for it."""
    people = [
        caller(1, 0, talk=60, after_call=10),
        caller(2, 30, talk=60),
        caller(3, 40, patience=15),
    ]
    seen = played(people, staff(3600), house())
    assert (seen.offered, seen.answered, seen.abandoned) == (3, 2, 1)
    assert (seen.waited_answered, seen.waited_all) == (40, 55)
    assert seen.in_time == 1
    assert seen.handling == 60 + 10 + 60


def test_ringing_belongs_to_the_wait() -> None:
    seen = played([caller(1, 0)], staff(3600), house(), ring=4.0)
    assert seen.waited_answered == 4


def test_an_agent_who_is_slower_than_the_caller_is_patient_loses_him() -> None:
    seen = played([caller(1, 0, patience=3)], staff(3600), house(), ring=4.0)
    assert (seen.abandoned, seen.answered) == (1, 0)


def test_who_comes_when_nobody_is_there_waits_in_vain() -> None:
    seen = played([caller(1, 700)], staff(600), house())
    assert (seen.left, seen.answered) == (1, 0)


def test_a_pause_ends_and_the_waiting_caller_is_served() -> None:
    people = staff(3600)
    agent = people.agents[0].agent
    at = [START + timedelta(seconds=n) for n in (0, 100, 400, 3600)]
    broken = Staff(agents=people.agents, duties={agent: ((at[0], at[1]), (at[2], at[3]))})
    seen = played([caller(1, 150)], broken, house())
    assert seen.waited_answered == 250
    assert seen.idle == 100 + 3200 - 60


def test_a_full_queue_sends_callers_away() -> None:
    full = QueueProfile(queue=MAIN, name="Main", largest=0, when_full=Turning.HANG_UP)
    seen = played([caller(1, 0, talk=600), caller(2, 10)], staff(3600), house(full))
    assert seen.offered == seen.answered + seen.turned_away
    assert seen.turned_away >= 1


def test_a_caller_leaves_for_a_callback_and_is_rung_back() -> None:
    offering = QueueProfile(
        queue=MAIN,
        name="Main",
        wrap_up=WrapUpMode.OPTIONAL,
        callback=CallbackOffer(after=20, expected_wait=None),
    )
    people = [caller(1, 0, talk=300), caller(2, 10, takes_callback=True, talk=100)]
    seen = played(people, staff(3600), house(offering), reached=1.0)
    assert (seen.answered, seen.callbacks, seen.abandoned) == (1, 1, 0)
    assert seen.handling == 300 + 100, "he was talked to after all"


def test_who_has_the_skill_is_waited_for_until_the_need_eases() -> None:
    needing = QueueProfile(
        queue=MAIN,
        name="Main",
        wrap_up=WrapUpMode.OPTIONAL,
        needs=(Need(skill=VIP, relax_after=30, relaxed=0),),
    )
    assert played([caller(1, 0)], staff(3600), house(needing)).waited_answered == 30
    able = staff(3600, skills=((VIP, 2),))
    assert played([caller(1, 0)], able, house(needing)).waited_answered == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 3000),
            st.floats(0, 400),
            st.floats(0.001, 500),
            st.floats(0, 60),
            st.sampled_from([MAIN, CARDS, "elsewhere"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=25,
    ),
    st.lists(st.floats(1, 4000), max_size=3),
    st.floats(0, 30),
    st.booleans(),
)
def test_nobody_is_lost_and_the_same_world_plays_the_same_way(
    people: list[tuple[float, float, float, float, str, bool]],
    until: list[float],
    ring: float,
    rich: bool,
) -> None:
    """Everybody who called was answered, hung up, was turned away, left for a callback or waits."""
    main = QueueProfile(
        queue=MAIN,
        name="Main",
        wrap_up=WrapUpMode.TIMED,
        wrap_up_seconds=20,
        priority=Priority(credit=10, rate=200),
        overflow=(Overflow(queue=CARDS, after=30),),
        callback=CallbackOffer(after=20),
        largest=5,
        when_full=Turning.CALLBACK,
        longest_wait=300,
    )
    callers = [
        caller(
            n, at, patience=patience, talk=talk, after_call=rest, queue=queue, takes_callback=yes
        )
        for n, (at, patience, talk, rest, queue, yes) in enumerate(sorted(people))
    ]
    world = house(main) if rich else house()
    first, second = (played(callers, staff(*until), world, ring=ring) for _ in range(2))
    assert first == second
    ends = first.answered + first.abandoned + first.turned_away + first.callbacks + first.left
    assert first.offered == len(callers) == ends
    assert first.short <= first.abandoned
    assert first.in_time <= first.answered
    most = sum(until) + sum(c.talk + c.after_call for c in callers)
    assert first.handling <= most + 1e-3


def test_targets_say_what_is_in_time() -> None:
    seen = Figures()
    seen.count_answered(20.0, Targets(within=20))
    seen.count_answered(20.1, Targets(within=20))
    seen.count_abandoned(4.9, Targets(short_abandon=5))
    seen.count_abandoned(5.0, Targets(short_abandon=5))
    seen.offered = 4
    ratios = seen.ratios()
    assert ratios["service_level"] == 1 / 3
    assert ratios["abandon_rate"] == 1 / 2
    assert ratios["occupancy"] is None
