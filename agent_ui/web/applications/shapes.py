"""The shapes of applications in the API. Amounts are null for who does not work with them."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from agent_ui.shapes import Shape
from crm_core.applications.application import Line, Whole
from crm_core.applications.reading import ApplicationPage
from crm_core.money import Money
from crm_core.worktime.clocks import Reading


class AmountShape(Shape):
    """Money in minor units."""

    amount_minor: int
    currency: Annotated[str, Field(examples=["RUB"])]


class ClockShape(Shape):
    """A norm clock; minutes are business minutes, below 0 when the norm has run out."""

    metric: Annotated[str, Field(examples=["stage", "decision"])]
    state: str
    due_at: datetime
    left_minutes: int
    paused_minutes: int


class ApplicationShape(Shape):
    """A credit application in a list."""

    id: str
    number: str
    party: str
    product: str
    amount: AmountShape | None
    term_months: int
    state: str
    stage: str | None
    owner: str | None
    decision: str | None
    decided_at: datetime | None
    approved: AmountShape | None
    decision_expires_on: date | None
    client_informed_at: datetime | None
    created_at: datetime
    row_version: int
    clocks: list[ClockShape]


class StageShape(Shape):
    """A stage of the route."""

    code: str
    norm: Annotated[int, Field(description="Business minutes")]
    votes: int
    recommends: bool


class VoteShape(Shape):
    """A vote of the round."""

    voter: str
    choice: str
    counter: AmountShape | None
    note: str
    at: datetime


class PaperShape(Shape):
    """A document of the checklist."""

    code: str
    received_at: datetime | None


class EventShape(Shape):
    """Something that happened."""

    at: datetime
    move: str
    state: str
    stage: str
    actor: str
    note: str


class WholeShape(ApplicationShape):
    """A credit application, whole. `acts` has null for what the asker may do now, and why not
    for the rest."""

    purpose: str
    channel: str
    co_applicants: list[str]
    route: str
    route_version: int
    stages: list[StageShape]
    votes: list[VoteShape]
    documents: list[PaperShape]
    history: list[EventShape]
    acts: dict[str, str | None]


class ApplicationList(Shape):
    """Applications, newest first; `next_cursor` is null on the last page."""

    items: list[ApplicationShape]
    next_cursor: str | None


def listed(page: ApplicationPage, *, amounts: bool) -> ApplicationList:
    """A page of applications."""
    items = [ApplicationShape(**_line(one, amounts=amounts)) for one in page.items]
    return ApplicationList(items=items, next_cursor=page.next_cursor)


def told(found: Whole, *, amounts: bool) -> WholeShape:
    """An application, whole."""
    return WholeShape(
        **_line(found.line, amounts=amounts),
        purpose=found.purpose,
        channel=found.channel,
        co_applicants=[party for party, _name in found.co_applicants],
        route=found.route.code,
        route_version=found.route_version,
        stages=[StageShape.model_validate(stage) for stage in found.route.stages],
        votes=[
            VoteShape(
                voter=vote.voter,
                choice=vote.choice,
                counter=_amount(vote.counter, amounts=amounts),
                note=vote.note,
                at=vote.at,
            )
            for vote in found.votes
        ],
        documents=[PaperShape.model_validate(paper) for paper in found.papers],
        history=[EventShape.model_validate(event) for event in found.history],
        acts={act.value: why.value if why else None for act, why in found.acts.items()},
    )


def _line(one: Line, *, amounts: bool) -> dict[str, Any]:
    plain = ApplicationShape.model_fields.keys() - {"amount", "approved", "clocks"}
    return {name: getattr(one, name) for name in plain} | {
        "amount": _amount(one.amount, amounts=amounts),
        "approved": _amount(one.approved, amounts=amounts),
        "clocks": [_clock(reading) for reading in one.clocks.values()],
    }


def _clock(reading: Reading) -> ClockShape:
    return ClockShape(
        metric=reading.metric,
        state=reading.state,
        due_at=reading.clock.due_at,
        left_minutes=reading.left_minutes,
        paused_minutes=reading.clock.paused_minutes,
    )


def _amount(money: Money | None, *, amounts: bool) -> AmountShape | None:
    if money is None or not amounts:
        return None
    return AmountShape(amount_minor=money.minor, currency=money.currency)
