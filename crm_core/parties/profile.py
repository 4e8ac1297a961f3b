"""The whole profile of a person or an organisation, as it is told; `profile_edit` changes it.

`version` is the one that a change must name, so that of two people who edit at once the second
learns what the first did. Numbers appear by their last four characters only.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.errors import PartyUnknown
from crm_core.models import (
    Education,
    Organisation,
    Party,
    PartyKind,
    Person,
    RiskLevel,
    Sex,
)
from crm_core.money import Money
from routing.ids import PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralFacts:
    """What is told of any party. `language` is a code of ISO 639, `time_zone` an IANA name."""

    language: str
    time_zone: str | None = None
    home_branch: str | None = None
    risk_level: RiskLevel | None = None
    vip: bool = False
    dnc: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is told of a person. `citizenship` is ISO 3166; budgets are a month's."""

    family_name: str
    given_name: str = ""
    middle_name: str = ""
    birth_date: date | None = None
    birth_place: str | None = None
    died_on: date | None = None
    sex: Sex | None = None
    citizenship: str | None = None
    education: Education | None = None
    occupation: str | None = None
    employer: PartyId | None = None
    employer_name: str | None = None
    monthly_income: Money | None = None
    monthly_expense: Money | None = None
    dependants: int | None = None
    possessions: str | None = None

    @property
    def whole_name(self) -> str:
        return " ".join(filter(None, (self.family_name, self.given_name, self.middle_name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """What is told of an organisation. `industry_code` is OKVED or NACE."""

    name: str
    legal_name: str
    registration_number: str | None = None
    tax_id: str | None = None
    industry_code: str | None = None
    employees: int | None = None
    credit_rating: str | None = None
    founded_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A party's profile; `own` is of the kind that the party is."""

    party: PartyId
    kind: PartyKind
    version: int
    general: GeneralFacts
    own: PersonFacts | OrganisationFacts
    tax_id_last4: str | None
    updated_at: datetime
    erased_at: datetime | None


async def profile(session: AsyncSession, party: PartyId) -> Profile:
    """The profile, without an audit. Raises PartyUnknown."""
    row = await session.get(Party, party, populate_existing=True)
    if row is None:
        raise PartyUnknown
    own, last4 = await own_facts(session, row)
    return Profile(
        party=row.id,
        kind=row.kind,
        version=row.row_version,
        general=general_facts(row),
        own=own,
        tax_id_last4=last4,
        updated_at=row.updated_at,
        erased_at=row.erased_at,
    )


def general_facts(row: Party) -> GeneralFacts:
    """What the party's own row tells."""
    return GeneralFacts(
        language=row.language,
        time_zone=row.time_zone,
        home_branch=row.home_branch,
        risk_level=row.risk_level,
        vip=row.vip,
        dnc=row.dnc,
    )


async def own_facts(
    session: AsyncSession, party: Party
) -> tuple[PersonFacts | OrganisationFacts, str | None]:
    """What is told of the party by its kind, and the last four of a person's tax id."""
    if party.kind is PartyKind.PERSON:
        person = await session.get_one(Person, party.id, populate_existing=True)
        return _person(person), person.tax_id_last4
    row = await session.get_one(Organisation, party.id, populate_existing=True)
    return _organisation(party, row), None


def _person(row: Person) -> PersonFacts:
    return PersonFacts(
        family_name=row.family_name,
        given_name=row.given_name,
        middle_name=row.middle_name,
        birth_date=row.birth_date,
        birth_place=row.birth_place,
        died_on=row.died_on,
        sex=row.sex,
        citizenship=row.citizenship,
        education=row.education,
        occupation=row.occupation,
        employer=row.employer,
        employer_name=row.employer_name,
        monthly_income=_money(row.monthly_income_minor, row.budget_currency),
        monthly_expense=_money(row.monthly_expense_minor, row.budget_currency),
        dependants=row.dependants,
        possessions=row.possessions,
    )


def _organisation(party: Party, row: Organisation) -> OrganisationFacts:
    return OrganisationFacts(
        name=party.display_name,
        legal_name=row.legal_name,
        registration_number=row.registration_number,
        tax_id=row.tax_id,
        industry_code=row.industry_code,
        employees=row.employees,
        credit_rating=row.credit_rating,
        founded_on=row.founded_on,
    )


def _money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else Money(minor, currency)
