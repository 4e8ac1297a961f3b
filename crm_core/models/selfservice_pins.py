"""Tables of what callers prove who they are with: client numbers, PINs, codes, and their tries.

Neither a PIN nor a code stands here: only argon2id of its HMAC under a key from outside
(`crm_core.keyed`).
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, Tries, code
from crm_core.selfservice.pin_states import CodeWay, PinBasis, PinState, RequestState
from routing.ids import AgentId, CallId, PartyId

_OPEN = text("state IN ('asked', 'approved', 'issued')")


class ClientNumber(Base):
    """The number by which a client names himself at the keypad: digits alone, the bank's or ours.

    A party to which another one gave way has several.
    """

    __tablename__ = "client_number"
    __table_args__ = (
        CheckConstraint("length(number) BETWEEN 6 AND 12", "number"),
        Index(None, "party"),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    created_at: Mapped[datetime]


class TelephonePin(Base):
    """A client's PIN. It proves the record that it was set for, so a merge leaves it behind."""

    __tablename__ = "telephone_pin"
    __table_args__ = (
        CheckConstraint("(state = 'blocked') = (blocked_at IS NOT NULL)", "blocked"),
        CheckConstraint("(blocked_at IS NULL) = (blocked_by IS NULL)", "blocker"),
    )

    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"), primary_key=True)
    hash: Mapped[str]
    key: Mapped[str]
    state: Mapped[PinState] = mapped_column(code(PinState, "state"))
    set_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]
    blocked_by: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class PinRequest(Base):
    """Somebody asked for a client to set a PIN, and what became of it. `until` is when what waits
    for the next step is over; `tries` how often a code was keyed."""

    __tablename__ = "pin_request"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", "decider"),
        CheckConstraint(
            "way = 'sent' OR state NOT IN ('approved', 'issued', 'used', 'spoilt')"
            " OR (decided_by IS NOT NULL AND decided_by <> asked_by)",
            "four_eyes",
        ),
        CheckConstraint("(code_hash IS NULL) = (code_key IS NULL)", "code_key"),
        CheckConstraint("(state = 'issued') = (code_hash IS NOT NULL)", "code"),
        CheckConstraint("tries BETWEEN 0 AND 3", "tries"),
        CheckConstraint("(basis = 'call') = (call IS NOT NULL)", "call"),
        CheckConstraint("(state IN ('asked', 'approved', 'issued')) = (ended_at IS NULL)", "ended"),
        Index(
            "uq_pin_request_one_open",
            "party",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "party", "asked_at"),
        Index(None, "state", "asked_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    way: Mapped[CodeWay] = mapped_column(code(CodeWay, "way"))
    basis: Mapped[PinBasis] = mapped_column(code(PinBasis, "basis"))
    call: Mapped[CallId | None]
    note: Mapped[str]
    state: Mapped[RequestState] = mapped_column(code(RequestState, "state"))
    asked_by: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    decided_at: Mapped[datetime | None]
    code_hash: Mapped[str | None]
    code_key: Mapped[str | None]
    tries: Mapped[int]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class PinThrottle(Tries):
    """Wrong PINs and codes of an account, a caller's number or a call."""

    __tablename__ = "pin_throttle"


class PinLockout(Base):
    """An account took its last wrong PIN of the day. Without a party nobody was meant: the row is
    there so that both cost the same. `told_at` is when the alarm was raised."""

    __tablename__ = "pin_lockout"
    __table_args__ = (Index(None, "party", "at"), Index(None, "told_at", "at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId | None] = mapped_column(ForeignKey("party.id"))
    call: Mapped[CallId]
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]
