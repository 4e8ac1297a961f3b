"""An import that is killed leaves what was there, or all of it, and can be done again."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_core.corebank.manifest import Manifest
from crm_core.database import Database
from crm_core.models import Mirror, Party, SyncBatch
from tests.crm_core.corebank.conftest import Load
from tests.crm_core.corebank.fake_bank import FakeBank, client

ROWS = 1_250
CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
from crm_core.corebank import staging
from crm_core.corebank.loading import LoadOptions, load
from crm_core.corebank.manifest import read_manifest
from crm_core.database import Database
from crm_core.sealing import NumberSeal, throwaway_keyring

staging.CHUNK = 500
url, manifest, kill_at = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
seen = 0

def progress(phase, rows):
    global seen
    seen += 1
    if seen == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    db = Database(url)
    told = read_manifest(manifest)
    seal = NumberSeal(throwaway_keyring())
    await load(db, told, seal=seal, options=LoadOptions(), progress=progress)
    await db.close()

asyncio.run(main())
"""


async def counts(db: Database) -> tuple[int, ...]:
    async with db.reading() as session:
        found = [
            await session.scalar(select(func.count()).select_from(table))
            for table in (Party, Mirror, SyncBatch)
        ]
    return tuple(one or 0 for one in found)


def killed(url: str, manifest: Manifest, path: Path, kill_at: int) -> int:
    arguments = [sys.executable, "-c", CHILD, url, str(path), str(kill_at)]
    return subprocess.run(arguments, check=False, capture_output=True).returncode


@pytest.mark.parametrize("kill_at", [1, 4, 6])
async def test_a_killed_import_leaves_nothing_between(
    db: Database, url: str, bank: FakeBank, loading: Load, kill_at: int
) -> None:
    """It dies while reading, after the first stored chunk, and before the commit."""
    manifest = bank.batch("party", (client(f"c{n}") for n in range(ROWS)))
    assert killed(url, manifest, bank.log[-1], kill_at) == -signal.SIGKILL
    assert await counts(db) == (0, 0, 0)
    assert (await loading(manifest)).stored == ROWS
    assert await counts(db) == (ROWS, ROWS, 1)
