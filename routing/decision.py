"""A decision: the commands and notices that one fact leads to."""

from dataclasses import dataclass

from routing.commands import Command
from routing.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What follows from a fact, in order. It is recorded before any of it takes effect."""

    commands: tuple[Command, ...] = ()
    notices: tuple[Notice, ...] = ()


NOTHING = Decision()
