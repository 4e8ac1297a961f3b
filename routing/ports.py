"""What the loop needs from the shells. They fit structurally; `config.bootstrap` joins them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from routing.commands import CallCommand
from routing.decision import Decision
from routing.facts import Candidate, Fact
from routing.notices import Notice


class Clock(Protocol):
    """Tells the time, aware UTC."""

    def now(self) -> datetime: ...


class Telephony(Protocol):
    """Carries out what is done to a call. Results come back as facts, never as exceptions."""

    async def carry_out(self, command: CallCommand) -> None: ...


class Directory(Protocol):
    """Tells who a number (E.164) may be, the likeliest first. May raise OSError or TimeoutError."""

    async def candidates(self, number: str) -> Sequence[Candidate]: ...


class Broadcaster(Protocol):
    """Shows notices on screens. Must not block."""

    def show(self, notices: Sequence[Notice]) -> None: ...


class Journal(Protocol):
    """Keeps each fact with its decision before any effect leaves. Survives a killed process."""

    def append(self, fact: Fact, decision: Decision) -> None: ...

    def entries(self) -> Iterator[tuple[Fact, Decision]]: ...
