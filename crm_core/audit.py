"""The audit: who did what to whom, when and why, as a chain of hashes.

Each event's hash covers the event and the hash before it, so a changed or missing event breaks
the chain at that place; the head, kept apart, tells of a cut-off tail. Writers queue up at the
head, so record last in a unit of work. Details carry codes and ids, never names or numbers.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.models import AuditEvent, AuditHead

_PAGE = 1_000


class Action(StrEnum):
    """What is recorded."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SESSIONS_REVOKED = "sessions_revoked"
    EMPLOYEE_HIRED = "employee_hired"
    EMPLOYEE_DEACTIVATED = "employee_deactivated"
    EMPLOYEE_ASSIGNED = "employee_assigned"
    PASSWORD_SET = "password_set"  # noqa: S105 - the name of an event
    PARTY_VIEWED = "party_viewed"
    PARTY_CHOSEN = "party_chosen"
    PARTY_ADDED = "party_added"
    PARTY_ERASED = "party_erased"
    PROFILE_EDITED = "profile_edited"
    FIGURES_KEPT = "figures_kept"
    FIGURES_REMOVED = "figures_removed"
    LICENCE_ADDED = "licence_added"
    LICENCE_CORRECTED = "licence_corrected"
    LICENCE_ENDED = "licence_ended"
    DOCUMENT_ADDED = "document_added"
    DOCUMENT_ENDED = "document_ended"
    ADDRESS_KEPT = "address_kept"
    ADDRESS_ENDED = "address_ended"
    EMAIL_ADDED = "email_added"
    EMAIL_ENDED = "email_ended"
    PHONE_ADDED = "phone_added"
    PHONE_CHANGED = "phone_changed"
    PHONE_ENDED = "phone_ended"
    CONSENT_RECORDED = "consent_recorded"
    ATTACHMENT_ADDED = "attachment_added"
    ATTACHMENT_OPENED = "attachment_opened"
    ATTACHMENT_REMOVED = "attachment_removed"
    MANAGERS_ASSIGNED = "managers_assigned"
    LEAVE_TAKEN = "leave_taken"
    LEAVE_ENDED = "leave_ended"
    BRANCH_KEPT = "branch_kept"
    TEAM_KEPT = "team_kept"
    SERVING_BRANCHES_SET = "serving_branches_set"
    RELATION_ADDED = "relation_added"
    RELATION_ENDED = "relation_ended"
    GROUP_KEPT = "group_kept"
    GROUP_MEMBERS_SET = "group_members_set"
    SEGMENT_KEPT = "segment_kept"
    SEGMENT_EVALUATED = "segment_evaluated"
    CLIENTS_EVALUATED = "clients_evaluated"
    CARD_COMPLETED = "card_completed"
    IDENTITY_VERIFIED = "identity_verified"
    AMOUNTS_OPENED = "amounts_opened"
    AMOUNTS_REVEALED = "amounts_revealed"
    NUMBER_REVEALED = "number_revealed"
    TASK_ADDED = "task_added"
    TASK_MOVED = "task_moved"
    COMPLAINT_REGISTERED = "complaint_registered"
    COMPLAINT_MOVED = "complaint_moved"
    INTEREST_REGISTERED = "interest_registered"
    INTEREST_MOVED = "interest_moved"
    DEAL_MOVED = "deal_moved"
    NEED_NOTED = "need_noted"
    NEED_ENDED = "need_ended"
    OFFER_MADE = "offer_made"
    CASES_REVIEWED = "cases_reviewed"
    CASE_MOVED = "case_moved"
    CASE_STEP_DONE = "case_step_done"
    PROMISE_TAKEN = "promise_taken"
    PROMISE_CANCEL_ASKED = "promise_cancel_asked"
    PROMISE_CANCELLED = "promise_cancelled"
    PROMISE_EXCEPTION_SETTLED = "promise_exception_settled"
    BLACKLIST_PROPOSED = "blacklist_proposed"
    BLACKLIST_DECIDED = "blacklist_decided"
    BLACKLIST_ENDED = "blacklist_ended"
    APPLICATION_ADDED = "application_added"
    APPLICATION_MOVED = "application_moved"
    APPLICATION_VOTED = "application_voted"
    APPLICATION_ASSIGNED = "application_assigned"
    APPLICATION_DOCUMENT = "application_document"
    APPLICATION_TOLD = "application_told"
    ROUTES_DRAFTED = "routes_drafted"
    ROUTES_PUBLISHED = "routes_published"
    RULES_DRAFTED = "rules_drafted"
    RULES_PROPOSED = "rules_proposed"
    RULES_PUBLISHED = "rules_published"
    RULES_REJECTED = "rules_rejected"
    FLOW_DRAFTED = "flow_drafted"
    FLOW_PROPOSED = "flow_proposed"
    FLOW_PUBLISHED = "flow_published"
    FLOW_REJECTED = "flow_rejected"
    CALENDAR_CHANGED = "calendar_changed"
    PRODUCT_ADDED = "product_added"
    PRODUCT_VERSION_ADDED = "product_version_added"
    PRODUCT_VERSION_MOVED = "product_version_moved"
    BANK_DATA_LOADED = "bank_data_loaded"
    BANK_ALARM_ACKNOWLEDGED = "bank_alarm_acknowledged"
    OUTBOX_RETRIED = "outbox_retried"
    PARTIES_MERGED = "parties_merged"
    MERGE_UNDONE = "merge_undone"
    PAIR_DISMISSED = "pair_dismissed"
    CALL_MONITORED = "call_monitored"
    CALL_MONITOR_STOPPED = "call_monitor_stopped"
    CALL_TAKEN_OVER = "call_taken_over"
    ASSISTANCE_TAKEN = "assistance_taken"
    STATE_FORCED = "state_forced"
    AGENT_MESSAGED = "agent_messaged"
    MESSAGE_READ = "message_read"
    MESSAGE_HEARD = "message_heard"
    PIN_REQUESTED = "pin_requested"
    PIN_REQUEST_MOVED = "pin_request_moved"
    PIN_SET = "pin_set"
    PIN_ACCEPTED = "pin_accepted"
    PIN_WRONG = "pin_wrong"
    PIN_CODE_WRONG = "pin_code_wrong"
    PIN_BLOCKED = "pin_blocked"
    PIN_UNBLOCKED = "pin_unblocked"
    PIN_REMOVED = "pin_removed"
    TOKEN_CREATED = "token_created"  # noqa: S105 - the name of an event
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of an event
    WHAT_IF_ASKED = "what_if_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom or what an event is about."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCheck:
    """How the chain was found. `broken_at` is the first event that does not fit, if any."""

    events: int
    broken_at: int | None

    @property
    def unbroken(self) -> bool:
        return self.broken_at is None


