"""The words of a segment's rule: read into a tree, and written again. Pure.

    kind is person and tier in (A, B)
    and not (worst_dpd > 30 or vip is yes)
    and deposits >= 1000000 RUB
    and birth_date is known

`not` binds closest, then `and`, then `or`; line ends are spaces. A text with spaces or signs stands
in double quotes. Every error names its line and column. Which facts there are is not known here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from crm_core.errors import FieldRefused

LONGEST = 4_000
MOST_CONDITIONS = 50
MOST_VALUES = 200
DEEPEST = 20


class RuleRefused(FieldRefused):
    """The rule cannot be taken. `line` and `column` count from 1, `word` is what stands there."""

    def __init__(self, problem: str, *, line: int, column: int, word: str = "") -> None:
        super().__init__("rule", problem)
        self.line = line
        self.column = column
        self.word = word


class Compare(StrEnum):
    """How a fact is compared. The words are those of the rules."""

    IS = "is"
    IS_NOT = "is not"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "in"
    NOT_IN = "not in"
    KNOWN = "is known"
    UNKNOWN = "is unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A fact compared with values: none for known and unknown, several for in. `unit` is the
    currency of an amount. `line` and `column` are where it stands."""

    fact: str
    compare: Compare
    values: tuple[str, ...] = ()
    unit: str = ""
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold."""

    inner: "Rule"


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these hold; there are at least two."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these holds at least; there are at least two."""

    parts: tuple["Rule", ...]


Rule = Condition | Not | AllOf | AnyOf

_TOKEN = re.compile(r'\s*(?:(?P<quoted>"[^"\n]*")|(?P<sign><=|>=|!=|[<>=(),])|(?P<word>[\w.+\-]+))')
_PLAIN = re.compile(r"[\w.+\-]+")
_WORDS = frozenset({"and", "or", "not", "in", "is", "known", "unknown"})
_SIGNS = {"=": Compare.IS, "!=": Compare.IS_NOT} | {
    one.value: one for one in (Compare.LESS, Compare.AT_MOST, Compare.MORE, Compare.AT_LEAST)
}
_UNIT = re.compile(r"[A-Z]{3}")
_FACT = re.compile(r"[a-z][a-z_0-9]*")


def parse(text: str) -> Rule:
    """The tree of a rule. Raises RuleRefused."""
    if len(text) > LONGEST:
        raise RuleRefused("too_long", line=1, column=1)
    reader = _Reader(text)
    rule = reader.any_of(0)
    if reader.next.text or reader.next.quoted:
        raise reader.refused("not_understood")
    return rule


def write(rule: Rule) -> str:
    """The rule in words, which `parse` reads as the same tree but for lines and columns."""
    match rule:
        case Condition():
            return _condition(rule)
        case Not(inner):
            return f"not {_inside(inner)}"
        case AllOf(parts):
            return " and ".join(_inside(one) for one in parts)
        case AnyOf(parts):
            return " or ".join(_inside(one) for one in parts)


def conditions(rule: Rule) -> Iterator[Condition]:
    """All conditions of a rule, in their order."""
    match rule:
        case Condition():
            yield rule
        case Not(inner):
            yield from conditions(inner)
        case AllOf(parts) | AnyOf(parts):
            for one in parts:
                yield from conditions(one)


def _inside(rule: Rule) -> str:
    whole = isinstance(rule, Condition | Not)
    return write(rule) if whole else f"({write(rule)})"


def _condition(one: Condition) -> str:
    values = [_quoted(value) for value in one.values]
    if one.compare in (Compare.IN, Compare.NOT_IN):
        return f"{one.fact} {one.compare} ({', '.join(values)})"
    return " ".join(filter(None, (one.fact, one.compare, *values, one.unit)))


