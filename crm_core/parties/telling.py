"""What the core bank is told of a party: which contact point or consent changed, not what it is.

The values are personal data; the bank reads them over the API, where the look is audited.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.corebank.outbox import OutboxKind, publish
from routing.ids import PartyId

CHANGES: Mapping[Action, tuple[OutboxKind, str]] = MappingProxyType(
    {
        Action.PHONE_ADDED: (OutboxKind.CONTACT_UPDATED, "added"),
        Action.PHONE_CHANGED: (OutboxKind.CONTACT_UPDATED, "changed"),
        Action.PHONE_ENDED: (OutboxKind.CONTACT_UPDATED, "ended"),
        Action.EMAIL_ADDED: (OutboxKind.CONTACT_UPDATED, "added"),
        Action.EMAIL_ENDED: (OutboxKind.CONTACT_UPDATED, "ended"),
        Action.ADDRESS_KEPT: (OutboxKind.CONTACT_UPDATED, "added"),
        Action.ADDRESS_ENDED: (OutboxKind.CONTACT_UPDATED, "ended"),
        Action.CONSENT_RECORDED: (OutboxKind.CONSENT_CHANGED, "recorded"),
    }
)
"""Which writes to a party the bank is told of, and what it is told was done."""


async def tell_bank(
    session: AsyncSession, party: PartyId, action: Action, detail: Mapping[str, str]
) -> None:
    """Put the change into the outbox, with the transaction that makes it; others are not told.

    `detail` holds codes and ids alone, as it does for the audit.
    """
    if action not in CHANGES:
        return
    kind, change = CHANGES[action]
    await publish(session, kind, party, {**detail, "change": change})
