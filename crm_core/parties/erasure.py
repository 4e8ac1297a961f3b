"""Erasure: of a person or organisation only ids and amounts are left, and the audit of what was.

Agreements, entries, calls and cases keep their ids, dates and amounts; names, numbers, addresses,
documents and files go. Refused while the party has anything open with the bank. Done once: to ask
again changes nothing. The chain of the audit holds codes and ids alone, so it stays whole.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.bank.terms import AgreementStatus
from crm_core.database import moment
from crm_core.errors import Refused
from crm_core.models import (
    Agreement,
    AgreementParty,
    BankCard,
    CallCard,
    ConsentEvent,
    IdentityDocument,
    Licence,
    Organisation,
    Party,
    PartyAddress,
    PartyEmail,
    PartyPhone,
    Person,
    PhoneNumber,
)
from crm_core.parties.attachments import forget_attachments
from crm_core.parties.editing import PartyErased, editable, edited
from crm_core.search import forget
from routing.ids import PartyId

ERASED = "•••"
"""What stands where a name was."""


class ErasureReason(StrEnum):
    """Why a party is erased: a code, for the audit keeps it for ever."""

    ASKED = "asked"
    RETENTION_OVER = "retention_over"
    COLLECTED_BY_MISTAKE = "collected_by_mistake"


class AgreementOpen(Refused):
    """The party has an open agreement, its own or one that it answers for."""

    code = "agreement_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What is left to do once the erasure is committed: files to drop by their keys."""

    files: tuple[str, ...] = ()


async def erase(session: AsyncSession, party: PartyId, *, reason: ErasureReason, by: str) -> Erased:
    """Erase the party. Drop the files of the answer after the commit; the sweep does if not.

    Raises PartyUnknown, PartyMerged, AgreementOpen.
    """
    try:
        row = await editable(session, party)
    except PartyErased:
        return Erased()
    if await _has_open_agreement(session, party):
        raise AgreementOpen
    await _profile(session, row)
    await _phones(session, party)
    for table in (IdentityDocument, PartyAddress, PartyEmail):
        await session.execute(delete(table).where(table.party == party))
    unevidenced = update(ConsentEvent).where(ConsentEvent.party == party)
    await session.execute(unevidenced.values(evidence=""))
    await _calls(session, party)
    await _bank_cards(session, party)
    files = await forget_attachments(session, party)
    await forget(session, party)
    await edited(session, party, Action.PARTY_ERASED, by=by, reason=reason.value)
    return Erased(files=tuple(files))


async def _has_open_agreement(session: AsyncSession, party: PartyId) -> bool:
    held = (
        select(AgreementParty.id)
        .join(Agreement, Agreement.id == AgreementParty.agreement)
        .where(AgreementParty.party == party, AgreementParty.ends_before.is_(None))
        .where(Agreement.status != AgreementStatus.CLOSED)
        .limit(1)
    )
    return await session.scalar(held) is not None


async def _profile(session: AsyncSession, row: Party) -> None:
    now = moment(session)
    row.display_name, row.erased_at, row.updated_at = ERASED, now, now
    row.time_zone = row.home_branch = row.source_key = row.source = None
    row.dnc, row.vip = True, False
    await session.flush()
    nothing = {column.key: None for column in Person.__table__.columns if column.nullable}
    names = {"family_name": ERASED, "given_name": "", "middle_name": ""}
    await session.execute(update(Person).where(Person.party == row.id).values(**nothing, **names))
    await session.execute(
        update(Person).where(Person.employer == row.id).values(employer_name=None)
    )
    empty = {column.key: None for column in Organisation.__table__.columns if column.nullable}
    await session.execute(
        update(Organisation).where(Organisation.party == row.id).values(**empty, legal_name=ERASED)
    )
    await session.execute(delete(Licence).where(Licence.organisation == row.id))


async def _phones(session: AsyncSession, party: PartyId) -> None:
    """The uses go, and the numbers that nobody else ever used."""
    gone = delete(PartyPhone).where(PartyPhone.party == party).returning(PartyPhone.phone)
    numbers = set(await session.scalars(gone))
    used = exists().where(PartyPhone.phone == PhoneNumber.id)
    alone = delete(PhoneNumber).where(PhoneNumber.id.in_(numbers), ~used)
    await session.execute(alone.execution_options(synchronize_session=False))


async def _calls(session: AsyncSession, party: PartyId) -> None:
    """Calls of the party keep when, who and how they ended; what was said and by whom goes."""
    of_party = CallCard.party == party
    spoken = {"caller_name": ERASED, "essence": ERASED, "follow_up": ""}
    filled = CallCard.essence != ""
    await session.execute(update(CallCard).where(of_party, filled).values(**spoken))
    numbers: dict[str, object] = {
        "number": None,
        "raw_number": "",
        "network_name": "",
        "candidates": [],
    }
    await session.execute(update(CallCard).where(of_party).values(**numbers))
    guessed = update(CallCard).where(CallCard.suggested_party == party, CallCard.party.is_(None))
    await session.execute(guessed.values(**numbers))


async def _bank_cards(session: AsyncSession, party: PartyId) -> None:
    own = update(BankCard).where(BankCard.party == party)
    await session.execute(own.values(embossed_name=ERASED))
