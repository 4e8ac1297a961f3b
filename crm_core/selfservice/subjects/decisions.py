"""How credit applications stand, as their applicant is told; a co-applicant asks a person.

Words for within the bank are no news for a client: who votes, and at which stage, stays here. An
approval that has run out is none; a refusal is told for a while.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.states import ApplicationState
from crm_core.corebank.alarms import freshness
from crm_core.corebank.names import EntityName
from crm_core.models import CreditApplication
from crm_core.money import Money
from crm_core.selfservice.answers import DecisionItem, DecisionState
from crm_core.selfservice.subjects.found import Asked, Found

TOLD_FOR = timedelta(days=90)
"""For so long after the decision a refusal is told."""
MOST = 10

_S, _D = ApplicationState, DecisionState
AS_TOLD: Mapping[ApplicationState, DecisionState] = MappingProxyType(
    {
        _S.SUBMITTED: _D.UNDER_REVIEW,
        _S.REVIEW: _D.UNDER_REVIEW,
        _S.RETURNED: _D.UNDER_REVIEW,
        _S.WAITING_CLIENT: _D.DOCUMENTS_WANTED,
        _S.APPROVED: _D.APPROVED,
        _S.COUNTER_OFFER: _D.APPROVED,
        _S.ACCEPTED: _D.APPROVED,
        _S.SIGNED: _D.APPROVED,
        _S.DECLINED: _D.DECLINED,
    }
)
"""States that a client is told. Drafts are none yet; what is over is no news."""


async def decisions(session: AsyncSession, asked: Asked) -> Found:
    """His own applications, the newest first. Those that the core bank decides are as old as its
    last word on applications; ours are never old."""
    row = CreditApplication
    told = select(row).where(row.party == asked.party, row.state.in_(AS_TOLD))
    newest = told.order_by(row.created_at.desc(), row.id.desc()).limit(MOST)
    shown = [one for one in await session.scalars(newest) if _is_news(one, asked)]
    heard = [
        one
        for one in await freshness(session)
        if one.entity is EntityName.APPLICATION and one.source in {each.source for each in shown}
    ]
    return Found(
        items=tuple(_item(one) for one in shown),
        as_of=min((one.told_at for one in heard), default=None),
        stale=any(one.stale for one in heard),
    )


def _is_news(row: CreditApplication, asked: Asked) -> bool:
    if row.state is ApplicationState.DECLINED:
        return row.decided_at is not None and asked.now - row.decided_at <= TOLD_FOR
    ends = row.decision_expires_on
    return ends is None or ends >= asked.today


def _item(row: CreditApplication) -> DecisionItem:
    state = AS_TOLD[row.state]
    approved = state is DecisionState.APPROVED
    return DecisionItem(
        application=row.id,
        state=state,
        asked=Money(row.amount_minor, row.currency),
        approved=Money(row.approved_minor, row.currency)
        if approved and row.approved_minor is not None
        else None,
        expires_on=row.decision_expires_on if approved else None,
    )
