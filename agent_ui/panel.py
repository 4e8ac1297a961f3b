"""A party's panel as it leaves the house: for the console, for its page and over the API.

Numbers are masked unless the viewer looks after the party; amounts come only where they were
opened. Every figure of money says how old its news is and whether that is older than it may be.
"""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from agent_ui.shapes import ContactShape, MoneyShape, Names, Shape, contact
from crm_core.bank.moneyline import Figure, MoneyLine, NextPayment, Overdue
from crm_core.bank.terms import DelinquencyRange
from crm_core.models import LeaveReason
from crm_core.money import Money
from crm_core.parties.freshness import Told, stale
from crm_core.parties.next_action import Step
from crm_core.parties.panel import PartyPanel
from crm_core.parties.red_flags import Flag
from crm_core.parties.why import Cause


class PhoneShape(Shape):
    """A party's number; `display` is whole and only for those who look after the party."""

    display: str | None
    masked: str
    role: str
    status: str


class AwayShape(Shape):
    """A manager is on leave, and who stands in for him."""

    reason: LeaveReason
    until: datetime | None
    substitute: str | None
    substitute_name: str | None


class ManagerShape(Shape):
    """Who looks after a party, 1 being the first."""

    agent: str
    name: str
    rank: int
    active: bool
    away: AwayShape | None


class ShownMoney(MoneyShape):
    """An amount, and as a reader of the viewer's language expects it."""

    text: Annotated[str, Field(examples=["1,250.50 ₽"])]


class FigureShape(Shape):
    """Sums by currency, null while masked. `untold` counts agreements of which there is no news;
    `stale` tells that the news, as of `as_of`, is older than it may be."""

    amounts: list[ShownMoney] | None
    as_of: datetime | None
    stale: bool
    agreements: int
    untold: int


class OverdueShape(FigureShape):
    """What is overdue, with the worst days past due and their range."""

    worst_dpd: int
    worst_range: DelinquencyRange


class NextPaymentShape(FigureShape):
    """What is due next."""

    due_on: date


class MoneyLineShape(Shape):
    """What a party has and owes; null is "no such agreement", which is not 0."""

    masked: bool
    deposits: FigureShape | None
    available_credit: FigureShape | None
    owed: FigureShape | None
    overdue: OverdueShape | None
    next_payment: NextPaymentShape | None
    guaranteed_overdue: OverdueShape | None


class FlagShape(Shape):
    """A warning with values for its text."""

    flag: Flag
    detail: dict[str, str]


class GuessShape(Shape):
    """Why the client probably calls, 1 being the likeliest, with values for the text."""

    cause: Cause
    rank: int
    detail: dict[str, str]
    ref: str


class NextActionShape(Shape):
    """What to do now, with values for its text."""

    step: Step
    detail: dict[str, str]
    ref: str


class PanelShape(Shape):
    """What is known of a party in the first second, as of `at`. `contacts` are the last three."""

    at: datetime
    party: str
    name: str
    kind: str
    status: str
    status_since: datetime
    tier: str
    vip: bool
    language: str
    phones: list[PhoneShape]
    managers: list[ManagerShape]
    contacts: list[ContactShape]
    money: MoneyLineShape
    flags: list[FlagShape]
    why: list[GuessShape]
    next_action: NextActionShape | None


def panel(one: PartyPanel, names: Names, *, viewer: str) -> PanelShape:
    """A party's panel as the viewer may see it."""
    plain = ("at", "party", "name", "kind", "status", "status_since", "tier", "vip", "language")
    whole = looks_after(one, viewer)
    return PanelShape.model_validate(
        {name: getattr(one, name) for name in plain}
        | {
            "phones": [
                {
                    "display": phone.display if whole else None,
                    "masked": phone.masked,
                    "role": phone.role,
                    "status": phone.status,
                }
                for phone in one.phones
            ],
            "managers": [ManagerShape.model_validate(manager) for manager in one.managers],
            "contacts": [contact(call, names) for call in one.contacts],
            "money": money_line(one.money, one.at, names.language),
            "flags": [FlagShape.model_validate(flag) for flag in one.flags],
            "why": [GuessShape.model_validate(guess) for guess in one.why],
            "next_action": one.next_action and NextActionShape.model_validate(one.next_action),
        }
    )


def looks_after(one: PartyPanel, viewer: str) -> bool:
    """Whether the viewer is among the party's managers, or stands in for one of them."""
    return any(
        viewer == manager.agent or (manager.away and viewer == manager.away.substitute)
        for manager in one.managers
    )


def money_line(line: MoneyLine, now: datetime, language: str) -> MoneyLineShape:
    """The money line, with the age of each figure at `now`."""

    def figure(one: Figure, told: Told) -> dict[str, Any]:
        amounts = one.amounts
        return {
            "amounts": None if amounts is None else [shown(each, language) for each in amounts],
            "as_of": one.as_of,
            "stale": stale(told, one.as_of, now),
            "agreements": one.agreements,
            "untold": one.untold,
        }

    def plain(one: Figure | None, told: Told) -> FigureShape | None:
        return None if one is None else FigureShape(**figure(one, told))

    def late(one: Overdue | None) -> OverdueShape | None:
        if one is None:
            return None
        return OverdueShape(
            **figure(one.figure, Told.ARREARS), worst_dpd=one.worst_dpd, worst_range=one.worst_range
        )

    def due(one: NextPayment | None) -> NextPaymentShape | None:
        if one is None:
            return None
        return NextPaymentShape(**figure(one.figure, Told.ARREARS), due_on=one.due_on)

    return MoneyLineShape(
        masked=line.masked,
        deposits=plain(line.deposits, Told.BALANCE),
        available_credit=plain(line.available_credit, Told.BALANCE),
        owed=plain(line.owed, Told.ARREARS),
        overdue=late(line.overdue),
        next_payment=due(line.next_payment),
        guaranteed_overdue=late(line.guaranteed_overdue),
    )


def shown(one: Money, language: str) -> ShownMoney:
    """An amount for a reader of the language."""
    return ShownMoney(amount_minor=one.minor, currency=one.currency, text=one.shown(language))
