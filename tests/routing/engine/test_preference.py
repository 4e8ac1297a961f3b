"""In which order a call's agents are asked, and from when on."""

from datetime import timedelta

from routing.commands import OfferCall
from routing.facts import TransferAsked, WrapUpFinished
from routing.roster import Priority
from routing.rules.terms import ALWAYS, Asked, Condition, Need, Overflow
from routing.terms import Basis, Choice, ManagerUse, OfferOutcome, PassedOver
from tests.routing.engine.office import (
    CARDS,
    ENGLISH,
    EVE,
    LEO,
    LOANS,
    MAX,
    MIA,
    SERVICE,
    SPARE,
    office,
    rule,
)
from tests.routing.house import CLIENT, START, Exchange, House


def rung(house: House) -> list[str]:
    return [offer.agent for offer in house.offers()]


def test_who_lacks_a_skill_is_not_rung_until_the_need_eases() -> None:
    need = Need(skill=ENGLISH, level=3, relax_after=30, relaxed=1)
    house = office(needs=(need,)).open(LEO)
    house.arrive()
    assert rung(house) == []
    house.wait(29)
    assert rung(house) == []
    house.wait(1)
    assert rung(house) == [LEO]
    offer = house.call("c1").offers[0]
    assert offer.basis is Basis.SKILLED
    assert offer.waited == 30


def test_a_need_that_eases_to_nothing_opens_the_whole_pool() -> None:
    need = Need(skill=ENGLISH, level=5, relax_after=20, relaxed=0)
    house = office(needs=(need,)).open(LEO)
    house.arrive()
    house.wait(20)
    assert house.call("c1").offers[0].basis is Basis.QUEUE_POOL


def test_longest_idle_or_best_skilled_as_the_queue_says() -> None:
    need = (Need(skill=LOANS),)
    longest = office(needs=need).open(EVE, LEO)
    longest.arrive()
    assert rung(longest) == [EVE]
    best = office(needs=need, choice=Choice.BEST_SKILLED).open(EVE, LEO)
    best.arrive()
    assert rung(best) == [LEO]


def test_overflow_serves_after_its_seconds_and_needs_the_same_skill() -> None:
    need = (Need(skill=ENGLISH, level=4),)
    house = office(needs=need, overflow=(Overflow(queue=SPARE, after=40),)).open(MIA)
    house.arrive()
    house.wait(60)
    assert rung(house) == []
    free = office(overflow=(Overflow(queue=SPARE, after=40),)).open(MIA)
    free.arrive()
    free.wait(39)
    assert rung(free) == []
    free.wait(1)
    assert rung(free) == [MIA]
    assert free.call("c1").offers[0].basis is Basis.OVERFLOW


def test_last_agent_of_an_open_matter_comes_after_the_managers_and_before_the_pool() -> None:
    client = CLIENT.__class__(
        party=CLIENT.party, name="Client", reason="own_number", managers=(MAX,), last_agent=LEO
    )
    house = office().open(EVE, LEO)
    house.arrive(who=(client,))
    offer = house.call("c1").offers[0]
    assert (offer.agent, offer.basis) == (LEO, Basis.LAST_AGENT)
    assert [(one.agent, one.why) for one in offer.passed_over] == [(MAX, PassedOver.OFFLINE)]


def test_last_agent_is_not_asked_for_a_number_that_several_share() -> None:
    house = office().open(EVE, LEO)
    shared = tuple(
        CLIENT.__class__(party=party, name=party, reason="own_number", last_agent=LEO)
        for party in ("a", "b")
    )
    house.arrive(who=shared)
    assert rung(house) == [EVE]


def test_credit_is_time_and_no_absolute_precedence() -> None:
    vip = rule("tier A", Condition(asked=Asked.NUMBER, values=("+79000000002",)), credit=90)
    house = office((vip,))
    house.open()
    house.arrive("early", who=())
    house.wait(80)
    house.arrive("vip", who=(), number="+79000000002")
    house.wait(5)
    house.start(EVE)
    assert house.offers()[-1].call == "vip"

    late = office((vip,))
    late.open()
    late.arrive("early", who=())
    late.wait(100)
    late.arrive("vip", who=(), number="+79000000002")
    late.start(EVE)
    assert late.offers()[-1].call == "early"


