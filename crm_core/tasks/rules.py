"""What kinds of tasks there are, as data: norm times, owners, results. Owns only the shape.

Reading the file is the composition root's work; codes are stored with the tasks and never reused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from crm_core.catalogue import Entry
from crm_core.tasks.states import OwnerRule


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskType:
    """A kind of task. `norm` is how long after its making it is due; `estimate_min` minutes."""

    entry: Entry
    norm: timedelta
    estimate_min: int
    owner: OwnerRule
    results: tuple[Entry, ...]
    needs_reason: bool = False

    @property
    def code(self) -> str:
        return self.entry.code

    def allows(self, result: str) -> bool:
        return any(one.code == result for one in self.results)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRules:
    """All kinds of tasks, the reasons of deviations, and when an overdue task goes upwards."""

    types: Mapping[str, TaskType]
    reasons: tuple[Entry, ...]
    lead_after: timedelta
    supervisor_after: timedelta

    def has_reason(self, code: str) -> bool:
        return any(one.code == code for one in self.reasons)

    def name(self, code: str, language: str) -> str:
        """The name of a type, result or reason; a code that is not there is its own name."""
        kinds = self.types.values()
        found = {one.code: one for kind in kinds for one in (kind.entry, *kind.results)}
        found |= {one.code: one for one in self.reasons}
        return found[code].name(language) if code in found else code
