"""A desk: what one employee sees on all of his tabs, beside what everybody sees.

Owns his seats, the personal part of his state as it was last sent, and what SQL has told about
his calls so far. Must not do I/O: records are put in from outside when they arrive.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from agent_ui.live import view
from agent_ui.live.patch import Document, bare, difference
from agent_ui.live.picture import Picture
from agent_ui.live.seats import Audience, Seat
from crm_core.bank.terms import VerificationLevel
from crm_core.cards.keyed import taken_for
from crm_core.staff.employees import Employee
from routing.ids import AgentId, CallId, PartyId
from routing.notices import CallView
from routing.terms import CallState


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """What SQL knows of a call: its card as a draft, and the panel of the party on it."""

    card: Document
    party_id: PartyId | None
    """Whom the agent chose, else whom the number suggested."""
    party: Document | None
    suggested: PartyId | None
    """The party that the number suggested when this was read."""
    level: VerificationLevel = VerificationLevel.NONE
    """How sure it was who is on the line when the panel was read for this desk."""
    withheld: bool = False
    """Whether a colleague was surer: the panel opens to whoever takes the call over."""


@dataclass(slots=True)
class Desk:
    """One employee's screens. `board` tells whether he watches the floor instead of a call."""

    employee: Employee
    board: bool
    audience: Audience = field(default_factory=lambda: Audience("own"))
    sent: Document = field(default_factory=dict)
    records: dict[CallId, CallRecord] = field(default_factory=dict)
    unfinished: dict[CallId, Document] = field(default_factory=dict)
    messages: list[Document] = field(default_factory=list)
    """What supervisors wrote to him, or what he wrote."""
    done: set[CallId] = field(default_factory=set)
    away: set[CallId] = field(default_factory=set)
    """Calls of which SQL could not be asked; the screen says that the bank's data are away."""

    @property
    def agent(self) -> AgentId:
        """The employee's id is his id as an agent."""
        return self.employee.id

    @property
    def seats(self) -> set[Seat]:
        """His tabs."""
        return self.audience.seats

    def personal(self, picture: Picture) -> Document:
        """His own part of the state as it is now."""
        me = picture.me(self.agent) | {
            "agent": self.agent,
            "name": self.employee.name,
            "role": self.employee.role,
        }
        mine = {"me": me, "call": self._call(picture), "messages": self.messages}
        if self.board:
            return bare(mine)
        return bare(mine | {"unfinished": sorted(self.unfinished.values(), key=_ended_at)})

    def _call(self, picture: Picture) -> Document | None:
        call = picture.console_call(self.agent)
        if call is None:
            return None
        if call["call"] in self.away:
            call["away"] = True
        record = self.records.get(call["call"])
        if record is None:
            return call
        return call | {"card": record.card, "party": record.party}

    def advance(self, picture: Picture) -> Document:
        """The patch from what was last sent to now; what was last sent is then now."""
        fresh = self.personal(picture)
        patch = difference(self.sent, fresh)
        self.sent = fresh
        shown = fresh.get("call", {}).get("call")
        self.records = {call: one for call, one in self.records.items() if call == shown}
        self.away &= {shown}
        return patch

    def lacks(self, call: CallView) -> bool:
        """Whether SQL has not yet told about the call as it is now."""
        record = self.records.get(call.call)
        if record is None or record.suggested != taken_for(call):
            return True
        return record.withheld and view.role_of(self.agent, call) == "owner"

    def put_unfinished(self, entries: Iterable[Document]) -> None:
        """Add what SQL has; notices may have told of newer ones already."""
        listed = {CallId(one["call"]): one for one in entries}
        self.unfinished = {
            call: one for call, one in (listed | self.unfinished).items() if call not in self.done
        }

    def finish(self, call: CallId) -> None:
        """The card is complete."""
        self.done.add(call)
        self.unfinished.pop(call, None)

    def note(self, call: CallView, *, display: str | None) -> None:
        """Keep the list of unfinished cards in step with the end of a call of his."""
        if call.agent != self.agent or call.state is not CallState.CLOSED_INCOMPLETE:
            self.unfinished.pop(call.call, None)
        elif call.call not in self.done:
            self.unfinished[call.call] = bare(
                {
                    "call": call.call,
                    "number_display": display,
                    "caller_name": call.caller_name,
                    "ended_at": view.instant(call.ended_at),
                }
            )


def _ended_at(entry: Document) -> tuple[str, str]:
    return entry.get("ended_at") or "", entry["call"]
