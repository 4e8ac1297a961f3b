"""The codes of collection work, and the state machines of cases and promises as tables. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class CaseState(StrEnum):
    """Where the work with a debtor stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    IN_CONTACT = "in_contact"
    PROMISED = "promised"
    RESTRUCTURE_REVIEW = "restructure_review"
    PRE_LEGAL = "pre_legal"
    LEGAL = "legal"
    PAUSED = "paused"
    CURED = "cured"
    CLOSED = "closed"
    RECOVERED = "recovered"
    WRITTEN_OFF = "written_off"


class CaseEvent(StrEnum):
    """What moves a case. A pause ends by the event of the state that it interrupted."""

    ASSIGN = "assign"
    CONTACT = "contact"
    PROMISE = "promise"
    KEEP = "keep"
    BREAK = "break"
    WITHDRAW = "withdraw"
    REVIEW = "review"
    BACK = "back"
    ESCALATE = "escalate"
    FILE = "file"
    WRITE_OFF = "write_off"
    PAUSE = "pause"
    CURE = "cure"
    CLOSE = "close"
    REOPEN = "reopen"
    RESUME_OPEN = "resume_open"
    RESUME_ASSIGNED = "resume_assigned"
    RESUME_IN_CONTACT = "resume_in_contact"
    RESUME_PROMISED = "resume_promised"
    RESUME_RESTRUCTURE_REVIEW = "resume_restructure_review"
    RESUME_PRE_LEGAL = "resume_pre_legal"
    RESUME_LEGAL = "resume_legal"


class PromiseState(StrEnum):
    """Where a promise to pay stands."""

    ACTIVE = "active"
    KEPT = "kept"
    BROKEN = "broken"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


class PromiseEvent(StrEnum):
    """What ends a promise."""

    KEEP = "keep"
    BREAK = "break"
    CANCEL = "cancel"
    REPLACE = "replace"


class CasePause(StrEnum):
    """Why nobody works on a case for a time."""

    DISPUTE = "dispute"
    HARDSHIP = "hardship"
    DECEASED = "deceased"
    BANK = "bank"


class Channel(StrEnum):
    """How a debtor is, or was, reached."""

    CALL = "call"
    MESSAGE = "message"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"
    NONE = "none"
    """The bank's own work, without the debtor."""


class LateReason(StrEnum):
    """Why a debtor says he is late."""

    FORGOT = "forgot"
    SALARY_LATE = "salary_late"
    JOB_LOST = "job_lost"
    ILLNESS = "illness"
    BUSINESS_DOWN = "business_down"
    DISPUTED = "disputed"
    OTHER = "other"


class ContactOutcome(StrEnum):
    """How an attempt to reach a debtor ended."""

    RIGHT_PARTY = "right_party"
    """The debtor himself, his identity verified."""
    THIRD_PARTY = "third_party"
    NOT_REACHED = "not_reached"
    DONE = "done"
    """A step without a talk: a message sent, a letter posted, a claim filed."""


class BlacklistKind(StrEnum):
    """What a blacklist entry is about."""

    PARTY = "party"
    NUMBER = "number"
    DOCUMENT = "document"


class BlacklistReason(StrEnum):
    """Why somebody stands on the blacklist."""

    FRAUD = "fraud"
    THREATS = "threats"
    DO_NOT_CALL = "do_not_call"
    COURT = "court"
    WRONG_NUMBER = "wrong_number"
    OTHER = "other"


class BlacklistScope(StrEnum):
    """What an entry forbids."""

    COLLECTION = "collection"
    MARKETING = "marketing"
    LENDING = "lending"
    ALL = "all"


_S, _E = CaseState, CaseEvent
_ANY = {_E.PAUSE: _S.PAUSED, _E.CURE: _S.CURED}
"""What can happen in every working state."""

