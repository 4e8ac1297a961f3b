"""What the forms of interests, deals, needs and offers send, and what their list may ask for."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from agent_ui.text import Ident, LongText
from agent_ui.web.cards.query import LONGEST_CURSOR, given
from agent_ui.web.work import date_of, money_of
from crm_core.complaints.states import Channel
from crm_core.interests.interest import DealFacts, Dealing, InterestFacts, InterestFilters
from crm_core.interests.states import DealMove, InterestState, OfferOutcome
from routing.ids import AgentId, CallId, PartyId

Maybe = Annotated[Ident | None, BeforeValidator(given)]
Words = Annotated[LongText, Field(max_length=1_000)]
Code = Annotated[str, Field(max_length=64)]


class InterestQuery(BaseModel):
    """Filters and place of a page of interests."""

    state: Annotated[InterestState | None, BeforeValidator(given)] = None
    product: Annotated[Code | None, BeforeValidator(given)] = None
    owner: Maybe = None
    party: Maybe = None
    cursor: Annotated[str | None, BeforeValidator(given)] = Field(None, max_length=LONGEST_CURSOR)
    limit: int = Field(50, ge=1, le=200)

    def filters(self) -> InterestFilters:
        return InterestFilters(
            states=None if self.state is None else (self.state,),
            product=self.product,
            owner=AgentId(self.owner) if self.owner else None,
            party=PartyId(self.party) if self.party else None,
        )


class InterestForm(BaseModel):
    """A new interest of a party, and the call it was told in if there is one."""

    party: Ident
    product: Code = ""
    note: Words = ""
    channel: Channel = Channel.CALL
    call: Maybe = None
    owner: Maybe = None

    def facts(self) -> InterestFacts:
        return InterestFacts(
            party=PartyId(self.party),
            product=self.product,
            note=self.note,
            channel=self.channel,
            call=CallId(self.call) if self.call else None,
            owner=AgentId(self.owner) if self.owner else None,
        )


class DealForm(BaseModel):
    """What makes an interest a deal."""

    value: Annotated[str, Field(max_length=40)] = ""
    currency: Annotated[str, Field(max_length=3)] = "RUB"
    expected_close: Annotated[str, Field(max_length=10)] = ""
    owner: Maybe = None

    def facts(self) -> DealFacts:
        """Raises FieldRefused."""
        return DealFacts(
            value=money_of("value", self.value, self.currency),
            expected_close=date_of("expected_close", self.expected_close),
            owner=AgentId(self.owner) if self.owner else None,
        )


class DropForm(BaseModel):
    """Why an interest is dropped."""

    words: Words = ""


class DealingForm(BaseModel):
    """A move of a deal, a new manager of it, or both."""

    move: Annotated[DealMove | None, BeforeValidator(given)] = None
    owner: Maybe = None
    version: int | None = None

    def dealing(self) -> Dealing:
        owner = AgentId(self.owner) if self.owner else None
        return Dealing(move=self.move, owner=owner, version=self.version)


class NeedForm(BaseModel):
    """A need, and by what it is known."""

    need: Code = ""
    evidence: Words = ""
    call: Maybe = None


class AnswerForm(BaseModel):
    """What a client said to the offer of a product."""

    product: Code
    outcome: OfferOutcome
    call: Maybe = None
