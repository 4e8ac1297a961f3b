"""The vocabulary: pyst2's `AGI`, with its way in and out replaced.

pyst2 brings what commands are called, how their arguments stand and how their results are read.
What it does by pipes, signals and standard error is not used: it would print every digit, and its
quoting lets a value send a second command.

Its methods are synchronous: each sends a command and reads the reply. Here none of them waits. A
method is called once and is stopped where it would send; with the reply at hand it is called again
and goes through. Between the two nothing is kept but the call itself, as a generator. (A greenlet
that sleeps in there would do as well, but took 6 kB of every caller.)
"""

from collections.abc import Callable, Generator
from functools import lru_cache
from typing import Any, TypeVar

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

COMMANDS_KEPT = 1_024

T = TypeVar("T")
Talk = Generator[bytes, Reply, T]
"""Yields each command, is sent its reply, and returns what came of them."""

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})


class Unsendable(ValueError):
    """A value that no command can carry; nothing was sent. Its text is not the value."""


class _Sent(Exception):
    """A method has come to the command that it sends."""


class Quoted(str):
    """An argument as it goes on the wire."""

    __slots__ = ()


def quoted(value: object) -> Quoted:
    """One argument, whatever stands in it. Raises Unsendable for line breaks and NUL."""
    text = str(value)
    if "\n" in text or "\r" in text or "\0" in text:
        raise Unsendable("a line break or NUL in a value")
    if '"' in text or "\\" in text:
        text = text.translate(_ESCAPES)
    return Quoted(f'"{text}"')


def command_line(command: str, args: tuple[object, ...]) -> bytes:
    """The bytes of a command. An empty argument that was not quoted on purpose is left out.
    Raises Unsendable."""
    for arg in args:
        if isinstance(arg, (Quoted, int)):
            command = f"{command} {arg}"
        elif arg != "":
            command = f"{command} {quoted(arg)}"
    try:
        line = f"{command}\n".encode()
    except UnicodeEncodeError:
        raise Unsendable("half a character in a value") from None
    if len(line) > MAX_COMMAND:
        raise Unsendable(f"a command of more than {MAX_COMMAND} bytes")
    return line


class Commands(AGI):  # type: ignore[misc]  # pyst2 has no types
    """Its methods are called by `do` only; one vocabulary serves all channels."""

    def __init__(self) -> None:
        # Not AGI's own: it takes over a signal and reads standard input.
        self.env: dict[str, str] = {}
        self.last = Reply(0)
        """The last reply that was read: for what a method leaves out of it."""
        self._replies: tuple[Reply, ...] = ()
        self._line = b""
        self._first = lru_cache(COMMANDS_KEPT, typed=True)(self._first_command)
        """Callers hear the same sounds: most commands have been put together before."""

    def do(self, method: Callable[..., Any], *args: object) -> Talk[Any]:
        """Call one of its methods. Raises Unsendable before anything is sent; pyst2's AGIAppError
        for a result of -1, and its other errors for what Asterisk does not take; HungUp for a
        channel that is dead."""
        replies: tuple[Reply, ...] = ((yield self._first(method, *args)),)
        while True:
            self._replies = replies
            try:
                return method(*args)
            except _Sent:
                line = self._line
            replies = (*replies, (yield line))

    def _first_command(self, method: Callable[..., Any], *args: object) -> bytes:
        """What a method sends first. Raises Unsendable."""
        self._replies = ()
        try:
            method(*args)
        except _Sent:
            return self._line
        raise TypeError("the method sends nothing")

    def execute(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        """What pyst2's methods send and read by."""
        if not self._replies:
            self._line = command_line(command, args)
            raise _Sent
        self.last = reply = self._replies[0]
        self._replies = self._replies[1:]
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

    def _quote(self, string: Any) -> object:
        # What is already sent is not looked at again.
        return string if self._replies else quoted(string)


def _error(code: int) -> Exception:
    """What a code other than 200 means."""
    if code == 511:
        return HungUp()
    kinds = {510: AGIInvalidCommand, 520: AGIUsageError}
    error: Exception = kinds.get(code, AGIUnknownError)(f"answered with {code}")
    return error