def test_a_higher_rate_overtakes_and_a_lower_one_is_not_starved() -> None:
    slow = rule("slow", Condition(asked=Asked.DIALLED, values=("4009",)), rate=50)
    house = office((slow,))
    house.open()
    house.arrive("slow", who=(), dialled="4009")
    house.wait(100)
    house.arrive("quick", who=())
    house.wait(90)
    # 190 s at half a rate are 95, against 90 and a little.
    house.start(EVE)
    assert house.offers()[-1].call == "slow"


def test_claims_are_compared_over_all_queues_of_an_agent() -> None:
    house = office(priority=Priority(credit=60))
    house.open()
    house.arrive("cards", who=(), dialled="4002")
    house.wait(50)
    house.arrive("service", who=())
    house.start(LEO)
    assert house.offers()[-1].call == "service"


def test_managers_only_means_nobody_else() -> None:
    only = rule("own manager", ALWAYS, managers=ManagerUse.ONLY)
    house = office((only,)).open(EVE)
    house.arrive(
        who=(
            CLIENT.__class__(
                party=CLIENT.party, name="Client", reason="own_number", managers=(MAX,)
            ),
        )
    )
    house.wait(300)
    assert rung(house) == []
    house.start(MAX)
    assert rung(house) == [MAX]


def test_given_to_a_queue_the_call_is_the_queues_and_keeps_its_waiting_time() -> None:
    client = CLIENT.__class__(
        party=CLIENT.party, name="Client", reason="own_number", managers=(EVE, MAX)
    )
    house = office(overflow=()).open(EVE, LEO)
    exchange = Exchange(house)
    call = house.arrive(who=(client,))
    exchange.answer()
    house.start(MAX)
    house.tell(TransferAsked, agent=EVE, call=call, to_queue=CARDS)
    assert rung(house)[-1] == LEO
    assert house.call(call).queued_at == START + timedelta(seconds=2)


def test_who_missed_the_call_is_not_asked_again_in_this_round() -> None:
    house = office().open(EVE, LEO)
    exchange = Exchange(house)
    house.arrive()
    exchange.fail(OfferOutcome.BUSY)
    assert rung(house) == [EVE, LEO]


def test_an_agent_who_is_not_taken_is_fed_at_once() -> None:
    """Two come free in one moment and two calls wait: both are offered, whoever is asked first."""
    house = office()
    exchange = Exchange(house)
    house.open(EVE, LEO)
    for name in ("one", "two"):
        house.arrive(name, who=())
    for offer in house.offers():
        house.commands.append(offer)
        exchange.answer()
    for name in ("three", "four"):
        house.arrive(name, who=())
    for name, agent in (("one", EVE), ("two", LEO)):
        exchange.hang_up(name)
        house.tell(WrapUpFinished, agent=agent, call=name)
    assert {offer.call for offer in house.offers()[-2:]} == {"three", "four"}


def test_pool_of_an_offer_tells_who_could_not_be_rung_and_why() -> None:
    house = office().open(EVE)
    house.arrive()
    pool = house.call("c1").offers[0].pool
    assert pool is not None
    assert (pool.queue, pool.able, pool.free) == (SERVICE, 2, 1)
    assert dict(pool.busy) == {PassedOver.OFFLINE: 1}


def test_rules_that_applied_stand_on_the_call() -> None:
    cards = rule("cards", Condition(asked=Asked.DIALLED, values=("4002",)), queue=SERVICE)
    house = office((cards,)).open(EVE)
    house.arrive(dialled="4002")
    call = house.call("c1")
    assert (call.queue, call.rules, call.rules_version) == (SERVICE, ("cards",), "test")
    assert isinstance(house.last(OfferCall), OfferCall)
