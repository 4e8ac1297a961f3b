"""What is known of parties beyond the contract: a file of its own."""

from collections.abc import Iterable, Iterator
from datetime import date

from crm_core.demo.generator.chance import Chance
from crm_core.demo.generator.offers import HOME_CURRENCY
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.records import Extra, Party, Row
from crm_core.demo.generator.words import LEXICONS

COLUMNS = (
    *("party_key", "sex", "birth_place", "died_on", "time_zone", "branch", "country", "city"),
    *("address", "revenue", "currency", "flags"),
)
COUNTRIES = {"ru": "RU", "uk": "UA", "en": "US", "zh": "CN"}


def profiles_file(
    plan: Plan, parties: Iterable[Party], flags: dict[str, str], died: dict[str, date]
) -> Extra:
    """Sex, birth and death, time zone, branch, address, yearly revenue in major units, warnings."""
    return Extra("profiles", COLUMNS, _rows(plan, parties, flags, died))


def _rows(
    plan: Plan, parties: Iterable[Party], flags: dict[str, str], died: dict[str, date]
) -> Iterator[Row]:
    chance, births = plan.chance("addresses"), plan.chance("birth places")
    for one in parties:
        born_in = "" if one.organisation else births.early(LEXICONS[one.language].cities)
        yield (
            *(one.key, one.sex, born_in, died.get(one.key, ""), one.time_zone, one.branch),
            *(COUNTRIES[one.language], *_address(chance, one.language)),
            *(one.revenue, HOME_CURRENCY[one.language], flags.get(one.key, "")),
        )


def _address(chance: Chance, language: str) -> tuple[str, str]:
    words = LEXICONS[language]
    house, flat = chance.between(1, 180), chance.between(1, 240)
    street = words.street_pattern.format(street=chance.early(words.streets), house=house, flat=flat)
    return chance.early(words.cities), street
