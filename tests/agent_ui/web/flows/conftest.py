"""The site of a house with self-service, whose flows are those that are shipped."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from agent_ui.options import WebOptions
from agent_ui.web.app import create_app
from agent_ui.web.flows.ports import PromptsState
from config.flows_desk import FlowsDesk, known_of
from config.ivr_prompts import ivr_phrasebook
from config.queueing import read_queues
from crm_core.selfservice.flow_versions import keep_first
from routing.ids import FlowId
from tests.agent_ui.centre import Centre
from tests.agent_ui.web.conftest import CONFIG, ClosedScreens, Site, parts_of


@dataclass(slots=True)
class Sounds:
    """What callers could not hear yet; making it takes no time."""

    missing: tuple[str, ...] = ()
    made: list[str] = field(default_factory=list)
    told: int = 0

    async def state(self, text: str) -> PromptsState:
        return PromptsState(missing=self.missing)

    def make(self, text: str) -> None:
        self.missing = ()
        self.made.append(text)

    def published(self) -> None:
        self.told += 1


@pytest.fixture
def sounds() -> Sounds:
    return Sounds()


@pytest.fixture
async def house(centre: Centre, web_options: WebOptions, sounds: Sounds) -> AsyncIterator[Site]:
    plan, book = read_queues(CONFIG), ivr_phrasebook(CONFIG)
    async with centre.db.unit_of_work() as session:
        files = (CONFIG / "ivr").glob("*.yaml")
        await keep_first(session, {FlowId(one.stem): one.read_text("utf-8") for one in files})
    screens, ready = ClosedScreens(), {"database": True}
    parts = replace(
        parts_of(centre, web_options, screens, ready),
        queue_names=plan.names,
        schedule_names=plan.schedules.names,
        flows=FlowsDesk(known_of(plan, centre.catalogue, book), book, centre.desks),
        flow_prompts=sounds,
    )
    site = Site(create_app(parts), centre, screens, ready)
    yield site
    for client in site.clients:
        await client.aclose()
