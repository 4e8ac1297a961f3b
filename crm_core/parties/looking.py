"""On what ground an employee may see a party's amounts now: a call, or a reason that he wrote.

A call opens them while he works on it and is sure who is on the line. At his desk he writes why he
needs them; they stay open to him for OPEN_FOR and each page that shows them is audited. Whether his
role may see amounts at all is the edge's matter.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.bank.reveal import Ground, Look
from crm_core.cards.verifying import verified_call
from crm_core.database import moment
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.ids import new_id
from crm_core.models import OpenedAmounts, Party
from routing.ids import AgentId, PartyId

OPEN_FOR = timedelta(minutes=15)
SHORTEST_REASON = 5
LONGEST_REASON = 200
OPENED = "opened:"
"""How a reason of the audit begins that leads to an employee's own words."""


async def look_of(
    session: AsyncSession, party: PartyId, viewer: AgentId, *, reason: str = "page"
) -> Look:
    """The best ground that the viewer has now; without one a look that opens nothing, with this
    reason."""
    call = await verified_call(session, party, viewer)
    if call is not None:
        return Look(viewer=viewer, reason=f"call:{call[0]}", level=call[1])
    row = OpenedAmounts
    opened = select(row).where(*_holds(party, viewer, moment(session))).limit(1)
    desk = await session.scalar(opened)
    if desk is not None:
        reason = f"{OPENED}{desk.id}"
        return Look(viewer=viewer, reason=reason, ground=Ground.DESK, written=desk.reason)
    return Look(viewer=viewer, reason=reason)


async def open_amounts(
    session: AsyncSession, party: PartyId, viewer: AgentId, *, reason: str
) -> datetime:
    """Open the party's amounts to the viewer for a while, for a reason in his own words; audited.
    Until when. Raises PartyUnknown, and FieldRefused for a reason that is none."""
    written = " ".join(reason.split())
    if len(written) < SHORTEST_REASON:
        raise FieldRefused("reason", "missing" if not written else "too_short")
    if len(written) > LONGEST_REASON:
        raise FieldRefused("reason", "too_long")
    if await session.get(Party, party) is None:
        raise PartyUnknown
    now = moment(session)
    ends_at, opened = now + OPEN_FOR, new_id()
    session.add(
        OpenedAmounts(
            id=opened,
            employee=viewer,
            party=party,
            reason=written,
            opened_at=now,
            ends_at=ends_at,
        )
    )
    await session.flush()
    subject = Subject(kind="party", id=party)
    reason = f"{OPENED}{opened}"
    await record(session, Action.AMOUNTS_OPENED, actor=viewer, subject=subject, reason=reason)
    return ends_at


async def close_amounts(session: AsyncSession, party: PartyId, viewer: AgentId) -> None:
    """The viewer needs the amounts no more. Without open ones nothing happens."""
    now = moment(session)
    closed = update(OpenedAmounts).where(*_holds(party, viewer, now)).values(ends_at=now)
    await session.execute(closed)


def _holds(party: PartyId, viewer: AgentId, now: datetime) -> tuple[ColumnElement[bool], ...]:
    row = OpenedAmounts
    return row.party == party, row.employee == viewer, row.ends_at > now
