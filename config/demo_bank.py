"""The made-up bank in files: made for people (`tellerline demo generate`) and for the demo itself,
and loaded from them (`tellerline demo load`).

A folder is made under another name and then renamed, so that it holds a whole bank or is not there.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.demo_staff import hire_staff
from config.failures import Failed
from crm_core.collections.strategy import CollectionRules
from crm_core.corebank.loading import LoadOptions, Report, load
from crm_core.corebank.manifest import ManifestRefused, batches_in
from crm_core.database import Database
from crm_core.demo.extra.ground import ExtraRefused, ground_of
from crm_core.demo.extra.loading import load_extra
from crm_core.demo.generator.build import plan_bank, write_bank
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.writing import BatchFolder, Progress
from crm_core.sealing import NumberSeal
from crm_core.work_rules import WorkRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was written: rows by file, and bytes in all."""

    rows: dict[str, int]
    bytes_written: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """What a folder is loaded with."""

    seal: NumberSeal
    region: str
    work: WorkRules
    collecting: CollectionRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of a folder: who was hired, each batch, and the parts beside the batches."""

    hired: int
    batches: tuple[Report, ...]
    extra: dict[str, int]

    @property
    def whole(self) -> bool:
        """Whether every row of every batch was taken."""
        return not any(one.problem or one.refused or one.parked for one in self.batches)


def make_bank(plan: Plan, folder: Path, tell: Progress = lambda _file, _rows: None) -> Made:
    """Make the bank into a folder that is not there yet, or empty. `tell` hears of written rows.

    Raises Failed.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Failed(f"{folder} is there already, and not empty")
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        sink = BatchFolder(plan, scratch, tell)
        write_bank(plan_bank(plan), sink)
        scratch.chmod(0o755)
        scratch.replace(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Made(rows=sink.rows, bytes_written=sink.bytes_written)


async def load_bank(
    db: Database,
    folder: Path,
    what: Loading,
    tell: Callable[[str, int], None] = lambda _part, _rows: None,
) -> Loaded:
    """Hire the staff of a folder, load its batches and what lies beside them; what was loaded
    before changes nothing. `tell` hears of the part and how many more rows of it were done.

    Raises Failed.
    """
    async with db.unit_of_work() as session:
        hired = await hire_staff(session, folder)
    options = LoadOptions(region=what.region)
    reports = []
    try:
        for batch in batches_in(folder):
            told = _stored(batch.entity, tell)
            reports.append(await load(db, batch, seal=what.seal, options=options, progress=told))
        ground = await ground_of(
            db, folder, work=what.work, collecting=what.collecting, seal=what.seal
        )
        extra = await load_extra(db, ground, tell)
    except (ManifestRefused, ExtraRefused) as error:
        raise Failed(f"{error.code}: {error}") from error
    return Loaded(hired=hired, batches=tuple(reports), extra=extra)


def _stored(entity: str, tell: Callable[[str, int], None]) -> Callable[[str, int], None]:
    """Tells of the rows that were stored, not of those that were read."""
    return lambda phase, rows: tell(entity, rows) if phase == "store" else None
