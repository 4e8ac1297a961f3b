"""What the pages of collection work send and ask for. A form's empty field counts as not given."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, Field

from agent_ui.text import Ident, LongText, ShortText
from agent_ui.web.cards.query import LONGEST_CURSOR
from agent_ui.web.work import date_of, money_of
from crm_core.bank.terms import DelinquencyRange
from crm_core.collections.blacklist import LONGEST_NOTE, Proposal
from crm_core.collections.cases import LONGEST_NOTE as LONGEST
from crm_core.collections.cases import StepDone
from crm_core.collections.promises import PromiseFacts
from crm_core.collections.reading import CaseFilters
from crm_core.collections.states import (
    BlacklistReason,
    BlacklistScope,
    CaseEvent,
    CasePause,
    CaseState,
    Channel,
    ContactOutcome,
    LateReason,
)
from routing.ids import AgentId, CallId, PartyId


def _given(value: object) -> object:
    return None if value == "" else value


Maybe = Annotated[Ident | None, BeforeValidator(_given)]
Code = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]*$")]
Day = Annotated[str, Field(max_length=10)]
Note = Annotated[LongText, Field(max_length=LONGEST)]
Version = Annotated[int, Field(ge=0, le=2**31)]


class Whose(StrEnum):
    """Whose cases to list."""

    OWN = "own"
    NOBODYS = "nobodys"
    ALL = "all"


class CaseQuery(BaseModel):
    """Filters and place of a page of the work list."""

    whose: Annotated[Whose | None, BeforeValidator(_given)] = None
    owner: Maybe = None
    state: Annotated[CaseState | None, BeforeValidator(_given)] = None
    range: Annotated[DelinquencyRange | None, BeforeValidator(_given)] = None
    due: Literal["today", "any"] = "any"
    ended: bool = False
    cursor: Annotated[str | None, BeforeValidator(_given)] = Field(None, max_length=LONGEST_CURSOR)
    limit: int = Field(50, ge=1, le=200)

    def filters(self, viewer: AgentId, whose: Whose, now: datetime, zone: ZoneInfo) -> CaseFilters:
        owner = AgentId(self.owner) if self.owner else None
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        until = datetime.combine(tomorrow, time(), zone)
        return CaseFilters(
            owner=viewer if whose is Whose.OWN else owner,
            nobodys=whose is Whose.NOBODYS,
            state=self.state,
            range=self.range,
            due_before=until if self.due == "today" else None,
            ended=self.ended,
        )


class VersionForm(BaseModel):
    """The version of the case that was shown."""

    version: Version


class StepForm(VersionForm):
    """A talk or another step that was done."""

    step: Code = ""
    channel: Channel = Channel.CALL
    outcome: ContactOutcome = ContactOutcome.RIGHT_PARTY
    note: Note = ""
    call: Maybe = None

    def done(self) -> StepDone:
        return StepDone(
            channel=self.channel,
            outcome=self.outcome,
            step=self.step,
            note=self.note,
            call=CallId(self.call) if self.call else None,
        )


class PromiseForm(VersionForm):
    """A promise, to be looked at or to be taken."""

    do: Literal["look", "take"] = "take"
    amount: Annotated[str, Field(max_length=40)] = ""
    currency: Annotated[str, Field(max_length=3)] = ""
    due_on: Day = ""
    reason: LateReason = LateReason.FORGOT
    channel: Channel = Channel.CALL
    replaces: Maybe = None
    call: Maybe = None

    def facts(self) -> PromiseFacts:
        """Raises FieldRefused."""
        return PromiseFacts(
            amount=money_of("amount", self.amount, self.currency),
            due_on=date_of("due_on", self.due_on),
            reason=self.reason,
            channel=self.channel,
            replaces=self.replaces,
            call=CallId(self.call) if self.call else None,
        )


class CancelForm(VersionForm):
    """Why a promise is to be cancelled; the second person gives no reason of his own."""

    reason: ShortText = ""


class OwnerForm(VersionForm):
    """Whose the case is to be."""

    owner: Ident


class PauseForm(VersionForm):
    """A pause of the case."""

    until: Day = ""
    why: CasePause = CasePause.DISPUTE
    note: Note = ""


class MoveForm(VersionForm):
    """A move that is made by hand."""

    event: CaseEvent
    note: Note = ""


class EntryForm(BaseModel):
    """A proposal for the blacklist: a party, or a number, or a document."""

    party: Maybe = None
    number: ShortText = ""
    document: ShortText = ""
    why: BlacklistReason = BlacklistReason.OTHER
    scope: BlacklistScope = BlacklistScope.COLLECTION
    starts_on: Day = ""
    ends_before: Day = ""
    note: Annotated[LongText, Field(max_length=LONGEST_NOTE)] = ""

    def proposal(self, today: date) -> Proposal:
        """Raises FieldRefused."""
        return Proposal(
            reason=self.why,
            scope=self.scope,
            starts_on=date_of("starts_on", self.starts_on) if self.starts_on else today,
            ends_before=date_of("ends_before", self.ends_before) if self.ends_before else None,
            note=self.note,
            party=PartyId(self.party) if self.party else None,
            number=self.number,
            document=self.document,
        )
