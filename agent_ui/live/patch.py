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
        elif type(item) is not type(before) or item != before:
            patch[key] = item
    return patch


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
