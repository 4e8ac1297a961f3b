"""What a flow may name. Only shapes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from routing.ids import AgentId


class Prompts(Protocol):
    """The prompts that there are beside a flow's own, such as a `Phrasebook`."""

    @property
    def languages(self) -> Collection[str]:
        """ISO 639-1."""
        ...

    def has(self, prompt: str, language: str) -> bool:
        """Whether the prompt can be told in the language."""
        ...

    def places(self, prompt: str) -> Collection[str]:
        """The places in its text."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What flows may name. None is what nobody can tell here, and so is not looked at.

    Agents are found by id or username; their ids are what a flow keeps.
    """

    queues: frozenset[str] | None = None
    schedules: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    agents: Mapping[str, AgentId] | None = field(default=None)
    prompts: Prompts | None = None
