"""How every phone on a node stands: those of agents, with a console or without, and all others.

Kept for whoever looks, beside the facts that routing gets of the phones agents work with. What is
told twice or late changes nothing; without the link nobody knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from telephony.ami import AmiEvent
from telephony.endpoints import TECHNOLOGY
from telephony.event_fields import time_of


class ExtensionState(StrEnum):
    """How an extension stands, of what Asterisk tells apart."""

    FREE = "free"
    RINGING = "ringing"
    IN_USE = "in_use"
    ON_HOLD = "on_hold"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


_STATES = {
    "NOT_INUSE": ExtensionState.FREE,
    "RINGING": ExtensionState.RINGING,
    "RINGINUSE": ExtensionState.IN_USE,
    "INUSE": ExtensionState.IN_USE,
    "BUSY": ExtensionState.IN_USE,
    "ONHOLD": ExtensionState.ON_HOLD,
    "UNAVAILABLE": ExtensionState.UNREACHABLE,
}
"""Asterisk's device states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A SIP endpoint, and how it has stood `since` when."""

    endpoint: str
    state: ExtensionState
    since: datetime


class Extensions:
    """The endpoints of one node."""

    def __init__(self) -> None:
        self._known: dict[str, Extension] = {}

    def all(self) -> list[Extension]:
        """All endpoints that the node has told of, by name."""
        return sorted(self._known.values(), key=lambda one: one.endpoint)

    def changed(self, event: AmiEvent) -> None:
        """Take one event in; what is no phone is left out."""
        told = _extension(event, time_of(event))
        if told is not None:
            self._take(told)

    def drawn(self, at: datetime, devices: Iterable[AmiEvent]) -> None:
        """Take a snapshot in: what is not in it is there no more. A state that was known before
        keeps its beginning, and what was told later than `at` stands."""
        before, self._known = self._known, {}
        for line in devices:
            told = _extension(line, at)
            if told is not None:
                known = before.get(told.endpoint)
                if known is not None:
                    self._known[told.endpoint] = known
                self._take(told)

    def link_down(self, at: datetime) -> None:
        """Nobody knows how they stand until the next snapshot."""
        for endpoint, known in self._known.items():
            self._known[endpoint] = replace(known, state=ExtensionState.UNKNOWN, since=at)

    def _take(self, told: Extension) -> None:
        known = self._known.get(told.endpoint)
        if known is None or (known.state is not told.state and known.since <= told.since):
            self._known[told.endpoint] = told


def _extension(event: AmiEvent, at: datetime) -> Extension | None:
    device = event.fields.get("Device", "")
    if not device.startswith(TECHNOLOGY):
        return None
    state = _STATES.get(event.fields.get("State", ""), ExtensionState.UNKNOWN)
    return Extension(endpoint=device.removeprefix(TECHNOLOGY), state=state, since=at)
