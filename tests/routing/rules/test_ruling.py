"""What rules say of a call: properties of any rules, and each condition by example."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.facts import Candidate
from routing.ids import AgentId, PartyId, QueueId
from routing.rules.ruling import SILENT, Caller, Ruling, holds, rule_on
from routing.rules.terms import NO_RULES, Actions, Asked, Condition, Rule, RuleSet, Whose
from routing.terms import Match, NumberClass
from tests.routing.rules.drawn import (
    NOON,
    Standing,
    actions,
    callers,
    conditions,
    leaves,
    rule_sets,
    standings,
)

ADDS_UP = ("needs", "also", "overflow")
DECIDES = tuple(
    one.name for one in dataclasses.fields(Ruling) if one.name not in (*ADDS_UP, "applied")
)


def applied(rules: RuleSet, caller: Caller, queues: Standing) -> list[Rule]:
    """The rules that apply, by their definition."""
    found: list[Rule] = []
    for rule in rules.rules:
        if holds(rule.when, caller, queues):
            found.append(rule)
            if rule.last:
                return found
    return found


@settings(max_examples=50)
@given(rule_sets(), callers(), standings)
def test_the_first_that_says_decides_and_last_ends(
    rules: RuleSet, caller: Caller, queues: Standing
) -> None:
    ruling, found = rule_on(rules, caller, queues), applied(rules, caller, queues)
    assert ruling.applied == tuple(rule.name for rule in found)
    for name in DECIDES:
        said = [v for rule in found if (v := getattr(rule.then, name)) is not None]
        assert getattr(ruling, name) == (said[0] if said else None)
    for name in ADDS_UP:
        gathered = getattr(ruling, name)
        said = [value for rule in found for value in getattr(rule.then, name)]
        assert sorted(map(repr, gathered)) == sorted({repr(value) for value in said})
        assert list(gathered) == sorted(gathered, key=said.index)
    assert rule_on(rules, caller, queues) == ruling


@settings(max_examples=50)
@given(rule_sets(), actions, callers(), standings)
def test_a_rule_below_changes_nothing_that_one_above_decided(
    rules: RuleSet, below: Actions, caller: Caller, queues: Standing
) -> None:
    more = Rule(name="below", when=Condition(asked=Asked.ALL), then=below)
    ruling = rule_on(rules, caller, queues)
    longer = rule_on(RuleSet(version="draft", rules=(*rules.rules, more)), caller, queues)
    for name in DECIDES:
        if getattr(ruling, name) is not None:
            assert getattr(longer, name) == getattr(ruling, name)
    for name in ADDS_UP:
        known = getattr(ruling, name)
        assert getattr(longer, name)[: len(known)] == known
    if any(rule.last for rule in applied(rules, caller, queues)):
        assert longer == ruling


@settings(max_examples=50)
@given(leaves(), callers(), standings)
def test_every_anybody_and_the_likeliest_of_several_clients(
    leaf: Condition, caller: Caller, queues: Standing
) -> None:
    if not caller.candidates or leaf.asked is Asked.LANGUAGE:
        return
    alone = [
        holds(leaf, dataclasses.replace(caller, candidates=(one,)), queues)
        for one in caller.candidates
    ]

    def asked(whose: Whose) -> bool:
        return holds(dataclasses.replace(leaf, whose=whose), caller, queues)

    assert asked(Whose.EVERY) == all(alone)
    assert asked(Whose.ANYBODY) == any(alone)
    assert asked(Whose.LIKELIEST) == alone[0]


@settings(max_examples=50)
@given(st.lists(conditions, min_size=1, max_size=3), callers(), standings)
def test_all_any_and_not_are_what_they_say(
    parts: list[Condition], caller: Caller, queues: Standing
) -> None:
    each = [holds(part, caller, queues) for part in parts]

    def joined(asked: Asked, *within: Condition) -> bool:
        return holds(Condition(asked=asked, parts=within), caller, queues)

    assert joined(Asked.ALL, *parts) == all(each)
    assert joined(Asked.ANY, *parts) == any(each)
    assert joined(Asked.NOT, parts[0]) != each[0]


def test_without_rules_nothing_is_said() -> None:
    assert rule_on(NO_RULES, caller_with(), Standing()) == SILENT


def client(**known: Any) -> Candidate:
    return Candidate(party=PartyId("p"), name="", reason="mobile_number", **known)


def caller_with(*found: Candidate, **given_: Any) -> Caller:
    known: dict[str, Any] = {
        "at": NOON,
        "number": "+79161234567",
        "number_class": NumberClass.MOBILE,
        "dialled": "4001",
        "match": Match.ONE if found else Match.UNKNOWN,
        "candidates": found,
    }
    return Caller(**(known | given_))


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        ({"asked": "number", "values": ("+7916*",)}, {}, {"number": "+4930123456"}),
        ({"asked": "number", "values": ("+7916*",)}, {}, {"number": None}),
        ({"asked": "number_class", "values": ("mobile",)}, {}, {"number_class": "foreign"}),
        ({"asked": "dialled", "values": ("4001",)}, {}, {"dialled": "40010"}),
        ({"asked": "match", "values": ("one", "several")}, {"match": "several"}, {}),
        ({"asked": "ivr_path", "values": ("cards/*",)}, {"ivr_path": "cards/lost"}, {}),
        ({"asked": "language", "values": ("en",)}, {"language": "en"}, {"language": "ru"}),
    ],
)
def test_conditions_about_the_call(
    condition: dict[str, Any], yes: dict[str, Any], no: dict[str, Any]
) -> None:
    asked = Condition(**(condition | {"asked": Asked(condition["asked"])}))
    assert holds(asked, caller_with(**yes), Standing())
    assert not holds(asked, caller_with(**no), Standing())


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        (Condition(asked=Asked.STATUS, values=("active",)), {"status": "active"}, {}),
        (Condition(asked=Asked.TIER, values=("A", "B")), {"tier": "B"}, {"tier": "C"}),
        (Condition(asked=Asked.SEGMENT, values=("vips",)), {"segments": ("x", "vips")}, {}),
        (
            Condition(asked=Asked.DAYS_PAST_DUE, low=31),
            {"days_past_due": 31},
            {"days_past_due": 30},
        ),
        (Condition(asked=Asked.DAYS_PAST_DUE, high=5), {"days_past_due": 5}, {"days_past_due": 6}),
        (Condition(asked=Asked.OPEN_CASE), {"open_case": True}, {}),
        (Condition(asked=Asked.OPEN_APPLICATION), {"open_applications": ("draft",)}, {}),
        (
            Condition(asked=Asked.OPEN_APPLICATION, values=("review",)),
            {"open_applications": ("draft", "review")},
            {"open_applications": ("draft",)},
        ),
        (Condition(asked=Asked.HAS_MANAGER), {"managers": (AgentId("anna"),)}, {}),
        (Condition(asked=Asked.LANGUAGE, values=("en",)), {"language": "en"}, {"language": "ru"}),
    ],
)
def test_conditions_about_the_client(
    condition: Condition, yes: dict[str, Any], no: dict[str, Any]
) -> None:
    assert holds(condition, caller_with(client(**yes)), Standing())
    assert not holds(condition, caller_with(client(**no)), Standing())
    assert not holds(condition, caller_with(), Standing())


def test_conditions_about_queues_and_time() -> None:
    queue = (QueueId("service"),)
    now = {("waiting", "service"): 5, ("longest", "service"): 60, ("free", "service"): 0}
    busy = Standing(now, frozenset({"night"}))
    for asked, low in ((Asked.WAITING, 5), (Asked.LONGEST_WAIT, 60)):
        condition = Condition(asked=asked, values=queue, low=low)
        assert holds(condition, caller_with(), busy)
        assert not holds(condition, caller_with(), Standing())
    free = Condition(asked=Asked.FREE_AGENTS, values=queue, high=0)
    assert holds(free, caller_with(), busy)
    assert not holds(dataclasses.replace(free, low=1, high=None), caller_with(), busy)
    during = Condition(asked=Asked.DURING, values=("office", "night"))
    assert holds(during, caller_with(), busy)
    assert not holds(during, caller_with(), Standing())
