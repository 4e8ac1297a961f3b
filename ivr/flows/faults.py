"""One thing that is wrong with a flow as values. Only shapes."""

from dataclasses import dataclass
from enum import StrEnum

Place = tuple[str, ...]
"""A path through a flow, such as ("nodes", "menu", "choices", "1") or ("start",)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, and where. `word` and `hint` are as in a Mistake."""

    place: Place
    problem: StrEnum
    word: str = ""
    hint: str = ""
