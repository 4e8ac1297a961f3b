"""A journal once more: the same facts through the engine, and one hash of all that it decides.

The hash is the same for the same journal on any machine; another one means that another version
of the engine would have decided otherwise. Nothing is written.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from routing.engine import Engine
from routing.loop.codec import decode_checkpoint, decode_decision, decode_fact, encode_decision
from routing.loop.journal import lines_of

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How many facts there were, and the SHA-256 of the decisions, one line of JSON each.

    `differences` counts decisions that came out otherwise than they were recorded.
    """

    facts: int
    differences: int
    digest: str


def replay(journal: Path) -> Replayed:
    """Replay a journal's folder, or a single segment. Raises JournalDamaged, Undecodable, OSError.

    The engine begins with the checkpoint at the journal's head, if there is one.
    """
    engine: Engine | None = None
    digest = hashlib.sha256()
    facts = differences = 0
    for value in _values(journal):
        if "checkpoint" in value:
            engine = engine or Engine.restore(decode_checkpoint(value["checkpoint"]))
            continue
        engine = engine or Engine()
        decision = engine.apply(decode_fact(value["f"]))
        digest.update(_JSON.encode(encode_decision(decision)).encode() + b"\n")
        facts += 1
        differences += decision != decode_decision(value["d"])
    return Replayed(facts=facts, differences=differences, digest=digest.hexdigest())


def _values(journal: Path) -> Iterator[Any]:
    segments = sorted(journal.glob("*.journal")) if journal.is_dir() else [journal]
    for segment in segments:
        for _, value in lines_of(segment):
            yield value
