"""The site of a house with queues, skills and schedules, on which the shipped rules hold."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from agent_ui.options import WebOptions
from agent_ui.web.app import create_app
from config.queueing import read_queues
from config.rules import house_of, read_first_rules
from crm_core.rules.versions import RULES
from tests.agent_ui.centre import Centre
from tests.agent_ui.web.conftest import CONFIG, ClosedScreens, Site, parts_of


@dataclass(slots=True)
class Rosters:
    """Counts how often it was told of a change."""

    told: int = field(default=0)

    def changed(self) -> None:
        self.told += 1


@pytest.fixture
def rosters() -> Rosters:
    return Rosters()


@pytest.fixture
async def house(centre: Centre, web_options: WebOptions, rosters: Rosters) -> AsyncIterator[Site]:
    plan = read_queues(CONFIG)
    async with centre.db.unit_of_work() as session:
        await RULES.keep_first(session, read_first_rules(CONFIG, plan))
    screens, ready = ClosedScreens(), {"database": True}
    parts = replace(
        parts_of(centre, web_options, screens, ready),
        house=house_of(plan),
        queue_names=plan.names,
        skill_names=plan.skills,
        schedule_names=plan.schedules.names,
        rosters=rosters,
    )
    site = Site(create_app(parts), centre, screens, ready)
    yield site
    for client in site.clients:
        await client.aclose()
