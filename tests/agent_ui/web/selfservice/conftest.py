"""A morning in self-service that is easily counted by hand."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from crm_core.selfservice.leaving import Leaving
from crm_core.selfservice.surveys import Said
from routing.ids import AgentId, CallId, FlowId, QueueId
from routing.terms import ServiceEnd
from tests.agent_ui.web.conftest import Site
from tests.crm_core.selfservice.visiting import keep_all, stay, visit

MORNING = datetime(2026, 2, 27, 7, 30, tzinfo=UTC)
"""A Friday, 10:30 in Moscow."""
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def visited(site: Site) -> Site:
    """Three were told their balance, one by version 2; one asked for a person, one hung up in the
    menu. Four answered how satisfied they were, two of them whether they would recommend us."""
    names = {"main": {"": "Main", "ru": "Главная"}}
    site.app.state.parts = dataclasses.replace(site.app.state.parts, queue_names=names)
    asked = stay("menu", MORNING, 10, Leaving.PERSON), stay("person", MORNING, 2, Leaving.WENT_ON)
    gone = stay("menu", MORNING, 6, Leaving.HUNG_UP)
    several = [
        visit("c1", MORNING),
        visit("c2", MORNING + MINUTE),
        visit("c3", MORNING, version="2"),
        visit("c4", MORNING, steps=asked, end=ServiceEnd.PERSON, told=()),
        visit("c5", MORNING, steps=(gone,), end=ServiceEnd.LEFT, told=()),
    ]
    clara = AgentId(site.centre.id("clara"))
    said = [_said(n, "satisfaction", value, clara) for n, value in enumerate((5, 4, 3, 4), start=1)]
    said += [_said(1, "recommend", 10, clara), _said(2, "recommend", 6, clara)]
    await keep_all(site.centre.db, several, said)
    return site


def _said(n: int, question: str, value: int, agent: AgentId) -> Said:
    return Said(
        call=CallId(f"c{n}"),
        flow=FlowId("survey"),
        question=question,
        value=value,
        asked_at=MORNING + MINUTE,
        agent=agent,
        queue=QueueId("main"),
    )
