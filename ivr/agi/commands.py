"""The vocabulary: pyst2's `AGI`, with its way in and out replaced.

pyst2 brings what commands are called, how their arguments stand and how their results are read.
What it does by pipes, signals and standard error is not used: it would print every digit, and its
quoting lets a value send a second command.

Its methods are synchronous: each sends a command and reads the reply. Here none of them waits. A
method is called once, and stopped where it would send: that is the command. With the reply it is
called again and goes through: that is what the reply means. So it is two pure functions, and what
they said before is kept: callers hear the same sounds and press the same keys. (A greenlet that
sleeps in the method would do as well, but took 6 kB of every caller.)
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

KEPT = 1_024
"""Commands, and meanings of replies, that are not worked out again."""

T = TypeVar("T")
Talk = Generator[bytes, Reply, T]
"""Yields each command, is sent its reply, and returns what came of them."""

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})


class Unsendable(ValueError):
    """A value that no command can carry; nothing was sent. Its text is not the value."""


class _Sent(Exception):
    """A method has come to the command that it sends."""

    line: bytes


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
    """Its methods are called by `do` only, and those only that send one command. One vocabulary
    serves all channels."""

    def __init__(self) -> None:
        # Not AGI's own: it takes over a signal and reads standard input.
        self.env: dict[str, str] = {}
        self._reply: Reply | None = None
        self.says = lru_cache(KEPT)(self._command)
        """What a method sends. Raises Unsendable."""
        self._means = lru_cache(KEPT)(self._plain_meaning)

    def do(self, method: Callable[..., Any], *args: object) -> Talk[Any]:
        """Call one of its methods; arguments are texts (keys, too) and whole numbers.

        Raises Unsendable before anything is sent; pyst2's AGIAppError for a result of -1, and its
        other errors for what Asterisk does not take; HungUp for a channel that is dead."""
        return self.reads((yield self.says(method, *args)), method, *args)

    def reads(self, reply: Reply, method: Callable[..., Any], *args: object) -> Any:
        """What a method makes of the reply to what it `says`: `do`, for whoever has no time."""
        if reply.code != 200:
            raise _error(reply.code)
        if reply.data:
            # It may be what the caller chose or a variable holds: not kept.
            return self._meaning(reply, method, *args)
        return self._means(reply.result, method, *args)

    def _command(self, method: Callable[..., Any], *args: object) -> bytes:
        """What a method sends. Raises Unsendable."""
        self._reply = None
        try:
            method(*args)
        except _Sent as sent:
            return sent.line
        raise TypeError("the method sends nothing")

    def _plain_meaning(self, result: str, method: Callable[..., Any], *args: object) -> object:
        return self._meaning(Reply(200, result), method, *args)

    def _meaning(self, reply: Reply, method: Callable[..., Any], *args: object) -> object:
        """What a method makes of a reply."""
        self._reply = reply
        return method(*args)

    def execute(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        """What pyst2's methods send and read by."""
        if self._reply is None:
            sent = _Sent()
            sent.line = command_line(command, args)
            raise sent
        reply = self._reply
        if reply.result == "-1":
            raise AGIAppError("it failed, or the caller has hung up")
        return {"result": (reply.result, reply.data), "endpos": (reply.end, "")}

    # ── Where pyst2's own will not do ───────────────────────────────────────────────────────

    def record_file(
        self, file: str, form: str, keys: str, limit_ms: int, hush: int, beep: bool
    ) -> tuple[int, bool]:
        """Record; how many samples, and whether a key ended it. pyst2 knows no silence. The result
        is the key, or anything: where the time was over it may be 1."""
        signs = ("beep", f"s={hush}") if beep else (f"s={hush}",)
        found = self.execute("RECORD FILE", quoted(file), form, quoted(keys), limit_ms, 0, *signs)
        return int(found["endpos"][0] or 0), found["result"][1] == "dtmf"

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
