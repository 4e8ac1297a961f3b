"""Second records of persons whom the bank has already, as careless entry makes them; and the truth.

Each kind of mistake is made equally often. The truth file names the pairs, so that whoever finds
duplicates can be measured by precision and recall.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from crm_core.demo.generator.chance import Chance, apportioned
from crm_core.demo.generator.numbers import Numbers
from crm_core.demo.generator.parties import Roster
from crm_core.demo.generator.phones import Use
from crm_core.demo.generator.plan import Plan, share
from crm_core.demo.generator.records import Extra, Party
from crm_core.demo.generator.words.latin import latin

KINDS = {"typo": 1, "swapped": 1, "old_phone": 1, "transliteration": 1}

TRUTH_COLUMNS = ("party_key", "duplicate_key", "kind")

_KEEPS_PHONE = frozenset({"typo", "swapped", "transliteration"})


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A second record of a person, the number it came with, and the mistake."""

    of: str
    party: Party
    number: str
    kind: str

    @property
    def use(self) -> Use:
        return Use(party=self.party.key, number=self.number, role="mobile", rank=1)


def wanted(plan: Plan) -> int:
    """How many second records there will be."""
    return share(plan.size, plan.unusual.duplicates)


def sharing(plan: Plan) -> int:
    """How many of them come with the number of the first record."""
    counts = dict(zip(KINDS, apportioned(wanted(plan), tuple(KINDS.values())), strict=True))
    return sum(counts[kind] for kind in _KEEPS_PHONE)


def duplicates(
    plan: Plan, parties: Roster, uses: Sequence[Use], numbers: Numbers
) -> list[Duplicate]:
    """Second records of so many of the persons, in a drawn order."""
    chance = plan.chance("duplicates")
    named = [one for one in parties.persons if one.family and one.given]
    originals = chance.picked(named, wanted(plan))
    kinds = chance.dealt(len(originals), KINDS)
    known = {one.party: one.number for one in uses if one.rank == 1}
    return [
        Duplicate(
            of=one.key,
            party=_again(plan, chance, one, kind, n),
            number=known[one.key] if kind in _KEEPS_PHONE else numbers.next(one.language),
            kind=kind,
        )
        for n, (one, kind) in enumerate(zip(originals, kinds, strict=True), start=1)
    ]


def truth_file(found: Sequence[Duplicate]) -> Extra:
    """The pairs that are one person."""
    rows = ((one.of, one.party.key, one.kind) for one in found)
    return Extra("duplicates", TRUTH_COLUMNS, rows)


def _again(plan: Plan, chance: Chance, one: Party, kind: str, n: int) -> Party:
    known = replace(
        one,
        key=f"d{n:07}",
        status="potential",
        tier="potential",
        since=plan.as_of - timedelta(days=chance.between(1, 300)),
        vip=False,
        client=False,
        client_number="",
        revenue=0,
        home=None,
    )
    if kind == "swapped":
        return replace(known, family=one.given, given=one.family)
    if kind == "transliteration" and _in_latin(one) != (one.family, one.given):
        family, given = _in_latin(one)
        return replace(known, family=family, given=given, middle="")
    return replace(known, family=_typo(chance, one.family)) if kind != "old_phone" else known


def _in_latin(one: Party) -> tuple[str, str]:
    return latin(one.family, one.language), latin(one.given, one.language)


def _typo(chance: Chance, name: str) -> str:
    """The name with two letters swapped, one lost or one doubled; a short one gains a letter."""
    places = list(_swappable(name))
    slip = chance.below(3)
    if not places:
        return name + name[-1]
    at = chance.of(places)
    if slip == 0:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + name[at + 1 :] if slip == 1 else name[: at + 1] + name[at:]


def _swappable(name: str) -> Iterator[int]:
    """Where two different letters stand beside each other, but for the first."""
    for at in range(1, len(name) - 1):
        if name[at] != name[at + 1] and name[at].isalpha() and name[at + 1].isalpha():
            yield at
