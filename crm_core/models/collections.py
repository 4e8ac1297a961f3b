"""Tables of collection work: cases with their items and history, promises with proof, blacklist.

The database itself holds: one open case per party, one active promise per case, a cancelled promise
and an effective blacklist entry have two different persons, a paused case has its end.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.bank.terms import DelinquencyRange
from crm_core.collections.states import (
    ENDED,
    BlacklistKind,
    BlacklistReason,
    BlacklistScope,
    CasePause,
    CaseState,
    Channel,
    LateReason,
    PromiseState,
)
from crm_core.models.columns import Base, SortableText, code
from routing.ids import AgentId, CallId, PartyId

_OPEN = text("closed_on IS NULL")
_ACTIVE = text("state = 'active'")


def _ended() -> str:
    states = ", ".join(f"'{state}'" for state in sorted(ENDED))
    return f"(closed_on IS NOT NULL) = (state IN ({states}))"


def _paused() -> str:
    columns = ("pause_ends_on", "pause_reason", "paused_in")
    held = " AND ".join(f"{one} IS NOT NULL" for one in columns)
    free = " AND ".join(f"{one} IS NULL" for one in columns)
    return f"(state = 'paused' AND {held}) OR (state <> 'paused' AND {free})"


class CollectionCase(Base):
    """The work with a debtor over his overdue agreements. `reviewed_on` is the last business date
    whose arrears it has taken in; `zero_on` is the first since which nothing is overdue.

    `next_action_at` is when the strategy's `next_step` is due; None where nothing is. `score` is
    the sum of the points in `factors`. An episode begins with each opening of the same case.
    """

    __tablename__ = "collection_case"
    __table_args__ = (
        CheckConstraint(_ended(), "ended"),
        CheckConstraint(_paused(), "paused"),
        CheckConstraint("paused_in IS NULL OR paused_in <> 'paused'", "paused_in_work"),
        CheckConstraint(
            "state IN ('open', 'paused', 'cured', 'closed') OR owner IS NOT NULL", "owned"
        ),
        CheckConstraint("episode >= 1 AND worst_dpd >= 0 AND score >= 0", "figures"),
        Index(
            "uq_collection_case_open",
            "party",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "party"),
        Index(None, "owner", "closed_on", "next_action_at"),
        Index(None, "closed_on", "score", "id"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    state: Mapped[CaseState] = mapped_column(code(CaseState, "state"))
    owner: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    strategy: Mapped[str]
    stage: Mapped[str]
    next_step: Mapped[str]
    next_action_at: Mapped[datetime | None]
    episode: Mapped[int]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    reviewed_on: Mapped[date]
    zero_on: Mapped[date | None]
    worst_dpd: Mapped[int]
    score: Mapped[int]
    score_version: Mapped[str]
    factors: Mapped[list[dict[str, Any]]]
    pause_ends_on: Mapped[date | None]
    pause_reason: Mapped[CasePause | None] = mapped_column(code(CasePause, "pause_reason"))
    paused_in: Mapped[CaseState | None] = mapped_column(code(CaseState, "paused_in"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class CaseItem(Base):
    """An agreement of a case, as it stood on `business_date`. `cleared_on`: nothing is overdue."""

    __tablename__ = "case_item"
    __table_args__ = (
        CheckConstraint("dpd >= 0 AND overdue_minor >= 0", "figures"),
        CheckConstraint("(cleared_on IS NOT NULL) = (overdue_minor = 0)", "cleared"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", "currency"),
        Index(None, "agreement"),
    )

    case: Mapped[str] = mapped_column(ForeignKey("collection_case.id"), primary_key=True)
    agreement: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    added_on: Mapped[date]
    business_date: Mapped[date]
    currency: Mapped[str]
    dpd: Mapped[int]
    range: Mapped[DelinquencyRange] = mapped_column(code(DelinquencyRange, "range"))
    overdue_minor: Mapped[int] = mapped_column(BigInteger)
    cleared_on: Mapped[date | None]


class CaseEventRow(Base):
    """Something that was done in a case. `kind` is an event of the state machine or `step`,
    `step` the strategy's step that it fulfilled. Never changed."""

    __tablename__ = "case_event"
    __table_args__ = (Index(None, "case", "at", "id"), Index(None, "party", "at", "id"))

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("collection_case.id"))
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    episode: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    kind: Mapped[str]
    state: Mapped[CaseState] = mapped_column(code(CaseState, "state"))
    step: Mapped[str]
    channel: Mapped[str]
    outcome: Mapped[str]
    call: Mapped[CallId | None]
    note: Mapped[str]


