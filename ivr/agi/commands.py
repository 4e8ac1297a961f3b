"""The vocabulary: pyst2's `AGI`, with its way in and out replaced.

pyst2 brings what commands are called, how their arguments stand and how their results are read.
What it does by pipes, signals and standard error is not used: it would print every digit, and its
quoting lets a value send a second command.
"""

from collections.abc import Callable
from typing import Any

from asterisk.agi import (
    AGI,
    AGIAppError,
    AGIDBError,
    AGIInvalidCommand,
    AGIUnknownError,
    AGIUsageError,
)

from ivr.agi.errors import HungUp
from ivr.agi.replies import Reply

MAX_COMMAND = 1_024
"""Bytes. Asterisk cuts a line at 2,048 and takes the rest for another command; a much longer one
crashed it (its issue 2069)."""

PATIENCE = 30.0
"""Seconds for an answer, beyond what a command takes by itself."""

Ask = Callable[[bytes, float], Reply]
"""Sends one command; returns its reply, or raises HungUp or ChannelLost."""

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})
_BREAKS = ("\n", "\r", "\0")


class Unsendable(ValueError):
    """A value that no command can carry; nothing was sent. Its text is not the value."""


class Quoted(str):
    """An argument as it goes on the wire."""

    __slots__ = ()


def quoted(value: object) -> Quoted:
    """One argument, whatever stands in it. Raises Unsendable for line breaks and NUL."""
    text = str(value)
    if any(mark in text for mark in _BREAKS):
        raise Unsendable("a line break or NUL in a value")
    return Quoted(f'"{text.translate(_ESCAPES)}"')


def command_line(command: str, args: tuple[object, ...]) -> bytes:
    """The bytes of a command. An empty argument that was not quoted on purpose is left out.
    Raises Unsendable."""
    words = [command]
    for arg in args:
        if isinstance(arg, (Quoted, int)):
            words.append(str(arg))
        elif arg != "":
            words.append(quoted(arg))
    try:
        line = " ".join(words).encode() + b"\n"
    except UnicodeEncodeError:
        raise Unsendable("half a character in a value") from None
    if len(line) > MAX_COMMAND:
        raise Unsendable(f"a command of more than {MAX_COMMAND} bytes")
    return line


class Commands(AGI):  # type: ignore[misc]  # pyst2 has no types
    """Its methods wait for their replies, so they are called in `Connection.talk` only."""

    def __init__(self, ask: Ask, env: dict[str, str]) -> None:
        # Not AGI's own: it takes over a signal and reads standard input.
        self.env = env
        self.patience = PATIENCE
        self.last = Reply(0)
        self._ask = ask

    def execute(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        """Send a command. Raises Unsendable before it is sent; HungUp, ChannelLost; pyst2's
        AGIAppError for a result of -1, and its other errors for what Asterisk does not take."""
        reply = self.last = self._ask(command_line(command, args), self.patience)
        if reply.code != 200:
            raise _error(reply.code)
        if reply.result == "-1":
            raise AGIAppError("it failed, or the caller has hung up")
        return {"result": (reply.result, reply.data)}

    def database_get(self, family: str, key: str) -> str:
        """A value of Asterisk's own database. pyst2 would quote its place twice."""
        found, value = self.execute("DATABASE GET", quoted(family), quoted(key))["result"]
        if found != "1":
            raise AGIDBError("no such key")
        return value

    def _quote(self, string: Any) -> Quoted:
        return quoted(string)


def _error(code: int) -> Exception:
    """What a code other than 200 means."""
    if code == 511:
        return HungUp()
    kinds = {510: AGIInvalidCommand, 520: AGIUsageError}
    error: Exception = kinds.get(code, AGIUnknownError)(f"answered with {code}")
    return error
