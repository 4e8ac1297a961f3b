"""Fields of a form as they came, and what they mean: read once, with all problems collected.

A form's values are kept as they were typed, to be shown again beside the problems. An empty field
is None. Lengths are bounded here, at the edge.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from fastapi import Request

from agent_ui.web.bonds.forms import time_of, zone_of
from agent_ui.web.parties.money_field import amount_of
from crm_core.errors import FieldRefused
from crm_core.money import CurrencyUnknown, Money

LONGEST = 200
_MOST_FIELDS = 60

E = TypeVar("E", bound=StrEnum)


@dataclass(slots=True)
class Fields:
    """The values of a form and the problems found in them, a code by the name of the field."""

    values: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The value as it was typed, for the page."""
        return self.values.get(name, "")

    def text(self, name: str, *, longest: int = LONGEST, needed: bool = False) -> str | None:
        """A text, without space around it."""
        told = self.get(name).strip()
        if len(told) > longest:
            self._refuse(name, "too_long")
            return None
        if not _storable(told):
            self._refuse(name, "unstorable")
            return None
        if needed and not told:
            self._refuse(name, "missing")
            return None
        return told or None

    def one_of(self, name: str, kind: type[E], *, needed: bool = False) -> E | None:
        """One of the codes."""
        told = self.text(name, needed=needed)
        if told is None:
            return None
        if told not in set(kind):
            self._refuse(name, "unknown_choice")
            return None
        return kind(told)

    def flag(self, name: str) -> bool:
        """Whether the box is ticked."""
        return self.get(name) == "yes"

    def day(self, name: str) -> date | None:
        """A day, as ISO 8601."""
        told = self.text(name)
        try:
            return date.fromisoformat(told) if told else None
        except ValueError:
            self._refuse(name, "no_date")
            return None

    def moment(self, name: str, request: Request) -> datetime | None:
        """A day or a time by the centre's clock."""
        try:
            return time_of(request, self.text(name) or "", name)
        except FieldRefused as error:
            self._refuse(name, error.problem)
            return None

    def number(self, name: str, *, most: int) -> int | None:
        """A whole number from 0 on."""
        told = self.text(name)
        if told is None:
            return None
        if not (told.isascii() and told.isdigit() and len(told) < 12 and int(told) <= most):
            self._refuse(name, "out_of_range")
            return None
        return int(told)

    def money(
        self, name: str, currency: str, *, currency_field: str = "budget_currency"
    ) -> Money | None:
        """An amount in major units, with a point or a comma, spaces between thousands."""
        told = self.text(name)
        try:
            return amount_of(told, currency) if told else None
        except CurrencyUnknown:
            self._refuse(currency_field, "unknown_currency")
            return None
        except ValueError:
            self._refuse(name, "no_amount")
            return None

    def refuse(self, error: FieldRefused) -> None:
        """Show what crm_core refused beside its field."""
        self.problems.setdefault(error.field, error.problem)

    def _refuse(self, name: str, code: str) -> None:
        self.problems.setdefault(name, code)


async def fields_of(request: Request) -> Fields:
    """The form that was sent; files in it are left alone."""
    form = await request.form(max_fields=_MOST_FIELDS)
    return Fields({name: value for name, value in form.items() if isinstance(value, str)})


def shown(facts: Iterable[tuple[str, object]]) -> Fields:
    """Facts as a form shows them before anything is typed."""
    return Fields({name: _written(value) for name, value in facts})


def today(request: Request) -> date:
    """The day by the clock on the centre's wall."""
    now: datetime = request.app.state.parts.clock.now()
    return now.astimezone(zone_of(request)).date()


def _written(value: object) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, Money):
        return f"{value.decimal:f}"
    return "yes" if value is True else str(value)


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
