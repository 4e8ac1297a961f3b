"""What proves that a promise was kept: which payments count for it, and when it is decided. Pure.

A payment counts if it was booked after the promise was taken and its value day lies between that
day and the last day of grace. Payments go to promises first in, first out: the oldest payment to
the promise that is due first, never more than the payment has, never more than was promised.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from crm_core.collections.states import PromiseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A credit that was not reversed. `free` minor units of it count for no promise yet."""

    entry: str
    free: int
    value_on: date
    booked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A running promise. Amounts are minor units; `missing` of `amount` is not proved yet."""

    promise: str
    amount: int
    missing: int
    threshold_pct: int
    taken_at: datetime
    taken_on: date
    due_on: date
    last_on: date

    @property
    def kept(self) -> int:
        """What is proved."""
        return self.amount - self.missing

    @property
    def partly_paid(self) -> bool:
        """Something came, but not all."""
        return 0 < self.kept < self.amount

    def counts(self, payment: Payment) -> bool:
        """Whether the payment is one for this promise."""
        in_time = self.taken_on <= payment.value_on <= self.last_on
        return in_time and self.taken_at <= payment.booked_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So much of a payment counts for a promise."""

    promise: str
    entry: str
    amount: int


def shares(promises: Iterable[Promised], payments: Iterable[Payment]) -> tuple[Share, ...]:
    """Which payments count for which promises, first in, first out."""
    queue = sorted(promises, key=lambda one: (one.due_on, one.taken_at, one.promise))
    missing = {one.promise: one.missing for one in queue}
    found: list[Share] = []
    for payment in sorted(payments, key=lambda one: (one.value_on, one.booked_at, one.entry)):
        free = payment.free
        for one in queue:
            amount = min(free, missing[one.promise]) if one.counts(payment) else 0
            if amount:
                found.append(Share(promise=one.promise, entry=payment.entry, amount=amount))
                missing[one.promise] -= amount
                free -= amount
    return tuple(found)


def decided(promise: Promised, *, on: date) -> PromiseEvent | None:
    """What the proof says at the close of business of the day `on`; None while it runs.

    All of the amount keeps it at once; the threshold decides on the last day of grace.
    """
    if promise.missing == 0:
        return PromiseEvent.KEEP
    if on < promise.last_on:
        return None
    enough = 100 * promise.kept >= promise.threshold_pct * promise.amount
    return PromiseEvent.KEEP if enough else PromiseEvent.BREAK
