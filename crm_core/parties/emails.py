"""E-mail addresses of a party, for a time, in an order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.database import moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import PartyEmail
from crm_core.parties.directory import valid
from crm_core.parties.editing import editable, edited
from routing.ids import PartyId

LARGEST_RANK = 99
_LONGEST = 254
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")


class EmailUnknown(Unknown):
    """The party does not use this address now."""

    code = "email_unknown"


class EmailKnown(Refused):
    """The party uses this address already."""

    code = "email_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEmail:
    """An address in use. `verified_at` is when it was known to reach the party."""

    id: str
    address: str
    rank: int
    verified_at: datetime | None
    valid_from: datetime


async def add_email(
    session: AsyncSession,
    party: PartyId,
    address: str,
    *,
    rank: int = 1,
    verified: datetime | None = None,
    by: str,
) -> str:
    """The party uses this address from now on. Its id.

    Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused, EmailKnown.
    """
    await editable(session, party)
    plain = address.strip()
    if len(plain) > _LONGEST or not _ADDRESS.fullmatch(plain):
        raise FieldRefused("email", "not_an_address")
    if not 1 <= rank <= LARGEST_RANK:
        raise FieldRefused("rank", "out_of_range")
    row, folded = PartyEmail, plain.casefold()
    same = row.party == party, row.folded == folded, row.valid_to.is_(None)
    if await session.scalar(select(row.id).where(*same)) is not None:
        raise EmailKnown
    now, email = moment(session), new_id()
    session.add(
        PartyEmail(
            id=email,
            party=party,
            address=plain,
            folded=folded,
            rank=rank,
            verified_at=verified,
            valid_from=now,
            created_at=now,
        )
    )
    await edited(session, party, Action.EMAIL_ADDED, by=by, detail={"email": email})
    return email


async def end_email(session: AsyncSession, party: PartyId, email: str, *, by: str) -> None:
    """The address is used no more. Raises PartyUnknown, PartyErased, PartyMerged, EmailUnknown."""
    await editable(session, party)
    row = await session.get(PartyEmail, email)
    if row is None or row.party != party or row.valid_to is not None:
        raise EmailUnknown
    now = moment(session)
    if row.valid_from >= now:
        await session.delete(row)
    else:
        row.valid_to = row.ended_at = now
    await edited(session, party, Action.EMAIL_ENDED, by=by, detail={"email": email})


async def emails(session: AsyncSession, party: PartyId) -> Sequence[HeldEmail]:
    """The addresses that the party uses now, by rank."""
    row = PartyEmail
    held = valid(row.valid_from, row.valid_to, moment(session))
    ordered = select(row).where(row.party == party, held).order_by(row.rank, row.folded)
    return tuple(
        HeldEmail(
            id=one.id,
            address=one.address,
            rank=one.rank,
            verified_at=one.verified_at,
            valid_from=one.valid_from,
        )
        for one in await session.scalars(ordered)
    )
