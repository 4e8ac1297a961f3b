"""Whether a task is late, and how far upwards that must be told. Pure: all follows from `now`."""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from crm_core.tasks.rules import TaskRules
from crm_core.tasks.states import OPEN, TaskState

SOON = timedelta(hours=2)


class Punctuality(StrEnum):
    """How a task stands against its due time."""

    CLOSED = "closed"
    WAITING = "waiting"
    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


class Step(IntEnum):
    """Who must know of an overdue task, each step with those before it."""

    OWNER = 0
    LEAD = 1
    SUPERVISOR = 2


def punctuality(
    state: TaskState, *, due_at: datetime, waiting_until: datetime | None, now: datetime
) -> Punctuality:
    """How a task stands now. One that waits is not late before the wait is over."""
    if state not in OPEN:
        return Punctuality.CLOSED
    if waiting_until is not None and now < waiting_until:
        return Punctuality.WAITING
    if due_at <= now:
        return Punctuality.OVERDUE
    return Punctuality.DUE_SOON if due_at - now <= SOON else Punctuality.ON_TIME


def step_of(due_at: datetime, now: datetime, rules: TaskRules) -> Step:
    """How far upwards a task must be told of that was due then and is not done."""
    late = now - due_at
    if late >= rules.supervisor_after:
        return Step.SUPERVISOR
    return Step.LEAD if late >= rules.lead_after else Step.OWNER
