"""Flows as text: read as they are meant, refused with every mistake at its line."""

from collections.abc import Collection
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.selfservice.answers import Service
from ivr.flows.known import Known
from ivr.flows.mistakes import FlowRefused
from ivr.flows.nodes import (
    Anywhere,
    Asks,
    Choice,
    Collect,
    Condition,
    Flow,
    HangUp,
    Identify,
    LookUp,
    Menu,
    Say,
    Speak,
    Transfer,
)
from ivr.flows.reading import read_flow
from ivr.flows.vocabulary import KINDS, LARGEST_TEXT
from ivr.flows.writing import write_flow
from ivr.speech.standard import STANDARD
from routing.ids import AgentId, FlowId, QueueId


class Book:
    """A phrasebook in two languages; Russian lacks a sentence."""

    languages: Collection[str] = ("en", "ru")

    def has(self, prompt: str, language: str) -> bool:
        return prompt in STANDARD and (prompt, language) != ("debt_next", "ru")

    def places(self, prompt: str) -> Collection[str]:
        return STANDARD.get(prompt, ())


KNOWN = Known(
    queues=frozenset({"service", "no"}),
    schedules=frozenset({"office"}),
    topics=frozenset({"loan"}),
    agents={"anna": AgentId("a1"), "a1": AgentId("a1")},
    prompts=Book(),
)

WHOLE = """\
flow: whole
names: {en: Whole, ru: Целое}
languages: [en, ru]
start: hello
main: menu
person: person
anywhere: {person: "1", repeat: ""}
no_input: silence
nodes:
  hello: {say: [hello, one_moment], next: menu}
  menu:
    menu:
    choices:
      2: {to: code, prompt: hello}
      "#": who
      1: person
    gave_up: bye
    seconds: 9
    tries: 1
  code: {collect: hello, name: code, most: 4, next: known, gave_up: bye}
  known: {condition: collected, name: code, values: [on, 0042], yes: who, no: bye}
  who: {identify: hello, suggested: no, next: look, gave_up: bye, topic: loan}
  look:
    look_up: balance
    found: tell
    none: bye
    stale: person
    away: person
    refused: person
  tell: {speak: balance, most: 2, next: bye}
  bye: {hang_up: goodbye}
  person: {transfer: to_person, queue: no, agent: anna}
prompts:
  hello: {en: Good day., ru: Добрый день.}
  silence: {en: no, ru: да}
"""


def refused(text: str, known: Known = KNOWN) -> list[tuple[int, str, str]]:
    """Line, kind and word of each mistake."""
    with pytest.raises(FlowRefused) as error:
        read_flow(text, known)
    assert all(one.line >= 1 and one.column >= 1 for one in error.value.mistakes)
    return [(one.line, one.problem.value, one.word) for one in error.value.mistakes]


def flow(nodes: str, more: str = "") -> str:
    """A flow whose nodes begin in line 6 with `hello`."""
    return f"flow: f\nlanguages: [en]\nstart: hello\nperson: person\n{more}nodes:\n{nodes}"


PERSON = "  person: {transfer: to_person}\n"


