"""Rotation of keys: moves numbers that were sealed with an old master key to the current one.

Put the new key into the keyring as the current one, keep the old, and call `reseal` until it moves
nothing; then the old key may go.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import Agreement, Base, IdentityDocument, Person
from crm_core.sealing import NumberKind, NumberSeal


@dataclass(frozen=True, slots=True)
class _Place:
    """Where numbers of a kind stand: `<column>_sealed`, `_key` and `_hash`, bound to `row`."""

    kind: NumberKind
    table: type[Base]
    row: str
    column: str

    def attribute(self, end: str) -> Any:
        return getattr(self.table, f"{self.column}_{end}")


_PLACES = (
    _Place(NumberKind.AGREEMENT, Agreement, "id", "number"),
    _Place(NumberKind.DOCUMENT, IdentityDocument, "id", "number"),
    _Place(NumberKind.PERSON, Person, "party", "tax_id"),
)


async def reseal(session: AsyncSession, *, seal: NumberSeal, limit: int) -> int:
    """Move at most `limit` numbers to the current key. How many it were; 0 when all are.

    Raises KeyUnknown if an old key was taken out of the keyring too early, SealBroken.
    """
    moved = 0
    for place in _PLACES:
        if moved < limit:
            moved += await _moved(session, place, seal, limit - moved)
    return moved


async def _moved(session: AsyncSession, place: _Place, seal: NumberSeal, limit: int) -> int:
    old = select(place.table).where(place.attribute("key") != seal.current)
    rows = list(
        await session.scalars(
            old.order_by(getattr(place.table, place.row)).limit(limit).with_for_update()
        )
    )
    for row in rows:
        _move(row, place, seal)
    await session.flush()
    return len(rows)


def _move(row: Base, place: _Place, seal: NumberSeal) -> None:
    bound, name = getattr(row, place.row), place.column
    sealed, key = getattr(row, f"{name}_sealed"), getattr(row, f"{name}_key")
    plain = seal.open(sealed, key, bound, kind=place.kind)
    fresh = seal.seal(plain, bound, kind=place.kind)
    setattr(row, f"{name}_sealed", fresh.sealed)
    setattr(row, f"{name}_key", fresh.key)
    setattr(row, f"{name}_hash", fresh.hash)
