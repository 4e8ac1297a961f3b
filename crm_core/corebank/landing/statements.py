"""Balances and statement entries as the bank tells them. An entry never changes once it stands."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.bulk import insert_rows, upsert_rows
from crm_core.corebank.ground import Ground, Landing, Refusals, Thing, of_agreement
from crm_core.models import Agreement, Balance, LedgerEntry

_ENTRY = (
    "id", "agreement", "kind", "amount_minor", "booked_at", "value_on", "text", "counterparty",
    "reversal_of", "source", "source_key", "created_at",
)  # fmt: skip


async def _store_balances(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    wrong = await _other_currency(session, things)
    rows = [
        (one.row["agreement"], one.row["as_of"], one.row["booked"], one.row["available"],
         ground.now)
        for one in things
        if one.told.key not in wrong
    ]  # fmt: skip
    columns = ("agreement", "as_of", "booked_minor", "available_minor", "created_at")
    await upsert_rows(session, Balance, columns, rows, keys=columns[:2])
    return wrong


async def _add_entries(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    wrong = await _other_currency(session, things)
    rows = [_entry(one, ground) for one in things if one.told.key not in wrong]
    await insert_rows(session, LedgerEntry, _ENTRY, rows)
    return wrong


async def _refuse(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    return {one.told.key: "entry_changed" for one in things}


def _entry(one: Thing, ground: Ground) -> tuple[object, ...]:
    row = one.row
    told = (row["kind"], row["amount"], row["booked_at"], row["value_on"])
    words = (row["text"] or "", row["counterparty"] or "", row["reversal_of"])
    named = (ground.source, one.told.key, ground.now)
    return (one.target, row["agreement"], *told, *words, *named)


async def _other_currency(session: AsyncSession, things: list[Thing]) -> dict[str, str]:
    """Things in another currency than their agreement's."""
    asked = {one.row["agreement"] for one in things}
    held = select(Agreement.id, Agreement.currency).where(Agreement.id.in_(asked))
    known = dict((await session.execute(held)).all())
    return {
        one.told.key: "currency"
        for one in things
        if known[one.row["agreement"]] != one.row["currency"]
    }


BALANCE = Landing(add=_store_balances, change=_store_balances, target=of_agreement)
ENTRY = Landing(add=_add_entries, change=_refuse)
