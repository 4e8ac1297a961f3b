"""The lines by which Asterisk answers a command. Pure.

    200 result=VALUE [(data)] [endpos=SAMPLES]      it was done
    100 ...                                         wait, the answer is still to come
    510 ...   511 ...   503 ...                     unknown; the channel is dead; no memory
    520-...   any lines   520 ...                   used wrongly, and how it is used
    HANGUP                                          no answer: the caller has gone

Data is whatever stands between the first and the last bracket: a caller may be named "hangup", or
") endpos=0". A value with a line break in it makes a line that is no reply.
"""

import re
from enum import StrEnum
from typing import NamedTuple

MAX_LINE = 4_096
"""Bytes. Values of variables may be long; more than this is nothing that we ask for."""

_DONE = re.compile(rb"200 result=([-+0-9A-D*#]*)(?: \(([^\0\r]*)\))?(?: endpos=(\d{1,18}))?")
_REFUSED = re.compile(rb"(503|510|511|520)(?: [^\0]*)?")


class Aside(StrEnum):
    """A line that is no answer by itself."""

    TRYING = "trying"
    USAGE = "usage"
    """The first line of how a command is used: what follows is text, until the line with 520."""
    HANGUP = "hangup"


class Reply(NamedTuple):
    """An answer. It may hold a digit of a secret, so it is never shown."""

    code: int
    result: str = ""
    data: str = ""
    end: str = ""
    """Where a sound was left, in samples of an 8,000th of a second."""

    def __repr__(self) -> str:
        return f"<reply {self.code}>"


class Unreadable(ValueError):
    """The line is nothing that Asterisk sends."""


_ALONE = re.compile(rb"200 result=([0-9]{1,2})(?: endpos=[0-9]{1,18})?\n")
_PLAIN = {b"%d" % result: Reply(200, str(result)) for result in range(100)}


def read_alone(data: bytes) -> Reply | None:
    """The reply of a read that is nothing but one, done and without data, as nearly all are; where
    a sound was left is not told. None for any other."""
    found = _ALONE.fullmatch(data)
    return _PLAIN.get(found[1]) if found else None


def read_line(line: bytes) -> Reply | Aside:
    """What a line says. Raises Unreadable, without the line."""
    if found := _DONE.fullmatch(line):
        result, data, end = found.groups(b"")
        return Reply(200, result.decode(), data.decode(errors="replace"), end.decode())
    if line == b"HANGUP":
        return Aside.HANGUP
    if line.startswith(b"520-"):
        return Aside.USAGE
    if line.startswith(b"100 "):
        return Aside.TRYING
    if found := _REFUSED.fullmatch(line):
        return Reply(int(found[1]))
    raise Unreadable


def read_usage(line: bytes) -> Reply | Aside:
    """What a line says after `Aside.USAGE`: more of it, or that this was it."""
    return Reply(520) if line.startswith(b"520 ") else Aside.USAGE
