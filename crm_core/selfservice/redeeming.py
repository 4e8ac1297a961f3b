"""Redeeming a one-time code for a PIN: the statements behind `pins.Pins.choose`.

A code's try counts before the code is looked at, three in all. What stands here runs the same
statements for an account without a code.
"""

from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.corebank.outbox import OutboxKind, publish
from crm_core.database import moment
from crm_core.models import (
    BankCard,
    ClientNumber,
    PartyPhone,
    Person,
    PhoneNumber,
    PinRequest,
    TelephonePin,
)
from crm_core.selfservice.pin_hashes import Hashed
from crm_core.selfservice.pin_rules import is_personal
from crm_core.selfservice.pin_states import (
    PIN_MOVES,
    REQUEST_MOVES,
    PinMove,
    PinState,
    RequestMove,
    RequestState,
)
from crm_core.states import after, can
from routing.ids import CallId, PartyId

MOST_TRIES = 3
BY_CALLER = "caller"
"""Whose deed it is in the audit."""


class Redeemed(StrEnum):
    """What came of a right code."""

    DONE = "done"
    PERSONAL = "personal"
    """The PIN is too easy for whoever knows the client; the code stands."""
    LOST = "lost"
    """The code was used, or the PIN blocked, in the same moment."""


async def tried_code(session: AsyncSession, party: PartyId | None) -> tuple[str, Hashed | None]:
    """Count a try of the party's code: the request's id, and the hash to compare with."""
    row = PinRequest
    standing = (
        row.party == (party or ""),
        row.state == RequestState.ISSUED,
        row.tries < MOST_TRIES,
        row.until > moment(session),
    )
    counted = update(row).where(*standing).values(tries=row.tries + 1)
    told = counted.returning(row.id, row.code_hash, row.code_key)
    found = (await session.execute(told)).first()
    if found is None:
        return "", None
    return found.id, Hashed(hash=found.code_hash, key=found.code_key)


async def wrong_code(
    session: AsyncSession, party: PartyId | None, request: str, call: CallId
) -> None:
    """The code was wrong: at the last try it is spoilt."""
    row, now = PinRequest, moment(session)
    last = row.id == request, row.state == RequestState.ISSUED, row.tries >= MOST_TRIES
    spoilt = after(REQUEST_MOVES, RequestState.ISSUED, RequestMove.SPOIL)
    over = {"state": spoilt, "ended_at": now, "code_hash": None, "code_key": None}
    await session.execute(update(row).where(*last).values(**over, row_version=row.row_version + 1))
    await _audit(session, Action.PIN_CODE_WRONG, party, call)


async def redeem(
    session: AsyncSession, party: PartyId, request: str, pin: str, fresh: Hashed, call: CallId
) -> Redeemed:
    """The code was right: let the PIN hold, and the bank tell the client so."""
    row = await session.get(PinRequest, request, with_for_update=True)
    held = await session.get(TelephonePin, party, with_for_update=True)
    if row is None or not can(REQUEST_MOVES, row.state, RequestMove.USE):
        return Redeemed.LOST
    if held is not None and not can(PIN_MOVES, held.state, PinMove.CHANGE):
        return Redeemed.LOST
    if await _is_personal(session, party, pin):
        row.tries -= 1
        return Redeemed.PERSONAL
    now = moment(session)
    row.state, row.ended_at = after(REQUEST_MOVES, row.state, RequestMove.USE), now
    row.code_hash = row.code_key = None
    if held is None:
        told = {"hash": fresh.hash, "key": fresh.key, "state": PinState.ACTIVE, "set_at": now}
        session.add(TelephonePin(party=party, **told))
    else:
        held.hash, held.key, held.set_at = fresh.hash, fresh.key, now
    await session.flush()
    await publish(session, OutboxKind.PIN_SET, party, {"at": now.isoformat()})
    await _audit(session, Action.PIN_SET, party, call)
    return Redeemed.DONE


async def _is_personal(session: AsyncSession, party: PartyId, pin: str) -> bool:
    born = await session.scalar(select(Person.birth_date).where(Person.party == party))
    phones = (
        select(PhoneNumber.e164)
        .join(PartyPhone, PartyPhone.phone == PhoneNumber.id)
        .where(PartyPhone.party == party)
    )
    cards = select(BankCard.last4).where(BankCard.party == party)
    numbers = select(ClientNumber.number).where(ClientNumber.party == party)
    known = [one for part in (phones, cards, numbers) for one in await session.scalars(part)]
    return is_personal(pin, born=born, numbers=known)


async def _audit(
    session: AsyncSession, action: Action, party: PartyId | None, call: CallId
) -> None:
    subject = Subject(kind="party", id=party or "unknown")
    await record(session, action, actor=BY_CALLER, subject=subject, reason=f"call:{call}")
