"""What each kind of node makes of what a caller does, as tables."""

from dataclasses import replace

import pytest

from crm_core.selfservice.answers import Answer, AnswerKind, Service
from ivr.flows.known import Known
from ivr.flows.nodes import Flow
from ivr.flows.reading import read_flow
from ivr.steps.acts import (
    Act,
    Answered,
    Ask,
    AskHours,
    Caller,
    CheckPin,
    ChoosePin,
    Done,
    End,
    FindClient,
    Found,
    Happened,
    Heard,
    HoursTold,
    KeepAnswer,
    Keyed,
    PinChecked,
    PinChosen,
    Query,
    Recorded,
    Silent,
    TakeMessage,
    Tell,
)
from ivr.steps.walking import MOST_ACTS, Unfitting, Walk, begin, step
from routing.ids import PartyId
from routing.terms import ServiceEnd
from tests.ivr.steps.told import PARTY, debt, found

FLOW = read_flow(
    """
flow: f
languages: [ru, en]
start: hello
main: menu
person: person
no_input: silence
wrong_key: wrong
nodes:
  hello: {say: hello, next: menu}
  menu:
    menu: menu
    choices: {1: debt, 2: about, 3: code, 4: rate, 5: message, 6: hours, 7: in_english, 8: new_pin}
    gave_up: person
    tries: 2
  debt: {look_up: debt, found: tell, none: bye, stale: late, away: late, refused: who, topic: loan}
  who: {identify: who, next: pin, gave_up: late}
  pin: {verify: pin, wrong: wrong_pin, verified: debt, failed: late}
  tell: {speak: debt, next: overdue}
  overdue: {condition: overdue, yes: late, no: more}
  more: {menu: more, choices: {1: menu}, gave_up: bye}
  late: {menu: late, choices: {1: call_back}, gave_up: bye, topic: arrears}
  call_back: {callback: callback_taken, cannot: bye}
  about: {menu: about, choices: {1: branches, 9: bye}, gave_up: bye}
  branches: {look_up: branches, found: tell_branches, none: bye, stale: bye, away: bye}
  tell_branches: {speak: branches, next: about}
  code: {collect: code, name: code, fewest: 3, most: 4, next: is_vip, gave_up: late}
  is_vip: {condition: collected, name: code, values: [777], yes: vip, no: menu}
  vip: {transfer: to_person, queue: vips, agent: a1}
  rate: {survey: rate, question: how, lowest: 0, highest: 10, next: bye, gave_up: late}
  message: {record: message, seconds: 30, next: bye}
  hours: {hours: office, open: person, closed: bye}
  in_english: {set_language: en, next: menu}
  new_pin: {set_pin: code, pin: pin, again: again, weak: weak, next: bye, failed: late}
  bye: {hang_up: goodbye}
  person: {transfer: to_person}
prompts:
"""
    + "".join(
        f"  {one}: {{en: {one}, ru: {one}}}\n"
        for one in (
            *("hello", "menu", "silence", "wrong", "who", "pin", "wrong_pin", "more", "late"),
            *("about", "code", "rate", "message", "again", "weak"),
        )
    ),
    Known(),
)
CALLER = Caller(number="+79161234567")
HEARD = Heard()
NO_PIN = PinChecked(more=True)
RIGHT = PinChecked(party=PARTY, level=2)
TO_PIN = (HEARD, Keyed(digits="1"), Keyed(digits="4821"), Found(by="card"))
VERIFIED = (*TO_PIN, Keyed(digits="5079"), RIGHT)
DEBT = found(Service.DEBT, debt())
OVERDUE = found(Service.DEBT, debt(overdue=5))


def lead(*happened: Happened, caller: Caller = CALLER, flow: Flow = FLOW) -> tuple[Walk, Act]:
    """Where all of this leads."""
    walk, act = begin(flow, caller)
    for one in happened:
        walk, act = step(flow, walk, one)
    return walk, act


def said(act: Act) -> tuple[str, ...]:
    assert isinstance(act, Tell | Ask | End)
    return tuple(one.prompt for one in act.said)


