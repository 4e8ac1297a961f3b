"""An instalment and its four components, as values. Pure: no database, no clock.

All amounts are whole minor units of the loan's currency.
"""

import dataclasses
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast

from crm_core.bank.terms import Component


class Settling(StrEnum):
    """How something due can cease to be owed."""

    PAID = "paid"
    WAIVED = "waived"
    WRITTEN_OFF = "written_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One component of an instalment. Raises ValueError if more is settled than is due."""

    due: int = 0
    paid: int = 0
    waived: int = 0
    written_off: int = 0

    def __post_init__(self) -> None:
        if min(self.paid, self.waived, self.written_off, self.unpaid) < 0:
            raise ValueError("more settled than due")

    @property
    def unpaid(self) -> int:
        """What is still owed, at least 0."""
        return self.due - self.paid - self.waived - self.written_off


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """What is to be paid on a day; `n` counts from 1. `met_on` is the day when all was settled."""

    n: int
    due_on: date
    principal: Part = Part()
    interest: Part = Part()
    fee: Part = Part()
    penalty: Part = Part()
    met_on: date | None = None

    def part(self, component: Component) -> Part:
        part: Part = getattr(self, component.value)
        return part

    @property
    def due(self) -> int:
        """The sum of the components."""
        return sum(self.part(component).due for component in Component)

    @property
    def unpaid(self) -> int:
        """What is still owed of all components."""
        return sum(self.part(component).unpaid for component in Component)

    def settled(
        self, component: Component, amount: int, *, on: date, how: Settling = Settling.PAID
    ) -> "Instalment":
        """With `amount` more settled of the component. Raises ValueError if that is too much."""
        part = self.part(component)
        changed = dataclasses.replace(part, **{how.value: getattr(part, how.value) + amount})
        return self._with(component, changed, on=on)

    def taken_back(self, component: Component, amount: int) -> "Instalment":
        """With `amount` less paid of the component. Raises ValueError if so much was not paid."""
        part = self.part(component)
        changed = dataclasses.replace(part, paid=part.paid - amount)
        return self._with(component, changed, on=self.due_on)

    def charged(self, component: Component, amount: int) -> "Instalment":
        """With `amount` more due of the component, for a fee or a penalty that arose later."""
        part = self.part(component)
        changed = dataclasses.replace(part, due=part.due + amount)
        return self._with(component, changed, on=self.due_on)

    def _with(self, component: Component, part: Part, *, on: date) -> "Instalment":
        changed = dataclasses.replace(self, **cast(dict[str, Any], {component.value: part}))
        met_on = None if changed.unpaid else self.met_on or on
        return dataclasses.replace(changed, met_on=met_on)
