"""Client numbers as the bank tells them with its parties.

A number belongs to one party: who is told the number of another is refused whole, for whoever keys
it must not be taken for either. A party keeps its earlier numbers, for they may be on its papers.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.bulk import add_missing
from crm_core.corebank.ground import Ground, Refusals, Thing
from crm_core.duplicates.merging import those_that_gave_way
from crm_core.models import ClientNumber

_TAKEN = "client_number_taken"
_COLUMNS = ("number", "party", "created_at")


async def taken(session: AsyncSession, things: Sequence[Thing]) -> Refusals:
    """Those whose number is another party's, here already or in the same batch."""
    told = [one for one in things if one.row["client_number"]]
    if not told:
        return {}
    numbers = [_number(one) for one in told]
    row = ClientNumber
    held = await session.execute(select(row.number, row.party).where(row.number.in_(numbers)))
    owners, often = dict(held.all()), Counter(numbers)
    others = [one for one in told if owners.get(_number(one), one.target) != one.target]
    stands = await those_that_gave_way(session, [one.target for one in others])
    wrong = [one for one in others if owners[_number(one)] != stands.get(one.target)]
    wrong += [one for one in told if often[_number(one)] > 1]
    return {one.told.key: _TAKEN for one in wrong}


async def keep(session: AsyncSession, ground: Ground, things: Iterable[Thing]) -> None:
    """Each has the number that it was told with."""
    rows = [(_number(one), one.target, ground.now) for one in things if one.row["client_number"]]
    await add_missing(session, ClientNumber, _COLUMNS, rows)


def _number(one: Thing) -> str:
    number: str = one.row["client_number"]
    return number
