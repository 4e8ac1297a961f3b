"""What a session needs: somebody to speak to, words, the bank, and whom it tells of its caller.

They fit structurally; `config.self_service` joins them.
"""

from collections.abc import Sequence
from typing import Protocol

from crm_core.selfservice.answers import Answer, Service
from ivr.speech.told import Told
from ivr.steps.acts import End, Found, PinChecked, PinChosen
from routing.facts import SelfService
from routing.ids import PartyId, ScheduleId


class Line(Protocol):
    """The caller's channel. Everything raises `HungUp` or `ChannelLost` of `ivr.agi`."""

    async def tell(self, sounds: Sequence[str], keys: str) -> str:
        """Play files in order until one of `keys` is pressed; the key, or nothing."""
        ...

    async def ask(
        self, sounds: Sequence[str], *, most: int, ends: str, seconds: int, secret: bool
    ) -> str | None:
        """Play files and take digits; None if none came."""
        ...

    async def record(self, file: str, seconds: int) -> bool:
        """Record him into files of this name; whether he said anything. Who hangs up when he
        has is told of by whatever comes next."""
        ...

    async def set_variable(self, name: str, value: str) -> None:
        """Set a variable of his channel."""
        ...


class Words(Protocol):
    """What is told, as files of sound."""

    def sounds(self, said: Sequence[Told], language: str) -> Sequence[str]: ...


class Bank(Protocol):
    """The bank, to one caller. Nothing raises when it is away: the answers say so."""

    async def find(self, entry: str) -> Found: ...

    async def check_pin(self, pin: str) -> PinChecked: ...

    async def choose_pin(self, code: str, pin: str) -> PinChosen: ...

    async def answer(self, service: Service, party: PartyId | None, level: int) -> Answer: ...

    async def was_told(self, answer: Answer, party: PartyId) -> None:
        """He heard the answer to its end."""
        ...

    async def keep_answer(self, question: str, value: int) -> None:
        """Keep what he answered to a survey."""
        ...

    async def keep_message(self, name: str) -> None:
        """Have the message heard that he left."""
        ...

    def holds(self, schedule: ScheduleId) -> bool:
        """Whether it is open by a schedule now."""
        ...


class Listener(Protocol):
    """Who is told how far the caller is. Neither may block nor raise."""

    def progressed(self, service: SelfService) -> None: ...

    def ended(self, service: SelfService, end: End) -> None: ...
