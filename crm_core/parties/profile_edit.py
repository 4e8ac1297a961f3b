"""Changing a profile: the whole of it at once, by whoever has seen its newest version.

A change that was made from an older version is refused with what stands there now beside what was
to be written; nobody's work is overwritten unseen.
"""

import dataclasses
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused, PartyUnknown, Refused
from crm_core.models import Branch, Organisation, Party, PartyKind, Person
from crm_core.parties.editing import editable, edited
from crm_core.parties.profile import (
    GeneralFacts,
    OrganisationFacts,
    PersonFacts,
    general_facts,
    own_facts,
)
from crm_core.parties.profile_rules import check_general, check_organisation, check_person
from crm_core.sealing import NumberKind, NumberSeal
from crm_core.sealing import NumberRefused as SealedNumberRefused
from crm_core.search.index import index
from routing.ids import AgentId, PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that somebody else changed: what was to be written, and what stands there."""

    field: str
    yours: object
    stored: object


class ProfileChanged(Refused):
    """Somebody changed the profile meanwhile. `version` is the newest; nothing was written."""

    code = "profile_changed"

    def __init__(self, version: int, differences: tuple[Difference, ...]) -> None:
        super().__init__()
        self.version = version
        self.differences = differences


class NoTaxId(Refused):
    """The person has no tax id on record."""

    code = "no_tax_id"


async def edit_profile(
    session: AsyncSession,
    party: PartyId,
    general: GeneralFacts,
    own: PersonFacts | OrganisationFacts,
    *,
    seen: int,
    by: str,
) -> int:
    """Let the profile say this; `seen` is the version it was made from. The new version.

    Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused, ProfileChanged.
    """
    row = await editable(session, party)
    stored_general, (stored_own, _) = general_facts(row), await own_facts(session, row)
    if type(own) is not type(stored_own):
        raise FieldRefused("kind", "other_kind")
    changed = _differences(general, stored_general) + _differences(own, stored_own)
    if not changed:
        return row.row_version
    if row.row_version != seen:
        raise ProfileChanged(row.row_version, changed)
    await _check(session, party, general, own)
    if general.home_branch != stored_general.home_branch:
        await _check_branch(session, general.home_branch)
    session.expunge(row)
    version = await _write_general(session, party, general, own, seen=seen)
    await _write_own(session, party, own)
    await index(session, party)
    fields = ",".join(one.field for one in changed)
    await edited(session, party, Action.PROFILE_EDITED, by=by, detail={"fields": fields})
    return version


async def set_tax_id(
    session: AsyncSession, party: PartyId, number: str | None, *, seal: NumberSeal, by: str
) -> None:
    """Keep a person's tax id, sealed; None takes it away.

    Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused.
    """
    row = await editable(session, party)
    if row.kind is not PartyKind.PERSON:
        raise FieldRefused("tax_id", "other_kind")
    person = await session.get_one(Person, party)
    if number is None:
        person.tax_id_sealed = person.tax_id_key = person.tax_id_hash = person.tax_id_last4 = None
    else:
        try:
            sealed = seal.seal(number, party, kind=NumberKind.PERSON)
        except SealedNumberRefused:
            raise FieldRefused("tax_id", "not_a_number") from None
        person.tax_id_sealed, person.tax_id_key = sealed.sealed, sealed.key
        person.tax_id_hash, person.tax_id_last4 = sealed.hash, sealed.last4
    await edited(session, party, Action.PROFILE_EDITED, by=by, detail={"fields": "tax_id"})


async def reveal_tax_id(
    session: AsyncSession, party: PartyId, *, seal: NumberSeal, viewer: AgentId, reason: str
) -> str:
    """The whole tax id of a person; the look is audited. Needs a unit of work.

    Raises PartyUnknown, NoTaxId, KeyUnknown, SealBroken.
    """
    row = await session.get(Person, party)
    if row is None:
        raise PartyUnknown
    if row.tax_id_sealed is None or row.tax_id_key is None:
        raise NoTaxId
    number = seal.open(row.tax_id_sealed, row.tax_id_key, party, kind=NumberKind.PERSON)
    subject = Subject(kind="party", id=party)
    detail = {"what": "tax_id"}
    await record(
        session,
        Action.NUMBER_REVEALED,
        actor=viewer,
        subject=subject,
        reason=reason,
        detail=detail,
    )
    return number


def _differences(
    new: GeneralFacts | PersonFacts | OrganisationFacts,
    old: GeneralFacts | PersonFacts | OrganisationFacts,
) -> tuple[Difference, ...]:
    pairs = ((f.name, getattr(new, f.name), getattr(old, f.name)) for f in dataclasses.fields(new))
    return tuple(Difference(field=n, yours=a, stored=b) for n, a, b in pairs if a != b)


async def _check(
    session: AsyncSession,
    party: PartyId,
    general: GeneralFacts,
    own: PersonFacts | OrganisationFacts,
) -> None:
    check_general(general)
    if isinstance(own, OrganisationFacts):
        check_organisation(own, moment(session).date())
        return
    check_person(own, moment(session).date())
    if own.employer == party:
        raise FieldRefused("employer", "self")
    if own.employer is not None and await session.get(Party, own.employer) is None:
        raise FieldRefused("employer", "unknown_party")


async def _check_branch(session: AsyncSession, branch: str | None) -> None:
    """A home branch is told by its code, as agreements tell theirs."""
    if branch is None:
        return
    if await session.scalar(select(Branch.id).where(Branch.code == branch)) is None:
        raise FieldRefused("home_branch", "unknown_branch")


async def _write_general(
    session: AsyncSession,
    party: PartyId,
    general: GeneralFacts,
    own: PersonFacts | OrganisationFacts,
    *,
    seen: int,
) -> int:
    name = own.whole_name if isinstance(own, PersonFacts) else own.name
    statement = update(Party).where(Party.id == party, Party.row_version == seen)
    values = {**_values(general), "display_name": name, "row_version": seen + 1}
    await session.execute(statement.values(**values, updated_at=moment(session)))
    return seen + 1


async def _write_own(
    session: AsyncSession, party: PartyId, own: PersonFacts | OrganisationFacts
) -> None:
    values = _values(own)
    if isinstance(own, OrganisationFacts):
        values.pop("name")
        await session.execute(
            update(Organisation).where(Organisation.party == party).values(**values)
        )
        return
    income, expense = own.monthly_income, own.monthly_expense
    values.pop("monthly_income"), values.pop("monthly_expense")
    currency = next((one.currency for one in (income, expense) if one), None)
    budget = {
        "monthly_income_minor": income.minor if income else None,
        "monthly_expense_minor": expense.minor if expense else None,
        "budget_currency": currency,
    }
    await session.execute(update(Person).where(Person.party == party).values(**values, **budget))


def _values(facts: GeneralFacts | PersonFacts | OrganisationFacts) -> dict[str, object]:
    return {one.name: getattr(facts, one.name) for one in dataclasses.fields(facts)}
