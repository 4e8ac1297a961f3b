"""The table of what-if runs: what a supervisor asked, and what came of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, code
from routing.ids import AgentId


class RunState(StrEnum):
    """How far a run is."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class WhatIfRun(Base):
    """A run over the days from `first_day` to `last_day`; `wish` is what shall be otherwise.

    `result` is as `crm_core.whatif.told` tells it. `steps` count simulated days.
    """

    __tablename__ = "what_if_run"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", "days"),
        CheckConstraint("(state IN ('asked', 'running')) = (ended_at IS NULL)", "ended"),
        Index(None, "asked_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    wish: Mapped[dict[str, Any]]
    state: Mapped[RunState] = mapped_column(code(RunState, "state"))
    problem: Mapped[str]
    """Why it failed, a code; empty otherwise."""
    steps: Mapped[int]
    steps_done: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    ended_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any]]
    """Empty until it is done."""
