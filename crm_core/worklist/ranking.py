"""What comes first: a table of rules with points, and their sum with the reasons. Pure.

Every entry says why it stands where it does: the codes of the rules that held, the weightiest
first. Equal sums are ordered by due time, then by id, so that a list does not dance.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm_core.tasks.states import Priority
from routing.ids import PartyId

SOON = timedelta(hours=2)
HORIZON = timedelta(days=1)
"""What is due within it stands on a worklist."""
LONGEST = 200
"""The most items that one part of the bank gives."""


class Cause(StrEnum):
    """Why something has to be done; each has its own button on the screen."""

    CALL_BACK = "call_back"
    COMPLAINT_TO_TELL = "complaint_to_tell"
    COMPLAINT_TO_THANK = "complaint_to_thank"
    COMPLAINT = "complaint"
    DEVIATION = "deviation"
    INTEREST = "interest"
    DEAL = "deal"
    PROMISE_DUE = "promise_due"
    CASE = "case"
    APPLICATION = "application"
    DECISION = "decision"
    TASK = "task"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that an employee could do now. `subject` is the id of what its page shows.

    `title` is what a person wrote, or empty; `detail` a code that says more of the cause.
    """

    cause: Cause
    subject: str
    due_at: datetime
    party: PartyId | None = None
    party_name: str = ""
    tier: str = ""
    vip: bool = False
    title: str = ""
    detail: str = ""
    priority: Priority = Priority.NORMAL
    begun: bool = False
    escalated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item in its place: its points, and the rules that gave them."""

    item: Item
    points: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Gives points to the items that it holds for. `code` names it in the texts."""

    code: str
    points: int
    holds: Callable[[Item, datetime], bool]


def _of(*causes: Cause) -> Callable[[Item, datetime], bool]:
    return lambda item, _now: item.cause in causes


def _has(priority: Priority) -> Callable[[Item, datetime], bool]:
    return lambda item, _now: item.priority is priority


_C = Cause

RULES = (
    Rule("overdue", 50, lambda item, now: item.due_at <= now),
    Rule("urgent", 45, _has(Priority.URGENT)),
    Rule("promise_due", 40, _of(_C.PROMISE_DUE)),
    Rule("client_waits_for_answer", 35, _of(_C.COMPLAINT_TO_TELL, _C.COMPLAINT, _C.DECISION)),
    Rule("escalated", 30, lambda item, _now: item.escalated),
    Rule("call_promised", 30, _of(_C.CALL_BACK)),
    Rule("due_soon", 25, lambda item, now: now < item.due_at <= now + SOON),
    Rule("application_waits", 25, _of(_C.APPLICATION)),
    Rule("high_priority", 20, _has(Priority.HIGH)),
    Rule("debt", 20, _of(_C.CASE)),
    Rule("vip", 15, lambda item, _now: item.vip),
    Rule("deviation", 15, _of(_C.DEVIATION)),
    Rule("interested", 15, _of(_C.INTEREST, _C.DEAL)),
    Rule("best_tier", 10, lambda item, _now: item.tier == "A"),
    Rule("begun", 10, lambda item, _now: item.begun),
    Rule("to_thank", 5, _of(_C.COMPLAINT_TO_THANK)),
    Rule("low_priority", -15, _has(Priority.LOW)),
    Rule("on_the_list", 1, lambda _item, _now: True),
)
"""The rules. The last one holds for everything, so that nothing stands there without a reason."""


def ranked(items: Iterable[Item], now: datetime) -> list[Entry]:
    """The items with their points and reasons, what is to be done first in front."""
    entries = [_entry(item, now) for item in items]
    return sorted(
        entries, key=lambda one: (-one.points, one.item.due_at, one.item.cause, one.item.subject)
    )


def _entry(item: Item, now: datetime) -> Entry:
    held = [rule for rule in RULES if rule.holds(item, now)]
    shown = sorted((rule for rule in held if rule.points > 0), key=lambda rule: -rule.points)
    return Entry(
        item=item,
        points=sum(rule.points for rule in held),
        why=tuple(rule.code for rule in shown if rule.code != "on_the_list") or ("on_the_list",),
    )
