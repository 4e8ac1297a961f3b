"""Who is what to whom: families, employers, founders, groups, guarantors, business partners.

A relation stands once, from the first party to the second; the types are those of `crm_core`'s
standard list. What is not told by the core bank, a group's name and kind, goes into a file of its
own.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain, groupby

from crm_core.demo.generator.chance import Chance
from crm_core.demo.generator.loans import Loan
from crm_core.demo.generator.parties import Roster
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.records import Extra, Party, Row

COLUMNS = (*("source_key", "source_version", "from_key", "to_key", "type", "share", "valid_from"),)
EMPLOYED, PARTNERS = 120, 60
"""Of a thousand: persons whose employer is a client, and firms with a partner that is one."""

GROUP_COLUMNS = ("group_key", "kind", "name", "party_key", "head")
GROUP_KINDS = ("holding", "companies")

_SHARES = (("1",), ("0.5", "0.5"), ("0.6", "0.4"), ("0.51", "0.29", "0.2"), ("0.75", "0.25"))
_AFFILIATED_FROM = 4
Tie = tuple[str, str, str, str, date]


def relation_rows(plan: Plan, parties: Roster, loans: Sequence[Loan]) -> Iterator[Row]:
    """All relations, each pair and type once."""
    chance = plan.chance("relations")
    seen: set[tuple[str, str, str]] = set()
    for ties in (
        _families(plan, parties),
        _relatives(plan, chance, parties),
        _employers(plan, chance, parties),
        _founders(plan, chance, parties),
        _groups(plan, parties),
        _partners(plan, chance, parties),
        _guarantors(loans),
    ):
        for one, other, kind, share, since in ties:
            if one != other and (one, other, kind) not in seen:
                seen.add((one, other, kind))
                yield (f"r{len(seen):07}", 1, one, other, kind, share, since)


def groups_file(plan: Plan, parties: Roster, *, first: Sequence[Row] = ()) -> Extra:
    """Households and groups with their members, the head first, after those that are given."""
    return Extra("groups", GROUP_COLUMNS, chain(first, _group_rows(plan, parties)))


def _group_rows(plan: Plan, parties: Roster) -> Iterator[Row]:
    chance = plan.chance("kinds of groups")
    for n, members in enumerate(_at_home(parties.persons)):
        for one in members:
            head = "true" if one is members[0] else "false"
            yield (f"h{n + 1:06}", "household", members[0].family, one.key, head)
    for n, members in enumerate(_at_home(parties.organisations)):
        kind = chance.of(GROUP_KINDS)
        for one in members:
            head = "true" if one is members[0] else "false"
            yield (f"g{n + 1:06}", kind, members[0].name, one.key, head)


def _at_home(parties: Sequence[Party]) -> Iterator[list[Party]]:
    """The parties that belong together; they stand one after the other."""
    for home, members in groupby(parties, key=lambda one: one.home):
        if home is not None:
            yield list(members)


def _families(plan: Plan, parties: Roster) -> Iterator[Tie]:
    since = plan.as_of - timedelta(days=400)
    for head, spouse, *children in _at_home(parties.persons):
        yield head.key, spouse.key, "spouse", "", since
        for child in children:
            yield head.key, child.key, "parent", "", child.born or since
            yield spouse.key, child.key, "parent", "", child.born or since


def _relatives(plan: Plan, chance: Chance, parties: Roster) -> Iterator[Tie]:
    for one in parties.others["relative"]:
        client = chance.of(parties.persons)
        yield one.key, client.key, "relative", "", one.since


def _employers(plan: Plan, chance: Chance, parties: Roster) -> Iterator[Tie]:
    for one in parties.persons:
        if chance.hits(EMPLOYED):
            firm = chance.early(parties.organisations)
            days = chance.between(30, 3_000)
            yield firm.key, one.key, "employer", "", plan.as_of - timedelta(days=days)


def _founders(plan: Plan, chance: Chance, parties: Roster) -> Iterator[Tie]:
    """One to three founders of each firm; their shares add up to the whole."""
    strangers = list(parties.others["founder"])
    since = plan.as_of - timedelta(days=500)
    for firm in parties.organisations:
        for share in chance.of(_SHARES):
            one = strangers.pop() if strangers else chance.of(parties.persons)
            yield one.key, firm.key, "founder", share, since


def _groups(plan: Plan, parties: Roster) -> Iterator[Tie]:
    """A head and its subsidiaries; from the fourth member on they are affiliates instead."""
    since = plan.as_of - timedelta(days=300)
    for head, *members in _at_home(parties.organisations):
        for n, one in enumerate(members, start=2):
            kind = "parent_company" if n < _AFFILIATED_FROM else "affiliate"
            yield head.key, one.key, kind, "", since


def _partners(plan: Plan, chance: Chance, parties: Roster) -> Iterator[Tie]:
    since = plan.as_of - timedelta(days=200)
    for one in parties.organisations:
        if chance.hits(PARTNERS):
            yield one.key, chance.of(parties.organisations).key, "partner", "", since


def _guarantors(loans: Sequence[Loan]) -> Iterator[Tie]:
    for loan in loans:
        if loan.guarantor:
            yield loan.guarantor, loan.owner, "guarantor", "", loan.disbursed_on
