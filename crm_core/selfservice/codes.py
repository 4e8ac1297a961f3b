"""One-time codes: made when they are handed out or sent, told once, kept as a hash.

A code that is handed out is shown to the employee who asked for it, after another has approved; who
approved never sees it. A code that is sent leaves sealed with the core bank's messages, to a mobile
number that has been the client's for some days, so that nobody enters his own number and sends the
code there. Either way the client's wrong tries are forgotten: he is to have another PIN.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.corebank.outbox import OutboxKind, publish, sealed
from crm_core.database import Database, moment
from crm_core.errors import Refused
from crm_core.models import PartyPhone, PhoneNumber, PhoneRole, PhoneStatus, PinRequest
from crm_core.parties.directory import valid
from crm_core.selfservice.pin_hashes import Hashed, PinHashes, code_row, new_code
from crm_core.selfservice.pin_limits import clear
from crm_core.selfservice.pin_requests import Ground, begin, moved, noted, standing
from crm_core.selfservice.pin_states import CodeWay, RequestMove
from routing.ids import AgentId, PartyId

KNOWN_FOR = timedelta(days=3)
"""How long a number must have been the client's before a code goes there."""


class CodeNotYours(Refused):
    """Only the employee who asked for the code is shown it."""

    code = "pin_code_not_yours"


class NoRegisteredPhone(Refused):
    """The client has no mobile number that is known long enough."""

    code = "pin_no_phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """A code just made: told here and never again. It holds until `until`."""

    code: str = field(repr=False)
    until: datetime


async def hand_out(db: Database, hashes: PinHashes, request: str, *, by: AgentId) -> NewCode:
    """The code of an approved request, for the client before the employee.

    Raises PinRequestUnknown, PinRequestOver, CodeNotYours, MoveRefused.
    """
    code = new_code()
    hashed = await hashes.of(code, code_row(request))
    async with db.unit_of_work() as session:
        row = await standing(session, request)
        if row.asked_by != by:
            raise CodeNotYours
        await _issue(session, hashes, row, hashed, by=by)
        return NewCode(code=code, until=row.until)


async def send(
    db: Database, hashes: PinHashes, party: PartyId, ground: Ground, *, by: AgentId
) -> str:
    """Let the bank send a code to the client's registered phone. The request's id.

    Raises NoRegisteredPhone and what `pin_requests.ask` does.
    """
    code = new_code()
    async with db.unit_of_work() as session:
        row = await begin(session, party, ground, way=CodeWay.SENT, by=by)
        phone = await _registered(session, party)
        moved(row, RequestMove.APPROVE, moment(session))
        hashed = await hashes.of(code, code_row(row.id))
        told = {"request": row.id, "phone": phone, "until": row.until.isoformat()}
        secret = sealed(hashes.keyed, party, {"code": code})
        await publish(session, OutboxKind.PIN_CODE, party, told | secret)
        await _issue(session, hashes, row, hashed, by=by)
        return row.id


async def _issue(
    session: AsyncSession, hashes: PinHashes, row: PinRequest, hashed: Hashed, *, by: AgentId
) -> None:
    moved(row, RequestMove.ISSUE, moment(session))
    row.code_hash, row.code_key = hashed.hash, hashed.key
    await session.flush()
    await clear(session, hashes.keyed, row.party)
    detail = {"move": RequestMove.ISSUE.value, "way": row.way.value}
    await noted(session, Action.PIN_REQUEST_MOVED, row, by=by, detail=detail)


async def _registered(session: AsyncSession, party: PartyId) -> str:
    """The use of the number that a code goes to. Raises NoRegisteredPhone."""
    use, now = PartyPhone, moment(session)
    question = (
        select(use.id)
        .join(PhoneNumber, PhoneNumber.id == use.phone)
        .where(use.party == party, use.role == PhoneRole.MOBILE)
        .where(PhoneNumber.status == PhoneStatus.ACTIVE, valid(use.valid_from, use.valid_to, now))
        .where(use.valid_from <= now - KNOWN_FOR, use.created_at <= now - KNOWN_FOR)
        .order_by(use.rank, use.id)
    )
    phone: str | None = await session.scalar(question.limit(1))
    if phone is None:
        raise NoRegisteredPhone
    return phone
