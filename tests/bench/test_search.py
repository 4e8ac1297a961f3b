"""The benchmark of the search measures what it says: all parties, and questions with answers."""

from pathlib import Path

import pytest

from bench import BENCHES, search
from crm_core.database import Database
from crm_core.search import find


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PARTIES", 2_000)


@pytest.mark.usefixtures("few")
async def test_each_question_but_one_has_an_answer(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bank.db'}"
    people = list(search._people())
    search._fill(url, people, list(search._rows(people)))
    db = Database(url)
    async with db.reading() as session:
        found = {
            what: len((await find(session, typed, 10, region="RU")).items)
            for what, typed in search.QUESTIONS
        }
    await db.close()
    assert [what for what, items in found.items() if not items] == ["nobody"]
    assert "search" in BENCHES
