"""How a client's PIN stands, and which requests wait for approval. Neither holds a secret."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.cursors import before, cursor_at
from crm_core.database import moment
from crm_core.models import EmployeeRow, Party, PinLockout, PinRequest, TelephonePin
from crm_core.selfservice import clients, numbers
from crm_core.selfservice.pin_limits import DAY_S
from crm_core.selfservice.pin_states import OPEN, CodeWay, PinBasis, PinState, RequestState
from routing.ids import AgentId, CallId, PartyId

LARGEST_PAGE = 200
_HISTORY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """A request for a PIN. `until` is when its next step comes too late."""

    id: str
    party: PartyId
    party_name: str
    way: CodeWay
    basis: PinBasis
    call: CallId | None
    note: str
    state: RequestState
    asked_by: AgentId
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    until: datetime

    def open_at(self, now: datetime) -> bool:
        """Whether something can still come of it."""
        return self.state in OPEN and now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class PinPage:
    """Requests, the newest first. `next_cursor` is opaque, None on the last page."""

    items: tuple[AskedFor, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PinStanding:
    """How a client stands with his PIN. `served` tells whether he may have one at all; `state` is
    None without one; `requests` are the newest first."""

    party: PartyId
    number: str | None
    served: bool
    state: PinState | None
    set_at: datetime | None
    blocked_at: datetime | None
    blocked_by_name: str | None
    locked_until: datetime | None
    requests: tuple[AskedFor, ...]

    def open_at(self, now: datetime) -> AskedFor | None:
        """The request of which something can still come."""
        return next((one for one in self.requests if one.open_at(now)), None)


async def pin_of(session: AsyncSession, party: PartyId) -> PinStanding:
    """How the client stands."""
    row, employee = TelephonePin, EmployeeRow
    held = (
        select(row, employee.name)
        .outerjoin(employee, employee.id == row.blocked_by)
        .where(row.party == party)
    )
    found = (await session.execute(held)).first()
    pin, blocked_by = found if found else (None, None)
    mine = _requests().where(PinRequest.party == party).limit(_HISTORY)
    return PinStanding(
        party=party,
        number=await numbers.number_of(session, party),
        served=(await clients.of_party(session, party)).party is not None,
        state=pin.state if pin else None,
        set_at=pin.set_at if pin else None,
        blocked_at=pin.blocked_at if pin else None,
        blocked_by_name=blocked_by,
        locked_until=await _locked_until(session, party, pin),
        requests=await _read(session, mine),
    )


async def waiting(session: AsyncSession, *, cursor: str | None = None, limit: int = 50) -> PinPage:
    """Requests that wait for approval. Raises CursorRefused."""
    row, limit = PinRequest, max(1, min(limit, LARGEST_PAGE))
    asked = row.state == RequestState.ASKED, row.until > moment(session)
    statement = _requests().where(*asked)
    if cursor:
        statement = statement.where(before(row.asked_at, row.id, cursor))
    found = await _read(session, statement.limit(limit + 1))
    items, more = found[:limit], len(found) > limit
    last = cursor_at(items[-1].asked_at, items[-1].id) if more else None
    return PinPage(items=items, next_cursor=last)


async def _locked_until(
    session: AsyncSession, party: PartyId, pin: TelephonePin | None
) -> datetime | None:
    """Until when no PIN is looked at; a PIN that was set since is free."""
    row, day = PinLockout, timedelta(seconds=DAY_S)
    newest = select(row.at).where(row.party == party).order_by(row.at.desc()).limit(1)
    at: datetime | None = await session.scalar(newest)
    if at is None or at + day <= moment(session) or (pin is not None and pin.set_at > at):
        return None
    return at + day


_Decider = aliased(EmployeeRow)


def _requests() -> Select[PinRequest, str, str, str]:
    row = PinRequest
    return (
        select(row, Party.display_name, EmployeeRow.name, _Decider.name)
        .join(Party, Party.id == row.party)
        .join(EmployeeRow, EmployeeRow.id == row.asked_by)
        .outerjoin(_Decider, _Decider.id == row.decided_by)
        .order_by(row.asked_at.desc(), row.id.desc())
    )


async def _read(
    session: AsyncSession, statement: Select[PinRequest, str, str, str]
) -> tuple[AskedFor, ...]:
    return tuple(
        AskedFor(
            id=row.id,
            party=row.party,
            party_name=name,
            way=row.way,
            basis=row.basis,
            call=row.call,
            note=row.note,
            state=row.state,
            asked_by=row.asked_by,
            asked_by_name=asker,
            asked_at=row.asked_at,
            decided_by_name=decider,
            decided_at=row.decided_at,
            until=row.until,
        )
        for row, name, asker, decider in await session.execute(statement)
    )
