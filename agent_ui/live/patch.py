"""JSON merge patches (RFC 7396) between two states of a screen.

Theory of operation: a merge patch says "remove" by null, so a state may hold no null inside its
objects; `bare` takes them out, and for a screen an absent value and null mean the same. Lists
are replaced whole. For bare states `merged(old, difference(old, new)) == new`.
"""

import json
from collections.abc import Mapping
from typing import Any

Json = Any
"""Text, numbers, booleans, null, lists and string-keyed dicts of the same."""

Document = dict[str, Json]


def bare(value: Mapping[str, Json]) -> Document:
    """The same object without nulls, at any depth of objects."""
    return {
        key: bare(item) if isinstance(item, dict) else item
        for key, item in value.items()
        if item is not None
    }


def difference(old: Document, new: Document) -> Document:
    """The smallest merge patch that turns `old` into `new`; empty if they are equal."""
    patch: Document = {key: None for key in old if key not in new}
    for key, item in new.items():
        if key not in old:
            patch[key] = item
            continue
        before = old[key]
        if isinstance(item, dict) and isinstance(before, dict):
            inner = difference(before, item)
            if inner:
                patch[key] = inner
        elif not _same(item, before):
            patch[key] = item
    return patch


def _same(one: Json, other: Json) -> bool:
    """Equality as JSON has it: true is not 1, and 1 is not 1.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def merged(target: Json, patch: Json) -> Json:
    """`target` with `patch` applied, as RFC 7396 has it; neither is changed."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, item in patch.items():
        if item is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), item)
    return result


def encoded(value: Json) -> str:
    """Compact JSON; text outside ASCII stays as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