@pytest.mark.parametrize(
    ("happened", "node", "prompts"),
    [
        ((), "hello", ("hello",)),
        ((HEARD,), "menu", ("menu",)),
        # keys that hold anywhere, in a menu and in what is said
        ((HEARD, Keyed(digits="0")), "person", ("to_person",)),
        ((HEARD, Keyed(digits="9")), "menu", ("menu",)),
        ((HEARD, Keyed(digits="2"), Keyed(digits="*")), "menu", ("menu",)),
        ((HEARD, Keyed(digits="2"), Keyed(digits="#")), "menu", ("menu",)),
        ((HEARD, Keyed(digits="*")), "menu", ("menu",)),
        ((Heard(key="0"),), "person", ("to_person",)),
        ((Heard(key="9"),), "hello", ("hello",)),
        # his own choice comes before them, also ahead of the menu; any other key ends what is said
        ((HEARD, Keyed(digits="2"), Keyed(digits="9")), "bye", ("goodbye",)),
        ((Heard(key="2"),), "about", ("about",)),
        ((Heard(key="#"),), "menu", ("menu",)),
        # silence and wrong keys
        ((HEARD, Silent()), "menu", ("silence", "menu")),
        ((HEARD, Keyed(digits="2"), Keyed(digits="5")), "about", ("wrong", "about")),
        ((HEARD, Silent(), Silent()), "person", ("to_person",)),
        ((HEARD, Silent(), Keyed(digits="9"), Silent()), "menu", ("silence", "menu")),
        # digits: too few, too many for what is asked, keys in place of them
        ((HEARD, Keyed(digits="3")), "code", ("code",)),
        ((HEARD, Keyed(digits="3"), Keyed(digits="12")), "code", ("wrong", "code")),
        ((HEARD, Keyed(digits="3"), Keyed(digits="123")), "menu", ("menu",)),
        ((HEARD, Keyed(digits="3"), Keyed(digits="777")), "vip", ("to_person",)),
        ((HEARD, Keyed(digits="3"), Keyed(digits="0")), "person", ("to_person",)),
        ((HEARD, Keyed(digits="3"), Keyed(digits="*")), "menu", ("menu",)),
        ((HEARD, Keyed(digits="3"), *[Silent()] * 3), "late", ("late",)),
        # a survey's number comes before a key
        ((HEARD, Keyed(digits="4"), Keyed(digits="11")), "rate", ("wrong", "rate")),
        ((HEARD, Keyed(digits="4"), Keyed(digits="0"), Done()), "bye", ("goodbye",)),
        # who he is: an entry, his PIN, three wrong ones at most
        ((HEARD, Keyed(digits="1")), "who", ("who",)),
        (TO_PIN, "pin", ("pin",)),
        ((*TO_PIN, Keyed(digits="*")), "who", ("who",)),
        ((*TO_PIN, Keyed(digits="0")), "person", ("to_person",)),
        ((*TO_PIN, Silent()), "pin", ("silence", "pin")),
        ((*TO_PIN, *[Silent()] * 3), "late", ("late",)),
        ((*TO_PIN, Keyed(digits="1"), NO_PIN), "pin", ("wrong_pin", "pin")),
        ((*TO_PIN, Keyed(digits="1"), PinChecked()), "late", ("late",)),
        ((*TO_PIN, *[Keyed(digits="1"), NO_PIN] * 3), "late", ("late",)),
        ((*VERIFIED, found(Service.DEBT)), "bye", ("goodbye",)),
        ((*VERIFIED, DEBT), "tell", ("debt_total", "debt_not_overdue")),
        ((*VERIFIED, DEBT, HEARD), "tell", ("debt_next",)),
        ((*VERIFIED, DEBT, HEARD, HEARD), "more", ("more",)),
        ((*VERIFIED, DEBT, Heard(key="0")), "person", ("to_person",)),
        ((*VERIFIED, DEBT, Heard(key="9")), "tell", ("debt_total", "debt_not_overdue")),
        ((*VERIFIED, DEBT, Heard(key="7")), "more", ("more",)),
        # where he was verified, "back" does not ask who he is
        ((*VERIFIED, DEBT, HEARD, HEARD, Keyed(digits="*")), "menu", ("menu",)),
        # a message, and a telephone that shows its number
        ((HEARD, Keyed(digits="5")), "message", ("message",)),
        ((HEARD, Keyed(digits="5"), Heard(key="0")), "person", ("to_person",)),
        ((HEARD, Keyed(digits="5"), HEARD, Recorded(name="m")), "bye", ("goodbye",)),
        ((*TO_PIN, *[Silent()] * 3, Keyed(digits="1")), "call_back", ("callback_taken",)),
        ((HEARD, Keyed(digits="6"), HoursTold(open=False)), "bye", ("goodbye",)),
    ],
)
def test_where_it_leads(
    happened: tuple[Happened, ...], node: str, prompts: tuple[str, ...]
) -> None:
    walk, act = lead(*happened)
    assert (walk.service.node, said(act)) == (node, prompts)


