"""A generated bank, made once, and a sink that keeps its rows as dicts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest

from crm_core.demo.generator.build import Bank, plan_bank, write_bank
from crm_core.demo.generator.plan import Locale, Plan, ProfileName
from crm_core.demo.generator.records import Extra, Table

AS_OF = date(2026, 3, 2)
CLIENTS = 2_000

Rows = list[dict[str, object]]


@dataclass
class Kept:
    """The rows of a bank, by file."""

    bank: Bank
    files: dict[str, Rows] = field(default_factory=dict)

    def table(self, table: Table) -> None:
        self.files[table.entity.value] = [
            dict(zip(table.columns, row, strict=True)) for row in table.rows
        ]

    def extra(self, extra: Extra) -> None:
        self.files[extra.name] = [dict(zip(extra.columns, row, strict=True)) for row in extra.rows]

    def __getitem__(self, name: str) -> Rows:
        """The rows without those of the golden cases."""
        return [row for row in self.files[name] if "golden-" not in "".join(map(str, row.values()))]


Make = Callable[..., Kept]


def make(
    clients: int = CLIENTS,
    *,
    seed: int = 42,
    locale: Locale = Locale.MIX,
    profile: ProfileName = ProfileName.DEMO,
) -> Kept:
    """All rows of a bank."""
    plan = Plan(clients=clients, seed=seed, as_of=AS_OF, locale=locale, profile=profile)
    kept = Kept(plan_bank(plan))
    write_bank(kept.bank, kept)
    return kept


@pytest.fixture(scope="session")
def made() -> Kept:
    """A bank of 2,000 clients: a twenty-fifth of the full one."""
    return make()
