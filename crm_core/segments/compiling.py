"""From a rule's tree to the condition that a database tests. Pure: it asks no database.

What is not known of a party makes a condition false, and its negation true: a rule is either met
or not.
"""

from collections.abc import Callable
from datetime import date, timedelta
from operator import ge, gt, le, lt
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, not_, or_

from crm_core.errors import Refused
from crm_core.money import Money
from crm_core.segments.facts import FACTS, Fact, FactType, Moment
from crm_core.segments.rule import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Not,
    Rule,
    RuleRefused,
    conditions,
    parse,
)

_ORDERED = frozenset({FactType.NUMBER, FactType.DAYS, FactType.YEARS, FactType.AMOUNT})
_SINCE = frozenset({FactType.DAYS, FactType.YEARS})
_FLAGS = {"yes": True, "no": False}
_LONGEST_TIME = {FactType.DAYS: 100_000, FactType.YEARS: 200}
_LARGEST_NUMBER = 2**31 - 1
_SIDES: dict[Compare, Callable[[Any, Any], Any]] = {
    Compare.LESS: lt,
    Compare.AT_MOST: le,
    Compare.MORE: gt,
    Compare.AT_LEAST: ge,
}
_ALIKE = {Compare.IS, Compare.IS_NOT, Compare.IN, Compare.NOT_IN}
_NEGATIVE = {Compare.IS_NOT: Compare.IS, Compare.NOT_IN: Compare.IN, Compare.UNKNOWN: Compare.KNOWN}


def checked(text: str) -> Rule:
    """The tree of a rule in which every fact, comparison and value makes sense.

    Raises RuleRefused for the first place that does not.
    """
    rule = parse(text)
    for one in conditions(rule):
        _check(one)
    return rule


def clause(rule: Rule, moment: Moment) -> ColumnElement[bool]:
    """The condition on `party` that the checked rule puts."""
    match rule:
        case Condition():
            return tested(rule, moment)
        case Not(inner):
            return not_(clause(inner, moment))
        case AllOf(parts):
            return and_(*(clause(one, moment) for one in parts))
        case AnyOf(parts):
            return or_(*(clause(one, moment) for one in parts))


def tested(one: Condition, moment: Moment) -> ColumnElement[bool]:
    """One condition, true or false and never unknown."""
    if positive := _NEGATIVE.get(one.compare):
        return not_(_positive(one, positive, moment))
    return _positive(one, one.compare, moment)


def _positive(one: Condition, compare: Compare, moment: Moment) -> ColumnElement[bool]:
    fact = FACTS[one.fact]
    if fact.is_set:
        return _of_a_set(fact, one, compare, moment)
    value = fact.sql(moment, one.unit)
    if compare is Compare.KNOWN:
        known: ColumnElement[bool] = value.is_not(None)
        return known
    if fact.type in _SINCE:
        met = _since(fact.type, value, compare, [int(text) for text in one.values], moment.on)
    else:
        values = [_value(fact, text, one.unit) for text in one.values]
        met = value.in_(values) if compare in _ALIKE else _SIDES[compare](value, values[0])
    return func.coalesce(met, false())


def _of_a_set(fact: Fact, one: Condition, compare: Compare, moment: Moment) -> ColumnElement[bool]:
    members = fact.sql(moment, one.unit)
    if compare is Compare.KNOWN:
        found: ColumnElement[bool] = members.exists()
        return found
    return or_(*(literal(value).in_(members) for value in one.values))


def _since(
    kind: FactType, value: Any, compare: Compare, counts: list[int], on: date
) -> ColumnElement[bool]:
    """Days or years gone by since a date: fewer of them is a later date."""

    def least(count: int) -> date:
        """The last day since which so many have gone by."""
        return _years_before(on, count) if kind is FactType.YEARS else on - timedelta(days=count)

    def more(count: int) -> ColumnElement[bool]:
        past: ColumnElement[bool] = value <= least(count + 1)
        return past

    def at_least(count: int) -> ColumnElement[bool]:
        reached: ColumnElement[bool] = value <= least(count)
        return reached

    if compare in _ALIKE:
        return or_(*(and_(at_least(count), not_(more(count))) for count in counts))
    sides = {
        Compare.LESS: lambda count: not_(at_least(count)),
        Compare.AT_MOST: lambda count: not_(more(count)),
        Compare.MORE: more,
        Compare.AT_LEAST: at_least,
    }
    return sides[compare](counts[0])


def _years_before(day: date, years: int) -> date:
    """The same day so many years before; of a leap day the last of February."""
    year = max(1, day.year - years)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _value(fact: Fact, text: str, unit: str) -> Any:
    match fact.type:
        case FactType.FLAG:
            return _FLAGS[text]
        case FactType.AMOUNT:
            return Money.parse(text, unit).minor
        case FactType.NUMBER:
            return int(text)
        case _:
            return text


def _check(one: Condition) -> None:
    fact = FACTS.get(one.fact)
    if fact is None:
        raise _refused("unknown_fact", one, one.fact)
    if one.compare in _SIDES and fact.type not in _ORDERED:
        raise _refused("no_order", one, one.fact)
    if one.unit and fact.type is not FactType.AMOUNT:
        raise _refused("no_currency_here", one, one.unit)
    for text in one.values:
        if problem := _problem(fact, text, one.unit):
            raise _refused(problem, one, text)


def _problem(fact: Fact, text: str, unit: str) -> str | None:
    match fact.type:
        case FactType.CODE if text not in fact.codes:
            return "unknown_value"
        case FactType.FLAG if text not in _FLAGS:
            return "yes_or_no"
        case FactType.NUMBER | FactType.DAYS | FactType.YEARS:
            largest = _LONGEST_TIME.get(fact.type, _LARGEST_NUMBER)
            whole = text.isascii() and text.isdigit() and len(text) <= 10
            return None if whole and int(text) <= largest else "number_expected"
        case FactType.AMOUNT:
            return _amount_problem(text, unit)
        case _:
            return None


def _amount_problem(text: str, unit: str) -> str | None:
    if not unit:
        return "currency_expected"
    try:
        Money.parse(text, unit)
    except Refused as error:
        return error.code
    return None


def _refused(problem: str, one: Condition, word: str) -> RuleRefused:
    return RuleRefused(problem, line=one.line, column=one.column, word=word)
