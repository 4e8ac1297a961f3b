"""A new client, entered without making a duplicate: who is like him is told before he is added.

Somebody who knows better adds him all the same; the pair then waits for the second look that the
nightly search gives it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import phones
from crm_core.duplicates.finding import alike, find_for
from crm_core.duplicates.likeness import Likeness, firm, part_of_name
from crm_core.models import Party, PartyKind, PartyStatus
from crm_core.parties.contact_phones import OF_OTHERS, PhoneUse, use_phone
from crm_core.parties.profile import GeneralFacts, OrganisationFacts, PersonFacts
from crm_core.parties.profile_edit import edit_profile, set_tax_id
from crm_core.parties.records import PartyFacts, PersonName, add_organisation, add_person
from crm_core.sealing import NumberKind, NumberRefused, NumberSeal
from crm_core.search.masked import masked_numbers
from routing.ids import PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPhone:
    """A number as it was typed, and what it is to the new client."""

    raw: str
    use: PhoneUse


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """All that is told of a new client. `tax_id` is a person's, plain here and nowhere later."""

    general: GeneralFacts
    own: PersonFacts | OrganisationFacts
    phones: tuple[NewPhone, ...] = ()
    tax_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resembling:
    """A party that the new client may be. `evidence` are codes of what they share."""

    party: PartyId
    name: str
    status: PartyStatus
    phones: tuple[str, ...]
    evidence: tuple[str, ...]


async def resembling(
    session: AsyncSession, new: NewClient, *, region: str, seal: NumberSeal
) -> Sequence[Resembling]:
    """Whom the bank knows that this may be, the likeliest first."""
    found = await alike(session, _likeness(new, region, seal))
    ids = [one.party for one in found]
    rows = await session.execute(
        select(Party.id, Party.display_name, Party.status).where(Party.id.in_(ids))
    )
    known = {party: (name, status) for party, name, status in rows}
    numbers = await masked_numbers(session, ids)
    return tuple(
        Resembling(
            party=one.party,
            name=known[one.party][0],
            status=known[one.party][1],
            phones=tuple(numbers.get(one.party, ())),
            evidence=tuple(dict.fromkeys(e.code for e in one.verdict.evidence if e.points > 0)),
        )
        for one in found
    )


async def add_client(
    session: AsyncSession, new: NewClient, *, region: str, seal: NumberSeal, by: str
) -> PartyId:
    """Add the client with his phones and profile. Raises FieldRefused."""
    facts = PartyFacts(status=PartyStatus.SUSPECT, tier="suspect", language=new.general.language)
    if isinstance(new.own, PersonFacts):
        own = new.own
        name = PersonName(family=own.family_name, given=own.given_name, middle=own.middle_name)
        party = await add_person(session, name, facts, birth_date=own.birth_date, by=by)
    else:
        party = await add_organisation(session, new.own.name, facts, by=by)
    for phone in new.phones:
        await use_phone(session, party, phone.raw, phone.use, region=region, by=by)
    if new.tax_id and isinstance(new.own, PersonFacts):
        await set_tax_id(session, party, new.tax_id, seal=seal, by=by)
    await edit_profile(session, party, new.general, new.own, seen=1, by=by)
    await find_for(session, party)
    return party


def usual_use(use: PhoneUse) -> PhoneUse:
    """The use with nothing discussed where somebody else answers."""
    if use.role not in OF_OTHERS:
        return use
    return PhoneUse(role=use.role, rank=use.rank, may_call=use.may_call, may_discuss=False)


def _likeness(new: NewClient, region: str, seal: NumberSeal) -> Likeness:
    numbers = frozenset(filter(None, (phones.normalise(p.raw, region) for p in new.phones)))
    own = new.own
    if isinstance(own, OrganisationFacts):
        ids = frozenset(filter(None, (own.registration_number, own.tax_id)))
        return Likeness(
            party="",
            kind=PartyKind.ORGANISATION,
            family=firm(own.legal_name or own.name),
            tax_ids=ids,
            phones=numbers,
        )
    family, family_suffix = part_of_name(own.family_name)
    given, given_suffix = part_of_name(own.given_name)
    return Likeness(
        party="",
        kind=PartyKind.PERSON,
        family=family,
        given=given,
        middle=part_of_name(own.middle_name)[0],
        suffix=max(family_suffix, given_suffix),
        born=own.birth_date,
        sex=own.sex,
        tax_ids=_tax_ids(new.tax_id, seal),
        phones=numbers,
    )


def _tax_ids(number: str | None, seal: NumberSeal) -> frozenset[str]:
    """The hashes under every key of the keyring; nothing for what is no tax id."""
    try:
        return frozenset(seal.hashes(number or "", NumberKind.PERSON).values())
    except NumberRefused:
        return frozenset()
