"""What waiting callers are told, and when."""

from routing.commands import OfferCall, SendAway, TellCaller
from routing.facts import CallEnded
from routing.roster import Announcements, CallbackOffer
from routing.terms import EndReason, Phrase
from tests.routing.engine.office import EVE, LEO, office
from tests.routing.house import Exchange, House


def told(house: House) -> list[list[tuple[Phrase, int | None]]]:
    return [
        [(said.phrase, said.number) for said in command.said]
        for command in house.commands
        if isinstance(command, TellCaller)
    ]


def test_place_and_expected_wait_are_told_again_and_again() -> None:
    house = office(announcements=Announcements(first_after=20, every=45))
    house.open(EVE)
    house.arrive("one", who=())
    Exchange(house).answer()
    for name in ("two", "three"):
        house.arrive(name, who=())
    house.wait(20)
    assert told(house) == [
        [(Phrase.POSITION, 1), (Phrase.EXPECTED_WAIT, 4)],
        [(Phrase.POSITION, 2), (Phrase.EXPECTED_WAIT, 8)],
    ]
    house.tell(CallEnded, call="two", reason=EndReason.CALLER)
    house.wait(45)
    assert told(house)[2:] == [[(Phrase.POSITION, 1), (Phrase.EXPECTED_WAIT, 4)]]


def test_who_is_rung_for_is_not_told_anything() -> None:
    house = office(announcements=Announcements(first_after=20, every=45)).open(EVE)
    house.arrive()
    house.wait(19)
    assert told(house) == []
    kinds = [type(command) for command in house.commands if isinstance(command, OfferCall)]
    assert kinds == [OfferCall]


def test_without_agents_at_work_no_wait_is_promised() -> None:
    house = office(announcements=Announcements(first_after=5, every=45)).open()
    house.arrive()
    house.wait(5)
    assert told(house) == [[(Phrase.POSITION, 1)]]


def test_welcome_is_for_those_who_have_to_wait() -> None:
    terms = Announcements(welcome=True)
    waits = office(announcements=terms).open()
    waits.arrive()
    assert told(waits) == [[(Phrase.WELCOME, None)]]
    served = office(announcements=terms).open(EVE)
    served.arrive()
    assert told(served) == []


def test_a_queue_with_music_of_its_own_is_heard_at_once() -> None:
    house = office(music="calm").open()
    house.arrive()
    assert house.last(TellCaller).music == "calm"
    assert told(house) == [[]]


def test_callback_is_offered_after_its_time_or_when_the_wait_will_be_long() -> None:
    after = office(callback=CallbackOffer(after=60, expected_wait=None)).open()
    after.arrive()
    after.wait(59)
    assert told(after) == []
    after.wait(1)
    assert told(after)[-1][-1] == (Phrase.CALLBACK_OFFER, 1)

    soon = office(
        callback=CallbackOffer(after=None, expected_wait=120),
        announcements=Announcements(first_after=10, every=30),
    ).open(LEO)
    for name in ("one", "two"):
        soon.arrive(name, who=())
    soon.wait(10)
    assert told(soon)[-1][-1] == (Phrase.CALLBACK_OFFER, 1)


def test_nobody_is_told_anything_twice_in_one_decision() -> None:
    house = office(longest_wait=20, announcements=Announcements(first_after=20, every=20)).open()
    house.arrive()
    house.wait(20)
    moved = [c for c in house.commands if isinstance(c, TellCaller | SendAway)]
    assert [type(command) for command in moved] == [SendAway]
