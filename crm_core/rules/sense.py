"""Whether a condition can hold at all. Pure, and careful: what it cannot rule out, may hold.

Seen are empty ranges, a client asked of a caller whom nobody knows, and questions with one answer
that are asked for two answers at once.
"""

from collections.abc import Iterator
from itertools import combinations

from crm_core.rules.vocabulary import QUESTIONS, Shape
from routing.rules.terms import Asked, Condition, Whose
from routing.terms import Match, NumberClass

_ONE_ANSWER = frozenset({Asked.NUMBER_CLASS, Asked.MATCH, Asked.STATUS, Asked.TIER, Asked.LANGUAGE})
_NOBODY = frozenset({Match.UNKNOWN.value, Match.WITHHELD.value})
_NO_NUMBER = {
    Asked.MATCH: frozenset({Match.WITHHELD.value}),
    Asked.NUMBER_CLASS: frozenset({NumberClass.WITHHELD.value}),
}


def never(condition: Condition) -> bool:
    """Whether no call whatever meets the condition."""
    match condition.asked:
        case Asked.ANY:
            return all(never(part) for part in condition.parts)
        case Asked.ALL:
            return any(never(part) for part in condition.parts) or _at_odds(condition)
        case Asked.NOT:
            return False
    low, high = condition.low, condition.high
    return low is not None and high is not None and low > high


def _at_odds(condition: Condition) -> bool:
    together = list(_together(condition))
    denied = [part.parts[0] for part in together if part.asked is Asked.NOT]
    return any(part in denied for part in together) or any(
        _exclude(a, b) or _exclude(b, a) for a, b in combinations(together, 2)
    )


def _together(condition: Condition) -> Iterator[Condition]:
    """What must hold at the same time, however it stands within."""
    for part in condition.parts:
        if part.asked is Asked.ALL:
            yield from _together(part)
        else:
            yield part


def _exclude(a: Condition, b: Condition) -> bool:
    if a.asked is Asked.MATCH and _NOBODY.issuperset(a.values) and QUESTIONS[b.asked].of_client:
        return True
    unseen = _NO_NUMBER.get(a.asked)
    if unseen and unseen.issuperset(a.values) and b.asked is Asked.NUMBER and "*" not in b.values:
        return True
    if a.asked is not b.asked or not _of_the_same(a, b):
        return False
    if a.asked in _ONE_ANSWER:
        return not set(a.values) & set(b.values)
    return QUESTIONS[a.asked].shape in (Shape.RANGE, Shape.QUEUE_RANGE) and _apart(a, b)


def _of_the_same(a: Condition, b: Condition) -> bool:
    """Whether both ask the same party or queue, so that their answers must agree."""
    if QUESTIONS[a.asked].shape is Shape.QUEUE_RANGE:
        return a.values == b.values
    if not QUESTIONS[a.asked].of_client:
        return True
    return Whose.EVERY in (a.whose, b.whose) or a.whose is b.whose is Whose.LIKELIEST


def _apart(a: Condition, b: Condition) -> bool:
    return (a.high is not None and b.low is not None and a.high < b.low) or (
        b.high is not None and a.low is not None and b.high < a.low
    )