@pytest.mark.parametrize(
    ("happened", "act"),
    [
        ((HEARD, Keyed(digits="1"), Keyed(digits="4821")), FindClient(entry="4821")),
        ((*TO_PIN, Keyed(digits="5079")), CheckPin(pin="5079")),
        (VERIFIED, Query(service=Service.DEBT)),
        ((HEARD, Keyed(digits="2"), Keyed(digits="1")), Query(service=Service.BRANCHES)),
        ((HEARD, Keyed(digits="4"), Keyed(digits="10")), KeepAnswer(question="how", value=10)),
        ((HEARD, Keyed(digits="5"), HEARD), TakeMessage(seconds=30)),
        ((HEARD, Keyed(digits="6")), AskHours(schedule=FLOW.nodes["hours"].schedule)),
        (
            (
                HEARD,
                Keyed(digits="8"),
                Keyed(digits="42"),
                Keyed(digits="5079"),
                Keyed(digits="5079"),
            ),
            ChoosePin(code="42", pin="5079"),
        ),
    ],
)
def test_what_is_asked_of_the_bank(happened: tuple[Happened, ...], act: Act) -> None:
    assert lead(*happened)[1] == act


def test_digits_are_asked_for_without_losing_the_first_and_secrets_are_marked() -> None:
    act = lead(HEARD, Keyed(digits="3"))[1]
    assert act == Ask(said=act.said, language="ru", most=4, ends="#*")
    assert lead(*TO_PIN)[1].secret
    flow = replace(
        FLOW, nodes={**FLOW.nodes, "menu": replace(FLOW.nodes["hello"], node="menu", next="code")}
    )
    _, act = lead(Heard(key="7"), flow=flow)
    assert act == Ask(said=(), language="ru", most=3, ends="#*")
    walk, _ = lead(Heard(key="7"), Keyed(digits="77"), flow=flow)
    assert walk.service.node == "vip"


def test_a_stranger_is_refused_without_asking_the_bank_and_the_bank_is_not_asked_twice() -> None:
    walk, act = lead(HEARD, Keyed(digits="1"))
    assert isinstance(act, Ask) and walk.service.node == "who"
    answer = Answer(service=Service.DEBT, kind=AnswerKind.REFUSED)
    walk, act = lead(*VERIFIED, Answered(answer=answer))
    assert isinstance(act, End) and walk.service.node == "person"


@pytest.mark.parametrize("kind", [AnswerKind.STALE, AnswerKind.AWAY])
def test_stale_or_away_goes_where_the_flow_says_and_no_older_answer_is_told(
    kind: AnswerKind,
) -> None:
    answer = Answered(answer=Answer(service=Service.DEBT, kind=kind))
    walk, act = lead(*VERIFIED, answer)
    assert (walk.service.node, said(act)) == ("late", ("late",))
    walk, _ = lead(*VERIFIED, DEBT, HEARD, HEARD, Keyed(digits="1"), Keyed(digits="1"), answer)
    assert walk.answers == ()


def test_a_suggested_caller_is_taken_without_asking_until_he_goes_back() -> None:
    suggested = replace(CALLER, suggested=PartyId("p2"))
    walk, act = lead(HEARD, Keyed(digits="1"), caller=suggested)
    assert (walk.service.node, walk.service.identified_by) == ("pin", "number")
    assert walk.service.party is None and not walk.verified
    walk, act = lead(HEARD, Keyed(digits="1"), Keyed(digits="*"), caller=suggested)
    assert said(act) == ("who",)
    happened = (Keyed(digits="123456"), Found(by="client_number"))
    walk, _ = lead(HEARD, Keyed(digits="1"), Keyed(digits="*"), *happened, caller=suggested)
    assert (walk.service.node, walk.service.identified_by) == ("pin", "client_number")


def test_three_wrong_pins_a_call_are_all_wherever_they_were_typed() -> None:
    wrong = (Keyed(digits="1111"), NO_PIN)
    walk, act = lead(*TO_PIN, *wrong, *wrong, Keyed(digits="#"), Keyed(digits="1"), *wrong)
    assert (walk.service.node, walk.wrong_pins) == ("late", 3)
    walk, act = step(FLOW, walk, Keyed(digits="#"))
    walk, act = step(FLOW, walk, Keyed(digits="1"))
    assert (walk.service.node, said(act)) == ("late", ("late",))


def test_a_new_pin_is_typed_twice_and_a_weak_one_costs_a_try_but_not_the_code() -> None:
    start = (HEARD, Keyed(digits="8"), Keyed(digits="42"))
    pin = Keyed(digits="5079")
    _, act = lead(*start, pin, Keyed(digits="5078"))
    assert said(act) == ("wrong", "pin")
    _, act = lead(*start, pin, pin, PinChosen(done=False, weak=True))
    assert said(act) == ("weak", "pin")
    weak = (pin, pin, PinChosen(done=False, weak=True))
    assert lead(*start, *weak, pin, pin)[1] == ChoosePin(code="42", pin="5079")
    assert lead(*start, *weak, *weak, *weak)[0].service.node == "late"
    assert lead(*start, pin, pin, PinChosen(done=False))[0].service.node == "late"
    walk, _ = lead(*start, pin, pin, PinChosen(done=True))
    assert (walk.service.node, walk.code, walk.pin) == ("bye", "", "")


