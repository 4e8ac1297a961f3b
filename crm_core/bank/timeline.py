"""What the bank's own books add to a party's timeline: loans paid, agreements begun and ended,
arrears that changed their range. Reads only; of agreements in which the party is owner or
co-holder."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.terms import AgreementRole, AgreementStatus, EntryKind
from crm_core.models import Agreement, AgreementParty, ArrearsSnapshot, LedgerEntry
from crm_core.money import Money
from crm_core.parties.timeline import Place, TimelineEvent, TimelineKind, earlier
from routing.ids import PartyId

PAYMENTS = (EntryKind.DISBURSEMENT, EntryKind.REPAYMENT, EntryKind.REVERSAL)
"""Entries that tell of a loan; daily purchases and fees are on the statement."""


async def payment_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> Sequence[TimelineEvent]:
    """Loans paid out, paid back and payments taken back, the newest first."""
    kind, row = TimelineKind.PAYMENT, LedgerEntry
    statement = (
        select(row, Agreement.currency, Agreement.kind, Agreement.number_last4)
        .join(Agreement, Agreement.id == row.agreement)
        .where(row.agreement.in_(_own(party)), row.kind.in_(PAYMENTS))
        .where(earlier(before, kind, row.booked_at.expression, row.id.expression))
        .order_by(row.booked_at.desc(), row.id.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=entry.booked_at,
            kind=kind,
            ref=entry.id,
            title_code=f"timeline.payment.{entry.kind}",
            detail={"agreement": f"agreement.kind.{what}", "last4": last4},
            text=entry.text,
            amount=Money(entry.amount_minor, currency),
        )
        for entry, currency, what, last4 in await session.execute(statement)
    ]


async def agreement_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> Sequence[TimelineEvent]:
    """Agreements begun and ended, the newest first. A party has few: all are read."""
    found = await session.scalars(select(Agreement).where(Agreement.id.in_(_own(party))))
    told = [event for row in found for event in _life(row)]
    return _page(told, before, limit)


async def arrears_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> Sequence[TimelineEvent]:
    """Business dates on which the arrears of a loan came into another range, the newest first."""
    row = ArrearsSnapshot
    earlier_range = func.lag(row.range).over(partition_by=row.agreement, order_by=row.business_date)
    stood = (
        select(row.agreement, row.business_date, row.range, row.dpd, earlier_range.label("was"))
        .where(row.agreement.in_(_own(party)))
        .subquery()
    )
    statement = (
        select(stood, Agreement.kind, Agreement.number_last4)
        .join(Agreement, Agreement.id == stood.c.agreement)
        .where(stood.c.was.is_not(None), stood.c.was != stood.c.range)
    )
    told = [_moved(one) for one in await session.execute(statement)]
    return _page(told, before, limit)


def _own(party: PartyId) -> Select[str]:
    mine = AgreementRole.OWNER, AgreementRole.CO_HOLDER
    row = AgreementParty
    return select(row.agreement).where(row.party == party, row.role.in_(mine))


def _page(told: list[TimelineEvent], before: Place | None, limit: int) -> Sequence[TimelineEvent]:
    older = [one for one in told if before is None or one.place < before]
    return sorted(older, key=lambda one: one.place, reverse=True)[:limit]


def _life(row: Agreement) -> list[TimelineEvent]:
    detail = {"agreement": f"agreement.kind.{row.kind}", "last4": row.number_last4}
    days = {"opened": row.opened_on, "closed": row.closed_on}
    if row.status is AgreementStatus.PENDING:
        return []
    return [
        TimelineEvent(
            at=datetime.combine(day, time(), UTC),
            kind=TimelineKind.STATUS,
            ref=f"{row.id}.{what}",
            title_code=f"timeline.agreement.{what}",
            detail=detail,
        )
        for what, day in days.items()
        if day is not None
    ]


def _moved(one: Any) -> TimelineEvent:
    return TimelineEvent(
        at=datetime.combine(one.business_date, time(), UTC),
        kind=TimelineKind.ARREARS,
        ref=f"{one.agreement}.{one.business_date}",
        title_code="timeline.arrears.range" if one.dpd else "timeline.arrears.paid",
        detail={
            "agreement": f"agreement.kind.{one.kind}",
            "last4": one.number_last4,
            "dpd": str(one.dpd),
            "range": f"range.{one.range}",
        },
    )
