"""The record of a supervisor beside a call. Plain data; what is done with it is `supervising`'s."""

from dataclasses import dataclass
from datetime import datetime

from routing.ids import AgentId, CommandId, LegId
from routing.notices import Listener
from routing.terms import MonitorMode


@dataclass(slots=True, kw_only=True)
class Beside:
    """A supervisor's leg that stands, stood or is to stand beside a call. It is never a party."""

    supervisor: AgentId
    leg: LegId
    heard: LegId
    """The agent's leg that it hears."""
    mode: MonitorMode
    asked_at: datetime
    expires_at: datetime | None
    """When it is given up unless his phone has answered; None once it has."""
    command: CommandId | None = None
    """The last command that put it there."""
    since: datetime | None = None
    ended_at: datetime | None = None
    leaving: bool = False
    """It is being hung up."""
    takes_over: bool = False
    """As soon as it stands it gets the customer."""

    @property
    def live(self) -> bool:
        return self.ended_at is None

    def view(self) -> Listener:
        return Listener(
            supervisor=self.supervisor,
            leg=self.leg,
            mode=self.mode,
            asked_at=self.asked_at,
            since=self.since,
            ended_at=self.ended_at,
        )
