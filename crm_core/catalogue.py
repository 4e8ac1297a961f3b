"""What a call can be about and how it can end: topics and the tree of dispositions.

The entries are codes with a name for each language. This module owns their shape and checks the
data; reading the file is the composition root's work. A disposition that has branches is a
heading and cannot be chosen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

LANGUAGES = ("en", "ru", "uk", "zh")
_LONGEST_CODE = 64


class CatalogueInvalid(ValueError):
    """The data is no catalogue; `errors` tell where and why."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Entry:
    """A topic or a disposition. `names` are by language."""

    code: str
    names: Mapping[str, str]
    branches: tuple["Entry", ...] = ()

    def name(self, language: str) -> str:
        """The name in the language, else in English."""
        return self.names.get(language) or self.names["en"]

    def leaves(self) -> Iterator["Entry"]:
        """The entries at the ends of the branches."""
        if not self.branches:
            yield self
        for branch in self.branches:
            yield from branch.leaves()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All topics and all dispositions, in their order of showing."""

    topics: tuple[Entry, ...]
    dispositions: tuple[Entry, ...]

    def topic(self, code: str) -> Entry | None:
        """The topic that can be chosen by this code."""
        return _find(self.topics, code)

    def disposition(self, code: str) -> Entry | None:
        """The disposition that can be chosen by this code."""
        return _find(self.dispositions, code)


def read_catalogue(data: object) -> Catalogue:
    """The catalogue in plain data (as YAML gives it). Raises CatalogueInvalid with all errors."""
    errors: list[str] = []
    if not isinstance(data, Mapping) or set(data) != {"topics", "dispositions"}:
        raise CatalogueInvalid(["the catalogue must have exactly: topics, dispositions"])
    catalogue = Catalogue(
        topics=_entries(data["topics"], "topics", errors),
        dispositions=_entries(data["dispositions"], "dispositions", errors),
    )
    for part in ("topics", "dispositions"):
        errors += _repeated(getattr(catalogue, part), part)
    if errors:
        raise CatalogueInvalid(errors)
    return catalogue


def _entries(data: object, place: str, errors: list[str]) -> tuple[Entry, ...]:
    if not isinstance(data, Sequence) or isinstance(data, str) or not data:
        errors.append(f"{place}: must be a list with entries")
        return ()
    return tuple(_entry(item, f"{place}[{i}]", errors) for i, item in enumerate(data))


def _entry(data: object, place: str, errors: list[str]) -> Entry:
    if not isinstance(data, Mapping) or not {"code", "names"} <= set(data):
        errors.append(f"{place}: must have code and names")
        return Entry("", MappingProxyType({"en": ""}))
    for key in sorted(set(data) - {"code", "names", "branches"}):
        errors.append(f"{place}: unknown key {key}")
    code = data["code"]
    if not isinstance(code, str) or not code.isidentifier() or len(code) > _LONGEST_CODE:
        errors.append(f"{place}: code must be a short word of letters, digits and _")
    branches = _entries(data["branches"], f"{place}.branches", errors) if "branches" in data else ()
    return Entry(str(code), _names(data["names"], place, errors), branches)


def _names(data: object, place: str, errors: list[str]) -> Mapping[str, str]:
    names = dict(data) if isinstance(data, Mapping) else {}
    for language in LANGUAGES:
        if not isinstance(names.get(language), str) or not names[language].strip():
            errors.append(f"{place}: no name in {language}")
    for language in sorted(set(names) - set(LANGUAGES), key=str):
        errors.append(f"{place}: unknown language {language}")
    return MappingProxyType({"en": "", **names})


def _repeated(entries: tuple[Entry, ...], place: str) -> list[str]:
    codes = [entry.code for entry in _walk(entries)]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    return [f"{place}: the code {code} stands twice" for code in twice]


def _walk(entries: tuple[Entry, ...]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        yield from _walk(entry.branches)


def _find(entries: tuple[Entry, ...], code: str) -> Entry | None:
    leaves = (leaf for entry in entries for leaf in entry.leaves())
    return next((leaf for leaf in leaves if leaf.code == code), None)
