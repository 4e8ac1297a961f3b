"""The overdue agreements of a debtor: from the arrears of a business date into his case's items.

What a party owns is his; what he guarantees is the borrower's case. An agreement without news of
the date stands as it stood, unless it is closed. Agreements of a case that was written off open no
other case.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.terms import AgreementRole, AgreementStatus, DelinquencyRange
from crm_core.collections.review import Overdue
from crm_core.collections.states import CaseState
from crm_core.models import Agreement, AgreementParty, ArrearsSnapshot, CaseItem, CollectionCase
from crm_core.money import Money
from routing.ids import PartyId


async def overdue_of(session: AsyncSession, party: PartyId, *, on: date) -> list[Overdue]:
    """How the party's own agreements stand on the business date, those without arrears too."""
    told, role = ArrearsSnapshot, AgreementParty
    owned = and_(
        role.agreement == told.agreement,
        role.party == party,
        role.role == AgreementRole.OWNER,
        role.starts_on <= on,
        or_(role.ends_before.is_(None), role.ends_before > on),
    )
    written_off = (
        select(CaseItem.agreement)
        .join(CollectionCase, CollectionCase.id == CaseItem.case)
        .where(CollectionCase.party == party, CollectionCase.state == CaseState.WRITTEN_OFF)
    )
    statement = (
        select(told, Agreement.currency)
        .join(role, owned)
        .join(Agreement, Agreement.id == told.agreement)
        .where(told.business_date == on, told.agreement.not_in(written_off))
        .order_by(told.agreement)
    )
    rows = (await session.execute(statement)).all()
    return [_overdue(row, currency) for row, currency in rows]


async def take_in(
    session: AsyncSession, case: CollectionCase, told: Sequence[Overdue], *, on: date
) -> list[Overdue]:
    """Bring the case's items to what the date tells; all of them as they stand now."""
    rows = await session.scalars(
        select(CaseItem).where(CaseItem.case == case.id).order_by(CaseItem.agreement)
    )
    known = {row.agreement: row for row in rows}
    closed = await _closed(session, known)
    for one in told:
        if one.agreement in known or one.overdue:
            known[one.agreement] = _kept(session, case, known.get(one.agreement), one, on=on)
    silent = known.keys() - {one.agreement for one in told}
    for agreement in silent & closed:
        row = known[agreement]
        nothing = Money.zero(row.currency)
        gone = Overdue(agreement=agreement, dpd=0, range=DelinquencyRange.NONE, overdue=nothing)
        _kept(session, case, row, gone, on=on)
    return [_item(row) for row in known.values()]


async def items_of(session: AsyncSession, case: str) -> list[Overdue]:
    """The items of a case as they stand."""
    statement = select(CaseItem).where(CaseItem.case == case).order_by(CaseItem.agreement)
    return [_item(row) for row in await session.scalars(statement)]


async def _closed(session: AsyncSession, agreements: dict[str, CaseItem]) -> set[str]:
    row = Agreement
    closed = select(row.id).where(row.id.in_(agreements), row.status == AgreementStatus.CLOSED)
    return set(await session.scalars(closed))


def _kept(
    session: AsyncSession, case: CollectionCase, row: CaseItem | None, one: Overdue, *, on: date
) -> CaseItem:
    if row is None:
        row = CaseItem(case=case.id, agreement=one.agreement, added_on=on, cleared_on=None)
        row.currency = one.overdue.currency
        session.add(row)
    row.business_date = on
    row.dpd, row.range, row.overdue_minor = one.dpd, one.range, one.overdue.minor
    row.cleared_on = None if one.overdue else row.cleared_on or on
    return row


def _overdue(row: ArrearsSnapshot, currency: str) -> Overdue:
    minor = (
        row.overdue_principal_minor
        + row.overdue_interest_minor
        + row.overdue_fee_minor
        + row.overdue_penalty_minor
    )
    return Overdue(
        agreement=row.agreement,
        dpd=row.dpd,
        range=row.range,
        overdue=Money(minor, currency),
        ages=not row.paused,
    )


def _item(row: CaseItem) -> Overdue:
    return Overdue(
        agreement=row.agreement,
        dpd=row.dpd,
        range=row.range,
        overdue=Money(row.overdue_minor, row.currency),
    )
