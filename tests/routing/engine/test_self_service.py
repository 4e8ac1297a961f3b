"""Callers at their keypads: what they key, whom they reach, how their calls end."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from routing.commands import (
    HangUpCall,
    HangUpLeg,
    IdentifyCaller,
    OfferCall,
    PlaceCall,
    ReturnToWaiting,
    SendAway,
    ServeCaller,
)
from routing.facts import (
    BY_PIN,
    CallArrived,
    CallConnected,
    CallEnded,
    CallerIdentified,
    CallFellBack,
    CallWaiting,
    Candidate,
    CommandSettled,
    HangUpAsked,
    NodeLost,
    SelfService,
    SelfServiceEnded,
    SelfServiceProgressed,
    SurveyStarted,
    TimePassed,
    TransferAsked,
)
from routing.ids import AgentId, CallId, FactId, FlowId, LegId, PartyId, QueueId
from routing.notices import CallView
from routing.roster import QueueProfile
from routing.rules.terms import Actions, Asked, Condition, Rule, RuleSet
from routing.terms import (
    Activity,
    Basis,
    CallState,
    CommandOutcome,
    Direction,
    EndReason,
    Match,
    OfferOutcome,
    ServiceEnd,
)
from tests.routing.house import (
    ANNA,
    CARDS,
    CLARA,
    CLIENT,
    DINA,
    MAIN,
    NODE,
    ROSTER,
    START,
    Exchange,
    House,
)
from tests.routing.test_properties import replays_to_the_same_decisions

MENU, SURVEY = FlowId("main"), FlowId("survey")
WIFE = Candidate(party=PartyId("wife"), name="Wife", reason=BY_PIN, managers=(DINA,))
AT_FIRST = SelfService(flow=MENU, version="1", node="menu")
VERIFIED = replace(
    AT_FIRST, node="cards", path="cards", language="ru", party=WIFE.party, level=2, topic="cards"
)
TOLD = replace(VERIFIED, told=("balance",))
C1 = CallId("c1")


def bank(*at_work: AgentId, rules: tuple[Rule, ...] = (), **main: Any) -> House:
    """A house whose number 4100 begins with a flow."""
    queues = (QueueProfile(queue=MAIN, name="Main", **main), ROSTER.queues[1])
    roster = replace(
        ROSTER, queues=queues, flows=(("4100", MENU),), rules=RuleSet(version="v", rules=rules)
    )
    return House(roster=roster).open(*at_work)


def at_the_keypad(*at_work: AgentId, **more: Any) -> House:
    house = bank(*(at_work or (ANNA, CLARA)), **more)
    house.arrive(dialled="4100")
    house.now += timedelta(seconds=20)
    return house


def tells(house: House, service: SelfService, *, at: Any = None) -> None:
    fact_id = f"told{len(house.facts)}"
    house.apply(SelfServiceProgressed(id=fact_id, at=at or house.now, call=C1, service=service))  # type: ignore[arg-type]


def ends(house: House, end: ServiceEnd, service: SelfService = TOLD, **wishes: Any) -> CallView:
    house.tell(SelfServiceEnded, call=C1, service=service, end=end, **wishes)
    return house.call(C1)


def identified(house: House, *who: Candidate) -> CallView:
    house.tell(CallerIdentified, call=C1, candidates=who)
    return house.call(C1)


def hangs_up(house: House) -> CallView:
    house.now += timedelta(seconds=1)
    house.tell(CallEnded, call=C1, reason=EndReason.CALLER)
    return house.call(C1)


# ── At the keypad ───────────────────────────────────────────────────────────────────────────


def test_a_number_with_a_flow_leads_to_the_keypad_and_to_nobody() -> None:
    house = at_the_keypad()
    call = house.call(C1)
    assert call.state is CallState.SELF_SERVICE
    assert house.last(ServeCaller).flow == MENU
    assert house.last(IdentifyCaller).party is None
    assert call.candidates == (CLIENT,)
    assert not house.offers() and not call.offers
    house.arrive("c2", dialled="4001")
    assert house.call("c2").state is CallState.RINGING


def test_a_withheld_number_is_served_too() -> None:
    house = bank(CLARA)
    house.arrive(dialled="4100", number=None)
    assert house.call(C1).state is CallState.SELF_SERVICE
    assert house.call(C1).match is Match.WITHHELD


def test_the_picture_is_kept_also_when_late_and_never_goes_back() -> None:
    house = at_the_keypad()
    tells(house, TOLD)
    assert house.call(C1).self_service == TOLD
    assert house.call(C1).language == "ru"
    assert house.call(C1).proved_at == house.now
    tells(house, VERIFIED, at=house.now - timedelta(seconds=5))
    assert house.call(C1).self_service == TOLD
    hangs_up(house)
    further, proved_at = replace(TOLD, node="cards_again"), house.call(C1).proved_at
    tells(house, further)
    assert house.call(C1).self_service == further
    assert house.call(C1).proved_at == proved_at < house.now


def test_a_survey_is_no_part_of_the_way() -> None:
    house = at_the_keypad()
    tells(house, replace(TOLD, flow=SURVEY))
    assert house.call(C1).self_service is None
    assert ends(house, ServiceEnd.PERSON, replace(TOLD, flow=SURVEY)).state is (
        CallState.SELF_SERVICE
    )


# ── To a person ─────────────────────────────────────────────────────────────────────────────


def test_his_wait_begins_when_he_leaves_the_keypad() -> None:
    house = at_the_keypad(CLARA)
    call = ends(house, ServiceEnd.PERSON, AT_FIRST)
    assert call.state is CallState.RINGING
    assert call.queued_at == house.now > call.arrived_at
    assert house.last(OfferCall).agent == CLARA
    assert call.offers[0].waited == 0.0


def test_who_proved_who_he_is_comes_to_his_own_managers_whoever_owns_the_number() -> None:
    house = at_the_keypad(ANNA, CLARA, DINA)
    call = ends(house, ServiceEnd.PERSON)
    assert house.last(IdentifyCaller).party == WIFE.party
    assert call.state is CallState.SELF_SERVICE and not house.offers()
    call = identified(house, WIFE)
    assert call.candidates == (WIFE,) and call.match is Match.ONE
    assert house.last(OfferCall).agent == DINA
    assert call.offers[0].basis is Basis.PRIORITY_MANAGER


def test_a_number_alone_asks_nobody_again() -> None:
    house = at_the_keypad()
    suggested = replace(AT_FIRST, party=CLIENT.party, level=1)
    assert ends(house, ServiceEnd.PERSON, suggested).state is CallState.RINGING
    assert house.call(C1).candidates == (CLIENT,)


def test_a_silent_directory_holds_nobody_up_and_suggests_no_other() -> None:
    house = at_the_keypad(ANNA, CLARA)
    ends(house, ServiceEnd.PERSON)
    house.wait(0.3)
    call = house.call(C1)
    assert house.last(OfferCall).agent == CLARA
    assert call.candidates == () and call.match is Match.UNKNOWN
    assert identified(house, WIFE).candidates == (WIFE,)


def test_the_number_s_own_party_stays_known_if_the_directory_is_silent() -> None:
    house = at_the_keypad(ANNA, CLARA)
    ends(house, ServiceEnd.PERSON, replace(TOLD, party=CLIENT.party))
    assert identified(house).candidates == (replace(CLIENT, reason=BY_PIN),)
    assert house.last(OfferCall).agent == ANNA


def test_rules_may_ask_for_the_way_and_the_language() -> None:
    for_cards = Condition(
        asked=Asked.ALL,
        parts=(
            Condition(asked=Asked.IVR_PATH, values=("cards*",)),
            Condition(asked=Asked.LANGUAGE, values=("ru",)),
        ),
    )
    house = at_the_keypad(rules=(Rule(name="cards", when=for_cards, then=Actions(queue=CARDS)),))
    ends(house, ServiceEnd.PERSON, replace(TOLD, level=0))
    assert house.call(C1).queue == CARDS
    assert house.call(C1).rules == ("cards",)


def test_the_flow_s_queue_goes_before_the_rules_and_its_agent_before_all() -> None:
    main = Rule(name="main", when=Condition(asked=Asked.ALL), then=Actions(queue=MAIN))
    house = at_the_keypad(ANNA, CLARA, DINA, rules=(main,))
    call = ends(house, ServiceEnd.PERSON, AT_FIRST, queue=CARDS, agent=DINA)
    assert call.queue == CARDS
    assert (house.last(OfferCall).agent, call.offers[0].basis) == (DINA, Basis.ASKED_FOR)
    house.arrive("c2", dialled="4100")
    house.tell(
        SelfServiceEnded,
        call=CallId("c2"),
        service=AT_FIRST,
        end=ServiceEnd.PERSON,
        queue=QueueId("no such queue"),
        agent=AgentId("nobody"),
    )
    assert house.call("c2").queue == MAIN
    assert house.call("c2").state is CallState.RINGING


def test_whom_he_asked_for_is_not_asked_after_a_transfer() -> None:
    house = at_the_keypad(CLARA, DINA)
    ends(house, ServiceEnd.PERSON, AT_FIRST, agent=CLARA)
    Exchange(house).answer()
    house.tell(TransferAsked, call=C1, agent=CLARA, to_queue=CARDS)
    assert house.last(OfferCall).agent == DINA
    assert all(step.basis is not Basis.ASKED_FOR for step in house.call(C1).plan)


def test_a_closed_queue_turns_him_as_any_caller() -> None:
    house = at_the_keypad(largest=0)
    assert ends(house, ServiceEnd.PERSON, AT_FIRST).state is CallState.TURNED_AWAY
    assert house.last(SendAway)


@pytest.mark.parametrize("service", [AT_FIRST, TOLD])
def test_where_self_service_fails_a_person_serves_him(service: SelfService) -> None:
    house = at_the_keypad()
    call = ends(house, ServiceEnd.FAILED, service)
    if service.level:
        call = identified(house, WIFE)
    assert call.state is CallState.RINGING
    assert call.service_end is ServiceEnd.FAILED


def test_a_killed_application_finds_him_in_asterisk_s_queue() -> None:
    house = at_the_keypad()
    house.tell(CallFellBack, call=C1)
    call = house.call(C1)
    assert (call.state, call.fell_back) == (CallState.RINGING, True)
    assert call.queued_at == house.now
    ends(house, ServiceEnd.LEFT, AT_FIRST)  # the channel was moved from under the flow
    assert house.call(C1).state is CallState.RINGING


def test_an_agent_of_asterisk_s_queue_may_have_answered_him() -> None:
    house = at_the_keypad()
    house.tell(CallConnected, call=C1, agent=CLARA, leg=LegId("leg"))
    assert house.call(C1).state is CallState.TALKING
    house.wait(700)
    assert house.call(C1).state is CallState.TALKING


def test_who_stands_in_the_waiting_loop_again_is_served_by_a_person_soon() -> None:
    house = at_the_keypad(CLARA)
    house.tell(CallWaiting, call=C1)
    assert house.call(C1).state is CallState.SELF_SERVICE
    house.wait(1)
    assert house.call(C1).state is CallState.RINGING


def test_that_he_waited_for_us_to_come_back_is_no_news() -> None:
    house = bank(CLARA)
    house.now += timedelta(seconds=4)
    house.tell(TimePassed)
    arrived = {"number": "+79000000001", "raw": "", "caller_name": "", "dialled": "4100"}
    before = house.now - timedelta(seconds=4)
    house.apply(
        CallArrived(id=FactId("a"), at=before, call=C1, node=NODE, leg=LegId("c1"), **arrived)  # type: ignore[arg-type]
    )
    house.tell(CallWaiting, call=C1)
    house.wait(5)
    assert house.call(C1).state is CallState.SELF_SERVICE


# ── Silence ─────────────────────────────────────────────────────────────────────────────────


def test_without_any_news_a_person_serves_him() -> None:
    house = bank()
    house.arrive(dialled="4100")
    house.wait(29)
    assert house.call(C1).state is CallState.SELF_SERVICE
    house.wait(1)
    assert house.call(C1).state is CallState.QUEUED
    assert house.last(ReturnToWaiting).call == C1


def test_news_prolongs_it_but_not_for_ever() -> None:
    house = bank(CLARA)
    house.arrive(dialled="4100")
    tells(house, TOLD)
    house.wait(599)
    assert house.call(C1).state is CallState.SELF_SERVICE
    house.wait(2)
    assert house.call(C1).state is CallState.RINGING


def test_who_was_refused_the_keypad_waits_for_a_person() -> None:
    house = at_the_keypad()
    house.tell(
        CommandSettled,
        command=house.last(ServeCaller).id,
        call=C1,
        outcome=CommandOutcome.REFUSED,
    )
    assert house.call(C1).state is CallState.RINGING
    assert not [one for one in house.commands if isinstance(one, ReturnToWaiting)]


def test_who_is_done_and_still_there_is_hung_up() -> None:
    house = at_the_keypad()
    ends(house, ServiceEnd.DONE)
    house.wait(30)
    assert house.last(HangUpCall).call == C1
    assert hangs_up(house).state is CallState.SELF_SERVED


# ── The end ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("end", [None, ServiceEnd.DONE, ServiceEnd.LEFT])
@pytest.mark.parametrize(
    ("service", "state"),
    [
        (TOLD, CallState.SELF_SERVED),
        (replace(AT_FIRST, recording="m1"), CallState.SELF_SERVED),
        (VERIFIED, CallState.ABANDONED),
    ],
)
def test_who_was_told_something_has_served_himself(
    end: ServiceEnd | None, service: SelfService, state: CallState
) -> None:
    house = at_the_keypad()
    tells(house, service)
    if end is not None:
        ends(house, end, service)
    call = hangs_up(house)
    assert call.state is state
    assert call.agent is None and call.queued_at == call.ended_at == call.closed_at


def test_the_keypad_s_last_word_may_come_after_the_end() -> None:
    house = at_the_keypad()
    assert hangs_up(house).state is CallState.ABANDONED
    assert ends(house, ServiceEnd.LEFT).state is CallState.SELF_SERVED
    house.wait(120)
    assert house.engine.calls() == ()


def test_who_waited_for_a_person_and_left_has_given_up() -> None:
    house = at_the_keypad(DINA)
    house.go_on_break(DINA)
    ends(house, ServiceEnd.PERSON, replace(TOLD, level=0))
    assert hangs_up(house).state is CallState.ABANDONED


def test_who_leaves_while_the_directory_is_asked_has_given_up() -> None:
    house = at_the_keypad()
    ends(house, ServiceEnd.PERSON)
    assert hangs_up(house).state is CallState.ABANDONED
    assert identified(house, WIFE).state is CallState.ABANDONED


def test_a_dead_node_takes_him_along() -> None:
    house = at_the_keypad()
    house.tell(NodeLost, node=NODE)
    assert house.call(C1).state is CallState.LOST


# ── Called back ─────────────────────────────────────────────────────────────────────────────


def callback_of(house: House) -> CallView:
    return next(call for call in house.engine.calls() if call.direction is Direction.CALLBACK)


def test_he_is_called_back_in_his_place_and_verified_no_more() -> None:
    house = at_the_keypad()
    house.go_on_break(CLARA)
    ends(house, ServiceEnd.CALLBACK)
    assert identified(house, WIFE).state is CallState.CALLBACK_TAKEN
    assert house.last(SendAway).call == C1
    callback = callback_of(house)
    assert callback.queued_at == house.call(C1).queued_at == house.now
    assert callback.candidates == (WIFE,)
    assert callback.self_service == replace(TOLD, level=0)
    hangs_up(house)
    house.become_available(CLARA)
    assert house.last(PlaceCall).call == callback.call


@pytest.mark.parametrize("told_first", [True, False])
def test_who_hangs_up_on_the_last_words_is_called_back_all_the_same(told_first: bool) -> None:
    house = at_the_keypad()
    if told_first:
        ends(house, ServiceEnd.CALLBACK)
        hangs_up(house)
    else:
        hangs_up(house)
        ends(house, ServiceEnd.CALLBACK)
    assert house.call(C1).state is CallState.CALLBACK_TAKEN
    assert callback_of(house).callback_of == C1
    assert len(house.engine.calls()) == 2


def test_who_shows_no_number_waits_instead() -> None:
    house = bank(CLARA)
    house.arrive(dialled="4100", number=None)
    assert ends(house, ServiceEnd.CALLBACK, AT_FIRST).state is CallState.RINGING


# ── Surveys ─────────────────────────────────────────────────────────────────────────────────


def test_a_survey_ends_the_talk_at_once() -> None:
    house = bank(CLARA, survey=SURVEY)
    exchange = Exchange(house)
    house.arrive(who=())
    assert house.last(OfferCall).survey == SURVEY
    exchange.answer()
    house.now += timedelta(seconds=60)
    house.tell(SurveyStarted, call=C1)
    call = house.call(C1)
    assert (call.state, call.end_reason) == (CallState.WRAP_UP, EndReason.AGENT)
    assert call.ended_at == house.now
    assert house.agent(CLARA).activity is Activity.WRAP_UP
    house.now += timedelta(seconds=30)
    assert house.tell(CallEnded, call=C1, reason=EndReason.CALLER).notices == ()


@pytest.mark.parametrize("asked", [True, False])
def test_an_agent_who_hangs_up_at_his_console_leaves_the_caller_to_the_survey(asked: bool) -> None:
    house = bank(CLARA, survey=SURVEY if asked else None)
    exchange = Exchange(house)
    house.arrive(who=())
    exchange.answer()
    house.tell(HangUpAsked, agent=CLARA, call=C1)
    assert type(house.commands[-1]) is (HangUpLeg if asked else HangUpCall)


def test_a_survey_told_before_the_answer_ends_the_same() -> None:
    house = bank(CLARA, survey=SURVEY)
    house.arrive(who=())
    house.now += timedelta(seconds=5)
    answered = house.now - timedelta(seconds=3)
    house.tell(SurveyStarted, call=C1)
    late = CallConnected(id="late", at=answered, call=C1, agent=CLARA, leg=LegId("leg"))  # type: ignore[arg-type]
    house.apply(late)
    assert house.call(C1).state is CallState.WRAP_UP


def test_so_many_of_a_hundred_are_asked_and_the_same_ones_again() -> None:
    def asked() -> list[str]:
        house = bank(CLARA, survey=SURVEY, survey_percent=30)
        exchange = Exchange(house)
        for number in range(200):
            house.arrive(f"c{number}", who=())
            exchange.fail(OfferOutcome.BUSY, after=0)
            exchange.hang_up(CallId(f"c{number}"))
        return [offer.call for offer in house.offers() if offer.survey is not None]

    first = asked()
    assert 35 <= len(set(first)) <= 85
    assert asked() == first


def test_a_queue_without_one_asks_nobody() -> None:
    house = bank(CLARA)
    house.arrive()
    assert house.last(OfferCall).survey is None


def test_all_of_it_replays() -> None:
    house = at_the_keypad(ANNA, CLARA, DINA, survey=SURVEY)
    tells(house, TOLD)
    ends(house, ServiceEnd.PERSON, agent=CLARA)
    identified(house, WIFE)
    Exchange(house).answer()
    house.tell(SurveyStarted, call=C1)
    house.arrive("c2", dialled="4100")
    assert house.now > START
    replays_to_the_same_decisions(house)
