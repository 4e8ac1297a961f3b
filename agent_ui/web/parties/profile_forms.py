"""A profile as a form: what its fields are called, and the facts that a sent form tells.

Both directions use the names of the facts themselves, so that a refusal finds its field.
"""

import dataclasses
from collections.abc import Iterator

from agent_ui.web.parties.fields import Fields, shown
from crm_core.models import Education, RiskLevel, Sex
from crm_core.parties.profile import GeneralFacts, OrganisationFacts, PersonFacts, Profile
from crm_core.parties.profile_rules import MOST_DEPENDANTS, MOST_EMPLOYEES

LONGEST_NOTE = 2000
DEFAULT_CURRENCY = "RUB"
AMOUNTS = ("monthly_income", "monthly_expense")

Own = PersonFacts | OrganisationFacts


def form_of(one: Profile, *, amounts: bool) -> Fields:
    """The profile in a form; without `amounts` they are not in it."""
    facts = dict(_facts(one.general)) | dict(_facts(one.own))
    if isinstance(one.own, PersonFacts):
        income, expense = one.own.monthly_income, one.own.monthly_expense
        known = income or expense
        facts["budget_currency"] = known.currency if known else DEFAULT_CURRENCY
    if not amounts:
        facts |= dict.fromkeys(AMOUNTS)
    return shown((facts | {"version": one.version}).items())


def general_told(form: Fields) -> GeneralFacts:
    """What the form tells of any party."""
    return GeneralFacts(
        language=form.text("language") or "",
        time_zone=form.text("time_zone"),
        home_branch=form.text("home_branch"),
        risk_level=form.one_of("risk_level", RiskLevel),
        vip=form.flag("vip"),
        dnc=form.flag("dnc"),
    )


def own_told(form: Fields, before: Own | type[Own], *, amounts: bool) -> Own:
    """What the form tells by the party's kind; without `amounts` they stay as before."""
    kind = before if isinstance(before, type) else type(before)
    if kind is OrganisationFacts:
        return _organisation(form)
    person = _person(form)
    if not amounts and isinstance(before, PersonFacts):
        kept = {name: getattr(before, name) for name in AMOUNTS}
        return dataclasses.replace(person, **kept)
    return person


def _person(form: Fields) -> PersonFacts:
    currency = form.text("budget_currency", longest=3) or DEFAULT_CURRENCY
    return PersonFacts(
        family_name=form.text("family_name") or "",
        given_name=form.text("given_name") or "",
        middle_name=form.text("middle_name") or "",
        birth_date=form.day("birth_date"),
        birth_place=form.text("birth_place"),
        died_on=form.day("died_on"),
        sex=form.one_of("sex", Sex),
        citizenship=form.text("citizenship", longest=2),
        education=form.one_of("education", Education),
        occupation=form.text("occupation"),
        employer_name=form.text("employer_name"),
        monthly_income=form.money("monthly_income", currency),
        monthly_expense=form.money("monthly_expense", currency),
        dependants=form.number("dependants", most=MOST_DEPENDANTS),
        possessions=form.text("possessions", longest=LONGEST_NOTE),
    )


def _organisation(form: Fields) -> OrganisationFacts:
    name = form.text("name") or ""
    return OrganisationFacts(
        name=name,
        legal_name=form.text("legal_name") or name,
        registration_number=form.text("registration_number", longest=40),
        tax_id=form.text("tax_id", longest=40),
        industry_code=form.text("industry_code", longest=20),
        employees=form.number("employees", most=MOST_EMPLOYEES),
        credit_rating=form.text("credit_rating", longest=20),
        founded_on=form.day("founded_on"),
    )


def _facts(facts: GeneralFacts | Own) -> Iterator[tuple[str, object]]:
    return ((one.name, getattr(facts, one.name)) for one in dataclasses.fields(facts))
