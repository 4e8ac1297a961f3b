"""Shapes of telephone PINs over the API. No PIN is among them, and a code only where it is made."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from agent_ui.shapes import Shape
from agent_ui.web.parties.profile_shapes import Told
from crm_core.selfservice.pin_reading import AskedFor, PinPage, PinStanding
from crm_core.selfservice.pin_requests import LONGEST_NOTE, Ground
from crm_core.selfservice.pin_states import CodeWay, PinBasis, PinState, RequestState


class GroundTold(Told):
    """How the employee is sure of the client: verified on the call that he works on, or with his
    documents at the desk."""

    basis: PinBasis
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""

    def ground(self) -> Ground:
        return Ground(basis=self.basis, note=self.note)


class RequestShape(Shape):
    """A request for a PIN. `until` is when its next step comes too late."""

    id: str
    party: str
    way: CodeWay
    basis: PinBasis
    call: str | None
    note: str
    state: RequestState
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    until: datetime


class StandingShape(Shape):
    """How a client stands with his PIN; `state` is null without one, `locked_until` until when none
    is looked at."""

    party: str
    number: Annotated[str | None, Field(description="The client number", examples=["10000001"])]
    served: bool
    state: PinState | None
    set_at: datetime | None
    blocked_at: datetime | None
    locked_until: datetime | None
    requests: list[RequestShape]


class WaitingShape(Shape):
    """Requests that wait for approval."""

    items: list[RequestShape]
    next_cursor: str | None


class RequestId(Shape):
    """The request that was made."""

    id: str


class CodeShape(Shape):
    """A one-time code for the client, told this once."""

    code: Annotated[str, Field(examples=["04812657"])]
    until: datetime


def standing_shape(standing: PinStanding) -> StandingShape:
    """The standing, for the API."""
    return StandingShape.model_validate(standing)


def waiting_shape(page: PinPage) -> WaitingShape:
    """The page, for the API."""
    items = [request_shape(one) for one in page.items]
    return WaitingShape(items=items, next_cursor=page.next_cursor)


def request_shape(asked: AskedFor) -> RequestShape:
    """A request, for the API."""
    return RequestShape.model_validate(asked)
