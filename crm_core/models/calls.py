"""Tables of the calls: the card, and how far the journal has been written into SQL.

A card's columns have two writers: the journal's drainer writes how the call went, the agent what
it was about. What depends on both - `state`, and of the agent's part what self-service knows: the
topic, a verification by PIN - is decided on the row itself, so neither can outrun the other. The
drainer's columns carry no foreign keys: a card is never refused because a party or an employee is
not there.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.bank.terms import VerifiedHow
from crm_core.models.columns import Base, JsonOrNull, SortableText, code
from routing.ids import AgentId, CallId, NodeId, PartyId, QueueId
from routing.terms import CallState, Direction, EndReason, Match, WrapUpMode

_NOT_CHOSEN = text("party IS NULL")
_UNFINISHED = text("state = 'closed_incomplete'")


class CallCard(Base):
    """One call, one card, from its first telephony event on."""

    __tablename__ = "call_card"
    __table_args__ = (
        CheckConstraint(
            "completed_at IS NULL OR (caller_name <> '' AND topic <> '' AND essence <> ''"
            " AND disposition <> '' AND completed_by IS NOT NULL)",
            "completed_is_filled",
        ),
        CheckConstraint(
            "NOT (state = 'closed' AND must_be_filled AND completed_at IS NULL)",
            "closed_is_completed",
        ),
        CheckConstraint(
            "verification IN (0, 2, 3) AND (verification = 0 OR (verified_party IS NOT NULL"
            " AND verified_at IS NOT NULL AND verified_how IS NOT NULL"
            " AND (verified_how = 'pin' OR verified_by IS NOT NULL)))",
            "verification",
        ),
        Index(None, "arrived_at", "call"),
        Index(None, "agent", "arrived_at"),
        Index(None, "number", "arrived_at"),
        Index(None, "party", "arrived_at"),
        Index(None, "ended_at"),
        Index(
            "ix_call_card_suggested",
            "suggested_party",
            "arrived_at",
            sqlite_where=_NOT_CHOSEN,
            postgresql_where=_NOT_CHOSEN,
        ),
        Index(
            "ix_call_card_unfinished",
            "agent",
            "ended_at",
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
    )

    # ── written by the journal's drainer ────────────────────────────────────────────────────
    call: Mapped[CallId] = mapped_column(SortableText, primary_key=True)
    node: Mapped[NodeId]
    version: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[CallState] = mapped_column(code(CallState, "state"))
    number: Mapped[str | None]
    raw_number: Mapped[str]
    network_name: Mapped[str]
    dialled: Mapped[str]
    queue: Mapped[QueueId]
    match: Mapped[Match] = mapped_column(code(Match, "match"))
    candidates: Mapped[list[dict[str, Any]]]
    suggested_party: Mapped[PartyId | None]
    managers: Mapped[list[str]]
    arrived_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    wrap_up_deadline: Mapped[datetime | None]
    wrap_up_mode: Mapped[WrapUpMode] = mapped_column(code(WrapUpMode, "wrap_up_mode"))
    must_be_filled: Mapped[bool]
    closed_at: Mapped[datetime | None]
    held_since: Mapped[datetime | None]
    held_seconds: Mapped[float]
    end_reason: Mapped[EndReason | None] = mapped_column(code(EndReason, "end_reason"))
    agent: Mapped[AgentId | None]
    consulting: Mapped[AgentId | None]
    consult_connected: Mapped[bool]
    offers: Mapped[list[dict[str, Any]]]
    transfers: Mapped[int]
    fell_back: Mapped[bool]
    direction: Mapped[Direction] = mapped_column(
        code(Direction, "direction"), server_default=Direction.INBOUND
    )
    callback_of: Mapped[CallId | None] = mapped_column(index=True)
    routing: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    """Why it went where it went: rules, steps, the claim it had; see `crm_core.cards.rows`."""
    self_service: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    """What he did at his keypad, whole; see `crm_core.cards.rows`. Null if he was never there."""
    ivr_path: Mapped[str] = mapped_column(server_default="")
    position: Mapped[str]
    recorded_at: Mapped[datetime]
    answered_in: Mapped[QueueId | None]
    """The queue in which it was when an agent first talked to the caller."""
    dial_ms: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """How long agents had it, all together, by what is over of their states: kept while its
    customer was rung for a callback, talking, holding, writing it up."""
    talk_ms: Mapped[int] = mapped_column(BigInteger, server_default="0")
    hold_ms: Mapped[int] = mapped_column(BigInteger, server_default="0")
    wrap_up_ms: Mapped[int] = mapped_column(BigInteger, server_default="0")

    # ── written by the agent ────────────────────────────────────────────────────────────────
    party: Mapped[PartyId | None] = mapped_column(ForeignKey("party.id"))
    caller_name: Mapped[str] = mapped_column(server_default="")
    topic: Mapped[str] = mapped_column(server_default="")
    essence: Mapped[str] = mapped_column(server_default="")
    disposition: Mapped[str] = mapped_column(server_default="")
    follow_up: Mapped[str] = mapped_column(server_default="")
    rev: Mapped[int] = mapped_column(server_default="0")
    saved_at: Mapped[datetime | None]
    saved_by: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    verification: Mapped[int] = mapped_column(server_default="0")
    """A `VerificationLevel` that the agent vouches for, of `verified_party` and nobody else; a
    matching number alone is not stored here. A PIN's, from the drainer, until the agent speaks."""
    verified_party: Mapped[PartyId | None] = mapped_column(ForeignKey("party.id"))
    verified_by: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    verified_at: Mapped[datetime | None]
    verified_how: Mapped[VerifiedHow | None] = mapped_column(code(VerifiedHow, "verified_how"))
    """Stays `agent` once he has spoken, also if he takes a PIN's word or his own back."""


class JournalCursor(Base):
    """How far a journal has been written into SQL; moved in the same transaction as the cards."""

    __tablename__ = "journal_cursor"

    journal: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[str] = mapped_column(SortableText)
    moved_at: Mapped[datetime]


class JournalRefusal(Base):
    """A call's picture that SQL would not take, set aside so that the others are not held up."""

    __tablename__ = "journal_refusal"

    journal: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[str] = mapped_column(primary_key=True)
    call: Mapped[CallId]
    error: Mapped[str]
    refused_at: Mapped[datetime]
