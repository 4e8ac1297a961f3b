"""What-if over the API."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from agent_ui.shapes import Shape
from crm_core.models import RunState


class RunShape(Shape):
    """A run. `result` is empty until it is done; its fields are those of the command's JSON."""

    id: str
    name: str
    first: date
    last: date
    state: RunState
    problem: str
    steps: int
    done: int
    asked_at: datetime
    ended_at: datetime | None
    result: dict[str, Any] = Field(default_factory=dict)


class RunList(Shape):
    """The kept runs, the newest first, without their results."""

    items: list[RunShape]
