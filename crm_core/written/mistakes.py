"""What is wrong with a written text, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from crm_core.errors import Refused

_LONGEST_WORD = 80


class Common(StrEnum):
    """Mistakes that every language knows; the codes are those of each language's own table."""

    NOT_YAML = "not_yaml"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    ALIAS = "alias"
    """An anchor, an alias or a tag: what a text says shall stand where it is said."""
    DOCUMENTS = "documents"
    NOT_MAPPING = "not_mapping"
    NOT_TEXT = "not_text"
    NOT_NUMBER = "not_number"
    NOT_YES_OR_NO = "not_yes_or_no"
    UNKNOWN_KEY = "unknown_key"
    KEY_TWICE = "key_twice"
    EMPTY = "empty"
    TOO_MANY = "too_many"
    OUT_OF_BOUNDS = "out_of_bounds"
    NOT_A_VALUE = "not_a_value"
    MALFORMED = "malformed"
    NO_AGENT = "no_agent"
    """Nobody who works here has this id or username."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mistake:
    """A mistake. `line` and `column` count from 1; `word` is what stands there, `hint` what may
    stand there or what is meant."""

    line: int
    column: int = 1
    problem: StrEnum
    word: str = ""
    hint: str = ""


class Mark(Protocol):
    """A place in a text, counted from 0."""

    line: int
    column: int


def at(mark: Mark | None, problem: StrEnum, word: str = "", hint: str = "") -> Mistake:
    """A mistake at a place; without one at the beginning."""
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Mistake(line=line, column=column, problem=problem, word=word[:_LONGEST_WORD], hint=hint)


class TextRefused(Refused):
    """The text cannot be taken; `mistakes` in the order of their lines."""

    code = "text_refused"

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("; ".join(f"{one.line}: {one.problem}" for one in self.mistakes))
