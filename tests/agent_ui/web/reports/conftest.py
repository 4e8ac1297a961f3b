"""A day whose figures are easily counted by hand."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm_core.reports.measures import ServiceLevel
from routing.ids import CallId, QueueId
from routing.terms import Activity, Availability, CallState
from tests.agent_ui.web.conftest import Site
from tests.crm_core.reports.world import World, made, write_world

MORNING = datetime(2026, 2, 27, 7, 30, tzinfo=UTC)
"""A Friday, 10:30 in Moscow."""


@pytest.fixture
async def counted(site: Site) -> Site:
    """Five were answered, four of them in time; one left after a minute, one at once. Clara was an
    hour on shift: ten minutes on calls, thirty free, twenty at a meal."""
    levels = {QueueId("main"): ServiceLevel(within=20, short=5)}
    names = {"main": {"": "Main", "ru": "Главная"}}
    parts = dataclasses.replace(site.app.state.parts, service_levels=levels, queue_names=names)
    site.app.state.parts = parts
    agent = site.centre.id("clara")
    cards = [_answered(f"a{n}", wait, agent) for n, wait in enumerate((0, 5, 10, 20, 40))]
    cards += [_abandoned("b0", 60), _abandoned("b1", 2)]
    minutes = ((Activity.ON_CALL, 10), (Activity.IDLE, 30), (None, 20))
    await write_world(site.centre.db, World(cards=cards, states=_states(agent, minutes)))
    return site


def _answered(call: str, wait: int, agent: str) -> dict[str, Any]:
    answered_at = MORNING + timedelta(seconds=wait)
    return made(call, MORNING) | {
        "queue": QueueId("main"),
        "agent": agent,
        "answered_at": answered_at,
        "ended_at": answered_at + timedelta(seconds=100),
        "state": CallState.CLOSED,
        "topic": "loan",
        "talk_ms": 100_000,
        "wrap_up_ms": 20_000,
    }


def _abandoned(call: str, wait: int) -> dict[str, Any]:
    return made(CallId(call), MORNING) | {
        "queue": QueueId("main"),
        "ended_at": MORNING + timedelta(seconds=wait),
        "state": CallState.ABANDONED,
    }


def _states(agent: str, minutes: Any) -> list[dict[str, Any]]:
    at, states = MORNING, []
    for version, (activity, length) in enumerate((*minutes, (None, 0)), start=1):
        until = at + timedelta(minutes=length) if length else None
        availability = Availability.AVAILABLE if activity else Availability.NOT_READY
        states.append(
            {
                "agent": agent,
                "since": at,
                "until": until,
                "version": version,
                "availability": availability if length else Availability.OFFLINE,
                "reason": None,
                "activity": activity or Activity.IDLE,
                "call": None,
                "queue": None,
                "direction": None,
            }
        )
        at = until or at
    return states
