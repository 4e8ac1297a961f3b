"""The made-up bank in files: made for people (`tellerline demo generate`) and for the demo itself.

A folder is made under another name and then renamed, so that it holds a whole bank or is not there.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.failures import Failed
from crm_core.corebank.loading import LoadOptions, Report, load
from crm_core.corebank.manifest import batches_in
from crm_core.database import Database
from crm_core.demo.generator.build import plan_bank, write_bank
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.writing import BatchFolder, Progress
from crm_core.sealing import NumberSeal


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was written: rows by file, and bytes in all."""

    rows: dict[str, int]
    bytes_written: int


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
    *,
    seal: NumberSeal,
    region: str,
    refused: Callable[[Report], None],
) -> None:
    """Load the batches of a folder; what was loaded before changes nothing.

    `refused` hears of each batch of which something was. Raises ManifestRefused.
    """
    options = LoadOptions(region=region)
    for batch in batches_in(folder):
        report = await load(db, batch, seal=seal, options=options)
        if report.problem or report.refused or report.parked:
            refused(report)
