"""How far behind parties are, for the sake of those bound to them. Days only, never amounts."""

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.bank.terms import AgreementRole, AgreementStatus
from crm_core.database import moment
from crm_core.models import Agreement, AgreementParty, ArrearsSnapshot
from routing.ids import PartyId

OWN = (AgreementRole.OWNER, AgreementRole.CO_HOLDER)


async def worst_days(session: AsyncSession, parties: Collection[PartyId]) -> dict[PartyId, int]:
    """The most days past due of each party's own open agreements by their newest snapshots; who
    is not behind is left out."""
    role, earlier = AgreementParty, aliased(ArrearsSnapshot)
    newest = select(func.max(earlier.business_date)).where(earlier.agreement == Agreement.id)
    today = moment(session).date()
    statement = (
        select(role.party, func.max(ArrearsSnapshot.dpd))
        .join(Agreement, Agreement.id == role.agreement)
        .join(ArrearsSnapshot, ArrearsSnapshot.agreement == Agreement.id)
        .where(ArrearsSnapshot.business_date == newest.scalar_subquery())
        .where(role.party.in_(parties), role.role.in_(OWN), ArrearsSnapshot.dpd > 0)
        .where(or_(role.ends_before.is_(None), role.ends_before > today))
        .where(Agreement.status != AgreementStatus.CLOSED)
        .group_by(role.party)
    )
    return {row[0]: row[1] for row in await session.execute(statement)}
