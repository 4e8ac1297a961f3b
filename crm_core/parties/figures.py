"""What an organisation was worth, year by year: one row for a day, added once and corrected.

A row that was entered by mistake is removed; the audit keeps which day it was of.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.database import moment
from crm_core.errors import FieldRefused, Unknown
from crm_core.models import OrganisationFigure, PartyKind
from crm_core.money import EXPONENTS, LARGEST_MINOR, Money
from crm_core.parties.editing import editable, edited
from crm_core.parties.profile_rules import MOST_EMPLOYEES, past_day
from routing.ids import PartyId

_TENTH = Decimal("0.1")


class FiguresUnknown(Unknown):
    """The organisation has no figures of this day."""

    code = "figures_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures as of a day, amounts in minor units of `currency`; a loss is a negative profit."""

    as_of: date
    currency: str
    assets_minor: int | None = None
    revenue_minor: int | None = None
    profit_minor: int | None = None
    employees: int | None = None

    def money(self, minor: int | None) -> Money | None:
        """One of the amounts with its currency."""
        return None if minor is None else Money(minor, self.currency)

    @property
    def assets(self) -> Money | None:
        return self.money(self.assets_minor)

    @property
    def revenue(self) -> Money | None:
        return self.money(self.revenue_minor)

    @property
    def profit(self) -> Money | None:
        return self.money(self.profit_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """By how many per cent each figure differs from the year before; None if that is not known."""

    assets: Decimal | None = None
    revenue: Decimal | None = None
    profit: Decimal | None = None
    employees: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """Figures with their change."""

    figures: Figures
    changes: Changes


async def add_figures(session: AsyncSession, party: PartyId, told: Figures, *, by: str) -> None:
    """Add the figures of a day.

    Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused (also if that day has some).
    """
    await _writable(session, party, told)
    if await session.get(OrganisationFigure, (party, told.as_of)) is not None:
        raise FieldRefused("as_of", "already_there")
    now = moment(session)
    session.add(OrganisationFigure(organisation=party, created_at=now, **_columns(told)))
    await _kept(session, party, told.as_of, Action.FIGURES_KEPT, by=by)


async def correct_figures(session: AsyncSession, party: PartyId, told: Figures, *, by: str) -> None:
    """Let the figures of that day be these; nothing happens if they are.

    Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused, FiguresUnknown.
    """
    await _writable(session, party, told)
    row = await _row(session, party, told.as_of)
    if _figures(row) == told:
        return
    for name, value in _columns(told).items():
        setattr(row, name, value)
    await _kept(session, party, told.as_of, Action.FIGURES_KEPT, by=by)


async def remove_figures(session: AsyncSession, party: PartyId, as_of: date, *, by: str) -> None:
    """Take back figures that were entered by mistake.

    Raises PartyUnknown, PartyErased, PartyMerged, FiguresUnknown.
    """
    await editable(session, party)
    await session.delete(await _row(session, party, as_of))
    await _kept(session, party, as_of, Action.FIGURES_REMOVED, by=by)


async def years(session: AsyncSession, party: PartyId) -> Sequence[Year]:
    """All figures of an organisation with their changes, the newest first."""
    row = OrganisationFigure
    statement = select(row).where(row.organisation == party).order_by(row.as_of.desc())
    return with_changes([_figures(one) for one in await session.scalars(statement)])


def with_changes(all_figures: Iterable[Figures]) -> tuple[Year, ...]:
    """Each beside those of the same month a year before, if they are of the same currency. Pure."""
    told = list(all_figures)
    by_month = {(one.as_of.year, one.as_of.month): one for one in told}
    before = (by_month.get((one.as_of.year - 1, one.as_of.month)) for one in told)
    return tuple(
        Year(figures=one, changes=_changes(one, then))
        for one, then in zip(told, before, strict=True)
    )


def _changes(now: Figures, then: Figures | None) -> Changes:
    if then is None:
        return Changes()
    staff = _per_cent(now.employees, then.employees)
    if then.currency != now.currency:
        return Changes(employees=staff)
    return Changes(
        assets=_per_cent(now.assets_minor, then.assets_minor),
        revenue=_per_cent(now.revenue_minor, then.revenue_minor),
        profit=_per_cent(now.profit_minor, then.profit_minor),
        employees=staff,
    )


def _per_cent(now: int | None, then: int | None) -> Decimal | None:
    """Of a loss no share can be taken: against nothing or less there is no per cent."""
    if now is None or then is None or then <= 0:
        return None
    return (Decimal(now - then) * 100 / then).quantize(_TENTH)


async def _writable(session: AsyncSession, party: PartyId, told: Figures) -> None:
    row = await editable(session, party)
    if row.kind is not PartyKind.ORGANISATION:
        raise FieldRefused("as_of", "other_kind")
    _check(told, moment(session).date())


def _check(told: Figures, today: date) -> None:
    past_day("as_of", told.as_of, today)
    if told.currency not in EXPONENTS:
        raise FieldRefused("currency", "unknown_currency")
    counted = ("assets", told.assets_minor), ("revenue", told.revenue_minor)
    for field, minor in counted:
        if minor is not None and minor < 0:
            raise FieldRefused(field, "negative")
    amounts = (*counted, ("profit", told.profit_minor))
    for field, minor in amounts:
        if minor is not None and abs(minor) > LARGEST_MINOR:
            raise FieldRefused(field, "out_of_range")
    if told.employees is not None and not 0 <= told.employees <= MOST_EMPLOYEES:
        raise FieldRefused("employees", "out_of_range")
    if all(one is None for one in (*(minor for _, minor in amounts), told.employees)):
        raise FieldRefused("assets", "missing")


async def _row(session: AsyncSession, party: PartyId, as_of: date) -> OrganisationFigure:
    row = await session.get(OrganisationFigure, (party, as_of))
    if row is None:
        raise FiguresUnknown
    return row


async def _kept(
    session: AsyncSession, party: PartyId, as_of: date, action: Action, *, by: str
) -> None:
    await edited(session, party, action, by=by, detail={"as_of": as_of.isoformat()})


def _columns(told: Figures) -> dict[str, object]:
    return {
        "as_of": told.as_of,
        "currency": told.currency,
        "assets_minor": told.assets_minor,
        "revenue_minor": told.revenue_minor,
        "profit_minor": told.profit_minor,
        "employees": told.employees,
    }


def _figures(row: OrganisationFigure) -> Figures:
    return Figures(
        as_of=row.as_of,
        currency=row.currency,
        assets_minor=row.assets_minor,
        revenue_minor=row.revenue_minor,
        profit_minor=row.profit_minor,
        employees=row.employees,
    )
