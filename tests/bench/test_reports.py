"""The benchmark of the reports measures what it says: a year in which every question has rows."""

from pathlib import Path

from bench import BENCHES, reports
from crm_core.database import Database
from crm_core.reports.asking import Question
from crm_core.reports.reporting import report


async def test_each_question_has_rows_and_agents_have_time(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bank.db'}"
    reports.fill(url, 5_000)
    db = Database(url)
    async with db.reading() as session:
        for period, interval, grouping in reports.QUESTIONS.values():
            asked = Question(period=period, interval=interval, grouping=grouping)
            found = await report(session, asked)
            assert found.rows and found.total.answered > 100
            assert bool(found.total.time_on_call) is asked.tells_time
    await db.close()
    assert BENCHES["reports"] is reports.run
