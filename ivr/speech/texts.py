"""The text of a prompt, with its places: read, and cut into clauses, each a sound file.

    "Счёт {last4}. Остаток: {amount}."   ->   Счёт · {last4} · Остаток: · {amount}

A clause ends where a value begins, so a text is best written as short phrases around its values.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ivr.speech.forms import Case, Form, FormRefused, read_form

LONGEST = 600
"""Characters of a text."""

_PLACE = re.compile(r"\{([^{}]*)\}")
_ENDS = ".!?。！？"

PAUSE = "pause"
"""The file that is played where a text ends behind a value."""


class TextRefused(ValueError):
    """A prompt's text is wrong; `errors` says each thing that is."""

    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(self.errors))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Words between places. `file` is empty where there is nothing to tell. `spoken` is what the
    voice reads: marks at its ends are pauses, and before a value it sounds like going on."""

    text: str
    file: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value is told, and how."""

    name: str
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text, in order."""

    parts: tuple[Clause | Place, ...]

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts if isinstance(part, Place))

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Those that are spoken."""
        return tuple(part for part in self.parts if isinstance(part, Clause) and part.file)


def read_text(text: str, *, file: str, places: Iterable[str], cases: frozenset[Case]) -> Text:
    """Read a text that must have exactly these places. Its files are `file`, or, where it has
    places, `file`-1, `file`-2 and so on. Raises TextRefused."""
    pieces = _PLACE.split(text.strip())
    errors = _errors(text, pieces[1::2], tuple(places))
    read: list[Clause | Place] = []
    for index, piece in enumerate(pieces):
        if index % 2:
            try:
                read.append(_place(piece, cases))
            except FormRefused as error:
                errors.append(str(error))
        elif piece:
            read.append(Clause(text=piece))
    if not errors and not any(_speech(part) for part in read if isinstance(part, Clause)):
        errors.append("says nothing")
    if errors:
        raise TextRefused(errors)
    return Text(parts=tuple(_named(read, file)))


def _errors(text: str, written: list[str], wanted: tuple[str, ...]) -> list[str]:
    if len(text) > LONGEST:
        return [f"is longer than {LONGEST} characters"]
    if set("{}") & set(_PLACE.sub("", text)):
        return ["has a brace that opens or closes no place"]
    counted = Counter(place.partition(":")[0] for place in written)
    return [
        *(f"does not say {{{place}}}" for place in wanted if place not in counted),
        *(f"says {{{place}}}, which nothing fills" for place in counted if place not in wanted),
        *(f"says {{{place}}} twice" for place, times in counted.items() if times > 1),
    ]


def _place(piece: str, cases: frozenset[Case]) -> Place:
    name, *words = piece.split(":")
    return Place(name=name, form=read_form(name, tuple(words), cases))


def _named(parts: list[Clause | Place], file: str) -> Iterable[Clause | Place]:
    whole = not any(isinstance(part, Place) for part in parts)
    number = 0
    for index, part in enumerate(parts):
        if isinstance(part, Place):
            yield part
            continue
        spoken = part.text.strip()
        if not _speech(part):
            ends = index > 0 and any(mark in spoken for mark in _ENDS)
            yield Clause(text=part.text, file=PAUSE, spoken=".") if ends else part
            continue
        number += 1
        goes_on = index + 1 < len(parts) and spoken[-1].isalnum()
        yield Clause(
            text=part.text,
            file=file if whole else f"{file}-{number}",
            spoken=f"{spoken}," if goes_on else spoken,
        )


def _speech(clause: Clause) -> bool:
    """Whether there is anything but marks."""
    return any(letter.isalnum() for letter in clause.text)
