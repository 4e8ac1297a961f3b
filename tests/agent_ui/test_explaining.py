"""Explanations: what is said of a call's way, and that every code of it has a text."""

import dataclasses
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from agent_ui.explaining import Explanation, Naming, Said, explain, keyed, worded
from agent_ui.i18n import read_translations
from agent_ui.options import PACKAGE
from agent_ui.sentences import sentence_maker
from agent_ui.shapes import Names
from crm_core.cards.way import Way
from crm_core.selfservice.answers import Service
from routing.facts import SelfService
from routing.ids import AgentId, CallId, FlowId, OfferId, PartyId, QueueId, SkillId
from routing.notices import Considered, OfferView, PoolCount, StepView
from routing.terms import (
    Basis,
    CallState,
    Direction,
    Dismissal,
    OfferKind,
    OfferOutcome,
    PassedOver,
    ServiceEnd,
)
from tests.agent_ui.centre import catalogue

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
SERVICE, LOANS = QueueId("service"), QueueId("loans")
ANNA, BORIS, CLARA = AgentId("a"), AgentId("b"), AgentId("c")
TEXTS = read_translations(PACKAGE / "locale")


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


PLAN = (
    StepView(basis=Basis.PRIORITY_MANAGER, opens_at=START, agents=(ANNA, BORIS)),
    StepView(basis=Basis.SKILLED, opens_at=later(15), queue=SERVICE, needs=((SkillId("vip"), 3),)),
    StepView(basis=Basis.OVERFLOW, opens_at=later(90), queue=LOANS, needs=((SkillId("vip"), 1),)),
)
OFFER = OfferView(
    offer=OfferId("o1"),
    agent=CLARA,
    kind=OfferKind.CALL,
    basis=Basis.SKILLED,
    rank=None,
    made_at=later(40),
    outcome=OfferOutcome.ANSWERED,
    ended_at=later(44),
    passed_over=(
        Considered(agent=ANNA, why=PassedOver.ON_CALL, rank=1),
        Considered(agent=BORIS, why=PassedOver.LACKS_SKILL),
    ),
    pool=PoolCount(queue=SERVICE, able=9, free=1, busy=((PassedOver.ON_CALL, 7),)),
    waited=40.0,
)
WAY = Way(
    call=CallId("c1"),
    queue=SERVICE,
    queued_at=START,
    answered_at=later(44),
    ended_at=None,
    direction=Direction.INBOUND,
    callback_of=None,
    offers=(OFFER,),
    rules=("Gold clients", "Evenings"),
    rules_version="7",
    plan=PLAN,
    waits_for=(ANNA, later(12)),
    credit=90,
)


@cache
def naming(language: str) -> Naming:
    text = TEXTS.gettext(language)
    return Naming(
        agents={ANNA: "Anna", BORIS: "Boris", CLARA: "Clara"},
        queues={SERVICE: "Service", LOANS: "Loans"},
        skills={"vip": "VIP"},
        sentence=sentence_maker(text, Names(catalogue(), language), timezone="Europe/Moscow"),
    )


def told(explanation: Explanation, language: str = "en") -> list[str]:
    """All that is said, in order."""
    said: list[Said] = [*explanation.facts]
    for step in explanation.steps:
        said += [step.who, step.opens]
    for offer in explanation.offers:
        said += [offer.chosen, offer.became, *offer.facts]
        said += [one.said for one in offer.passed_over]
    return [worded(one, naming(language)) for one in said]


def test_the_whole_story_in_words() -> None:
    assert told(explain(WAY)) == [
        "Rules that applied: Gold clients, Evenings (version 7)",
        "Its place in line: 1:30 credited, waiting counts 100 %",
        "Anna is expected to be free soon: until 24/11/2026, 12:00 it is kept for this agent",
        "The client's managers, in their order: Anna, Boris",
        "at once",
        "Agents of “Service” with the skills: VIP ≥ 3",
        "after 0:15",
        "Agents of “Loans”, who help out, with the skills: VIP",
        "after 1:30",
        "First in turn of those free in “Service” with the skills",
        "answered",
        "The call had waited 0:40",
        "“Service”: 9 can serve it, 1 of them free; on a call: 7",
        "Anna (number 1): on a call",
        "Boris: lacks a skill",
    ]