async def record(
    session: AsyncSession,
    action: Action,
    *,
    actor: str,
    subject: Subject,
    reason: str,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Append an event to the chain within the caller's transaction."""
    seq, prev_hash = await _take_head(session)
    event = AuditEvent(
        seq=seq,
        at=moment(session),
        actor=actor,
        action=action.value,
        subject_kind=subject.kind,
        subject=subject.id,
        reason=reason,
        detail=dict(detail or {}),
        prev_hash=prev_hash,
    )
    event.hash = _digest(event)
    await session.execute(insert(AuditEvent).values(**_columns(event)))
    await session.execute(update(AuditHead).values(hash=event.hash))


async def verify(session: AsyncSession) -> ChainCheck:
    """Walk the whole chain, a page at a time."""
    seq, hash_ = 0, ""
    while page := await _page_after(session, seq):
        for event in page:
            if event.seq != seq + 1 or event.prev_hash != hash_ or event.hash != _digest(event):
                return ChainCheck(events=seq, broken_at=seq + 1)
            seq, hash_ = event.seq, event.hash
        session.expunge_all()
    head = (await session.execute(select(AuditHead.seq, AuditHead.hash))).one()
    whole = (head.seq, head.hash) == (seq, hash_)
    return ChainCheck(events=seq, broken_at=None if whole else seq + 1)


async def _take_head(session: AsyncSession) -> tuple[int, str]:
    statement = update(AuditHead).values(seq=AuditHead.seq + 1)
    row = (await session.execute(statement.returning(AuditHead.seq, AuditHead.hash))).one()
    return row.seq, row.hash


async def _page_after(session: AsyncSession, seq: int) -> list[AuditEvent]:
    statement = select(AuditEvent).where(AuditEvent.seq > seq).order_by(AuditEvent.seq)
    return list(await session.scalars(statement.limit(_PAGE)))


def _columns(event: AuditEvent) -> dict[str, object]:
    return {column.key: getattr(event, column.key) for column in AuditEvent.__table__.columns}


def _digest(event: AuditEvent) -> str:
    at: datetime = event.at.astimezone(UTC)
    told = [
        event.seq,
        at.isoformat(timespec="microseconds"),
        event.actor,
        event.action,
        event.subject_kind,
        event.subject,
        event.reason,
        event.detail,
        event.prev_hash,
    ]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
