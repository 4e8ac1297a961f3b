"""What the browser's side needs from the rest of the house; `config.bootstrap` joins them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from routing.facts import Fact
from routing.ids import AgentId, CallId
from routing.ports import Clock
from routing.terms import PhoneKind

__all__ = ["Clock", "Intake", "LiveSessions", "Phones", "Probe", "Rosters", "SipAccount"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SipAccount:
    """What a browser phone needs to register. The password is fresh and held by nobody else."""

    uri: str
    authorization_user: str
    password: str
    ws_url: str
    realm: str
    display_name: str


class Intake(Protocol):
    """The inbox of the routing loop. Must not block."""

    def submit(self, fact: Fact) -> None: ...


class Phones(Protocol):
    """Agents' phones on Asterisk. May raise OSError or TimeoutError when no node answers."""

    async def issue(self, agent: AgentId, kind: PhoneKind) -> SipAccount | None:
        """Make the agent's phone ready for a shift; None where there is nothing to register."""
        ...

    async def digits(self, call: CallId, agent: AgentId, digits: str) -> None:
        """Play DTMF to the customer. The digits are never logged or kept."""
        ...


class LiveSessions(Protocol):
    """Open consoles, as the pages know them."""

    def signed_out(self, session_id: str) -> None:
        """Close at once what this session has open."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A phone on a node: how it has stood `since` when, and whose it is, where it is anybody's.

    `state` is `free`, `ringing`, `in_use`, `on_hold`, `unreachable` or `unknown`.
    """

    node: str
    endpoint: str
    state: str
    since: datetime
    agent: AgentId | None = None
    name: str = ""
    phone: PhoneKind | None = None


Extensions = Callable[[], Sequence[Extension]]
"""All phones on all nodes, as they stand now. Must not block."""


class Rosters(Protocol):
    """What calls are distributed by, as routing knows it. Must not block."""

    def changed(self) -> None:
        """Staff, their queues or skills, or the rules were changed in the database: take it up."""
        ...


class NoRosters:
    """For an application that no routing stands behind."""

    def changed(self) -> None:
        """Nobody asks."""


class Simulations(Protocol):
    """Works off what-if runs that were asked for. Must not block."""

    def wake(self) -> None:
        """A run was asked for."""
        ...


class NoSimulations:
    """For an application that nobody simulates for: what is asked for stays asked for."""

    def wake(self) -> None:
        """Nobody hears."""


Probe = Callable[[], Awaitable[dict[str, bool]]]
"""Answers each named part with whether it works; used by /readyz."""
