"""A version as it is read, and the words that go with a decision. Pure."""

from dataclasses import dataclass
from datetime import datetime

from crm_core.errors import FieldRefused
from crm_core.four_eyes.states import VersionState
from crm_core.models.versions import Version
from routing.ids import AgentId

BY_SETTINGS, AT_FIRST_START = "settings", "first_start"
"""Who wrote and who published what a new bank starts with."""
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version as it stands. `equals` is the earlier one that it brings back; `row_version` guards
    against two who change it at once."""

    version: int
    state: VersionState
    body: str
    drafted_by: str
    drafted_at: datetime
    equals: int | None
    proposed_by: str | None
    proposed_at: datetime | None
    proposed_why: str
    decided_by: str | None
    decided_at: datetime | None
    decided_why: str
    replaced_at: datetime | None
    row_version: int

    def seen_by(self, employee: AgentId) -> bool:
        """Whether the employee wrote or proposed it, and so may not publish it."""
        return employee in (self.drafted_by, self.proposed_by)


def kept(row: Version) -> Kept:
    """The row as a value."""
    return Kept(**{name: getattr(row, name) for name in Kept.__slots__})


def reason(why: str) -> str:
    """What is said for a decision, trimmed. Raises FieldRefused."""
    said = why.strip()
    if not said:
        raise FieldRefused("why", "required")
    if len(said) > LONGEST_REASON:
        raise FieldRefused("why", "too_long")
    return said
