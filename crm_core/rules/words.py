"""A rule in words: codes of the texts with what they are about, line by line. Pure.

The texts are `rules.asks.<condition>` and `rules.does.<action>`; whoever shows them knows the names
of queues and codes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_core.rules.vocabulary import ACTIONS, NUMBERS, QUESTIONS, WORDS, Naming, Shape
from routing.rules.terms import ALWAYS, Actions, Asked, Condition, Need, Overflow, Whose

_INNER = frozenset({Shape.PARTS, Shape.PART})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A line. `names` are of the kind `naming` and stand in the text's `{names}`; a range has its
    ends, either of which may be open; `depth` is how far the line stands within others."""

    code: str
    names: tuple[str, ...] = ()
    naming: Naming | None = None
    low: int | None = None
    high: int | None = None
    whose: Whose | None = None
    """Who of several clients must meet it, where that is not every one."""
    slots: Mapping[str, str] = field(default_factory=dict)
    depth: int = 0


def asked(condition: Condition, depth: int = 0) -> Iterator[Words]:
    """When a rule holds: one line for what always does."""
    if condition == ALWAYS:
        yield Words(code="rules.asks.always", depth=depth)
        return
    question = QUESTIONS[condition.asked]
    if question.shape in _INNER:
        yield Words(code=f"rules.asks.{condition.asked.value}", depth=depth)
        for part in condition.parts:
            yield from asked(part, depth + 1)
        return
    queued = question.shape is Shape.QUEUE_RANGE
    any_state = condition.asked is Asked.OPEN_APPLICATION and not condition.values
    yield Words(
        code="rules.asks.any_application" if any_state else f"rules.asks.{condition.asked.value}",
        names=condition.values,
        naming=Naming.QUEUE if queued else question.naming,
        low=condition.low,
        high=condition.high,
        whose=None if condition.whose is Whose.EVERY else condition.whose,
        depth=depth,
    )


def done(actions: Actions) -> Iterator[Words]:
    """What a rule does, action by action."""
    for name in ACTIONS:
        yield from said(name, getattr(actions, name))


def said(action: str, value: Any) -> Iterator[Words]:
    """One action with its value, of a rule or of what follows from several; nothing for None."""
    code = f"rules.does.{action}"
    if value is None or value == ():
        return
    if action in NUMBERS:
        yield Words(code=code, slots={"n": str(value)})
    elif action in WORDS:
        yield Words(code=code, names=(str(value),), naming=WORDS[action])
    elif action == "welcome":
        yield Words(code=code if value else "rules.does.no_welcome")
    elif action == "also":
        yield Words(code=code, names=tuple(value), naming=Naming.AGENT)
    elif action == "needs":
        yield from map(_need, value)
    else:
        yield from map(_overflow, value)


def _need(need: Need) -> Words:
    code = "rules.does.needs"
    if need.relax_after is not None:
        code = "rules.does.needs_eased" if need.relaxed else "rules.does.needs_dropped"
    slots = {"level": str(need.level), "relaxed": str(need.relaxed), "n": str(need.relax_after)}
    return Words(code=code, names=(str(need.skill),), naming=Naming.SKILL, slots=slots)


def _overflow(one: Overflow) -> Words:
    slots = {"n": str(one.after)}
    return Words(
        code="rules.does.overflow", names=(str(one.queue),), naming=Naming.QUEUE, slots=slots
    )
