"""Interests, deals, needs and offers as they leave over the API, and what is asked for."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from agent_ui.shapes import Shape
from agent_ui.text import Ident
from agent_ui.web.interests.forms import Words
from crm_core.complaints.states import Channel
from crm_core.interests.interest import DealFacts, Dealing, Interest, InterestFacts
from crm_core.interests.matching import Why
from crm_core.interests.states import DealMove, DealStage, InterestState, OfferOutcome
from crm_core.money import LARGEST_MINOR, Money
from routing.ids import AgentId, CallId, PartyId


class MoneyShape(Shape):
    """Money in whole minor units."""

    amount_minor: int
    currency: str = Field(examples=["RUB"])


class DealShape(Shape):
    """An opportunity."""

    id: str
    value: MoneyShape
    stage: DealStage
    owner: str
    owner_name: str
    expected_close: date
    row_version: int


class InterestShape(Shape):
    """An interest, with its opportunity if it has one."""

    id: str
    party: str
    party_name: str
    product: str
    channel: Channel
    note: str
    call: str | None
    state: InterestState
    owner: str
    owner_name: str
    created_at: datetime
    row_version: int
    deal: DealShape | None


class InterestList(Shape):
    """Interests, newest first; `next_cursor` is null on the last page."""

    items: list[InterestShape]
    next_cursor: str | None


class NeedShape(Shape):
    """A need that holds."""

    id: str
    code: str
    evidence: str
    noted_at: datetime


class OfferShape(Shape):
    """A product that fits a need, and why."""

    product: str
    need: str
    fit: int = Field(description="1 to 100, the greater is offered first")
    why: list[Why]


class OfferList(Shape):
    """What a party needs, and what to offer for it, the best first."""

    needs: list[NeedShape]
    offers: list[OfferShape]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewInterest(_Asked):
    """An interest to be taken down; without `owner` it is the party's first manager's."""

    party: Ident
    product: str = Field(max_length=64)
    note: Words = ""
    channel: Channel = Channel.CALL
    call: Ident | None = None
    owner: Ident | None = None

    def facts(self) -> InterestFacts:
        return InterestFacts(
            party=PartyId(self.party),
            product=self.product,
            note=self.note,
            channel=self.channel,
            call=CallId(self.call) if self.call else None,
            owner=AgentId(self.owner) if self.owner else None,
        )


class NewMoney(_Asked):
    """Money in whole minor units."""

    amount_minor: int = Field(ge=1, le=LARGEST_MINOR)
    currency: str = Field(max_length=3, examples=["RUB"])


class NewDeal(_Asked):
    """What makes an interest an opportunity."""

    value: NewMoney
    expected_close: date
    owner: Ident | None = None

    def facts(self) -> DealFacts:
        return DealFacts(
            value=Money(self.value.amount_minor, self.value.currency),
            expected_close=self.expected_close,
            owner=AgentId(self.owner) if self.owner else None,
        )


class Dropped(_Asked):
    """Why an interest is dropped."""

    words: Words


class NewDealing(_Asked):
    """A move of a deal, a new manager, or both."""

    move: DealMove | None = None
    owner: Ident | None = None
    version: int

    def dealing(self) -> Dealing:
        owner = AgentId(self.owner) if self.owner else None
        return Dealing(move=self.move, owner=owner, version=self.version)


class NewNeed(_Asked):
    """A need, and by what it is known."""

    need: str = Field(max_length=64)
    evidence: Words
    call: Ident | None = None


class NewAnswer(_Asked):
    """What the party said to an offer."""

    product: str = Field(max_length=64)
    outcome: OfferOutcome
    call: Ident | None = None


def shape_of(one: Interest) -> InterestShape:
    """An interest as it leaves."""
    names = (name for name in InterestShape.model_fields if name != "deal")
    told = {name: getattr(one, name) for name in names}
    deal = None
    if one.deal is not None:
        value = MoneyShape(amount_minor=one.deal.value.minor, currency=one.deal.value.currency)
        plain = (name for name in DealShape.model_fields if name != "value")
        deal = DealShape(value=value, **{name: getattr(one.deal, name) for name in plain})
    return InterestShape(**told, deal=deal)
