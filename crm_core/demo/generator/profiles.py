"""What is known of parties beyond the contract: a file of its own."""

from collections.abc import Iterable, Iterator

from crm_core.demo.generator.chance import Chance
from crm_core.demo.generator.offers import HOME_CURRENCY
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.records import Extra, Party, Row
from crm_core.demo.generator.words import LEXICONS

COLUMNS = (
    *("party_key", "sex", "time_zone", "branch", "city", "address", "revenue", "currency"),
    "flags",
)


def profiles_file(plan: Plan, parties: Iterable[Party], flags: dict[str, str]) -> Extra:
    """Sex, time zone, branch, address, yearly revenue in major units, and warnings."""
    return Extra("profiles", COLUMNS, _rows(plan, parties, flags))


def _rows(plan: Plan, parties: Iterable[Party], flags: dict[str, str]) -> Iterator[Row]:
    chance = plan.chance("addresses")
    for one in parties:
        yield (
            *(one.key, one.sex, one.time_zone, one.branch, *_address(chance, one.language)),
            *(one.revenue, HOME_CURRENCY[one.language], flags.get(one.key, "")),
        )


def _address(chance: Chance, language: str) -> tuple[str, str]:
    words = LEXICONS[language]
    house, flat = chance.between(1, 180), chance.between(1, 240)
    street = words.street_pattern.format(street=chance.early(words.streets), house=house, flat=flat)
    return chance.early(words.cities), street
