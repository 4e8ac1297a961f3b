"""What the core bank is told of promises: that one was made, and what became of it."""

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.outbox import OutboxKind, publish
from crm_core.models import CollectionCase, Promise


async def tell_bank(
    session: AsyncSession, kind: OutboxKind, case: CollectionCase, promise: Promise
) -> None:
    """Put the promise as it stands now into the outbox, with the transaction that made it so."""
    payload = {
        "promise": promise.id,
        "case": case.id,
        "amount_minor": promise.amount_minor,
        "kept_minor": promise.kept_minor,
        "currency": promise.currency,
        "due_on": promise.due_on.isoformat(),
        "state": promise.state.value,
    }
    await publish(session, kind, case.party, payload)