class Promise(Base):
    """A debtor's promise to pay an amount by a day. `kept_minor` is the sum of its allocations.

    It counts what is paid from `taken_at` to `last_on`, which is `due_on` with the days of grace.
    """

    __tablename__ = "promise"
    __table_args__ = (
        CheckConstraint("amount_minor > 0 AND kept_minor BETWEEN 0 AND amount_minor", "amount"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", "currency"),
        CheckConstraint("taken_on <= due_on AND due_on <= last_on", "days"),
        CheckConstraint("threshold_pct BETWEEN 1 AND 100", "threshold"),
        CheckConstraint("(state = 'active') = (decided_on IS NULL)", "decided"),
        CheckConstraint("(cancel_asked_by IS NULL) = (cancel_reason = '')", "cancel_reason"),
        CheckConstraint(
            "(state = 'cancelled') = (cancelled_by IS NOT NULL) AND (cancelled_by IS NULL OR"
            " (cancel_asked_by IS NOT NULL AND cancelled_by <> cancel_asked_by))",
            "four_eyes",
        ),
        CheckConstraint(
            "state <> 'kept' OR 100 * kept_minor >= threshold_pct * amount_minor", "kept"
        ),
        Index(
            "uq_promise_active",
            "case",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index(None, "case", "taken_at"),
        Index(None, "state", "last_on"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("collection_case.id"))
    episode: Mapped[int]
    currency: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    kept_minor: Mapped[int] = mapped_column(BigInteger)
    taken_at: Mapped[datetime]
    taken_on: Mapped[date]
    due_on: Mapped[date]
    last_on: Mapped[date]
    threshold_pct: Mapped[int]
    channel: Mapped[Channel] = mapped_column(code(Channel, "channel"))
    reason: Mapped[LateReason] = mapped_column(code(LateReason, "reason"))
    call: Mapped[CallId | None]
    taken_by: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    state: Mapped[PromiseState] = mapped_column(code(PromiseState, "state"))
    decided_on: Mapped[date | None]
    replaces: Mapped[str | None] = mapped_column(ForeignKey("promise.id"), unique=True)
    cancel_asked_by: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    cancel_reason: Mapped[str]
    cancelled_by: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class PromiseAllocation(Base):
    """How much of a ledger entry counts for a promise."""

    __tablename__ = "promise_allocation"
    __table_args__ = (CheckConstraint("amount_minor > 0", "amount"), Index(None, "entry"))

    promise: Mapped[str] = mapped_column(ForeignKey("promise.id"), primary_key=True)
    entry: Mapped[str] = mapped_column(ForeignKey("ledger_entry.id"), primary_key=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)


class PromiseException(Base):
    """A payment that proved a decided promise was reversed afterwards: somebody must look at it."""

    __tablename__ = "promise_exception"
    __table_args__ = (
        ForeignKeyConstraint(
            ["promise", "entry"], ["promise_allocation.promise", "promise_allocation.entry"]
        ),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", "settled"),
    )

    promise: Mapped[str] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(primary_key=True)
    found_on: Mapped[date]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))


class BlacklistEntry(Base):
    """A party, number or document that must not be approached, or lent to, for a time.

    It holds once a second person has approved it. `value` is an E.164 number, or the hash of a
    document's number with its key's id in `value_key`.
    """

    __tablename__ = "blacklist_entry"
    __table_args__ = (
        CheckConstraint("(kind = 'party') = (party IS NOT NULL)", "party"),
        CheckConstraint("(kind = 'party') = (value = '')", "value"),
        CheckConstraint("(kind = 'document') = (value_key <> '')", "value_key"),
        CheckConstraint("ends_before IS NULL OR starts_on < ends_before", "validity"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", "approved"),
        CheckConstraint("approved_by IS NULL OR approved_by <> added_by", "four_eyes"),
        CheckConstraint("(refused_by IS NULL) OR approved_by IS NULL", "refused"),
        Index(None, "party"),
        Index(None, "kind", "value"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    kind: Mapped[BlacklistKind] = mapped_column(code(BlacklistKind, "kind"))
    party: Mapped[PartyId | None] = mapped_column(ForeignKey("party.id"))
    value: Mapped[str]
    value_key: Mapped[str]
    shown: Mapped[str]
    reason: Mapped[BlacklistReason] = mapped_column(code(BlacklistReason, "reason"))
    scope: Mapped[BlacklistScope] = mapped_column(code(BlacklistScope, "scope"))
    note: Mapped[str]
    starts_on: Mapped[date]
    ends_before: Mapped[date | None]
    added_at: Mapped[datetime]
    added_by: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    refused_by: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012
