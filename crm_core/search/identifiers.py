"""Numbers that a party is registered by: found whole, without the signs people put in. Pure."""

import unicodedata

_FEWEST = 5
_MOST = 40
_SEPARATORS = frozenset(" -./\\#")


def canonical(text: str) -> str | None:
    """The number as it is stored and asked for, or None if the text cannot be one."""
    plain = unicodedata.normalize("NFKC", text[: 4 * _MOST].replace("№", "")).upper()
    bare = "".join(c for c in plain if c not in _SEPARATORS)
    fits = _FEWEST <= len(bare) <= _MOST and bare.isalnum()
    return bare if fits and any(c.isdigit() for c in bare) else None
