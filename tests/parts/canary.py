"""Finding secrets where they must not be: digits that were keyed, in any file that was left behind.

    left = leaks(["83920174"], product.state_dir, asterisk.log_dir, asterisk.spool_dir)
    assert left == []

Digits are looked for as they are, with separators between them, and one by one, as a telephone
system logs keys: a line for each. Few digits stand everywhere by chance, so a canary has six or
more that stand nowhere else. PostgreSQL keeps its rows elsewhere: dump them into a file first.
"""

import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

FEWEST = 6
_BETWEEN = rb"[\s,;\-\"'\[\]]{0,4}"
_KEYS = (
    re.compile(rb"DTMF begin '([0-9])'"),
    re.compile(rb"DTMF end '([0-9])'"),
    re.compile(rb"^Digit: ([0-9])\r?$", re.MULTILINE),
    re.compile(rb'"digit": ?"([0-9])"'),
)
"""What Asterisk's log, the manager interface and JSON have of one key."""


def leaks(secrets: Iterable[str], *places: Path) -> list[str]:
    """Where one of the secrets stands: the files, each with how. Empty folders prove nothing."""
    wanted = [_Wanted(one) for one in secrets]
    return [
        f"{path}: {how}" for path in _files(places) for one in wanted for how in one.found_in(path)
    ]


class _Wanted:
    """A secret, as it could be written."""

    def __init__(self, secret: str) -> None:
        if len(secret) < FEWEST or not secret.isdigit():
            raise ValueError(f"a canary has {FEWEST} digits at least")
        self._digits = secret.encode()
        spread = _BETWEEN.join(re.escape(one.encode()) for one in secret)
        self._spread = re.compile(rb"(?<![0-9])" + spread + rb"(?![0-9])")

    def found_in(self, path: Path) -> Iterator[str]:
        body = _read(path)
        if self._digits in body:
            yield "as it is"
        elif self._spread.search(body):
            yield "with separators"
        if any(self._digits in b"".join(keys.findall(body)) for keys in _KEYS):
            yield "key by key"
        if self._digits in path.name.encode():
            yield "in its name"


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from (one for one in sorted(place.rglob("*")) if one.is_file())


def _read(path: Path) -> bytes:
    try:
        if path.suffix == ".gz":
            return gzip.decompress(path.read_bytes())
        return path.read_bytes()
    except FileNotFoundError:  # a live product removes files of its own
        return b""
