"""What a payment pays: which components of which instalments. Pure: no database, no clock.

The oldest instalment is paid first, and within it the components in a set order; what is not yet
due is paid in advance. Amounts are whole minor units of the loan's currency.
"""

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


def _parts(
    amount: int, instalments: Iterable[Instalment], order: tuple[Component, ...]
) -> Iterator[Allocated]:
    for one in instalments:
        for component in order:
            share = min(amount, one.part(component).unpaid)
            if share:
                yield Allocated(n=one.n, component=component, amount=share)
            amount -= share
