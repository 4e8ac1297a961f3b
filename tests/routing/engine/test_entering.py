"""Who a queue takes, and what becomes of whom it does not take."""

from datetime import timedelta

from routing.commands import SendAway, TellCaller
from routing.facts import CallEnded, CallerIdentified, KeyPressed
from routing.ids import ScheduleId
from routing.roster import CallbackOffer, Schedule
from routing.rules.terms import ALWAYS, Asked, Condition
from routing.terms import CallState, Dismissal, EndReason, Match, Phrase, Turning
from tests.routing.engine.office import EVE, LEO, SERVICE, SPARE, office, rule
from tests.routing.house import CLIENT, START, House

DAY = ScheduleId("day")
CLOSED_NOW = (
    Schedule(
        schedule=DAY,
        spans=((START + timedelta(hours=1), START + timedelta(hours=9)),),
    ),
)


def words(house: House, kind: type[TellCaller] | type[SendAway]) -> list[Phrase]:
    return [said.phrase for said in house.last(kind).said]


def test_closed_queue_tells_so_and_lets_him_go() -> None:
    house = office(schedules=CLOSED_NOW, hours=DAY).open(EVE)
    house.arrive()
    call = house.call("c1")
    assert (call.state, call.dismissal) == (CallState.TURNED_AWAY, Dismissal.CLOSED)
    assert words(house, SendAway) == [Phrase.CLOSED, Phrase.GOODBYE]
    assert house.offers() == []
    house.tell(CallEnded, call="c1", reason=EndReason.SYSTEM)
    assert house.call("c1").ended_at is not None


def test_closed_queue_leads_to_an_open_one() -> None:
    house = office(
        schedules=CLOSED_NOW, hours=DAY, when_closed=Turning.OVERFLOW, closed_to=SPARE
    ).open(EVE)
    house.arrive()
    assert house.call("c1").queue == SPARE
    assert house.call("c1").state is CallState.QUEUED


def test_a_ring_of_closed_queues_ends() -> None:
    house = office(
        schedules=CLOSED_NOW, hours=DAY, when_closed=Turning.OVERFLOW, closed_to=SERVICE
    ).open(EVE)
    house.arrive()
    assert house.call("c1").state is CallState.TURNED_AWAY


def test_open_again_it_takes_calls() -> None:
    house = office(schedules=CLOSED_NOW, hours=DAY).open(EVE)
    house.wait(3600)
    house.arrive()
    assert house.call("c1").state is CallState.RINGING


def test_closed_queue_offers_a_callback_that_comes_when_it_opens() -> None:
    house = office(schedules=CLOSED_NOW, hours=DAY, when_closed=Turning.CALLBACK).open(EVE)
    house.arrive()
    assert words(house, TellCaller) == [Phrase.CLOSED, Phrase.CALLBACK_OFFER]
    house.tell(KeyPressed, call="c1", key="1")
    assert house.call("c1").state is CallState.CALLBACK_TAKEN
    callback = house.call("c1~1")
    assert callback.not_before == START + timedelta(hours=1)
    house.wait(3600)
    assert house.call("c1~1").state is CallState.DIALLING


def test_who_does_not_take_the_callback_is_let_go() -> None:
    house = office(schedules=CLOSED_NOW, hours=DAY, when_closed=Turning.CALLBACK).open(EVE)
    house.arrive()
    house.wait(30)
    assert house.call("c1").state is CallState.TURNED_AWAY
    assert words(house, SendAway) == [Phrase.CLOSED, Phrase.GOODBYE]


def test_withheld_number_cannot_be_called_back() -> None:
    house = office(schedules=CLOSED_NOW, hours=DAY, when_closed=Turning.CALLBACK).open(EVE)
    house.arrive(number=None)
    assert house.call("c1").state is CallState.TURNED_AWAY


def test_full_queue_takes_nobody_and_counts_only_who_waits() -> None:
    house = office(largest=1)
    house.open()
    house.arrive("one")
    house.arrive("two")
    assert house.call("one").state is CallState.QUEUED
    assert house.call("two").dismissal is Dismissal.FULL
    house.tell(CallEnded, call="one", reason=EndReason.CALLER)
    house.arrive("three")
    assert house.call("three").state is CallState.QUEUED


def test_who_has_waited_too_long_is_told_and_let_go() -> None:
    house = office(longest_wait=60)
    house.open()
    house.arrive()
    house.wait(59)
    assert house.call("c1").state is CallState.QUEUED
    house.wait(2)
    assert house.call("c1").dismissal is Dismissal.WAITED_TOO_LONG


def test_while_a_phone_rings_for_him_nobody_is_sent_away() -> None:
    house = office(longest_wait=60)
    house.open()
    house.arrive()
    house.wait(55)
    house.start(EVE)
    house.wait(10)
    assert house.call("c1").state is CallState.RINGING


def test_a_rule_turns_a_caller_away() -> None:
    nuisance = rule(
        "nuisance", Condition(asked=Asked.NUMBER, values=("+7900*",)), turn=Turning.HANG_UP
    )
    house = office((nuisance,)).open(EVE)
    house.arrive()
    assert house.call("c1").dismissal is Dismissal.RULE
    assert words(house, SendAway) == [Phrase.GOODBYE]


def test_late_answer_of_the_directory_still_steers_who_waits() -> None:
    debtor = rule("debtors", Condition(asked=Asked.DAYS_PAST_DUE, low=31), queue=SPARE)
    house = office((debtor,))
    house.open()
    house.arrive(who=())
    late = CLIENT.__class__(
        party=CLIENT.party, name="Client", reason="own_number", days_past_due=45
    )
    house.tell(CallerIdentified, call="c1", candidates=(late,))
    assert house.call("c1").queue == SPARE
    assert house.call("c1").match is Match.ONE


def test_late_answer_changes_nothing_for_a_call_that_rings() -> None:
    elsewhere = rule("all", Condition(asked=Asked.HAS_MANAGER), queue=SPARE)
    house = office((elsewhere,)).open(EVE)
    house.arrive(who=())
    house.tell(CallerIdentified, call="c1", candidates=(CLIENT,))
    assert house.call("c1").queue == SERVICE


def test_rules_see_the_queues_as_they_stand() -> None:
    busy = Condition(asked=Asked.WAITING, values=(SERVICE,), low=1)
    house = office((rule("busy", busy, queue=SPARE), rule("else", ALWAYS, queue=SERVICE)))
    house.open()
    house.arrive("one", who=())
    house.arrive("two", who=())
    assert house.call("one").queue == SERVICE
    assert house.call("two").queue == SPARE


def test_free_agents_and_longest_wait_are_asked_too() -> None:
    nobody = Condition(asked=Asked.FREE_AGENTS, values=(SERVICE,), high=0)
    long = Condition(asked=Asked.LONGEST_WAIT, values=(SERVICE,), low=30)
    both = Condition(asked=Asked.ALL, parts=(nobody, long))
    house = office((rule("help", both, queue=SPARE),))
    house.open()
    house.arrive("one", who=())
    house.wait(31)
    house.arrive("two", who=())
    assert house.call("two").queue == SPARE
    house.start(LEO)
    assert house.call("one").state is CallState.RINGING


def test_a_queue_without_a_callback_offer_has_one_when_it_turns_to_it() -> None:
    house = office(largest=0, when_full=Turning.CALLBACK).open()
    house.arrive()
    house.tell(KeyPressed, call="c1", key=CallbackOffer().key)
    assert house.call("c1~1").state is CallState.QUEUED
