"""The shipped rules of the work, and small shorthands."""

from pathlib import Path
from typing import Any

import pytest

from config.work import read_work_rules
from crm_core.database import Database
from crm_core.tasks.moving import move, order
from crm_core.tasks.reading import task
from crm_core.tasks.states import SubjectKind, TaskMove
from crm_core.tasks.task import About, Doing, Task, TaskOrder
from crm_core.work_rules import WorkRules
from routing.ids import AgentId, PartyId

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture(scope="session")
def rules() -> WorkRules:
    return read_work_rules(CONFIG)


def about(party: PartyId) -> About:
    return About(kind=SubjectKind.PARTY, id=party, party=party)


async def ordered(
    db: Database, rules: WorkRules, party: PartyId, by: AgentId, **wanted: Any
) -> str:
    """A task of a kind, by somebody."""
    given = {"type": "other", "title": "Look into it", **wanted}
    async with db.unit_of_work() as session:
        return await order(session, rules.tasks, TaskOrder(about=about(party), **given), by=by)


async def do(
    db: Database, rules: WorkRules, key: str, what: TaskMove, by: AgentId, **doing: Any
) -> Task:
    """The task after it was moved."""
    async with db.unit_of_work() as session:
        await move(session, key, Doing(move=what, **doing), rules=rules.tasks, by=by)
    return await seen(db, key)


async def seen(db: Database, key: str) -> Task:
    async with db.reading() as session:
        found = await task(session, key)
    assert found is not None
    return found