CASE_STATES: Mapping[CaseState, Mapping[CaseEvent, CaseState]] = MappingProxyType(
    {
        _S.OPEN: {_E.ASSIGN: _S.ASSIGNED, **_ANY},
        _S.ASSIGNED: {_E.ASSIGN: _S.ASSIGNED, _E.CONTACT: _S.IN_CONTACT, **_ANY},
        _S.IN_CONTACT: {
            _E.ASSIGN: _S.IN_CONTACT,
            _E.CONTACT: _S.IN_CONTACT,
            _E.PROMISE: _S.PROMISED,
            _E.REVIEW: _S.RESTRUCTURE_REVIEW,
            _E.ESCALATE: _S.PRE_LEGAL,
            **_ANY,
        },
        _S.PROMISED: {
            _E.ASSIGN: _S.PROMISED,
            _E.CONTACT: _S.PROMISED,
            _E.PROMISE: _S.PROMISED,
            _E.KEEP: _S.IN_CONTACT,
            _E.BREAK: _S.IN_CONTACT,
            _E.WITHDRAW: _S.IN_CONTACT,
            **_ANY,
        },
        _S.RESTRUCTURE_REVIEW: {
            _E.ASSIGN: _S.RESTRUCTURE_REVIEW,
            _E.CONTACT: _S.RESTRUCTURE_REVIEW,
            _E.BACK: _S.IN_CONTACT,
            **_ANY,
        },
        _S.PRE_LEGAL: {
            _E.ASSIGN: _S.PRE_LEGAL,
            _E.CONTACT: _S.PRE_LEGAL,
            _E.BACK: _S.IN_CONTACT,
            _E.FILE: _S.LEGAL,
            **_ANY,
        },
        _S.LEGAL: {
            _E.ASSIGN: _S.LEGAL,
            _E.CONTACT: _S.LEGAL,
            _E.WRITE_OFF: _S.WRITTEN_OFF,
            _E.PAUSE: _S.PAUSED,
            _E.CURE: _S.RECOVERED,
        },
        _S.PAUSED: {
            _E.RESUME_OPEN: _S.OPEN,
            _E.RESUME_ASSIGNED: _S.ASSIGNED,
            _E.RESUME_IN_CONTACT: _S.IN_CONTACT,
            _E.RESUME_PROMISED: _S.PROMISED,
            _E.RESUME_RESTRUCTURE_REVIEW: _S.RESTRUCTURE_REVIEW,
            _E.RESUME_PRE_LEGAL: _S.PRE_LEGAL,
            _E.RESUME_LEGAL: _S.LEGAL,
        },
        _S.CURED: {_E.CLOSE: _S.CLOSED},
        _S.CLOSED: {_E.REOPEN: _S.OPEN},
        _S.RECOVERED: {_E.REOPEN: _S.OPEN},
        _S.WRITTEN_OFF: {},
    }
)
"""A case that is cured in court is recovered. A paused case that is cured is resumed first."""

PROMISE_STATES: Mapping[PromiseState, Mapping[PromiseEvent, PromiseState]] = MappingProxyType(
    {
        PromiseState.ACTIVE: {
            PromiseEvent.KEEP: PromiseState.KEPT,
            PromiseEvent.BREAK: PromiseState.BROKEN,
            PromiseEvent.CANCEL: PromiseState.CANCELLED,
            PromiseEvent.REPLACE: PromiseState.REPLACED,
        },
        PromiseState.KEPT: {},
        PromiseState.BROKEN: {},
        PromiseState.CANCELLED: {},
        PromiseState.REPLACED: {},
    }
)

ENDED = frozenset({CaseState.CLOSED, CaseState.RECOVERED, CaseState.WRITTEN_OFF})
"""States of a case that is closed; a party has at most one case in any other."""

RESUMES: Mapping[CaseState, CaseEvent] = MappingProxyType(
    {state: CaseEvent(f"resume_{state}") for state in CASE_STATES[CaseState.PAUSED].values()}
)
"""The event that ends a pause, by the state that it interrupted."""

DIRECTED = frozenset({CaseEvent.ESCALATE, CaseEvent.FILE, CaseEvent.WRITE_OFF, CaseEvent.REVIEW})
"""Moves that only whoever directs cases may make by hand; `BACK` is everybody's."""