def test_in_russian_nothing_stays_english() -> None:
    for sentence in told(explain(WAY), "ru"):
        rest = sentence
        for name in ("Anna", "Boris", "Service", "Loans", "Gold clients", "Evenings", "VIP"):
            rest = rest.replace(name, "")
        assert not any("a" <= letter.lower() <= "z" for letter in rest), sentence


def test_a_step_that_opened_too_late_was_not_reached() -> None:
    assert [step.opened for step in explain(WAY).steps] == [True, True, False]
    waiting = dataclasses.replace(WAY, offers=(), answered_at=None)
    assert [step.opened for step in explain(waiting).steps] == [None, None, None]
    gave_up = dataclasses.replace(waiting, ended_at=later(100))
    assert [step.opened for step in explain(gave_up).steps] == [True, True, True]


def test_who_was_turned_away_is_told_why() -> None:
    away = dataclasses.replace(WAY, offers=(), dismissal=Dismissal.FULL, rules=(), credit=0)
    assert "Not served: the queue was full" in told(explain(away))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_code_that_is_ever_told_has_a_text(language: str) -> None:
    plan = tuple(
        StepView(basis=basis, opens_at=START, queue=SERVICE, needs=needs)
        for basis in (Basis.SKILLED, Basis.QUEUE_POOL, Basis.OVERFLOW)
        for needs in ((), ((SkillId("vip"), 1),))
    ) + tuple(
        StepView(basis=basis, opens_at=START, agents=(ANNA,))
        for basis in (Basis.TRANSFER, Basis.ASKED_FOR, Basis.PRIORITY_MANAGER, Basis.LAST_AGENT)
    )
    weighed = tuple(Considered(agent=BORIS, why=why) for why in PassedOver)
    offers = tuple(
        dataclasses.replace(OFFER, basis=basis, rank=rank, outcome=outcome, passed_over=weighed)
        for basis in Basis
        for outcome in OfferOutcome
        for rank in (None, 2)
    )
    for dismissal in Dismissal:
        way = dataclasses.replace(
            WAY,
            plan=plan,
            offers=offers,
            dismissal=dismissal,
            callback_of=CallId("c0"),
            attempts=2,
            callback_offered=True,
        )
        for sentence in told(explain(way), language):
            assert "{" not in sentence
            assert not any(f"{family}." in sentence for family in FAMILIES), sentence


FAMILIES = ("explain", "passed", "dismissal", "card.outcome", "keypad")

KEYED = SelfService(
    flow=FlowId("main"),
    version="3",
    node="menu",
    path="cards/card_status",
    topic="cards",
    told=("balance", "cards", "balance"),
    party=PartyId("p"),
    level=2,
    recording="m1",
)

ALL_TOLD = dataclasses.replace(KEYED, told=tuple(Service))


@pytest.mark.parametrize(
    ("language", "path"), [("en", "cards › card status"), ("ru", "карты › состояние карт")]
)
def test_what_he_did_at_his_keypad_is_told_in_words(language: str, path: str) -> None:
    said = TEXTS.gettext(language)
    words = naming(language)
    for end in (None, *ServiceEnd):
        sentences = [worded(one, words) for one in keyed(ALL_TOLD, end)]
        assert len(sentences) == 6 and not any("keypad." in one for one in sentences)
        assert path in sentences[0]
        assert sentences[-1] == said(f"keypad.end.{end or 'none'}")
    assert keyed(None, None) == ()


def test_a_step_that_only_this_bank_has_keeps_its_own_word() -> None:
    own = dataclasses.replace(KEYED, path="cards/gold_club")
    assert worded(keyed(own, None)[0], naming("ru")) == "Выбор в меню: карты › gold club"


def test_a_number_alone_is_no_proof() -> None:
    codes = [one.code for one in keyed(dataclasses.replace(KEYED, level=1), None)]
    assert "keypad.proved" not in codes and "keypad.told" in codes


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_state_ground_and_direction_has_a_name(language: str) -> None:
    text = TEXTS.gettext(language)
    codes = [f"call.{state}" for state in CallState]
    codes += [f"basis.{basis}" for basis in Basis] + [f"why.{basis}" for basis in Basis]
    codes += [f"direction.{direction}" for direction in Direction]
    codes += [f"passed.{why}" for why in PassedOver]
    assert not [code for code in codes if text(code) == code]
