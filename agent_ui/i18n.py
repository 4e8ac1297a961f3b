"""Translations: message catalogues read once at the start, and which language a person gets.

Messages are named by codes (`sign_in.title`); every language, English too, has its texts in
`<locale>/<language>/LC_MESSAGES/*.po`, a file for each part of the product. A text that a language
lacks is shown in English, and a code without any text as the code itself. Texts may hold `{name}`
for a value.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po

SOURCE = "en"
Gettext = Callable[..., str]
_SLOT = re.compile(r"\{(\w+)\}")
_PREFERENCE = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*"
)


@dataclass(frozen=True, slots=True)
class Translations:
    """All languages' messages, English filling the gaps."""

    messages: Mapping[str, Mapping[str, str]]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are, English first."""
        return (SOURCE, *sorted(set(self.messages) - {SOURCE}))

    def gettext(self, language: str) -> Gettext:
        """The function that templates call: code and values to text."""
        messages = self.messages[language]

        def text(code: str, /, **values: object) -> str:
            return _SLOT.sub(
                lambda slot: str(values.get(slot[1], slot[0])), messages.get(code, code)
            )

        return text

    def choose(self, wishes: Iterable[str | None], *, default: str) -> str:
        """The first wish that there is; each is a language code or None."""
        for wish in wishes:
            if wish in self.messages:
                return str(wish)
        return default if default in self.messages else SOURCE


def read_translations(folder: Path) -> Translations:
    """Read every catalogue below `folder`. Raises OSError or ValueError on a broken file."""
    found = {SOURCE: _read(folder / SOURCE)}
    for language in sorted(one.name for one in folder.glob("*") if one.is_dir()):
        found[language] = found[SOURCE] | _read(folder / language)
    return Translations(found)


def _read(folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in sorted((folder / "LC_MESSAGES").glob("*.po")):
        part = _read_file(file)
        if twice := texts.keys() & part.keys():
            raise ValueError(f"{file}: stands in another file too: {min(twice)}")
        texts |= part
    return texts


def _read_file(file: Path) -> dict[str, str]:
    with file.open("rb") as stream:
        catalogue = read_po(stream, abort_invalid=True)
    return {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }


def accepted(header: str) -> list[str]:
    """Primary language codes of an Accept-Language header, the most wanted first."""
    wanted: list[tuple[float, str]] = []
    for part in header[:512].split(","):
        match = _PREFERENCE.fullmatch(part)
        if match and (weight := float(match[2] or 1)) > 0:
            wanted.append((weight, match[1].lower()))
    return [language for _, language in sorted(wanted, key=lambda one: -one[0])]
