"""What the browser may say on the live socket, validated: envelopes and each command's arguments.

Owns the closed list of inbound shapes (extra fields are refused). Must not act on any of them.
"""

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from agent_ui.text import Ident, LongText, ShortText
from crm_core.supervision.messages import LONGEST
from routing.terms import Availability, Help, MonitorMode, NotReadyReason, PhoneKind

Digits = Annotated[str, Field(pattern=r"^[0-9*#A-D]{1,32}$")]


class Shape(BaseModel):
    """The base of all that comes in: closed and immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Command(Shape):
    """Something the user wants done, once, whatever often it is sent."""

    type: Literal["command"]
    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z\-]{8,64}$")]
    name: Annotated[str, Field(max_length=64)]
    args: dict[str, object] = Field(default_factory=dict)


class Ping(Shape):
    """Is anybody there?"""

    type: Literal["ping"]
    id: Annotated[int, Field(ge=0, le=2**53)]


class Snapshot(Shape):
    """The browser noticed a gap and wants the whole state anew."""

    type: Literal["snapshot"]


INBOUND: TypeAdapter[Command | Ping | Snapshot] = TypeAdapter(
    Annotated[Command | Ping | Snapshot, Field(discriminator="type")]
)


class NoArgs(Shape):
    """For commands that need nothing."""


class StartShift(Shape):
    phone: PhoneKind


class SetAvailability(Shape):
    """AVAILABLE alone, or NOT_READY with its reason."""

    availability: Literal[Availability.AVAILABLE, Availability.NOT_READY]
    reason: NotReadyReason | None = None

    @model_validator(mode="after")
    def _reason_fits(self) -> Self:
        _check_reason(self.availability, self.reason)
        return self


def _check_reason(availability: Availability, reason: NotReadyReason | None) -> None:
    if (availability is Availability.NOT_READY) != (reason is not None):
        raise ValueError("reason")


class OfferArgs(Shape):
    offer: Ident


class CallArgs(Shape):
    call: Ident


class DigitsArgs(CallArgs):
    digits: Digits = Field(repr=False)


class TargetArgs(CallArgs):
    """A call and exactly one of a colleague and a queue."""

    to_agent: Ident | None = None
    to_queue: Ident | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.to_agent is None) == (self.to_queue is None):
            raise ValueError("target")
        return self


class CardFieldsShape(Shape):
    """What the agent writes into a card; a field that is left out stays as it is."""

    caller_name: ShortText | None = None
    topic: ShortText | None = None
    essence: LongText | None = None
    disposition: ShortText | None = None
    follow_up: LongText | None = None


class DraftArgs(CallArgs):
    fields: CardFieldsShape
    rev: Annotated[int, Field(ge=0, le=2**31)]


class CompleteArgs(CallArgs):
    fields: CardFieldsShape


class PartyArgs(CallArgs):
    """Who it is; null says that it is none of those suggested."""

    party: Ident | None


class VerifyArgs(CallArgs):
    """How sure the agent is that the party is on the line; NONE takes his word back."""

    party: Ident
    level: Literal["none", "knowledge", "strong"]


class AssistanceArgs(CallArgs):
    """What a supervisor's help is wanted for."""

    help: Help


class MonitorArgs(CallArgs):
    mode: MonitorMode


class StartPhone(Shape):
    """A supervisor's telephone."""

    phone: PhoneKind = PhoneKind.BROWSER


class ForceArgs(Shape):
    """Another's state: as he may choose it himself, or OFFLINE, which sends him home."""

    agent: Ident
    availability: Availability
    reason: NotReadyReason | None = None

    @model_validator(mode="after")
    def _reason_fits(self) -> Self:
        _check_reason(self.availability, self.reason)
        return self


class MessageArgs(Shape):
    """Words for an agent. They are neither logged nor part of the audit."""

    agent: Ident
    text: Annotated[LongText, Field(max_length=LONGEST, repr=False)]


class MessageReadArgs(Shape):
    message: Ident


def field_errors(error: ValidationError) -> tuple[tuple[str, str], ...]:
    """Pairs of field and stable code; what was sent is never repeated."""
    return tuple(
        (".".join(str(part) for part in one["loc"]) or "args", one["type"])
        for one in error.errors(include_input=False, include_context=False, include_url=False)
    )
