"""What brings two records together to be compared: a key that both have. Pure.

Comparing everybody with everybody takes for ever, so only those who share a key are compared. A key
that too many share brings nobody together: it would cost much and tell nothing.
"""

from collections.abc import Iterator

from crm_core.duplicates.likeness import Likeness
from crm_core.duplicates.nicknames import full_names
from crm_core.models import PartyKind

LARGEST_BLOCK = 40
"""A key that more parties have is not looked at."""

_BEGINNING = 4


def keys_of(one: Likeness) -> frozenset[str]:
    """All keys of a record. Marks come first in their key: t tax id, d document, p phone, ..."""
    marks = {
        *(f"t:{mark}" for mark in one.tax_ids),
        *(f"d:{mark}" for mark in one.documents),
        *(f"p:{mark}" for mark in one.phones),
        *(f"e:{mark}" for mark in one.emails),
    }
    names = _persons(one) if one.kind is PartyKind.PERSON else _firms(one)
    return frozenset({*marks, *names})


def mark_key(kind: str, mark: str) -> str:
    """The key under which the bearers of a mark stand."""
    return f"{kind}:{mark}"


def _persons(one: Likeness) -> Iterator[str]:
    called = {name for given in one.given for name in full_names(given)}
    family = "".join(one.family)
    for name in {family, *one.family}:
        for calling in called:
            yield f"n:{':'.join(sorted((name, calling)))}"
    if one.born is not None:
        day = "-".join(f"{part:02}" for part in sorted((one.born.day, one.born.month)))
        for word in (*one.family, *called):
            yield f"b:{one.born.year}-{day}:{word[:1]}"
            yield f"y:{one.born.year}:{word[:_BEGINNING]}"


def _firms(one: Likeness) -> Iterator[str]:
    for word in one.family:
        if len(word) >= _BEGINNING:
            yield f"f:{word[:6]}"
    yield f"n:{''.join(sorted(one.family))}"
