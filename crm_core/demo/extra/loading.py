"""All files beside the batches, in the order in which one needs the other."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import Database
from crm_core.demo.extra.calls import load_calls
from crm_core.demo.extra.complaints import load_complaints
from crm_core.demo.extra.debts import load_promises, open_cases
from crm_core.demo.extra.ground import BY, Ground, Tell
from crm_core.demo.extra.groups import load_groups
from crm_core.demo.extra.profiles import load_profiles

Part = Callable[[Database, Ground, Tell], Awaitable[int]]
Progress = Callable[[str, int], None]
"""Hears of the part and how many more rows or parties of it were done."""


def _at_once(load: Callable[[AsyncSession, Ground], Awaitable[int]]) -> Part:
    """A part that is one transaction."""

    async def part(db: Database, ground: Ground, tell: Tell) -> int:
        async with db.unit_of_work() as session:
            count = await load(session, ground)
        tell(count)
        return count

    return part


PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "profiles": _at_once(load_profiles),
        "groups": _at_once(load_groups),
        "complaints": _at_once(load_complaints),
        "promises": load_promises,
        "cases": open_cases,
        "calls": _at_once(load_calls),
    }
)


async def load_extra(
    db: Database, ground: Ground, tell: Progress = lambda _part, _n: None
) -> dict[str, int]:
    """Load all parts. How many things of each are new, or were looked at. Raises ExtraRefused."""
    counts: dict[str, int] = {}
    for name, part in PARTS.items():
        counts[name] = await part(db, ground, partial(tell, name))
    async with db.unit_of_work() as session:
        await record(
            session,
            Action.BANK_DATA_LOADED,
            actor=BY,
            subject=Subject(kind="business_date", id=ground.day.isoformat()),
            reason="demo",
            detail={name: str(count) for name, count in counts.items()},
        )
    return counts
