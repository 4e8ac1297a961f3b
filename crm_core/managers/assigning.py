"""Giving a party its managers, from a time on. What was is ended and stays, never overwritten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.ids import new_id
from crm_core.managers.order import Order, Place, checked, ranked
from crm_core.models import EmployeeRow, ManagerAssignment, Party
from routing.ids import AgentId, PartyId


async def assign_managers(
    session: AsyncSession, party: PartyId, employees: Sequence[AgentId], *, by: str
) -> None:
    """From now on these look after the party, the first as its primary manager, in this order.

    Raises ManagersRefused, PartyUnknown.
    """
    await set_managers(session, party, ranked(employees), by=by)


async def set_managers(
    session: AsyncSession,
    party: PartyId,
    places: Sequence[Place],
    *,
    starts_at: datetime | None = None,
    by: str,
) -> None:
    """From `starts_at` (now, if not told) this order holds, instead of all that was planned.

    Raises ManagersRefused, PartyUnknown, FieldRefused for a time that has passed or for somebody
    who does not work here.
    """
    order, now = checked(places), moment(session)
    start = starts_at or now
    if start < now:
        raise FieldRefused("starts_at", "in_the_past")
    locked = select(Party.id).where(Party.id == party).with_for_update()
    if await session.scalar(locked) is None:
        raise PartyUnknown
    kept = await _end(session, party, order, start)
    fresh = {rank: one for rank, one in enumerate(order, start=1) if (rank, one) not in kept}
    await _check_employees(session, [one.employee for one in fresh.values()])
    session.add_all(_row(party, rank, one, start, now) for rank, one in fresh.items())
    await session.flush()
    await record(
        session,
        Action.MANAGERS_ASSIGNED,
        actor=by,
        subject=Subject(kind="party", id=party),
        reason=",".join(one.employee for one in order),
        detail={"roles": ",".join(one.role for one in order), "starts_at": start.isoformat()},
    )


async def order_of(session: AsyncSession, party: PartyId) -> Order:
    """The order that holds until further notice: what was planned last."""
    row = ManagerAssignment
    statement = select(row).where(row.party == party, row.valid_to.is_(None)).order_by(row.rank)
    return tuple(
        Place(employee=one.employee, role=one.role) for one in await session.scalars(statement)
    )


async def _end(
    session: AsyncSession, party: PartyId, order: Order, start: datetime
) -> set[tuple[int, Place]]:
    """End what the order does not go on with, and tell what it does; what was to begin later, or
    begins this very moment, never was."""
    row = ManagerAssignment
    await session.execute(delete(row).where(row.party == party, row.valid_from >= start))
    open_ = or_(row.valid_to.is_(None), row.valid_to > start)
    wanted = set(enumerate(order, start=1))
    kept, ended = set(), []
    for one in await session.scalars(select(row).where(row.party == party, open_)):
        place = one.rank, Place(employee=one.employee, role=one.role)
        if one.valid_to is None and place in wanted:
            kept.add(place)
        else:
            ended.append(one.id)
    ending = update(row).where(row.id.in_(ended))
    await session.execute(ending.values(valid_to=start, ended_at=moment(session)))
    return kept


async def _check_employees(session: AsyncSession, employees: Sequence[AgentId]) -> None:
    found = select(EmployeeRow.id).where(EmployeeRow.id.in_(employees), EmployeeRow.active)
    if set(await session.scalars(found)) != set(employees):
        raise FieldRefused("employee", "unknown_employee")


def _row(
    party: PartyId, rank: int, place: Place, start: datetime, now: datetime
) -> ManagerAssignment:
    return ManagerAssignment(
        id=new_id(),
        party=party,
        employee=place.employee,
        role=place.role,
        rank=rank,
        valid_from=start,
        created_at=now,
    )
