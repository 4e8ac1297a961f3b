"""What the other parts of the bank have to say about a party while it is on the line.

A part that has news is a source in `signal_sources`; the panel asks them all. Rules of why a client
calls, what to do next and what must not be overlooked know signals by their code only, so no rule
knows another part's tables.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from routing.ids import PartyId


class SignalCode(StrEnum):
    """What can be told of a party. The first ones are warnings, the others are news."""

    FRAUD_ALERT = "fraud_alert"
    DECEASED = "deceased"
    BLACKLISTED = "blacklisted"
    DO_NOT_DISCUSS = "do_not_discuss"
    DISPUTE = "dispute"
    COMPLAINT_OPEN = "complaint_open"
    CASE_OPEN = "case_open"
    PROMISE_OPEN = "promise_open"
    PROMISE_BROKEN = "promise_broken"
    APPLICATION_OPEN = "application_open"
    APPLICATION_DECIDED = "application_decided"
    TASK_DUE = "task_due"
    OFFER = "offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One piece of news. `detail` holds values for texts, by name: those that end in `_on` are
    days and in `_at` times, both ISO 8601; a value may be a code of the texts. `ref` is the id of
    what it is about. No amounts."""

    code: SignalCode
    ref: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


class SignalSource(Protocol):
    """A part of the bank that has news of a party. Reads only."""

    def __call__(self, session: AsyncSession, party: PartyId) -> Awaitable[Sequence[Signal]]: ...
