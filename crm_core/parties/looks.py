"""Who looked at a party: the audit's rows about it and its agreements, newest first. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.errors import Refused
from crm_core.models import AgreementParty, AuditEvent, EmployeeRow, OpenedAmounts
from crm_core.parties.looking import OPENED
from routing.ids import PartyId

LARGEST_PAGE = 200
LOOKS = (
    Action.PARTY_VIEWED,
    Action.IDENTITY_VERIFIED,
    Action.AMOUNTS_OPENED,
    Action.AMOUNTS_REVEALED,
    Action.NUMBER_REVEALED,
)


class LooksCursorRefused(Refused):
    """The cursor is none of ours."""

    code = "bad_cursor"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookTaken:
    """An employee looked, at what and why; `reason` is "call:<id>", "page" or his own words."""

    seq: int
    at: datetime
    actor: str
    actor_name: str | None
    action: Action
    reason: str
    agreement: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksPage:
    """Looks, newest first. `next_cursor` is None on the last page."""

    items: tuple[LookTaken, ...]
    next_cursor: str | None


async def looks_at(
    session: AsyncSession, party: PartyId, *, cursor: str | None = None, limit: int = 50
) -> LooksPage:
    """A page of who looked at the party or at a whole number of its agreements.

    Raises LooksCursorRefused.
    """
    limit, row = max(1, min(limit, LARGEST_PAGE)), AuditEvent
    own = select(AgreementParty.agreement).where(AgreementParty.party == party)
    statement = (
        select(row, EmployeeRow.name, OpenedAmounts.reason)
        .outerjoin(EmployeeRow, EmployeeRow.id == row.actor)
        .outerjoin(OpenedAmounts, row.reason == literal(OPENED).concat(OpenedAmounts.id))
        .where(
            or_(
                and_(row.subject_kind == "party", row.subject == party),
                and_(row.subject_kind == "agreement", row.subject.in_(own)),
            )
        )
        .where(row.action.in_([one.value for one in LOOKS]))
        .order_by(row.seq.desc())
        .limit(limit + 1)
    )
    if cursor:
        statement = statement.where(row.seq < _read(cursor))
    found = (await session.execute(statement)).all()
    items = tuple(_look(*one) for one in found[:limit])
    return LooksPage(items=items, next_cursor=str(items[-1].seq) if len(found) > limit else None)


def _read(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise LooksCursorRefused
    return int(cursor)


def _look(row: AuditEvent, name: str | None, written: str | None) -> LookTaken:
    return LookTaken(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        actor_name=name,
        action=Action(row.action),
        reason=written or row.reason,
        agreement=row.subject if row.subject_kind == "agreement" else None,
    )
