"""The states of a what-if run: one table for code, database, diagram and tests."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from crm_core.models import RunState


class RunEvent(StrEnum):
    """What happens to a run."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    INTERRUPT = "interrupt"


RUN_MOVES: Mapping[RunState, Mapping[RunEvent, RunState]] = MappingProxyType(
    {
        RunState.ASKED: {
            RunEvent.START: RunState.RUNNING,
            RunEvent.INTERRUPT: RunState.INTERRUPTED,
        },
        RunState.RUNNING: {
            RunEvent.FINISH: RunState.DONE,
            RunEvent.FAIL: RunState.FAILED,
            RunEvent.INTERRUPT: RunState.INTERRUPTED,
        },
        RunState.DONE: {},
        RunState.FAILED: {},
        RunState.INTERRUPTED: {},
    }
)
"""A restart interrupts what was asked and what ran; nothing is run twice by itself."""

LIVE = frozenset({RunState.ASKED, RunState.RUNNING})
