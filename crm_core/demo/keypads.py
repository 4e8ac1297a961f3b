"""Client numbers and PINs of the demo's clients, so that they can serve themselves by telephone.

PINs come from the caller and are set anew each time; none is ever known here. A real client's PIN
is set by nobody but himself: see `crm_core.selfservice.pins`.
"""

from collections.abc import Mapping

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.demo.bank import CLIENTS
from crm_core.models import PartyKind, TelephonePin
from crm_core.selfservice import numbers
from crm_core.selfservice.pin_hashes import PinHashes, pin_row
from crm_core.selfservice.pin_states import PinState
from routing.ids import PartyId

WITH_PINS = tuple(one.key for one in CLIENTS if one.kind is PartyKind.PERSON)
"""Whose PINs `set_pins` can set; the keypad serves persons only."""


async def set_pins(
    session: AsyncSession,
    parties: Mapping[str, PartyId],
    pins: Mapping[str, str],
    hashes: PinHashes,
) -> Mapping[str, str]:
    """Give each of WITH_PINS that has a PIN here that PIN; their client numbers, by key."""
    given = {key: parties[key] for key in WITH_PINS if key in pins}
    await session.execute(delete(TelephonePin).where(TelephonePin.party.in_(given.values())))
    for key, party in given.items():
        hashed = await hashes.of(pins[key], pin_row(party))
        session.add(
            TelephonePin(
                party=party,
                hash=hashed.hash,
                key=hashed.key,
                state=PinState.ACTIVE,
                set_at=moment(session),
            )
        )
    await session.flush()
    return {key: await numbers.give(session, party) for key, party in given.items()}
