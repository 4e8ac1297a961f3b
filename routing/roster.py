"""Who works here and which queues there are: the configuration that decisions need."""

from dataclasses import dataclass

from routing.ids import AgentId, QueueId
from routing.terms import WrapUpMode


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentProfile:
    """An agent as routing knows him. `queues` are those whose pool he belongs to."""

    agent: AgentId
    name: str
    queues: tuple[QueueId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueProfile:
    """A queue. Times are in seconds; `wrap_up_seconds` counts only in the timed mode."""

    queue: QueueId
    name: str
    ring_seconds: int = 20
    wrap_up: WrapUpMode = WrapUpMode.TIMED
    wrap_up_seconds: int = 120
    wrap_up_extension_seconds: int = 60
    service_level_seconds: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """All agents and queues, and which queue a dialled number leads to."""

    agents: tuple[AgentProfile, ...]
    queues: tuple[QueueProfile, ...]
    default_queue: QueueId
    entries: tuple[tuple[str, QueueId], ...] = ()
    """Pairs of dialled number and queue; what is not named goes to the default queue."""