def test_a_flow_is_read_as_it_is_meant() -> None:
    assert read_flow(WHOLE, KNOWN, version="3") == Flow(
        flow=FlowId("whole"),
        version="3",
        names={"en": "Whole", "ru": "Целое"},
        languages=("en", "ru"),
        start="hello",
        main="menu",
        person="person",
        nodes={
            "hello": Say(node="hello", prompts=("hello", "one_moment"), next="menu"),
            "menu": Menu(
                node="menu",
                choices=(
                    Choice(key="2", to="code", prompt="hello"),
                    Choice(key="#", to="who"),
                    Choice(key="1", to="person"),
                ),
                gave_up="bye",
                seconds=9,
                tries=1,
            ),
            "code": Collect(
                node="code", prompts=("hello",), name="code", most=4, next="known", gave_up="bye"
            ),
            "known": Condition(
                node="known",
                asks=Asks.COLLECTED,
                name="code",
                values=("on", "0042"),
                yes="who",
                no="bye",
            ),
            "who": Identify(
                node="who",
                prompts=("hello",),
                suggested=False,
                next="look",
                gave_up="bye",
                topic="loan",
            ),
            "look": LookUp(
                node="look",
                service=Service.BALANCE,
                found="tell",
                none="bye",
                stale="person",
                away="person",
                refused="person",
            ),
            "tell": Speak(node="tell", service=Service.BALANCE, most=2, next="bye"),
            "bye": HangUp(node="bye", prompts=("goodbye",)),
            "person": Transfer(
                node="person", prompts=("to_person",), queue=QueueId("no"), agent=AgentId("a1")
            ),
        },
        anywhere=Anywhere(person="1", repeat=""),
        no_input="silence",
        texts={
            "hello": {"en": "Good day.", "ru": "Добрый день."},
            "silence": {"en": "no", "ru": "да"},
        },
    )


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("flow: whole\n", "flow: Whole Flow\n", (1, "malformed", "Whole Flow")),
        ("flow: whole\n", "flow: [whole\n", (2, "not_yaml", "did not find expected ',' or ']'")),
        ("flow: whole\n", "flow: &whole whole\n", (1, "alias", "whole")),
        ("names:", "nomes:", (2, "unknown_key", "nomes")),
        ("Целое", "''", (2, "empty", "")),
        ("languages: [en, ru]", "languages: [en, en]", (3, "value_twice", "en")),
        ("languages: [en, ru]", "languages: [en, de]", (3, "no_language", "de")),
        ("start: hello", "start: hullo", (4, "no_node", "hullo")),
        ("main: menu", "main: menus", (5, "no_node", "menus")),
        ("main: menu", "main: {}", (5, "not_text", "")),
        ('person: "1", repeat: ""', 'person: "1", back: "1"', (7, "key_collides", "1")),
        ('person: "1", repeat: ""', 'person: "12"', (7, "not_a_value", "")),
        ("no_input: silence", "no_input: silences", (8, "no_prompt", "silences")),
        ("say: [hello, one_moment]", "say: ''", (10, "empty", "")),
        ("[hello, one_moment]", "[hello, balance_loan]", (10, "prompt_has_places", "balance_loan")),
        ("[hello, one_moment]", "[hello, hullo]", (10, "no_prompt", "hullo")),
        ("[hello, one_moment], next: menu", "hello", (10, "missing_key", "next")),
        ("{say: [hello, one_moment],", "{", (10, "no_kind", "")),
        ("next: menu}", "next: menu, menu: hello}", (10, "two_kinds", "menu")),
        ("hello: {say", "Hello: {say", (10, "malformed", "Hello")),
        ("{to: code, prompt: hello}", "{to: cod, prompt: hello}", (14, "no_node", "cod")),
        ("{to: code, prompt: hello}", "{prompt: hello}", (14, "missing_key", "to")),
        ("{to: code, prompt: hello}", "code", (11, "says_nothing", "")),
        ('"#": who', "A: who", (15, "unknown_key", "A")),
        ('"#": who', "2: who", (15, "key_twice", "2")),
        ("1: person", "1: bye", (16, "key_collides", "1")),
        ("seconds: 9", "seconds: 99", (18, "out_of_bounds", "99")),
        ("seconds: 9", "seconds: nine", (18, "not_number", "nine")),
        ("most: 4", "fewest: 5, most: 4", (20, "upside_down", "")),
        ("name: code, values", "name: cod, values", (21, "not_collected", "cod")),
        ("name: code, values: [on, 0042], ", "", (21, "missing_key", "name")),
        ("condition: collected", "condition: verified", (21, "unknown_key", "name")),
        ("condition: collected", "condition: clever", (21, "not_a_value", "clever")),
        ("suggested: no", "suggested: not", (22, "not_yes_or_no", "not")),
        ("topic: loan", "topic: loans", (22, "no_topic", "loans")),
        ("look_up: balance", "look_up: balances", (24, "not_a_value", "balances")),
        ("    refused: person\n", "", (24, "missing_key", "refused")),
        ("balance", "debt", (30, "no_prompt", "debt_next")),
        ("speak: balance", "speak: contract", (30, "not_looked_up", "contract")),
        ("found: tell", "found: bye", (30, "unreachable", "tell")),
        ("away: person", "away: tell", (30, "not_looked_up", "balance")),
        ("queue: no", "queue: noes", (32, "no_queue", "noes")),
        ("agent: anna", "agent: ann", (32, "no_agent", "ann")),
        ("ru: Добрый день.", "de: Tag.", (34, "no_prompt", "hello")),
        ("en: Good day.", 'en: "Good {day}."', (34, "malformed", "Good {day}.")),
        (
            "  silence:",
            "  goodbye: {en: Bye., ru: Пока.}\n  silence:",
            (35, "prompt_taken", "goodbye"),
        ),
    ],
)
def test_a_mistake_is_told_at_its_line(old: str, new: str, mistake: tuple[int, str, str]) -> None:
    assert old in WHOLE
    assert mistake in refused(WHOLE.replace(old, new))