@pytest.mark.parametrize(
    ("happened", "path", "topic", "told"),
    [
        ((HEARD, Keyed(digits="2")), "about", "", ()),
        ((HEARD, Keyed(digits="2"), Keyed(digits="9")), "about/bye", "", ()),
        ((HEARD, Keyed(digits="2"), Keyed(digits="*"), Keyed(digits="3")), "code", "", ()),
        ((*VERIFIED, DEBT), "debt", "loan", ()),
        ((*VERIFIED, DEBT, HEARD), "debt", "loan", ()),
        ((*VERIFIED, DEBT, HEARD, HEARD), "debt", "loan", ("debt",)),
        ((*VERIFIED, DEBT, HEARD, Heard(key="0")), "debt", "loan", ("debt",)),
        ((*VERIFIED, DEBT, Heard(key="0")), "debt", "loan", ()),
        ((*VERIFIED, DEBT, HEARD, HEARD, Keyed(digits="1")), "", "loan", ("debt",)),
        (
            (*VERIFIED, found(Service.DEBT, debt(overdue=5)), HEARD, HEARD),
            "debt",
            "arrears",
            ("debt",),
        ),
    ],
)
def test_what_others_are_told_of_his_way(
    happened: tuple[Happened, ...], path: str, topic: str, told: tuple[str, ...]
) -> None:
    service = lead(*happened)[0].service
    assert (service.path, service.topic, service.told) == (path, topic, told)


def test_who_is_verified_is_known_by_party_and_level_and_a_message_by_its_name() -> None:
    service = lead(*VERIFIED)[0].service
    assert (service.party, service.level, service.identified_by) == (PARTY, 2, "card")
    walk, _ = lead(HEARD, Keyed(digits="5"), HEARD, Recorded(name="m1"))
    assert walk.service.recording == "m1"


def test_his_own_language_is_spoken_and_another_if_he_chooses() -> None:
    assert begin(FLOW, CALLER)[1].language == "ru"
    assert begin(FLOW, CALLER)[0].service.language == ""
    walk, act = begin(FLOW, replace(CALLER, language="en"))
    assert (walk.service.language, act.language) == ("en", "en")
    walk, act = lead(HEARD, Keyed(digits="7"))
    assert (walk.service.language, act.language) == ("en", "en")
    assert begin(FLOW, replace(CALLER, language="zh"))[0].language == "ru"


def test_ends_say_who_is_wanted_and_who_shows_no_number_is_not_called_back() -> None:
    _, act = lead(HEARD, Keyed(digits="3"), Keyed(digits="777"))
    assert isinstance(act, End)
    assert (act.end, act.queue, act.agent) == (ServiceEnd.PERSON, "vips", "a1")
    late = (*TO_PIN, *[Silent()] * 3, Keyed(digits="1"))
    assert lead(*late)[1].end is ServiceEnd.CALLBACK
    assert lead(*late, caller=Caller(number=None))[1].end is ServiceEnd.DONE


def test_after_too_many_acts_a_person_takes_it() -> None:
    walk, act = begin(FLOW, CALLER)
    walk, act = step(FLOW, walk, HEARD)
    for _ in range(MOST_ACTS + 1):
        if isinstance(act, End):
            break
        walk, act = step(FLOW, walk, Keyed(digits="9"))
    assert isinstance(act, End) and act.end is ServiceEnd.PERSON
    assert walk.acts == MOST_ACTS


@pytest.mark.parametrize("happened", [Silent(), Found(by="card"), DEBT, Done()])
def test_what_is_no_answer_is_a_defect(happened: Happened) -> None:
    walk, _ = begin(FLOW, CALLER)
    with pytest.raises(Unfitting):
        step(FLOW, walk, happened)


def test_a_key_pressed_while_he_is_greeted_is_his_choice_of_the_menu_behind_a_condition() -> None:
    flow = read_flow(
        """
flow: f
languages: [ru]
start: hello
main: menu
person: person
nodes:
  hello: {say: one_moment, next: known}
  known: {condition: suggested, yes: menu, no: person}
  menu: {menu: one_moment, choices: {1: bye}, gave_up: person}
  bye: {hang_up: goodbye}
  person: {transfer: to_person}
""",
        Known(),
    )
    walk, _act = begin(flow, Caller(number=None, suggested=PARTY))
    walk, act = step(flow, walk, Heard(key="1"))
    assert isinstance(act, End)
    assert walk.service.path == "bye"
