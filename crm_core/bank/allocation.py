"""What a payment pays: which components of which instalments. Pure: no database, no clock.

The oldest instalment is paid first, and within it the components in a set order; what is not yet
due is paid in advance. A payment that is reversed takes back what it paid, and nothing that others
paid moves: what it had settled is owed again since its own due date. Amounts
are whole minor units of the loan's currency.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from crm_core.bank.instalments import Instalment
from crm_core.bank.terms import Component

ORDER = (Component.PENALTY, Component.FEE, Component.INTEREST, Component.PRINCIPAL)
"""The order that holds where the bank sets no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocated:
    """`amount` of a payment went to a component of instalment `n`."""

    n: int
    component: Component
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What came of a payment. `instalments` are all of them afterwards; `excess` is what found
    nothing to pay."""

    parts: tuple[Allocated, ...]
    instalments: tuple[Instalment, ...]
    excess: int


def allocate(
    amount: int,
    instalments: Iterable[Instalment],
    *,
    on: date,
    order: tuple[Component, ...] = ORDER,
) -> Allocation:
    """Pays `amount` on the day `on`. `order` names each component once.

    Raises ValueError for an order that leaves one out or an amount that is not positive.
    """
    if amount <= 0 or sorted(order) != sorted(Component):
        raise ValueError("a payment is positive and its order names each component once")
    before = sorted(instalments, key=lambda one: (one.due_on, one.n))
    parts = tuple(_parts(amount, before, order))
    after = {one.n: one for one in before}
    for part in parts:
        after[part.n] = after[part.n].settled(part.component, part.amount, on=on)
    return Allocation(
        parts=parts,
        instalments=tuple(after[one.n] for one in before),
        excess=amount - sum(part.amount for part in parts),
    )


def taken_back(
    parts: Iterable[Allocated], instalments: Iterable[Instalment]
) -> tuple[Instalment, ...]:
    """All instalments once what a payment paid is owed again.

    Raises ValueError where they were not paid so much.
    """
    after = {one.n: one for one in instalments}
    for part in parts:
        after[part.n] = after[part.n].taken_back(part.component, part.amount)
    return tuple(after.values())


def moved_over(
    parts: Iterable[Allocated], instalments: Iterable[Instalment]
) -> tuple[Allocated, ...]:
    """Where a payment of an older schedule is found in the one that holds: by component, in the
    instalments that were paid last. Only as much as was paid there."""
    latest_first = sorted(instalments, key=lambda one: (one.due_on, one.n), reverse=True)
    sums: Counter[Component] = Counter()
    for part in parts:
        sums[part.component] += part.amount
    found: list[Allocated] = []
    for component, amount in sums.items():
        for one in latest_first:
            share = min(amount, one.part(component).paid)
            if share:
                found.append(Allocated(n=one.n, component=component, amount=share))
            amount -= share
    return tuple(found)


def _parts(
    amount: int, instalments: Iterable[Instalment], order: tuple[Component, ...]
) -> Iterator[Allocated]:
    for one in instalments:
        for component in order:
            share = min(amount, one.part(component).unpaid)
            if share:
                yield Allocated(n=one.n, component=component, amount=share)
            amount -= share
