"""What the clock does to PINs: alarms of locked accounts, requests that ran out, old tries.

`raise_alarms` is for every minute, `tidy` for every hour. Done again they do nothing twice.
"""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import throttling
from crm_core.audit import Action
from crm_core.database import moment
from crm_core.models import PinLockout, PinRequest, PinThrottle
from crm_core.parties.editing import PartyMerged, check_stands
from crm_core.selfservice.pin_limits import DAY_S
from crm_core.selfservice.pin_requests import moved, noted
from crm_core.selfservice.pin_states import OPEN, RequestMove
from crm_core.tasks.colleagues import above
from crm_core.tasks.deadline import Step
from crm_core.tasks.moving import add, first_manager
from crm_core.tasks.states import Priority, SubjectKind, TaskSource
from crm_core.tasks.task import About, TaskFacts
from routing.ids import PartyId

BY = "timer"
PIN_LOCKED = "pin_locked"
KEPT = timedelta(days=365)
"""How long lockouts and requests that are over are kept."""
_TALK_WITHIN = timedelta(hours=4)
_AT_ONCE = 100


async def raise_alarms(session: AsyncSession) -> int:
    """Give each account that was locked to its first manager, else to a supervisor: he asks the
    client whether it was he. How many alarms were looked at; those that meant nobody are none."""
    row = PinLockout
    new = select(row).where(row.told_at.is_(None)).order_by(row.at, row.id).limit(_AT_ONCE)
    found = list(await session.scalars(new.with_for_update(skip_locked=True)))
    for one in found:
        one.told_at = moment(session)
        if one.party is not None:
            await _tell(session, one.party, one)
    await session.flush()
    return len(found)


async def tidy(session: AsyncSession) -> None:
    """End requests whose time is over, forget tries that count no more and what is long over."""
    now = moment(session)
    late = PinRequest.state.in_(OPEN), PinRequest.until <= now
    waiting = select(PinRequest).where(*late).order_by(PinRequest.id).limit(_AT_ONCE)
    for row in list(await session.scalars(waiting.with_for_update(skip_locked=True))):
        moved(row, RequestMove.EXPIRE, now)
        detail = {"move": RequestMove.EXPIRE.value}
        await noted(session, Action.PIN_REQUEST_MOVED, row, by=BY, detail=detail)
    await throttling.forget(session, PinThrottle, before=now - timedelta(seconds=DAY_S))
    await session.execute(delete(PinLockout).where(PinLockout.at < now - KEPT))
    await session.execute(delete(PinRequest).where(PinRequest.ended_at < now - KEPT))


async def _tell(session: AsyncSession, party: PartyId, lockout: PinLockout) -> None:
    """One task for each day of a client."""
    try:
        await check_stands(session, party)
    except PartyMerged:
        return
    owner = await first_manager(session, party)
    facts = TaskFacts(
        type=PIN_LOCKED,
        title="",
        about=About(kind=SubjectKind.PARTY, id=party, party=party),
        due_at=moment(session) + _TALK_WITHIN,
        owner=owner or await above(session, None, Step.SUPERVISOR),
        priority=Priority.HIGH,
        source=TaskSource.RULE,
        source_key=f"{PIN_LOCKED}:{party}:{lockout.at.date()}",
    )
    await add(session, facts, by=BY)
