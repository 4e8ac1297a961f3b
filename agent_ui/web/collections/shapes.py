"""What the API tells of collection work, and what it takes. Amounts are null while masked."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from agent_ui.shapes import Shape
from agent_ui.text import Ident
from agent_ui.web.collections.desk import ShownCase
from agent_ui.web.collections.forms import Note
from crm_core.bank.terms import AgreementKind, DelinquencyRange
from crm_core.collections.cases import StepDone
from crm_core.collections.promises import PromiseFacts
from crm_core.collections.reading import CasePage
from crm_core.collections.states import (
    CasePause,
    CaseState,
    Channel,
    ContactOutcome,
    LateReason,
    PromiseState,
)
from crm_core.models import Promise
from crm_core.money import LARGEST_MINOR, Money
from routing.ids import CallId


class MoneyShape(Shape):
    """An amount in minor units of its currency."""

    amount_minor: Annotated[int, Field(ge=-LARGEST_MINOR, le=LARGEST_MINOR, examples=[1_250_000])]
    currency: Annotated[str, Field(min_length=3, max_length=3, examples=["RUB"])]


class CaseShape(Shape):
    """A case in a list."""

    case: str
    party: str
    party_name: str
    state: CaseState
    stage: str
    strategy: str
    owner: str | None
    owner_name: str | None
    next_step: str
    next_action_at: datetime | None
    worst_dpd: int
    worst_range: DelinquencyRange
    score: int
    episode: int
    opened_on: date
    closed_on: date | None
    pause_ends_on: date | None
    pause_reason: CasePause | None
    version: int


class CaseList(Shape):
    """Cases, the most urgent first; `next_cursor` leads to the next page."""

    items: list[CaseShape]
    next_cursor: str | None


class ItemShape(Shape):
    """An overdue agreement of a case, as it stood on `as_of`."""

    agreement: str
    kind: AgreementKind
    last4: str
    dpd: int
    range: DelinquencyRange
    overdue: MoneyShape | None
    as_of: date
    cleared_on: date | None


class FactorShape(Shape):
    """What a factor of the score gave for its figure."""

    factor: str
    figure: int
    points: int


class PromiseShape(Shape):
    """A promise to pay; it counts payments until `last_on`."""

    promise: str
    amount: MoneyShape | None
    kept: MoneyShape | None
    taken_at: datetime
    taken_by: str
    due_on: date
    last_on: date
    threshold_pct: int
    reason: LateReason
    channel: Channel
    state: PromiseState
    partly_paid: bool
    decided_on: date | None
    cancel_asked_by: str | None


class WholeCaseShape(CaseShape):
    """A case with its items and promises."""

    zero_on: date | None
    total_due: list[MoneyShape] | None
    factors: list[FactorShape]
    items: list[ItemShape]
    promises: list[PromiseShape]


class NewStep(BaseModel):
    """A talk or another step that was done; `version` is that of the case that was shown."""

    version: Annotated[int, Field(ge=0, le=2**31)]
    channel: Channel
    outcome: ContactOutcome
    step: Annotated[str, Field(max_length=64)] = ""
    note: Note = ""
    call: Ident | None = None

    def done(self) -> StepDone:
        return StepDone(
            channel=self.channel,
            outcome=self.outcome,
            step=self.step,
            note=self.note,
            call=CallId(self.call) if self.call else None,
        )


class NewPromise(BaseModel):
    """A promise to take down. `replaces` names the running one that it is instead of."""

    version: Annotated[int, Field(ge=0, le=2**31)]
    amount: MoneyShape
    due_on: date
    reason: LateReason
    channel: Channel = Channel.CALL
    replaces: Ident | None = None
    call: Ident | None = None

    def facts(self) -> PromiseFacts:
        """Raises CurrencyUnknown."""
        return PromiseFacts(
            amount=Money(self.amount.amount_minor, self.amount.currency),
            due_on=self.due_on,
            reason=self.reason,
            channel=self.channel,
            replaces=self.replaces,
            call=CallId(self.call) if self.call else None,
        )


def case_list(page: CasePage) -> CaseList:
    """A page of cases."""
    return CaseList.model_validate(page)


def whole_case(shown: ShownCase) -> WholeCaseShape:
    """A case with its parts, amounts as far as they are open."""
    whole, open_ = shown.case, shown.open
    summary = CaseShape.model_validate(whole.summary).model_dump()
    items = [
        {**_fields(item, ItemShape), "overdue": _money(item.overdue) if open_ else None}
        for item in whole.items
    ]
    return WholeCaseShape(
        **summary,
        zero_on=whole.zero_on,
        total_due=[_money(one) for one in whole.total_due] if open_ else None,
        factors=[FactorShape.model_validate(one) for one in whole.factors],
        items=[ItemShape.model_validate(one) for one in items],
        promises=[_promise(one, open_=open_) for one in whole.promises],
    )


def _promise(row: Promise, *, open_: bool) -> PromiseShape:
    told = {**_fields(row, PromiseShape), "promise": row.id}
    amount, kept = (Money(minor, row.currency) for minor in (row.amount_minor, row.kept_minor))
    return PromiseShape.model_validate(
        told
        | {
            "amount": _money(amount) if open_ else None,
            "kept": _money(kept) if open_ else None,
            "partly_paid": 0 < row.kept_minor < row.amount_minor,
        }
    )


def _money(one: Money) -> MoneyShape:
    return MoneyShape(amount_minor=one.minor, currency=one.currency)


def _fields(one: object, shape: type[Shape]) -> dict[str, object]:
    return {name: getattr(one, name) for name in shape.model_fields if hasattr(one, name)}
