"""What every write to a party begins and ends with: whether it may be written to, what the core
bank is told of it, and the audit.

What a party is recognised by is taken anew with each write that may change it, so that whoever is
entered a minute later is compared with how the party is now.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.duplicates.finding import refresh
from crm_core.errors import PartyUnknown, Refused
from crm_core.models import Party
from crm_core.parties.telling import tell_bank
from routing.ids import PartyId

_SAME_LIKENESS = frozenset(
    {
        Action.FIGURES_KEPT,
        Action.FIGURES_REMOVED,
        Action.LICENCE_ADDED,
        Action.LICENCE_CORRECTED,
        Action.LICENCE_ENDED,
        Action.CONSENT_RECORDED,
        Action.ATTACHMENT_ADDED,
        Action.ATTACHMENT_OPENED,
        Action.ATTACHMENT_REMOVED,
    }
)


class PartyErased(Refused):
    """Of this party only ids and amounts are left; nothing is added to it."""

    code = "party_erased"


class PartyMerged(Refused):
    """This party gave way to another, the detail; write to that one."""

    code = "party_merged"


async def editable(session: AsyncSession, party: PartyId) -> Party:
    """The party's row, locked. Raises PartyUnknown, PartyErased, PartyMerged."""
    locked = select(Party).where(Party.id == party).with_for_update()
    row = await session.scalar(locked.execution_options(populate_existing=True))
    if row is None:
        raise PartyUnknown
    if row.erased_at is not None:
        raise PartyErased
    if row.merged_into is not None:
        raise PartyMerged(row.merged_into)
    return row


async def check_stands(session: AsyncSession, party: PartyId) -> None:
    """Whether something can be bound to the party. Raises PartyUnknown, PartyMerged."""
    row = Party
    found = (await session.execute(select(row.merged_into).where(row.id == party))).first()
    if found is None:
        raise PartyUnknown
    if found.merged_into is not None:
        raise PartyMerged(found.merged_into)


async def edited(
    session: AsyncSession,
    party: PartyId,
    action: Action,
    *,
    by: str,
    detail: Mapping[str, str] | None = None,
    reason: str = "",
) -> None:
    """Write down what was done to the party: codes and ids alone. Last in the unit of work."""
    await session.flush()
    if action not in _SAME_LIKENESS:
        await refresh(session, [party])
    await tell_bank(session, party, action, detail or {})
    subject = Subject(kind="party", id=party)
    await record(session, action, actor=by, subject=subject, reason=reason, detail=detail)
