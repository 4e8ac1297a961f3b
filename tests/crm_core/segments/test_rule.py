"""The words of a rule: read and written back the same, every mistake told with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.segments.compiling import checked
from crm_core.segments.rule import (
    DEEPEST,
    LONGEST,
    MOST_CONDITIONS,
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Not,
    Rule,
    RuleRefused,
    parse,
    write,
)


def plain(rule: Rule) -> Rule:
    """The rule without the places of its conditions."""
    match rule:
        case Condition(fact=fact, compare=compare, values=values, unit=unit):
            return Condition(fact=fact, compare=compare, values=values, unit=unit)
        case Not(inner):
            return Not(plain(inner))
        case AllOf(parts):
            return AllOf(tuple(plain(one) for one in parts))
        case AnyOf(parts):
            return AnyOf(tuple(plain(one) for one in parts))


def a(fact: str, compare: Compare = Compare.IS, *values: str) -> Condition:
    return Condition(fact=fact, compare=compare, values=values or ("x",))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a is x", a("a")),
        ("a = x", a("a")),
        ("a != x", a("a", Compare.IS_NOT)),
        ("a is not x", a("a", Compare.IS_NOT)),
        ("a is known", Condition(fact="a", compare=Compare.KNOWN)),
        ("a in (x, y)", a("a", Compare.IN, "x", "y")),
        ("a not in (x)", a("a", Compare.NOT_IN, "x")),
        ('a is "New York"', a("a", Compare.IS, "New York")),
        ('a is "and"', a("a", Compare.IS, "and")),
        ("a >= 10 RUB", Condition(fact="a", compare=Compare.AT_LEAST, values=("10",), unit="RUB")),
        ("a is x or b is x and c is x", AnyOf((a("a"), AllOf((a("b"), a("c")))))),
        ("(a is x or b is x)\nand c is x", AllOf((AnyOf((a("a"), a("b"))), a("c")))),
        ("not a is x and b is x", AllOf((Not(a("a")), a("b")))),
        ("a is x AND b is x", AllOf((a("a"), a("b")))),
    ],
)
def test_what_words_mean(text: str, tree: Rule) -> None:
    assert plain(parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "problem", "line", "column"),
    [
        ("", "fact_expected", 1, 1),
        ("kind is person\nand", "fact_expected", 2, 4),
        ("kind person", "comparison_expected", 1, 6),
        ("kind is", "value_expected", 1, 8),
        ("kind in person", "bracket_expected", 1, 9),
        ("kind in (person", "closing_bracket_expected", 1, 16),
        ("(kind is person", "closing_bracket_expected", 1, 16),
        ("kind is person person", "not_understood", 1, 16),
        ("kind is person;", "not_understood", 1, 15),
        ('kind is "person', "not_understood", 1, 9),
        ("kind is person\n  and colour is red", "unknown_fact", 2, 7),
        ("kind is robot", "unknown_value", 1, 1),
        ("kind > person", "no_order", 1, 1),
        ("vip is maybe", "yes_or_no", 1, 1),
        ("age > old", "number_expected", 1, 1),
        ("age > 201", "number_expected", 1, 1),
        ("age > 30 RUB", "no_currency_here", 1, 1),
        ("deposits > 5", "currency_expected", 1, 1),
        ("deposits > 5 XXX", "currency_unknown", 1, 1),
        ("deposits > 5.001 RUB", "amount_refused", 1, 1),
        ("kind is person and\n\n tier is E", "unknown_value", 3, 2),
    ],
)
def test_each_mistake_is_told_with_its_place(
    text: str, problem: str, line: int, column: int
) -> None:
    with pytest.raises(RuleRefused) as told:
        checked(text)
    assert (told.value.problem, told.value.line, told.value.column) == (problem, line, column)


@pytest.mark.parametrize(
    "text",
    [
        "x" * (LONGEST + 1),
        "(" * (DEEPEST + 2) + "vip is yes" + ")" * (DEEPEST + 2),
        "not " * (DEEPEST + 2) + "vip is yes",
        " and ".join(["vip is yes"] * (MOST_CONDITIONS + 1)),
        f"kind in ({', '.join(['person'] * 300)})",
    ],
)
def test_what_is_too_large_is_refused(text: str) -> None:
    with pytest.raises(RuleRefused):
        checked(text)


VALUES = st.text("abc xyz-.,()<>=", max_size=8) | st.sampled_from(["and", "is", "NOT", "12"])
CONDITIONS = st.one_of(
    st.builds(
        lambda fact, compare, value, unit: Condition(
            fact=fact, compare=compare, values=(value,), unit=unit
        ),
        st.sampled_from(["kind", "age", "fact_1"]),
        st.sampled_from([Compare.IS, Compare.IS_NOT, Compare.LESS, Compare.AT_LEAST]),
        VALUES,
        st.sampled_from(["", "RUB"]),
    ),
    st.builds(
        lambda fact, values: Condition(fact=fact, compare=Compare.NOT_IN, values=tuple(values)),
        st.sampled_from(["kind", "age"]),
        st.lists(VALUES, min_size=2, max_size=4),
    ),
    st.builds(lambda fact: Condition(fact=fact, compare=Compare.UNKNOWN), st.just("age")),
)
RULES: st.SearchStrategy[Rule] = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
    ),
    max_leaves=8,
)


@given(RULES)
def test_what_is_written_is_read_as_the_same(rule: Rule) -> None:
    assert plain(parse(write(rule))) == rule


@given(st.text(max_size=80) | st.text('kind isnot()andor<>="1 \n', max_size=80))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        checked(text)
    except RuleRefused as refused:
        assert refused.line >= 1 and refused.column >= 1
