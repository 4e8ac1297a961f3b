"""What the loop needs from the shells. They fit structurally; `config.bootstrap` joins them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from routing.commands import CallCommand
from routing.facts import Candidate
from routing.ids import PartyId
from routing.notices import Notice


class Clock(Protocol):
    """Tells the time, aware UTC."""

    def now(self) -> datetime: ...


class Telephony(Protocol):
    """Carries out what is done to a call, in the order given and without blocking.

    Results come back as facts, never as exceptions.
    """

    def carry_out(self, command: CallCommand) -> None: ...


class Directory(Protocol):
    """Tells who a number (E.164) may be, the likeliest first; of a party that is proved, that one
    alone, for the reason `BY_PIN`. May raise OSError or TimeoutError."""

    def at_once(self, number: str, *, proved: PartyId | None = None) -> Sequence[Candidate] | None:
        """Tell without waiting, or return None where that takes a wait."""
        ...

    async def candidates(
        self, number: str, *, proved: PartyId | None = None
    ) -> Sequence[Candidate]: ...


class Broadcaster(Protocol):
    """Shows notices on screens. Must not block."""

    def show(self, notices: Sequence[Notice]) -> None: ...
