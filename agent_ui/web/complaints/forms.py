"""What the forms of complaints send, and what may be asked for in their list."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from agent_ui.text import Ident, LongText
from agent_ui.web.cards.query import LONGEST_CURSOR, given
from crm_core.complaints.complaint import ComplaintFacts, ComplaintFilters, Handling
from crm_core.complaints.states import OPEN, Channel, ComplaintMove, ComplaintState
from routing.ids import AgentId, CallId, PartyId

LONGEST = 4_000
Maybe = Annotated[Ident | None, BeforeValidator(given)]
Essence = Annotated[LongText, Field(max_length=LONGEST)]


class Showing(StrEnum):
    """Which complaints to list."""

    OPEN = "open"
    LATE = "late"
    UNTOLD = "untold"
    CLOSED = "closed"
    ANY = "any"


_STATES = {
    Showing.OPEN: OPEN,
    Showing.UNTOLD: frozenset({ComplaintState.RESOLVED}),
    Showing.CLOSED: frozenset({ComplaintState.CLOSED}),
}


class ComplaintQuery(BaseModel):
    """Filters and place of a page of complaints."""

    showing: Showing = Showing.OPEN
    topic: Maybe = None
    owner: Maybe = None
    party: Maybe = None
    cursor: Annotated[str | None, BeforeValidator(given)] = Field(None, max_length=LONGEST_CURSOR)
    limit: int = Field(50, ge=1, le=200)

    def filters(self, now: datetime) -> ComplaintFilters:
        return ComplaintFilters(
            states=_STATES.get(self.showing),
            topic=self.topic,
            owner=AgentId(self.owner) if self.owner else None,
            party=PartyId(self.party) if self.party else None,
            late_at=now if self.showing is Showing.LATE else None,
        )


class ComplaintForm(BaseModel):
    """A new complaint of a party, and the call it was told in if there is one."""

    party: Ident
    topic: Annotated[str, Field(max_length=64)] = ""
    product: Annotated[str, Field(max_length=64)] = ""
    channel: Channel = Channel.CALL
    essence: Essence = ""
    call: Maybe = None
    owner: Maybe = None

    def facts(self) -> ComplaintFacts:
        return ComplaintFacts(
            party=PartyId(self.party),
            topic=self.topic,
            product=self.product,
            channel=self.channel,
            essence=self.essence,
            call=CallId(self.call) if self.call else None,
            owner=AgentId(self.owner) if self.owner else None,
        )


class HandlingForm(BaseModel):
    """A move of a complaint."""

    move: ComplaintMove
    version: int | None = None
    words: Essence = ""

    def handling(self) -> Handling:
        return Handling(move=self.move, version=self.version, words=self.words)
