"""Rules as text: read as they are meant, written back the same, refused with the line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.rules.mistakes import Problem, RulesRefused
from crm_core.rules.reading import read_rules
from crm_core.rules.vocabulary import LARGEST_TEXT, Known
from crm_core.rules.writing import write_rules
from crm_core.written.mistakes import Common
from routing.ids import AgentId, QueueId, SkillId
from routing.rules.terms import (
    ALWAYS,
    Actions,
    Asked,
    Condition,
    Need,
    Overflow,
    Rule,
    RuleSet,
    Whose,
)
from routing.terms import ManagerUse, Turning
from tests.routing.rules.drawn import AGENTS, QUEUES, SCHEDULES, SEGMENTS, SKILLS, rule_sets

KNOWN = Known(
    queues=frozenset(QUEUES),
    skills=frozenset(SKILLS),
    schedules=frozenset(SCHEDULES),
    segments=frozenset(SEGMENTS),
    agents={"anna": AgentId("a1"), "a1": AgentId("a1"), "boris": AgentId("b1")},
)
DRAWN = Known(
    queues=KNOWN.queues,
    skills=KNOWN.skills,
    schedules=KNOWN.schedules,
    segments=KNOWN.segments,
    agents={name: AgentId(name) for name in AGENTS},
)


def refused(text: str, known: Known = KNOWN) -> list[tuple[int, str, str]]:
    """Line, kind and word of each mistake."""
    with pytest.raises(RulesRefused) as error:
        read_rules(text, known)
    return [(one.line, one.problem.value, one.word) for one in error.value.mistakes]


def test_rules_are_read_as_they_are_meant() -> None:
    text = """
rules:
  - rule: Best clients in the evening
    when:
      tier: [A, B]
      whose: likeliest
      any:
        - during: night
        - waiting: {queue: service, at_least: 10}
      not: {open_case: yes}
      number: +7916*
    then:
      queue: cards
      needs: [{skill: english, level: 2, relax_after: 30, relaxed: 1}, {skill: no}]
      also: [anna, b1]
      overflow: {queue: service, after: 60}
      credit: -90
      managers: only
      welcome: no
      turn: callback
    last: yes
  - rule: "No"
    then: {music: no}
