"""What cannot wait for the night is done by the clock, once."""

from datetime import timedelta
from pathlib import Path

from config.timers import run_timers
from config.work import read_work_rules
from crm_core.database import Database, upgrade
from crm_core.tasks.states import TaskMove, TaskState
from tests.crm_core.conftest import START, FakeClock, hired, person
from tests.crm_core.tasks.conftest import CONFIG, do, ordered, seen


async def test_a_wait_that_is_over_is_ended_within_the_next_look(tmp_path: Path) -> None:
    url, clock, rules = f"sqlite:///{tmp_path / 'bank.db'}", FakeClock(), read_work_rules(CONFIG)
    upgrade(url)
    db = Database(url, clock=clock)
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    key = await ordered(db, rules, party, anna.id, due_at=START + timedelta(hours=9))
    until = START + timedelta(hours=1)
    await do(db, rules, key, TaskMove.WAIT, anna.id, until=until)
    for hours, state in ((0.5, TaskState.WAITING), (1.0, TaskState.ASSIGNED)):
        clock.at = START + timedelta(hours=hours)
        await run_timers(db, rules.tasks)
        assert (await seen(db, key)).state is state
    version = (await seen(db, key)).row_version
    await run_timers(db, rules.tasks)
    assert (await seen(db, key)).row_version == version
    await db.close()
