"""The money line and the red strip of the panel: what a party has and owes, in one look. Pure.

Each figure shows its age: the time of the oldest news in it. A figure that is None means that the
party has no such agreement, which is not the same as 0. Amounts of several currencies stand side by
side and are never added. While masked, amounts are None; dates, days past due and ages are not.
What a party guarantees for others is neither its own debt nor added to it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from crm_core.bank.holdings import Holding, Standing
from crm_core.bank.terms import (
    AgreementKind,
    AgreementRole,
    AgreementStatus,
    DelinquencyRange,
    range_of,
)
from crm_core.money import Money, totals

_OWN = frozenset({AgreementRole.OWNER, AgreementRole.CO_HOLDER})
_HOLDING = frozenset({AgreementKind.ACCOUNT, AgreementKind.CARD_ACCOUNT, AgreementKind.DEPOSIT})
_OPEN = frozenset({AgreementStatus.ACTIVE, AgreementStatus.BLOCKED})
_Told = tuple[Money, datetime] | None


class Opening(Protocol):
    """What says whether amounts may be shown: a verification level, or a look."""

    @property
    def opens_amounts(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Sums by currency, None while masked. `untold` counts agreements of which no news has come;
    `as_of` is None if it is none but those."""

    amounts: tuple[Money, ...] | None
    as_of: datetime | None
    agreements: int
    untold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """What is overdue, with the worst days past due among the agreements and their range."""

    figure: Figure
    worst_dpd: int
    worst_range: DelinquencyRange


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPayment:
    """What is due next, and when; all that is due on that day."""

    due_on: date
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLine:
    """What a party has and owes; see the module."""

    deposits: Figure | None
    available_credit: Figure | None
    owed: Figure | None
    overdue: Overdue | None
    next_payment: NextPayment | None
    guaranteed_overdue: Overdue | None
    masked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RedStrip:
    """What must not be overlooked. It shows at any level and holds no amount.

    `guaranteed_dpd` is the worst of the loans that the party guarantees for others.
    """

    arrears: bool
    worst_dpd: int
    worst_range: DelinquencyRange
    paused: bool
    guaranteed_dpd: int


def money_line(holdings: Iterable[Holding], opening: Opening) -> MoneyLine:
    """The money line of a party with these agreements; masked unless `opening` opens amounts."""
    open_ = [one for one in holdings if one.status in _OPEN]
    own = list({one.agreement: one for one in open_ if one.role in _OWN}.values())
    guaranteed = [one for one in open_ if one.role is AgreementRole.GUARANTOR]
    shown = opening.opens_amounts
    return MoneyLine(
        deposits=_figure((one for one in own if one.kind in _HOLDING), _deposited, shown=shown),
        available_credit=_figure(_of(own, AgreementKind.LINE), _available, shown=shown),
        owed=_figure((one for one in own if _may_owe(one)), _owed, shown=shown),
        overdue=_overdue(own, shown=shown),
        next_payment=_next_payment(own, shown=shown),
        guaranteed_overdue=_overdue(guaranteed, shown=shown),
        masked=not shown,
    )


def red_strip(holdings: Iterable[Holding]) -> RedStrip:
    """The warnings that follow from these agreements, at any verification level."""
    open_ = [one for one in holdings if one.status in _OPEN]
    own = _standings(one for one in open_ if one.role in _OWN)
    guaranteed = _standings(one for one in open_ if one.role is AgreementRole.GUARANTOR)
    worst = _worst(own)
    return RedStrip(
        arrears=any(one.overdue for one in own),
        worst_dpd=worst,
        worst_range=range_of(worst),
        paused=any(one.paused for one in own),
        guaranteed_dpd=_worst(guaranteed),
    )


def _of(own: Iterable[Holding], kind: AgreementKind) -> Iterable[Holding]:
    return (one for one in own if one.kind is kind)


def _standings(holdings: Iterable[Holding]) -> list[Standing]:
    return [one.standing for one in holdings if one.standing]


def _worst(standings: Iterable[Standing]) -> int:
    return max((one.dpd for one in standings), default=0)


def _may_owe(one: Holding) -> bool:
    """Loans and lines do; an account does once it is overdrawn."""
    overdrawn = one.balance is not None and one.balance.booked.minor < 0
    return one.kind in (AgreementKind.LOAN, AgreementKind.LINE) or overdrawn


def _deposited(one: Holding) -> _Told:
    if one.balance is None:
        return None
    booked = one.balance.booked
    return (booked if booked.minor > 0 else Money.zero(one.currency)), one.balance.as_of


def _available(one: Holding) -> _Told:
    return None if one.balance is None else (one.balance.available, one.balance.as_of)


def _owed(one: Holding) -> _Told:
    if one.kind is AgreementKind.LOAN and one.standing and one.standing.owed is not None:
        return one.standing.owed, one.standing.as_of
    if one.balance is None:
        return None
    booked = one.balance.booked
    return (-booked if booked.minor < 0 else Money.zero(one.currency)), one.balance.as_of


def _late(one: Holding) -> _Told:
    standing = one.standing
    if standing is None or standing.overdue is None:
        return None
    return standing.overdue, standing.as_of


def _due_next(one: Holding) -> _Told:
    standing = one.standing
    if standing is None or standing.next_due is None:
        return None
    return standing.next_due, standing.as_of


def _figure(
    holdings: Iterable[Holding], amount: Callable[[Holding], _Told], *, shown: bool
) -> Figure | None:
    told = [amount(one) for one in holdings]
    if not told:
        return None
    known = [one for one in told if one]
    return Figure(
        amounts=totals(money for money, _as_of in known) if shown else None,
        as_of=min((as_of for _money, as_of in known), default=None),
        agreements=len(told),
        untold=len(told) - len(known),
    )


def _overdue(holdings: Iterable[Holding], *, shown: bool) -> Overdue | None:
    lent = [one for one in holdings if one.kind is AgreementKind.LOAN or one.standing]
    figure, worst = _figure(lent, _late, shown=shown), _worst(_standings(lent))
    if figure is None:
        return None
    return Overdue(figure=figure, worst_dpd=worst, worst_range=range_of(worst))


def _next_payment(own: Iterable[Holding], *, shown: bool) -> NextPayment | None:
    dated = [(one.standing.next_due_on, one) for one in own if one.standing]
    due_on = min((day for day, _one in dated if day), default=None)
    figure = _figure((one for day, one in dated if day == due_on), _due_next, shown=shown)
    if due_on is None or figure is None:
        return None
    return NextPayment(due_on=due_on, figure=figure)