"""
    known = Known(agents={"anna": AgentId("a1"), "b1": AgentId("b1")})
    first, second = read_rules(text, known, version="7").rules
    assert first == Rule(
        name="Best clients in the evening",
        when=Condition(
            asked=Asked.ALL,
            parts=(
                Condition(asked=Asked.TIER, values=("A", "B"), whose=Whose.LIKELIEST),
                Condition(
                    asked=Asked.ANY,
                    parts=(
                        Condition(asked=Asked.DURING, values=("night",)),
                        Condition(asked=Asked.WAITING, values=("service",), low=10),
                    ),
                ),
                Condition(
                    asked=Asked.NOT, parts=(Condition(asked=Asked.OPEN_CASE, whose=Whose.EVERY),)
                ),
                Condition(asked=Asked.NUMBER, values=("+7916*",)),
            ),
        ),
        then=Actions(
            queue=QueueId("cards"),
            needs=(
                Need(skill=SkillId("english"), level=2, relax_after=30, relaxed=1),
                Need(skill=SkillId("no")),
            ),
            also=(AgentId("a1"), AgentId("b1")),
            overflow=(Overflow(queue=QueueId("service"), after=60),),
            credit=-90,
            managers=ManagerUse.ONLY,
            welcome=False,
            turn=Turning.CALLBACK,
        ),
        last=True,
    )
    assert second == Rule(name="No", when=ALWAYS, then=Actions(music="no"))
    assert read_rules("rules: []", KNOWN) == RuleSet(version="draft")


@given(rule_sets())
@settings(max_examples=70)
def test_what_is_written_reads_back_the_same(rules: RuleSet) -> None:
    assert read_rules(write_rules(rules), DRAWN) == rules


def test_agents_are_written_by_the_names_that_are_given() -> None:
    rules = read_rules("rules: [{rule: x, then: {also: [anna, boris]}}]", KNOWN)
    text = write_rules(rules, {AgentId("a1"): "anna", AgentId("b1"): "boris"})
    assert "also: [anna, boris]" in text
    assert read_rules(text, KNOWN) == rules


HEAD = "rules:\n  - rule: One\n"
THEN = "    then: {credit: 1}\n"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("rules: [", 1, Common.NOT_YAML),
        ("rules:\n  - rule: a\n   then: b", 3, Common.NOT_YAML),
        ("\x00", 1, Common.NOT_YAML),
        ("# " + "x" * LARGEST_TEXT, 1, Common.TOO_LONG),
        ("rules:\n - " + "[" * 200 + "]" * 200, 2, Common.TOO_DEEP),
        ("rules: &a []\n", 1, Common.ALIAS),
        ("rules:\n  - !!python/object:os.system {}\n", 2, Common.ALIAS),
        ("rules: []\n---\nrules: []\n", 2, Common.DOCUMENTS),
        ("", 1, Problem.NOT_RULES),
        ("rules: all", 1, Problem.NOT_RULES),
        ("- rule: x", 1, Common.NOT_MAPPING),
        ("rules:\n  - x\n", 2, Common.NOT_MAPPING),
        ("rules: []\nmore: 1\n", 2, Common.UNKNOWN_KEY),
        (HEAD + THEN + "    color: red\n", 4, Common.UNKNOWN_KEY),
        (HEAD + "    when: {colour: red}\n" + THEN, 3, Common.UNKNOWN_KEY),
        (HEAD + "    then: {priority: 9}\n", 3, Common.UNKNOWN_KEY),
        (HEAD + THEN + THEN, 4, Common.KEY_TWICE),
        ("rules:\n  - then: {credit: 1}\n", 2, Problem.MISSING_KEY),
        (HEAD, 2, Problem.MISSING_KEY),
        (HEAD + THEN + "  - rule: One\n" + THEN, 4, Problem.NAME_TWICE),
        ("rules:\n  - rule: ' x'\n" + THEN, 2, Common.MALFORMED),
        ("rules:\n  - rule: [x]\n" + THEN, 2, Common.NOT_TEXT),
        ("rules:\n  - rule:\n" + THEN, 2, Common.EMPTY),
        (HEAD + "    then: {}\n", 3, Common.EMPTY),
        (HEAD + "    when: {}\n" + THEN, 3, Common.EMPTY),
        (HEAD + "    when: {any: []}\n" + THEN, 3, Common.EMPTY),
        (HEAD + "    when: {tier: []}\n" + THEN, 3, Common.EMPTY),
        (HEAD + "    when: {days_past_due: {}}\n" + THEN, 3, Common.EMPTY),
        (HEAD + "    when: {any: {tier: A}}\n" + THEN, 3, Problem.NOT_LIST),
        (HEAD + "    then: {credit: soon}\n", 3, Common.NOT_NUMBER),
        (HEAD + "    then: {credit: 1.5}\n", 3, Common.NOT_NUMBER),
        (HEAD + "    then: {credit: 99999}\n", 3, Common.OUT_OF_BOUNDS),
        (HEAD + "    then: {welcome: maybe}\n", 3, Common.NOT_YES_OR_NO),
        (HEAD + "    when: {open_case: no}\n" + THEN, 3, Problem.ONLY_YES),
        (HEAD + "    when: {open_application: no}\n" + THEN, 3, Problem.ONLY_YES),
        (HEAD + "    when: {tier: E}\n" + THEN, 3, Common.NOT_A_VALUE),
        (HEAD + "    when: {status: gone}\n" + THEN, 3, Common.NOT_A_VALUE),
        (HEAD + "    when: {open_application: lost}\n" + THEN, 3, Common.NOT_A_VALUE),
        (HEAD + "    when: {open_application: declined}\n" + THEN, 3, Common.NOT_A_VALUE),
        (HEAD + "    when: {language: klingon}\n" + THEN, 3, Common.NOT_A_VALUE),
        (HEAD + "    when: {number_class: landline}\n" + THEN, 3, Common.NOT_A_VALUE),
        (HEAD + "    when: {match: maybe}\n" + THEN, 3, Common.NOT_A_VALUE),
        (HEAD + "    when: {tier: A, whose: all}\n" + THEN, 3, Common.NOT_A_VALUE),
        (HEAD + "    then: {turn: overflow}\n", 3, Common.NOT_A_VALUE),
        (HEAD + "    when: {tier: [A, A]}\n" + THEN, 3, Problem.VALUE_TWICE),
        (HEAD + "    then: {also: [anna, a1]}\n", 3, Problem.VALUE_TWICE),
        (HEAD + "    when: {number: 8-916}\n" + THEN, 3, Common.MALFORMED),
        (HEAD + "    when: {dialled: 4001, whose: every}\n" + THEN, 3, Problem.WHOSE_OF_NOTHING),
        (HEAD + "    then: {needs: {skill: loans, level: 2, relax_after: 9, relaxed: 2}}\n", 3,
         Problem.RELAXES_TO_NO_LESS),
        (HEAD + "    then: {needs: {skill: loans, relaxed: 1}}\n", 3, Problem.MISSING_KEY),
        (HEAD + "    then: {overflow: {queue: cards}}\n", 3, Problem.MISSING_KEY),
        (HEAD + "    when: {waiting: {at_least: 3}}\n" + THEN, 3, Problem.MISSING_KEY),
        (HEAD + "    then: {queue: nowhere}\n", 3, Problem.NO_QUEUE),
        (HEAD + "    then:\n      overflow:\n      - {queue: x, after: 1}\n", 5, Problem.NO_QUEUE),
        (HEAD + "    when:\n      waiting:\n        queue: x\n        at_least: 1\n" + THEN, 5,
         Problem.NO_QUEUE),
        (HEAD + "    then: {needs: {skill: juggling}}\n", 3, Problem.NO_SKILL),
        (HEAD + "    then: {also: ivan}\n", 3, Common.NO_AGENT),
        (HEAD + "    when: {during: sometimes}\n" + THEN, 3, Problem.NO_SCHEDULE),
        (HEAD + "    when: {segment: rich}\n" + THEN, 3, Problem.NO_SEGMENT),
        (HEAD + "    last: yes\n" + THEN + "  - rule: Two\n" + THEN, 5, Problem.NEVER_REACHED),
    ],
)  # fmt: skip
def test_each_mistake_is_refused_with_its_line(text: str, line: int, problem: Problem) -> None:
    assert (line, problem.value) in [(at, kind) for at, kind, _ in refused(text)]


@pytest.mark.parametrize(
    "when",
    [
        "{days_past_due: {at_least: 9, at_most: 3}}",
        "{tier: A, all: [{tier: B}]}",
        "{tier: A, whose: likeliest, all: [{tier: B, whose: anybody}, {tier: C}]}",
        "{match: withheld, tier: A, whose: anybody}",
        "{match: withheld, number: +7916*}",
        "{waiting: {queue: cards, at_least: 9}, not: {waiting: {queue: cards, at_least: 9}}}",
        "{all: [{waiting: {queue: cards, at_least: 9}}, {waiting: {queue: cards, at_most: 3}}]}",
        "{any: [{match: unknown, open_case: yes}, {days_past_due: {at_least: 9, at_most: 3}}]}",
    ],
)
def test_what_can_never_hold_is_refused(when: str) -> None:
    found = refused(f"{HEAD}    when: {when}\n{THEN}")
    assert (3, "never_holds") in [(line, problem) for line, problem, _ in found]


@pytest.mark.parametrize(
    "when",
    [
        "{tier: A, whose: anybody, all: [{tier: B, whose: anybody}]}",
        "{match: unknown, not: {tier: A}}",
        "{all: [{waiting: {queue: cards, at_least: 9}}, {waiting: {queue: service, at_most: 3}}]}",
        "{segment: vips, all: [{segment: farmers}]}",
        "{match: withheld, number: '*'}",
    ],
)
def test_what_may_hold_is_taken(when: str) -> None:
    read_rules(f"{HEAD}    when: {when}\n{THEN}", KNOWN)


def test_all_mistakes_are_told_at_once() -> None:
    text = """rules:
  - rule: One
    when: {tier: E, during: sometimes}
    then: {queue: nowhere, credit: soon}
  - when: {match: one}
    then: {color: red}
