"""Agents for the tests of reports: their pictures, as routing tells them."""

import dataclasses
from datetime import timedelta
from typing import Any

from routing.ids import AgentId
from routing.notices import AgentView
from routing.terms import Activity, Availability, PhoneKind, PhoneState
from tests.crm_core.conftest import START


def pictured(agent: str, second: int, version: int, **changes: Any) -> AgentView:
    """An agent who is free since so many seconds after START."""
    free = AgentView(
        agent=AgentId(agent),
        version=version,
        name=agent.title(),
        on_shift=True,
        availability=Availability.AVAILABLE,
        reason=None,
        next_availability=None,
        next_reason=None,
        activity=Activity.IDLE,
        since=START + timedelta(seconds=second),
        phone=PhoneKind.BROWSER,
        phone_state=PhoneState.READY,
        console=True,
        call=None,
        offer=None,
    )
    return dataclasses.replace(free, **changes)
