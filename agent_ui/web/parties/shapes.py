"""What the API tells of a party's agreements, cards and timeline. Amounts are null while masked."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from agent_ui.shapes import MoneyShape, Shape, money
from agent_ui.web.parties.events import path_of
from crm_core.bank.holdings import Holding, Standing
from crm_core.bank.instalments import Instalment
from crm_core.bank.ledger import Entry, StatementPage
from crm_core.bank.loans import Schedule
from crm_core.bank.terms import (
    AgreementKind,
    AgreementRole,
    AgreementStatus,
    Component,
    DelinquencyRange,
    EntryKind,
    ScheduleReason,
)
from crm_core.money import Money
from crm_core.parties.timeline import TimelineKind, TimelinePage
from crm_core.sealing import masked as masked_number


class StandingShape(Shape):
    """How a loan stood on a business date."""

    business_date: date
    dpd: Annotated[int, Field(description="Days past due")]
    range: DelinquencyRange
    paused: bool
    oldest_due_on: date | None
    next_due_on: date | None
    last_paid_on: date | None
    overdue: MoneyShape | None
    owed: MoneyShape | None
    next_due: MoneyShape | None
    last_paid: MoneyShape | None
    as_of: datetime


class AgreementShape(Shape):
    """An agreement and what the party is to it; its number is masked."""

    agreement: str
    kind: AgreementKind
    status: AgreementStatus
    role: AgreementRole
    product_code: str
    product_names: dict[str, str]
    number: Annotated[str, Field(examples=["•••• 1234"])]
    currency: str
    opened_on: date
    closed_on: date | None
    branch: str
    as_of: datetime
    booked: MoneyShape | None
    available: MoneyShape | None
    balance_as_of: datetime | None
    standing: StandingShape | None
    masked: bool


class AgreementList(Shape):
    """All agreements of a party, open ones first."""

    items: list[AgreementShape]


class InstalmentPart(Shape):
    """One component of an instalment."""

    due: MoneyShape
    paid: MoneyShape
    waived: MoneyShape
    written_off: MoneyShape


class InstalmentShape(Shape):
    """What is to be paid on a day; `met_on` is the day it was settled."""

    n: int
    due_on: date
    met_on: date | None
    principal: InstalmentPart
    interest: InstalmentPart
    fee: InstalmentPart
    penalty: InstalmentPart


class ScheduleShape(Shape):
    """The schedule of a loan that holds."""

    loan: str
    version: int
    made_on: date
    reason: ScheduleReason
    instalments: list[InstalmentShape]


class EntryShape(Shape):
    """An entry of a statement; a positive amount is a credit."""

    entry: str
    kind: EntryKind
    amount: MoneyShape
    booked_at: datetime
    value_on: date
    text: str
    counterparty: str
    reversed: bool


class StatementShape(Shape):
    """Entries, newest first; `next_cursor` leads to the next page and is null on the last."""

    items: list[EntryShape]
    next_cursor: str | None


class EventShape(Shape):
    """Something that happened: `title_code` names a text, `detail` holds its values."""

    at: datetime
    kind: TimelineKind
    ref: str
    title_code: str
    detail: dict[str, str]
    text: str
    actor: str
    amount: MoneyShape | None
    path: str | None


class TimelineShape(Shape):
    """Events, newest first; `next_cursor` leads to the next page and is null on the last."""

    items: list[EventShape]
    next_cursor: str | None


class ReasonShape(Shape):
    """Why amounts are needed, in the employee's own words."""

    reason: Annotated[str, Field(max_length=200, examples=["Client writes about a wrong fee"])]


class OpenedShape(Shape):
    """Until when amounts are open to the employee."""

    ends_at: datetime


def agreement(one: Holding) -> AgreementShape:
    """An agreement as it was read: masked or not."""
    balance = one.balance
    plain = {
        name: getattr(one, name)
        for name in AgreementShape.model_fields
        if name not in {"number", "booked", "available", "balance_as_of", "standing"}
    }
    return AgreementShape.model_validate(
        plain
        | {
            "number": masked_number(one.last4),
            "booked": money(balance.booked) if balance else None,
            "available": money(balance.available) if balance else None,
            "balance_as_of": balance.as_of if balance else None,
            "standing": _standing(one.standing),
        }
    )


def schedule(one: Schedule) -> ScheduleShape:
    """A loan's schedule, with amounts."""
    return ScheduleShape(
        loan=one.loan,
        version=one.version,
        made_on=one.made_on,
        reason=one.reason,
        instalments=[_instalment(each, one.currency) for each in one.instalments],
    )


def statement(page: StatementPage) -> StatementShape:
    """A page of entries."""
    return StatementShape(items=[_entry(one) for one in page.items], next_cursor=page.next_cursor)


def timeline(page: TimelinePage, *, amounts: bool) -> TimelineShape:
    """A page of events; `amounts` tells that they were revealed."""
    plain = ("at", "kind", "ref", "title_code", "detail", "text", "actor")
    items = [
        EventShape.model_validate(
            {name: getattr(one, name) for name in plain}
            | {"amount": money(one.amount) if amounts else None, "path": path_of(one)}
        )
        for one in page.items
    ]
    return TimelineShape(items=items, next_cursor=page.next_cursor)


def _standing(one: Standing | None) -> StandingShape | None:
    if one is None:
        return None
    amounts = ("overdue", "owed", "next_due", "last_paid")
    plain = {name: getattr(one, name) for name in StandingShape.model_fields}
    return StandingShape.model_validate(plain | {name: money(plain[name]) for name in amounts})


def _instalment(one: Instalment, currency: str) -> InstalmentShape:
    def part(component: Component) -> dict[str, MoneyShape | None]:
        held = one.part(component)
        return {
            name: money(Money(getattr(held, name), currency))
            for name in InstalmentPart.model_fields
        }

    parts = {component.value: part(component) for component in Component}
    return InstalmentShape.model_validate(
        {"n": one.n, "due_on": one.due_on, "met_on": one.met_on} | parts
    )


def _entry(one: Entry) -> EntryShape:
    plain = {name: getattr(one, name) for name in EntryShape.model_fields}
    return EntryShape.model_validate(plain | {"amount": money(one.amount)})
