"""Our own CSV of calls: the least that a simulation needs, from any telephone system.

Columns: `arrived_at` (ISO 8601 with its offset from UTC, when the call came to the queue),
`queue`, `outcome` (answered or abandoned), `waited` (seconds until the answer or the hang-up).
May be there besides: `talked` (seconds, empty if unknown), `agent`, `customer`, `tier`, `manager`.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from crm_core.whatif.calls import Outcome, RecordedCall
from routing.facts import Candidate
from routing.ids import AgentId, CallId, PartyId

COLUMNS = frozenset({"arrived_at", "queue", "outcome", "waited"})
LONGEST = 24 * 3600.0
"""Seconds; the longest wait or talk that is believed."""

_CODE = re.compile(r"^[\w.-]{1,64}$")
_OUTCOMES = {"answered": Outcome.ANSWERED, "abandoned": Outcome.ABANDONED}


def call_of(row: Mapping[str, str], line: int) -> RecordedCall | str:
    """The call of a row. Raises ValueError with what is wrong."""
    outcome = _OUTCOMES.get(row["outcome"])
    if outcome is None:
        raise ValueError(f"outcome: answered or abandoned, not {row['outcome']!r}")
    answered = outcome is Outcome.ANSWERED
    customer = _code(row, "customer")
    return RecordedCall(
        call=CallId(f"csv-{line}"),
        arrived_at=_moment(row["arrived_at"]),
        queue=_code(row, "queue") or _missing("queue"),
        outcome=outcome,
        waited=_seconds(row, "waited"),
        talked=_seconds(row, "talked") if answered and row.get("talked") else None,
        agent=AgentId(_code(row, "agent")) if answered and row.get("agent") else None,
        number=f"+999{line}" if customer else None,
        candidates=(_customer(row, customer),) if customer else (),
    )


def _customer(row: Mapping[str, str], customer: str) -> Candidate:
    manager = _code(row, "manager")
    return Candidate(
        party=PartyId(customer),
        name="",
        reason="csv",
        tier=_code(row, "tier"),
        managers=(AgentId(manager),) if manager else (),
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        moment.astimezone(UTC)
        return moment
    except (ValueError, OverflowError):
        raise ValueError(
            f"arrived_at: not a time such as 2026-03-02T09:05:00+03:00: {text!r}"
        ) from None


def _seconds(row: Mapping[str, str], column: str) -> float:
    try:
        seconds = float(row[column])
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST:
        raise ValueError(f"{column}: not seconds of a day: {row[column]!r}")
    return seconds


def _code(row: Mapping[str, str], column: str) -> str:
    text = row.get(column, "")
    if text and not _CODE.match(text):
        raise ValueError(f"{column}: letters, digits, dots and dashes only: {text!r}")
    return text


def _missing(column: str) -> str:
    raise ValueError(f"{column}: is empty")
