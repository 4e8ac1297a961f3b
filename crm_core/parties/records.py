"""Keeping parties: adding them and their phones, findable and recognisable at once.

One by one; what loads many at a time has ways of its own (`crm_core.corebank.landing`). This module
writes; `crm_core.parties` shows.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import phones
from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.duplicates.finding import refresh
from crm_core.errors import Refused
from crm_core.ids import new_id
from crm_core.models import (
    Organisation,
    Party,
    PartyKind,
    PartyPhone,
    PartyStatus,
    Person,
    PhoneNumber,
    PhoneRole,
    PhoneStatus,
)
from crm_core.search.index import index
from crm_core.upsert import insert_into
from routing.ids import PartyId


class NumberRefused(Refused):
    """The text is no phone number that a party could be called on."""

    code = "number_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """What is told of any party. `source` and `source_key` name it in the system it is from."""

    status: PartyStatus = PartyStatus.ACTIVE
    tier: str = "C"
    language: str = "en"
    vip: bool = False
    source: str | None = None
    source_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """A person's names; what he does not have is empty."""

    family: str
    given: str
    middle: str = ""

    @property
    def whole(self) -> str:
        return " ".join(filter(None, (self.family, self.given, self.middle)))


async def add_person(
    session: AsyncSession,
    name: PersonName,
    facts: PartyFacts,
    *,
    birth_date: date | None = None,
    by: str,
) -> PartyId:
    """Add a person."""
    party = await _add_party(session, PartyKind.PERSON, name.whole, facts)
    session.add(
        Person(
            party=party,
            family_name=name.family,
            given_name=name.given,
            middle_name=name.middle,
            birth_date=birth_date,
        )
    )
    await _added(session, party, by=by)
    return party


async def add_organisation(
    session: AsyncSession,
    name: str,
    facts: PartyFacts,
    *,
    legal_name: str = "",
    registration_number: str | None = None,
    by: str,
) -> PartyId:
    """Add an organisation."""
    party = await _add_party(session, PartyKind.ORGANISATION, name, facts)
    session.add(
        Organisation(
            party=party,
            legal_name=legal_name or name,
            registration_number=registration_number,
        )
    )
    await _added(session, party, by=by)
    return party


async def add_phone(
    session: AsyncSession,
    party: PartyId,
    raw: str,
    *,
    region: str,
    role: PhoneRole,
    rank: int = 1,
) -> str:
    """The party uses this number from now on. Its E.164 form. Raises NumberRefused."""
    e164 = phones.normalise(raw, region)
    if e164 is None:
        raise NumberRefused
    now = moment(session)
    session.add(
        PartyPhone(
            id=new_id(),
            party=party,
            phone=await _phone(session, e164),
            raw=raw,
            role=role,
            rank=rank,
            valid_from=now,
            created_at=now,
        )
    )
    await session.flush()
    await refresh(session, [party])
    return e164


async def _add_party(
    session: AsyncSession, kind: PartyKind, name: str, facts: PartyFacts
) -> PartyId:
    now = moment(session)
    row = Party(
        id=PartyId(new_id()),
        kind=kind,
        display_name=name,
        status=facts.status,
        status_since=now,
        tier=facts.tier,
        language=facts.language,
        vip=facts.vip,
        source=facts.source,
        source_key=facts.source_key,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    return row.id


async def _added(session: AsyncSession, party: PartyId, *, by: str) -> None:
    await session.flush()
    await index(session, party)
    await refresh(session, [party])
    subject = Subject(kind="party", id=party)
    await record(session, Action.PARTY_ADDED, actor=by, subject=subject, reason="")


async def _phone(session: AsyncSession, e164: str) -> str:
    """The id of the number, which is added if nobody used it yet."""
    fresh = {
        "id": new_id(),
        "e164": e164,
        "digits_reversed": e164[:0:-1],
        "status": PhoneStatus.ACTIVE,
        "created_at": moment(session),
    }
    statement = insert_into(session, PhoneNumber)
    await session.execute(
        statement.on_conflict_do_nothing(index_elements=[PhoneNumber.e164]), fresh
    )
    found = select(PhoneNumber.id).where(PhoneNumber.e164 == e164)
    return (await session.execute(found)).scalar_one()
