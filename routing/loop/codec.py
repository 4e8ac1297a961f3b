"""Facts, decisions and checkpoints as JSON, and back to equal values.

Encoders and decoders are built once per type from its annotations. A value whose static type is
a base class (a command, a notice, a fact) carries its class name under "!".
"""

import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from routing import commands, facts, notices
from routing.commands import Command
from routing.decision import Decision
from routing.engine.world import Checkpoint
from routing.facts import Fact
from routing.notices import Notice

Json = Any

_NAMED: dict[str, type] = {
    name: value
    for module in (facts, commands, notices)
    for name, value in vars(module).items()
    if isinstance(value, type) and is_dataclass(value)
}


class Undecodable(ValueError):
    """The text is not what this version of the product writes."""


def encode_fact(fact: Fact) -> Json:
    """Return the fact as JSON values."""
    return _encode_named(fact)


def decode_fact(value: Json) -> Fact:
    """Return the fact. Raises Undecodable."""
    return _checked(value, _decode_named)  # type: ignore[no-any-return]


def encode_decision(decision: Decision) -> Json:
    """Return the decision as JSON values."""
    return [
        [_encode_named(command) for command in decision.commands],
        [_encode_named(notice) for notice in decision.notices],
    ]


def decode_decision(value: Json) -> Decision:
    """Return the decision. Raises Undecodable."""

    def decode(pair: Json) -> Decision:
        made, told = pair
        return Decision(
            commands=tuple(_decode_named(item) for item in made),
            notices=tuple(_decode_named(item) for item in told),
        )

    return _checked(value, decode)  # type: ignore[no-any-return]


def encode_checkpoint(checkpoint: Checkpoint) -> Json:
    """Return the engine's state as JSON values."""
    return _encoder(Checkpoint)(checkpoint)


def decode_checkpoint(value: Json) -> Checkpoint:
    """Return the engine's state. Raises Undecodable."""
    return _checked(value, _decoder(Checkpoint))  # type: ignore[no-any-return]


def _checked(value: Json, decode: Callable[[Json], Any]) -> Any:
    try:
        return decode(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Undecodable(f"{type(error).__name__}: {error}") from error


def _encode_named(value: Any) -> Json:
    kind: Any = type(value)
    return {"!": kind.__name__, **_encoder(kind)(value)}


def _decode_named(value: Json) -> Any:
    return _decoder(_NAMED[value["!"]])(value)


@cache
def _encoder(kind: Any) -> Callable[[Any], Json]:
    if is_dataclass(kind):
        return _dataclass_encoder(kind)
    if kind is datetime:
        return datetime.isoformat
    origin = typing.get_origin(kind)
    if origin in (tuple, list, set):
        return _series_encoder(kind, origin)
    if origin in (types.UnionType, typing.Union):
        return _optional(kind, _encoder)
    return _as_is


def _dataclass_encoder(kind: Any) -> Callable[[Any], Json]:
    parts: list[tuple[str, Callable[[Any], Json]]] = []

    def encode(value: Any) -> Json:
        if not parts:  # built at first use: a type may contain itself
            parts.extend(_parts(kind, _encoder))
        return {name: part(getattr(value, name)) for name, part in parts}

    return encode


def _parts(
    kind: Any, build: Callable[[Any], Callable[[Any], Any]]
) -> list[tuple[str, Callable[[Any], Any]]]:
    hints = typing.get_type_hints(kind)
    return [(field.name, build(_plain(hints[field.name]))) for field in fields(kind)]


def _series_encoder(kind: Any, origin: Any) -> Callable[[Any], Json]:
    args = typing.get_args(kind)
    if origin is tuple and Ellipsis not in args:
        parts = [_encoder(_plain(arg)) for arg in args]
        return lambda value: [encode(v) for encode, v in zip(parts, value, strict=True)]
    encode = _encoder(_plain(args[0]))
    if origin is set:
        return lambda value: sorted(encode(v) for v in value)
    return lambda value: [encode(v) for v in value]


@cache
def _decoder(kind: Any) -> Callable[[Json], Any]:
    if is_dataclass(kind):
        return _dataclass_decoder(kind)
    if kind is datetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    origin = typing.get_origin(kind)
    if origin in (tuple, list, set):
        return _series_decoder(kind, origin)
    if origin in (types.UnionType, typing.Union):
        return _optional(kind, _decoder)
    return _as_is


def _dataclass_decoder(kind: Any) -> Callable[[Json], Any]:
    parts: list[tuple[str, Callable[[Any], Any]]] = []

    def decode(value: Json) -> Any:
        if not parts:
            parts.extend(_parts(kind, _decoder))
        # A field that this line was written without keeps its default.
        return kind(**{name: part(value[name]) for name, part in parts if name in value})

    return decode


def _series_decoder(kind: Any, origin: Any) -> Callable[[Json], Any]:
    args = typing.get_args(kind)
    if origin is tuple and Ellipsis not in args:
        parts = [_decoder(_plain(arg)) for arg in args]
        return lambda value: tuple(decode(v) for decode, v in zip(parts, value, strict=True))
    decode = _decoder(_plain(args[0]))
    return lambda value: origin(decode(v) for v in value)


def _optional(kind: Any, build: Callable[[Any], Callable[[Any], Any]]) -> Callable[[Any], Any]:
    inner = [arg for arg in typing.get_args(kind) if arg is not type(None)]
    if set(inner) <= set(typing.get_args(Notice)) | {Command}:
        return _encode_named if build is _encoder else _decode_named
    convert = build(_plain(inner[0]))
    return lambda value: None if value is None else convert(value)


def _plain(kind: Any) -> Any:
    """Take NewTypes down to what they are."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    return kind


def _as_is(value: Any) -> Any:
    return value
