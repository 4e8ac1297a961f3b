"""What leaves the house of cards and of the search: the shapes of the API.

Pydantic models made from crm_core's values. The number of a call is whole for whoever may see its
card. A party's panel is in `agent_ui.panel`.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from crm_core import phones
from crm_core.cards import Card, CardSummary, Page
from crm_core.catalogue import Catalogue
from crm_core.money import Money
from crm_core.search import Found, Why
from routing.terms import CallState, Direction, EndReason, Match, WrapUpMode


class Shape(BaseModel):
    """The base of all that goes out."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class SummaryShape(Shape):
    """A call card in a list. Times are UTC; names of codes are in the viewer's language."""

    call: Annotated[str, Field(examples=["pbx1-1732435200.12"])]
    state: CallState
    number: Annotated[str | None, Field(description="E.164", examples=["+79161234567"])]
    number_display: str | None
    queue: str
    match: Match
    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    agent: str | None
    agent_name: str | None
    party: str | None
    party_name: str | None
    suggested_party: str | None
    caller_name: str
    topic: str
    topic_name: str
    essence: str
    disposition: str
    disposition_name: str
    completed_at: datetime | None


class CardShape(SummaryShape):
    """A call card, whole."""

    raw_number: str
    network_name: str
    dialled: str
    candidates: list[dict[str, Any]]
    managers: list[str]
    queued_at: datetime
    wrap_up_deadline: datetime | None
    wrap_up_mode: WrapUpMode
    closed_at: datetime | None
    held_seconds: float
    end_reason: EndReason | None
    offers: list[dict[str, Any]]
    transfers: int
    fell_back: bool
    direction: Direction
    callback_of: str | None
    ivr_path: Annotated[str, Field(examples=["cards/card_status"])]
    self_service: Annotated[
        dict[str, Any] | None,
        Field(description="What the caller did at his keypad; null if he was never there"),
    ]
    follow_up: str
    rev: int
    saved_at: datetime | None


class PageShape(Shape):
    """Cards, newest first; `next_cursor` leads to the next page and is null on the last."""

    items: list[SummaryShape]
    next_cursor: str | None


class ContactShape(Shape):
    """A past call in the panel of a party."""

    call: str
    at: datetime
    state: CallState
    agent_name: str | None
    topic: str
    topic_name: str
    essence: str
    disposition: str
    disposition_name: str


class MoneyShape(Shape):
    """An amount in minor units of a currency of ISO 4217; negative is a debt or an outflow."""

    amount_minor: Annotated[int, Field(examples=[125050])]
    currency: Annotated[str, Field(examples=["RUB"])]


class FoundShape(Shape):
    """A party in a search result; its numbers are masked."""

    party: str
    name: str
    kind: str
    status: str
    tier: str
    phones: list[str]
    why: Annotated[str, Field(description="What matched", examples=[*Why])]
    detail: Annotated[str, Field(description="The masked number, or other name, that matched")]


class FoundList(Shape):
    """What a search found, the best first; `next_cursor` leads to the next page."""

    items: list[FoundShape]
    next_cursor: str | None


class Names:
    """Names of catalogue codes in one language. A code that is not there is its own name."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._catalogue = catalogue
        self._language = language

    def topic(self, code: str) -> str:
        entry = self._catalogue.topic(code)
        return entry.name(self._language) if entry else code

    def disposition(self, code: str) -> str:
        entry = self._catalogue.disposition(code)
        return entry.name(self._language) if entry else code

    @property
    def language(self) -> str:
        return self._language

    def of(self, one: CardSummary | Card) -> dict[str, str]:
        """The two names of a card."""
        return {
            "topic_name": self.topic(one.topic),
            "disposition_name": self.disposition(one.disposition),
        }


def summary(one: CardSummary, names: Names) -> SummaryShape:
    """A card in a list."""
    return SummaryShape.model_validate(_fields(one, SummaryShape) | _derived(one, names))


def whole_card(one: Card, names: Names) -> CardShape:
    """A card, whole."""
    return CardShape.model_validate(_fields(one, CardShape) | _derived(one, names))


def page(one: Page, names: Names) -> PageShape:
    """A page of cards."""
    items = [summary(item, names) for item in one.items]
    return PageShape(items=items, next_cursor=one.next_cursor)


def contact(one: CardSummary, names: Names) -> ContactShape:
    """A past call of a party."""
    return ContactShape.model_validate(
        _fields(one, ContactShape) | {"at": one.arrived_at} | names.of(one)
    )


def money(one: Money | None) -> MoneyShape | None:
    """An amount, if there is one."""
    return None if one is None else MoneyShape(amount_minor=one.minor, currency=one.currency)


def found(one: Found) -> FoundList:
    """A search result."""
    return FoundList.model_validate(one)


def _fields(one: object, shape: type[Shape]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in shape.model_fields if hasattr(one, name)}


def _derived(one: CardSummary | Card, names: Names) -> dict[str, Any]:
    shown = phones.display(one.number) if one.number else None
    return {"number_display": shown} | names.of(one)
