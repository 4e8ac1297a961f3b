"""The call log of a bank's centre with a voice response unit, as call-centre research knows it.

A row is a call: entry to and exit from the unit, the time in the queue, the service, who served.
A clock of `0:00:00` in the queue's or the service's start means that there was none. The clocks
name no time zone; they are taken as UTC. A call counts from its entry to the queue, or from its
exit from the unit where an agent took it at once.

What is left out: callers who ended in the unit, and the log's "phantom" calls, which nobody made.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from crm_core.models.clients import Tier
from crm_core.whatif.calls import Outcome, RecordedCall
from routing.facts import Candidate
from routing.ids import AgentId, CallId, PartyId

COLUMNS = frozenset(
    {
        "customer_id",
        "priority",
        "type",
        "date",
        "vru_entry",
        "vru_exit",
        "q_start",
        "q_time",
        "outcome",
        "ser_time",
        "server",
    }
)
LONGEST_TALK = 2 * 3600
"""Seconds; a service beyond it is a clock that nobody stopped, and its length counts as unknown."""
LONGEST_WAIT = 6 * 3600

TIERS = {"2": Tier.A, "1": Tier.B, "0": Tier.C}
"""The log's priorities (high, usual, none) as tiers, so that rules can ask for them."""

NO_CLOCK = "0:00:00"
_MIDNIGHT = timedelta(hours=12)
"""The log's clocks differ by a second or two: less than this is no passage of midnight."""
_CLOCK = re.compile(r"^([0-9]{1,2}):([0-9]{2}):([0-9]{2})$", re.ASCII)
_TYPE = re.compile(r"^[A-Z]{2,8}$", re.ASCII)
_NAME = re.compile(r"^[A-Za-z0-9_]{1,32}$", re.ASCII)
_DIGITS = re.compile(r"^[0-9]{1,12}$", re.ASCII)
_NOBODY = "NO_SERVER"


def call_of(row: Mapping[str, str], line: int) -> RecordedCall | str:
    """The call of a row, or why it is none. Raises ValueError with what is wrong."""
    queued = row["q_start"] != NO_CLOCK
    if row["outcome"] == "PHANTOM":
        return "phantom"
    answered = _one_of(row, "outcome", ("AGENT", "HANG")) == "AGENT"
    if not answered and not queued:
        return "ended_in_self_service"
    waited = _seconds(row, "q_time", LONGEST_WAIT) if queued else 0
    talked = _seconds(row, "ser_time", 24 * 3600) if answered else 0
    customer = _matching(row, "customer_id", _DIGITS)
    known = customer.strip("0") != ""
    server = _matching(row, "server", _NAME)
    return RecordedCall(
        call=CallId(f"log-{line}"),
        arrived_at=_at(row, "q_start" if queued else "vru_exit"),
        queue=_matching(row, "type", _TYPE).lower(),
        outcome=Outcome.ANSWERED if answered else Outcome.ABANDONED,
        waited=float(waited),
        talked=float(talked) if 0 < talked <= LONGEST_TALK else None,
        agent=AgentId(server.lower()) if answered and server != _NOBODY else None,
        number=f"+999{customer}" if known else None,
        candidates=(_customer(customer, row),) if known else (),
    )


def _customer(customer: str, row: Mapping[str, str]) -> Candidate:
    priority = _one_of(row, "priority", tuple(TIERS))
    return Candidate(party=PartyId(customer), name="", reason="log", tier=TIERS[priority])


def _at(row: Mapping[str, str], column: str) -> datetime:
    """The moment of a clock; one long before the unit's entry is of the next day."""
    try:
        day = datetime.strptime(row["date"], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f"date: not a day such as 2026-03-02: {row['date']!r}") from None
    entered, moment = _clock(row, "vru_entry"), _clock(row, column)
    return day + moment + timedelta(days=1 if entered - moment > _MIDNIGHT else 0)


def _clock(row: Mapping[str, str], column: str) -> timedelta:
    match = _CLOCK.match(row[column])
    hours, minutes, seconds = (int(part) for part in match.groups()) if match else (99, 0, 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError(f"{column}: not a time such as 9:05:00: {row[column]!r}")
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _seconds(row: Mapping[str, str], column: str, most: int) -> int:
    text = _matching(row, column, _DIGITS)
    if int(text) > most:
        raise ValueError(f"{column}: more than {most} seconds: {text}")
    return int(text)


def _matching(row: Mapping[str, str], column: str, pattern: re.Pattern[str]) -> str:
    text = row[column]
    if not pattern.match(text):
        raise ValueError(f"{column}: cannot be {text!r}")
    return text


def _one_of(row: Mapping[str, str], column: str, choices: tuple[str, ...]) -> str:
    if row[column] not in choices:
        raise ValueError(f"{column}: one of {', '.join(choices)}, not {row[column]!r}")
    return row[column]
