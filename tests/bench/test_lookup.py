"""The benchmark of the look-up asks a bank in which every number has its party."""

from pathlib import Path

from bench import BENCHES, lookup
from crm_core.database import Database
from crm_core.parties.directory import SqlDirectory


async def test_numbers_have_their_parties_and_shared_ones_all_of_them(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bank.db'}"
    lookup.fill(url, 1_000)
    db = Database(url)
    directory = SqlDirectory(db, ())
    alone, shared = [await directory.candidates(lookup.number(n)) for n in (1, lookup.SHARED)]
    await db.close()
    assert (len(alone), len(shared)) == (1, lookup.SHARERS)
    assert alone[0].managers
    assert "lookup" in BENCHES
