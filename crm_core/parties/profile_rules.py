"""What a profile may say: rules of single facts and of facts beside each other. Pure.

Lengths of texts are the edge's business. Raises FieldRefused with the field's name and a code.
"""

from datetime import date
from zoneinfo import available_timezones

from babel import Locale

from crm_core.errors import FieldRefused
from crm_core.money import Money
from crm_core.parties.profile import GeneralFacts, OrganisationFacts, PersonFacts

EARLIEST = date(1850, 1, 1)
MOST_DEPENDANTS = 50
MOST_EMPLOYEES = 10_000_000
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
COUNTRIES = frozenset(
    code
    for code in map(str, Locale("en").territories)
    if len(code) == 2 and code not in _NO_COUNTRIES
)
"""Codes of ISO 3166-1."""
ZONES = frozenset(available_timezones())


def check_general(facts: GeneralFacts) -> None:
    """Raises FieldRefused."""
    if facts.time_zone is not None and facts.time_zone not in ZONES:
        raise FieldRefused("time_zone", "unknown_zone")
    if not (facts.language.isascii() and facts.language.isalpha() and len(facts.language) == 2):
        raise FieldRefused("language", "unknown_language")


def check_person(facts: PersonFacts, today: date) -> None:
    """Raises FieldRefused."""
    if not facts.whole_name.strip():
        raise FieldRefused("family_name", "missing")
    past_day("birth_date", facts.birth_date, today)
    past_day("died_on", facts.died_on, today)
    if facts.birth_date and facts.died_on and facts.died_on < facts.birth_date:
        raise FieldRefused("died_on", "before_birth")
    country("citizenship", facts.citizenship)
    _budget(facts.monthly_income, facts.monthly_expense)
    _count("dependants", facts.dependants, MOST_DEPENDANTS)


def check_organisation(facts: OrganisationFacts, today: date) -> None:
    """Raises FieldRefused."""
    if not facts.name.strip():
        raise FieldRefused("name", "missing")
    past_day("founded_on", facts.founded_on, today, earliest=date(1000, 1, 1))
    _count("employees", facts.employees, MOST_EMPLOYEES)


def past_day(field: str, day: date | None, today: date, *, earliest: date = EARLIEST) -> None:
    """A day that has come, if it is told at all. Raises FieldRefused."""
    if day is not None and day > today:
        raise FieldRefused(field, "in_future")
    if day is not None and day < earliest:
        raise FieldRefused(field, "too_early")


def country(field: str, code: str | None) -> None:
    """A country, if it is told at all. Raises FieldRefused."""
    if code is not None and code not in COUNTRIES:
        raise FieldRefused(field, "unknown_country")


def _budget(income: Money | None, expense: Money | None) -> None:
    for field, amount in (("monthly_income", income), ("monthly_expense", expense)):
        if amount is not None and amount.minor < 0:
            raise FieldRefused(field, "negative")
    if income and expense and income.currency != expense.currency:
        raise FieldRefused("monthly_expense", "other_currency")


def _count(field: str, count: int | None, most: int) -> None:
    if count is not None and not 0 <= count <= most:
        raise FieldRefused(field, "out_of_range")