def _quoted(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return value if plain else f'"{value}"'


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the text and where it begins; empty at the end."""

    text: str
    at: int
    quoted: bool = False


class _Reader:
    """Goes through the words once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._after = 0
        self._count = 0
        self.next = _Token("", 0)
        self._advance()

    def any_of(self, depth: int) -> Rule:
        parts = [self._all_of(depth)]
        while self._takes("or"):
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def refused(self, problem: str, at: _Token | None = None) -> RuleRefused:
        token = at or self.next
        line, column = self._place(token)
        return RuleRefused(problem, line=line, column=column, word=token.text)

    def _all_of(self, depth: int) -> Rule:
        parts = [self._one(depth)]
        while self._takes("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _one(self, depth: int) -> Rule:
        if depth > DEEPEST:
            raise self.refused("too_deep")
        if self._takes("not"):
            return Not(self._one(depth + 1))
        if self._takes("("):
            rule = self.any_of(depth + 1)
            self._expect(")")
            return rule
        return self._condition()

    def _condition(self) -> Condition:
        start = self.next
        if start.quoted or not _FACT.fullmatch(start.text) or start.text in _WORDS:
            raise self.refused("fact_expected")
        self._count += 1
        if self._count > MOST_CONDITIONS:
            raise self.refused("too_many_conditions")
        self._advance()
        compare = self._compare()
        values = self._values(compare)
        unit = self._unit() if len(values) == 1 else ""
        line, column = self._place(start)
        return Condition(
            fact=start.text, compare=compare, values=values, unit=unit, line=line, column=column
        )

    def _compare(self) -> Compare:
        if not self.next.quoted and self.next.text in _SIGNS:
            compare = _SIGNS[self.next.text]
            self._advance()
            return compare
        if self._takes("in"):
            return Compare.IN
        if self._takes("not"):
            self._expect("in")
            return Compare.NOT_IN
        if not self._takes("is"):
            raise self.refused("comparison_expected")
        if self._takes("known"):
            return Compare.KNOWN
        if self._takes("unknown"):
            return Compare.UNKNOWN
        return Compare.IS_NOT if self._takes("not") else Compare.IS

    def _values(self, compare: Compare) -> tuple[str, ...]:
        if compare in (Compare.KNOWN, Compare.UNKNOWN):
            return ()
        if compare not in (Compare.IN, Compare.NOT_IN):
            return (self._value(),)
        self._expect("(")
        values = [self._value()]
        while self._takes(","):
            values.append(self._value())
            if len(values) > MOST_VALUES:
                raise self.refused("too_many_values")
        self._expect(")")
        return tuple(values)

    def _value(self) -> str:
        token = self.next
        if not token.quoted and (not _PLAIN.fullmatch(token.text) or token.text.lower() in _WORDS):
            raise self.refused("value_expected")
        self._advance()
        return token.text

    def _unit(self) -> str:
        token = self.next
        if token.quoted or not _UNIT.fullmatch(token.text) or token.text.lower() in _WORDS:
            return ""
        self._advance()
        return token.text

    def _takes(self, word: str) -> bool:
        found = not self.next.quoted and self.next.text.lower() == word
        if found:
            self._advance()
        return found

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            raise self.refused(f"{_NAMES.get(word, word)}_expected")

    def _advance(self) -> None:
        match = _TOKEN.match(self._text, self._after)
        if match is None:
            rest = self._text[self._after :]
            at = self._after + len(rest) - len(rest.lstrip())
            self.next = _Token("", at)
            if rest.strip():
                self.next = _Token(rest.strip()[0], at)
                raise self.refused("not_understood")
            return
        self._after = match.end()
        kind = match.lastgroup or "word"
        text = match[kind]
        quoted = kind == "quoted"
        self.next = _Token(text[1:-1] if quoted else text, match.start(kind), quoted)

    def _place(self, token: _Token) -> tuple[int, int]:
        before = self._text[: token.at]
        return before.count("\n") + 1, token.at - (before.rfind("\n") + 1) + 1


_NAMES = {"(": "bracket", ")": "closing_bracket", "in": "in"}
