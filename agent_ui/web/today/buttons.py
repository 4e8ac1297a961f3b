"""Where each entry of a worklist leads: one table of pages by cause."""

from collections.abc import Mapping
from types import MappingProxyType

from crm_core.worklist.ranking import Cause, Item

_TASK = "/tasks/{subject}"
_PAGES: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.TASK: _TASK,
        Cause.CALL_BACK: _TASK,
        Cause.DEVIATION: _TASK,
        Cause.COMPLAINT: "/complaints/{subject}",
        Cause.COMPLAINT_TO_TELL: "/complaints/{subject}",
        Cause.COMPLAINT_TO_THANK: "/complaints/{subject}",
        Cause.INTEREST: "/interests/{subject}",
        Cause.DEAL: "/interests/{subject}",
        Cause.PROMISE_DUE: "/collections/{subject}",
        Cause.CASE: "/collections/{subject}",
        Cause.APPLICATION: "/applications/{subject}",
        Cause.DECISION: "/applications/{subject}",
    }
)


def button_of(item: Item) -> str:
    """The address of the page on which the item is done."""
    return _PAGES[item.cause].format(subject=item.subject)
