"""Rules in words: lines with codes, names and how far they stand within others."""

from hypothesis import given, settings

from crm_core.rules.reading import read_rules
from crm_core.rules.vocabulary import ACTIONS, QUESTIONS, Known, Naming
from crm_core.rules.words import Words, asked, done
from routing.rules.terms import ALWAYS, Actions, Condition, Whose
from tests.routing.rules.drawn import actions, conditions


def test_a_rule_is_told_line_by_line() -> None:
    text = """
rules:
  - rule: x
    when: {tier: [A, B], whose: anybody, not: {waiting: {queue: cards, at_most: 3}}}
    then: {queue: service, credit: 90, needs: {skill: loans, level: 3, relax_after: 40}}
"""
    (rule,) = read_rules(text, Known()).rules
    assert list(asked(rule.when)) == [
        Words(code="rules.asks.all"),
        Words(
            code="rules.asks.tier",
            names=("A", "B"),
            naming=Naming.TIER,
            whose=Whose.ANYBODY,
            depth=1,
        ),
        Words(code="rules.asks.not", depth=1),
        Words(code="rules.asks.waiting", names=("cards",), naming=Naming.QUEUE, high=3, depth=2),
    ]
    assert [(one.code, one.names, dict(one.slots)) for one in done(rule.then)] == [
        ("rules.does.queue", ("service",), {}),
        ("rules.does.needs_dropped", ("loans",), {"level": "3", "relaxed": "0", "n": "40"}),
        ("rules.does.credit", (), {"n": "90"}),
    ]
    assert [one.code for one in asked(ALWAYS)] == ["rules.asks.always"]


@settings(max_examples=50)
@given(conditions, actions)
def test_nothing_of_a_rule_is_left_unsaid(when: Condition, then: Actions) -> None:
    def count(condition: Condition) -> int:
        return 1 + sum(count(part) for part in condition.parts)

    assert len(list(asked(when))) == count(when)
    single = [name for name in ACTIONS if name not in ("needs", "overflow")]
    said = sum(getattr(then, name) not in (None, ()) for name in single)
    assert len(list(done(then))) == said + len(then.needs) + len(then.overflow)
    assert all(one.naming is not None for one in asked(when) if one.names)
    assert set(QUESTIONS) >= {when.asked}
