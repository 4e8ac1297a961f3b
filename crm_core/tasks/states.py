"""A task's states, moves and other closed codes. Pure: the tables' models import this module."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class TaskState(StrEnum):
    """Where a task stands. Overdue and escalated are no states: they follow from its due time."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskMove(StrEnum):
    """What is done to a task. Assigning one that has an owner hands it over."""

    ASSIGN = "assign"
    START = "start"
    WAIT = "wait"
    RESUME = "resume"
    REJECT = "reject"
    FINISH = "finish"
    CANCEL = "cancel"


_M, _S = TaskMove, TaskState

TASK_MOVES: Mapping[TaskState, Mapping[TaskMove, TaskState]] = MappingProxyType(
    {
        _S.NEW: {_M.ASSIGN: _S.ASSIGNED, _M.CANCEL: _S.CANCELLED},
        _S.ASSIGNED: {
            _M.ASSIGN: _S.ASSIGNED,
            _M.START: _S.IN_PROGRESS,
            _M.WAIT: _S.WAITING,
            _M.REJECT: _S.NEW,
            _M.CANCEL: _S.CANCELLED,
        },
        _S.IN_PROGRESS: {
            _M.ASSIGN: _S.ASSIGNED,
            _M.WAIT: _S.WAITING,
            _M.REJECT: _S.NEW,
            _M.FINISH: _S.DONE,
            _M.CANCEL: _S.CANCELLED,
        },
        _S.WAITING: {
            _M.ASSIGN: _S.ASSIGNED,
            _M.RESUME: _S.ASSIGNED,
            _M.CANCEL: _S.CANCELLED,
        },
        _S.DONE: {},
        _S.CANCELLED: {},
    }
)

OPEN = frozenset({_S.NEW, _S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING})
"""States in which a task is still to be done."""


class Priority(StrEnum):
    """How important a task is, the most important first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class TaskSource(StrEnum):
    """What made a task."""

    RULE = "rule"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    DEVIATION = "deviation"


class SubjectKind(StrEnum):
    """What a task is about."""

    PARTY = "party"
    CALL = "call"
    CASE = "case"
    APPLICATION = "application"
    COMPLAINT = "complaint"
    INTEREST = "interest"
    DEVIATION = "deviation"


LED = frozenset({SubjectKind.COMPLAINT, SubjectKind.INTEREST})
"""What has a way of its own: a task that it made is finished by its next step and not by hand, or
a client would be untold of whom the list says that he was told."""


class OwnerRule(StrEnum):
    """Whose a new task is when nobody is named."""

    CREATOR = "creator"
    PRIMARY_MANAGER = "primary_manager"
    NOBODY = "nobody"
