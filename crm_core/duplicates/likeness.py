"""What two records are compared by: names in one alphabet, dates, and marks that few people share.

Pure. Numbers of documents come as hashes; phones, e-mails and addresses are compared as they are
and never leave this package: what is told of a pair is codes.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from pypinyin import lazy_pinyin

from crm_core.models import PartyKind
from crm_core.search.folding import has_han, key, words

_SUFFIXES = {"jr": 2, "sr": 1, "i": 1, "ii": 2, "iii": 3, "мл": 2, "ст": 1}
_LEGAL_FORMS = frozenset(
    words("ООО ОАО ЗАО ПАО АО ИП ТОВ ПрАТ ФОП Ltd LLC Inc GmbH AG SA Co Corp PLC Limited Company")
)
_STREET = {
    "street": "st",
    "strasse": "st",
    "avenue": "ave",
    "lane": "ln",
    "road": "rd",
    "drive": "dr",
    "place": "pl",
    "ulitsa": "ul",
    "prospekt": "pr",
    "pereulok": "per",
}
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A record as it is compared. Names are folded words; `suffix` tells Jr from Sr, 0 for none."""

    party: str
    kind: PartyKind
    family: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    middle: tuple[str, ...] = ()
    suffix: int = 0
    born: date | None = None
    sex: str | None = None
    tax_ids: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    addresses: tuple[frozenset[str], ...] = field(default=())

    @property
    def name(self) -> tuple[str, ...]:
        """All words of the name, in no order that matters."""
        return (*self.family, *self.given, *self.middle)


def folded(*texts: str) -> tuple[str, ...]:
    """The words of a name as they are compared: Latin keys, Chinese by its sounds."""
    return tuple(key(word) for text in texts for word in words(_sounds(text)))


@lru_cache(maxsize=8192)
def part_of_name(text: str) -> tuple[tuple[str, ...], int]:
    """The words of a part of a name, and which of several bearers it is: Jr, Sr, I, II, III.

    0 if nothing tells. A name's only word is never an addition.
    """
    held = words(_sounds(text))
    kept = [word for word in held if word not in _SUFFIXES] or held[:1]
    added = max((_SUFFIXES.get(word, 0) for word in held if word not in kept), default=0)
    return tuple(key(word) for word in kept), added


def firm(name: str) -> tuple[str, ...]:
    """The words of an organisation's name that tell it from others."""
    held = words(_sounds(name))
    return tuple(key(word) for word in held if word not in _LEGAL_FORMS) or folded(name)


def address(text: str) -> frozenset[str]:
    """An address as words and numbers, common words of streets made one."""
    return frozenset(_STREET.get(word, word) for word in words(text))


def house_numbers(one: frozenset[str]) -> frozenset[str]:
    """The numbers in an address: houses, flats, postal codes."""
    return frozenset(word for word in one if _DIGITS.fullmatch(word))


def _sounds(text: str) -> str:
    if not has_han(text):
        return text
    return " ".join(lazy_pinyin(text))
