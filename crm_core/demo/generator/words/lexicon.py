"""What the generator needs of a language to name people and firms. Data and grammar, no chance."""

from collections.abc import Mapping
from dataclasses import dataclass


def listed(text: str) -> tuple[str, ...]:
    """The words of a text, in order."""
    return tuple(text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The words of one language. Lists begin with what is most common.

    `fathers` are given names with the patronymics of their sons and daughters. `endings` turn a
    man's family name into a woman's, the first that fits; names that end in one of `indeclinable`
    are the same for both, all others take an "а".
    """

    language: str
    given: Mapping[str, tuple[str, ...]]
    fathers: Mapping[str, tuple[str, str]]
    families: tuple[str, ...]
    endings: tuple[tuple[str, str], ...]
    indeclinable: tuple[str, ...]
    firm_words: tuple[tuple[str, ...], tuple[str, ...]]
    firm_pattern: str
    legal_patterns: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[str, ...]
    street_pattern: str

    def family(self, name: str, sex: str) -> str:
        """A family name, listed as a man has it, for a person of `sex` ("m", "f")."""
        if sex == "m":
            return name
        for his, hers in self.endings:
            if name.endswith(his):
                return name.removesuffix(his) + hers
        return name if name.endswith(self.indeclinable) else name + "а"

    def patronymic(self, father: str, sex: str) -> str:
        """What a child of `sex` is called after the father; "" where that is not the custom."""
        return self.fathers[father][sex == "f"] if self.fathers else ""