def test_all_mistakes_are_told_at_once_and_ways_only_when_nothing_else_is_wrong() -> None:
    text = WHOLE.replace("seconds: 9", "seconds: 99").replace("queue: no", "queue: x")
    text = text.replace("found: tell", "found: tall")
    assert [(line, problem) for line, problem, _ in refused(text)] == [
        (18, "out_of_bounds"),
        (25, "no_node"),
        (32, "no_queue"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("- flow", "not_mapping"),
        ("flow: a\n---\nflow: b\n", "documents"),
        ("flow: [[[[[[[[[[]]]]]]]]]]", "too_deep"),
        ("flow: a\nnodes: []", "not_mapping"),
        ("#" * (LARGEST_TEXT + 1), "too_long"),
        ("flow: \ud800", "not_yaml"),
    ],
)
def test_what_is_no_flow_at_all_is_refused(text: str, problem: str) -> None:
    assert problem in [one for _, one, _ in refused(text)]


@pytest.mark.parametrize(
    ("nodes", "mistakes"),
    [
        ("  hello: {say: goodbye, next: hello}\n", [(6, "endless"), (6, "no_end")]),
        (
            "  hello: {say: goodbye, next: look}\n"
            "  look: {look_up: branches, found: person, none: hello, stale: hello, away: hello}\n",
            [(6, "endless")],
        ),
        (
            "  hello: {menu: goodbye, choices: {1: hello}, gave_up: other}\n"
            "  other: {menu: goodbye, choices: {1: hello}, gave_up: hello}\n",
            [(6, "no_end"), (7, "no_end")],
        ),
        (
            "  hello: {hang_up: goodbye}\n  lost: {say: goodbye, next: hello}\n",
            [(7, "unreachable")],
        ),
        (
            "  hello: {callback: goodbye, cannot: again}\n  again: {say: goodbye, next: hello}\n",
            [(6, "endless")],
        ),
        (
            "  hello: {look_up: debt, found: person, none: person, stale: person, away: person,"
            " refused: who}\n"
            "  who: {identify: goodbye, next: pin, gave_up: person}\n"
            "  pin: {verify: goodbye, wrong: goodbye, verified: hello, failed: person}\n",
            [],
        ),
        ("  hello: {set_language: ru, next: person}\n", [(6, "not_spoken")]),
        ("  hello: {hours: night, open: person, closed: person}\n", [(6, "no_schedule")]),
        (
            "  hello: {survey: goodbye, question: q, lowest: 5, highest: 5, next: person,"
            " gave_up: person}\n",
            [(6, "upside_down")],
        ),
        (
            "  hello: {survey: goodbye, question: satisfaction, lowest: 1, highest: 10,"
            " next: person, gave_up: person}\n",
            [(6, "out_of_bounds")],
        ),
        (
            "  hello: {condition: told, values: [debt, debts], yes: person, no: person}\n",
            [(6, "not_a_value")],
        ),
    ],
)
def test_ways_must_lead_somewhere(nodes: str, mistakes: list[tuple[int, str]]) -> None:
    text = flow(nodes + PERSON)
    found = [(line, one) for line, one, _ in refused(text)] if mistakes else read_flow(text, KNOWN)
    assert found == mistakes or (not mistakes and isinstance(found, Flow))


def test_without_anybody_who_knows_names_are_not_looked_at() -> None:
    text = WHOLE.replace("queue: no", "queue: other").replace("agent: anna", "agent: ann")
    read = read_flow(text.replace("topic: loan", "topic: any"), Known())
    assert read.nodes["person"] == Transfer(
        node="person", prompts=("to_person",), queue=QueueId("other"), agent=AgentId("ann")
    )


def test_every_kind_says_how_each_of_its_fields_is_written() -> None:
    for kind, form in KINDS.items():
        fields = set(form.type.__dataclass_fields__) - {"node"}
        assert set(form.fields) == fields, kind
        assert form.head in fields


_CUT = st.tuples(
    st.integers(min_value=0, max_value=len(WHOLE)),
    st.integers(min_value=0, max_value=25),
    st.sampled_from(
        ("", " ", "\n", "\n  ", ":", "{", "}", "[", "- ", "'", "1: x", "!!a ", "*a", "\t", "é")
    ),
)


@given(st.lists(_CUT, min_size=1, max_size=3))
@settings(max_examples=120, deadline=None)
def test_whatever_is_cut_out_of_a_text_its_mistakes_have_lines_in_it(
    cuts: list[tuple[int, int, str]],
) -> None:
    text = WHOLE
    for start, length, instead in cuts:
        text = text[:start] + instead + text[start + length :]
    try:
        read = read_flow(text, KNOWN)
    except FlowRefused as error:
        assert error.mistakes
        assert all(1 <= one.line <= text.count("\n") + 1 for one in error.mistakes)
    else:
        assert read_flow(write_flow(read), KNOWN) == replace(read, version="draft")
