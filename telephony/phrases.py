"""What callers are told, as names of sound files below Asterisk's folder `sounds/tellerline`. Pure.

One file says one thing as a whole sentence, number and all: a sentence put together from pieces
sounds like one. So there is a file for each number up to a limit; a greater one is told as the
limit. The texts stand in config/prompts.yaml.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from routing.commands import Said
from routing.terms import Phrase

FOLDER = "tellerline"

KEYS = "0123456789*#"
"""A key's place here is its number, as in RFC 4733: `*` is 10 and `#` is 11."""
NUMBERED: dict[Phrase, range] = {
    Phrase.POSITION: range(1, 100),
    Phrase.EXPECTED_WAIT: range(1, 61),
    Phrase.CALLBACK_OFFER: range(len(KEYS)),
}
"""The phrases that hold a number, and which: a place in line, minutes, a key."""

_UNSAID = {Phrase.CALLBACK_OFFER: 1}
"""The number of a phrase that came without one; others need theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """In which languages there are sound files, and which one the house speaks."""

    languages: frozenset[str] = frozenset({"en"})
    house: str = "en"

    def sounds(self, said: Iterable[Said], language: str) -> str:
        """Return the files in order, as Background and Playback take them.

        A language without files, or none, is the house's.
        """
        spoken = language if language in self.languages else self.house
        return "&".join(f"{FOLDER}/{spoken}/{file_of(one)}" for one in said)


def file_of(said: Said) -> str:
    """Return the file's name, without folder and ending."""
    numbers = NUMBERED.get(said.phrase)
    if numbers is None:
        return said.phrase.value
    number = _UNSAID.get(said.phrase, numbers[0]) if said.number is None else said.number
    return f"{said.phrase.value}-{min(max(number, numbers[0]), numbers[-1])}"


def all_said() -> list[Said]:
    """Return everything that can be told: one for each file that a language must have."""
    return [
        Said(phrase=phrase, number=number)
        for phrase in Phrase
        for number in NUMBERED.get(phrase, (None,))
    ]
