"""What all parts of storing share: where rows come from, what they are on the way, what became of
them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.cells import Told, Values
from crm_core.corebank.names import EntityName
from crm_core.ids import new_id
from crm_core.sealing import NumberSeal

AUDITED_AS = "core bank"
"""Whose deed it is in the audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where rows come from: source, the batch's id if one, business date; and the time now."""

    source: str
    business_date: date
    now: datetime
    seal: NumberSeal
    batch: str | None = None


class Thing(NamedTuple):
    """What was told, with the id of what we make of it. In its rows `party_key` and the like have
    been joined by `party`: our ids of the parents."""

    told: Told
    target: str

    @property
    def row(self) -> Values:
        """The only row of a thing that is no group."""
        return self.told.rows[0]


Refusals = Mapping[str, str]
"""Reasons by key, of things that were not stored."""

Store = Callable[[AsyncSession, Ground, list[Thing]], Awaitable[Refusals]]
End = Callable[[AsyncSession, Ground, list[str]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """How an entity's rows become ours: new ones, changed ones, and those the bank has no more.

    `target` gives a new thing its id; `end` is None for what a full batch never ends.
    """

    add: Store
    change: Store
    end: End | None = None
    target: Callable[[Values], str] = field(default=lambda _row: new_id())


def of_agreement(row: Values) -> str:
    """The id of a thing that an agreement has only one of."""
    agreement: str = row["agreement"]
    return agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A thing whose parent is not known yet."""

    told: Told
    entity: EntityName
    key: str


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of the things of a batch or an event; counts are rows."""

    stored: int = 0
    unchanged: int = 0
    older: int = 0
    refused: list[tuple[Told, str, str]] = field(default_factory=list)
    """With column and reason."""
    conflicts: list[Told] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Count the other in."""
        self.stored += other.stored
        self.unchanged += other.unchanged
        self.older += other.older
        self.refused += other.refused
        self.conflicts += other.conflicts
        self.missing += other.missing