"""
    assert refused(text) == [
        (3, "not_a_value", "E"),
        (3, "no_schedule", "sometimes"),
        (4, "no_queue", "nowhere"),
        (4, "not_number", "soon"),
        (5, "missing_key", "rule"),
        (6, "unknown_key", "color"),
    ]


def test_what_nobody_can_tell_is_not_looked_at() -> None:
    text = f"{HEAD}    when: {{segment: x, during: y}}\n    then: {{queue: z, also: w}}\n"
    assert len(read_rules(text, Known()).rules) == 1


def test_too_much_of_anything_is_refused() -> None:
    rules = "rules:\n" + "".join(f"  - {{rule: r{n}, then: {{credit: 1}}}}\n" for n in range(201))
    assert refused(rules)[0][:2] == (202, "too_many")
    parts = "".join(f"        - {{dialled: '{n}'}}\n" for n in range(60))
    assert "too_many" in {
        kind for _, kind, _ in refused(f"{HEAD}    when:\n      any:\n{parts}{THEN}")
    }
    deep = "{not: " * 10 + "{open_case: yes}" + "}" * 10
    assert "too_deep" in {kind for _, kind, _ in refused(f"{HEAD}    when: {deep}\n{THEN}")}
    many = ", ".join(str(n) for n in range(201))
    assert "too_many" in {
        kind for _, kind, _ in refused(f"{HEAD}    when: {{dialled: [{many}]}}\n{THEN}")
    }


def test_a_bomb_is_refused_before_it_is_built() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(30))
    assert refused(bomb) == [(1, "alias", "a")]


@given(st.text(max_size=300) | st.text("{}[]:,-&*!|>'\"# \nrulewhnt", max_size=200))
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    try:
        read_rules(text, KNOWN)
    except RulesRefused as error:
        assert error.mistakes
        assert all(
            1 <= one.line <= text.count("\n") + 2 + text.count("\r") for one in error.mistakes
        )
