"""What all files beside the batches share: the folder, whose keys are whose, the rules, the day."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from crm_core.collections.strategy import CollectionRules
from crm_core.corebank.manifest import batches_in
from crm_core.database import Database
from crm_core.demo.generator.writing import EXTRA, SOURCE
from crm_core.errors import Refused
from crm_core.models import EmployeeRow, Party, Role
from crm_core.sealing import NumberSeal
from crm_core.work_rules import WorkRules
from routing.ids import AgentId, PartyId

BY = SOURCE
"""Whose deed it is in the audit."""

Cells = dict[str, str]
Tell = Callable[[int], None]
"""Hears how many more rows or parties were done."""


class ExtraRefused(Refused):
    """The folder's file is not there, or is none that the generator writes."""

    code = "demo_extra_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Ids by the keys of the files; `day` is the business date as of which the bank was made."""

    folder: Path
    day: date
    parties: dict[str, PartyId]
    agents: dict[str, AgentId]
    collector: AgentId
    work: WorkRules
    collecting: CollectionRules
    seal: NumberSeal

    def rows(self, name: str, columns: tuple[str, ...]) -> Iterator[Cells]:
        """The rows of an extra file. Raises ExtraRefused."""
        path = self.folder / EXTRA / f"{name}.csv"
        try:
            with path.open(encoding="utf-8", newline="") as file:
                found = csv.DictReader(file)
                if tuple(found.fieldnames or ()) != columns:
                    raise ExtraRefused(f"{path.name} has other columns")
                yield from found
        except OSError as error:
            raise ExtraRefused(f"{path.name} cannot be read") from error


async def ground_of(
    db: Database,
    folder: Path,
    *,
    work: WorkRules,
    collecting: CollectionRules,
    seal: NumberSeal,
) -> Ground:
    """The ground of a folder whose batches are loaded. Raises ExtraRefused, ManifestRefused."""
    held = select(Party.source_key, Party.id).where(Party.source == SOURCE)
    hired = select(EmployeeRow.username, EmployeeRow.id, EmployeeRow.role)
    async with db.reading() as session:
        parties = {str(key): party for key, party in await session.execute(held)}
        employees = (await session.execute(hired.order_by(EmployeeRow.username))).all()
    collectors = [agent for _name, agent, role in employees if role is Role.COLLECTOR]
    if not collectors:
        raise ExtraRefused("nobody collects: the staff has not been hired")
    return Ground(
        folder=folder,
        day=max(one.business_date for one in batches_in(folder)),
        parties=parties,
        agents={name: agent for name, agent, _role in employees},
        collector=collectors[0],
        work=work,
        collecting=collecting,
        seal=seal,
    )
