"""How well duplicates are found: precision and recall of pairs against what is known to be true.

Two banks: the made-up one, whose planted duplicates are known, through import and the nightly job;
and a public set of 120 customer records with their true clusters (`dedupe/` in the folder that
TELLERLINE_DATA names; without it those rows are left out), compared pair by pair. The peer is what
one would write first: equal folded names and equal birth dates.
"""

from __future__ import annotations

import asyncio
import csv
import itertools
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select

from bench.rows import Row, row
from config.collecting import read_collection_rules
from config.demo_bank import Loading, load_bank, make_bank
from config.settings import PACKAGE as CONFIG
from config.work import read_work_rules
from crm_core.database import Database, upgrade
from crm_core.demo.generator.plan import Plan
from crm_core.duplicates.comparing import LIKELY, POSSIBLE, compare
from crm_core.duplicates.finding import find_all
from crm_core.duplicates.likeness import Likeness, address, firm, folded, part_of_name
from crm_core.models import DuplicatePair, Party, PartyKind, Person
from crm_core.sealing import NumberSeal, throwaway_keyring

AS_OF = date(2026, 3, 2)
CLIENTS = 5_000
LEVELS = (("worth a look", POSSIBLE), ("likely", LIKELY))
Pairs = set[frozenset[str]]


def run(quick: bool) -> list[Row]:
    """Measure on the made-up bank, and on the public set if it is there."""
    rows = list(asyncio.run(_made_up(CLIENTS // 5 if quick else CLIENTS)))
    data = os.environ.get("TELLERLINE_DATA")
    return [*rows, *_public(Path(data) / "dedupe")] if data else rows


def _rows(bank: str, found: Mapping[str, Pairs], naive: Pairs, true: Pairs) -> Iterator[Row]:
    for level, pairs in found.items():
        for what, ours, peer in (
            ("precision", _share(pairs & true, pairs), _share(naive & true, naive)),
            ("recall", _share(pairs & true, true), _share(naive & true, true)),
        ):
            yield row(f"duplicates, {bank}, {level}, {what}", ours=ours, peer=peer, unit="share")


def _share(part: Pairs, whole: Pairs) -> float:
    return len(part) / len(whole) if whole else 0.0


# ── The made-up bank ────────────────────────────────────────────────────────────────────────


async def _made_up(clients: int) -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        bank = Path(folder) / "bank"
        make_bank(Plan(clients=clients, seed=42, as_of=AS_OF), bank)
        url = f"sqlite:///{Path(folder) / 'bank.db'}"
        upgrade(url)
        db = Database(url)
        what = Loading(
            seal=NumberSeal(throwaway_keyring()),
            region="RU",
            work=read_work_rules(CONFIG),
            collecting=read_collection_rules(CONFIG),
        )
        await load_bank(db, bank, what)
        await find_all(db, AS_OF, _unheard)
        found, naive = await _stored(db)
        await db.close()
        with (bank / "extra" / "duplicates.csv").open(encoding="utf-8", newline="") as file:
            true = {
                frozenset((one["party_key"], one["duplicate_key"])) for one in csv.DictReader(file)
            }
    return list(_rows(f"made-up bank of {clients:,}", found, naive, true))


async def _stored(db: Database) -> tuple[dict[str, Pairs], Pairs]:
    async with db.reading() as session:
        named = await session.execute(select(Party.id, Party.source_key))
        keys = {party: str(key) for party, key in named}
        pairs = (
            await session.execute(
                select(DuplicatePair.one, DuplicatePair.other, DuplicatePair.points)
            )
        ).all()
        people = (
            await session.execute(
                select(Person.party, Party.display_name, Person.birth_date).join(
                    Party, Party.id == Person.party
                )
            )
        ).all()
    found = {
        level: {
            frozenset((keys[one], keys[other]))
            for one, other, points in pairs
            if points >= least * 100
        }
        for level, least in LEVELS
    }
    return found, _alike((keys[who], folded(name), born) for who, name, born in people)


async def _unheard(_done: int) -> None:
    """Nobody watches."""


def _alike(people: Iterable[tuple[str, tuple[str, ...], date | None]]) -> Pairs:
    """What one would write first."""
    groups: dict[object, list[str]] = {}
    for who, name, born in people:
        if name and born:
            groups.setdefault((name, born), []).append(who)
    return {
        frozenset(pair) for group in groups.values() for pair in itertools.combinations(group, 2)
    }


# ── The public set ──────────────────────────────────────────────────────────────────────────

_DATES = ("%m/%d/%Y", "%m/%d/%y", "%d/%m/%Y", "%d-%b-%y", "%b %d %Y", "%Y-%m-%d")
_ADDRESS = ("ADDR_FULL", "ADDR_LINE1", "ADDR_CITY", "ADDR_STATE", "ADDR_POSTAL_CODE")
_DOCUMENTS = ("PASSPORT_NUMBER", "DRIVERS_LICENSE_NUMBER", "NATIONAL_ID_NUMBER")
_SEXES = {"M": "male", "MALE": "male", "F": "female", "FEMALE": "female"}


def _public(folder: Path) -> Iterator[Row]:
    with (folder / "customers.csv").open(encoding="utf-8-sig", newline="") as file:
        records = [_record(one) for one in csv.DictReader(file)]
    with (folder / "actual_truthset_key.csv").open(encoding="utf-8", newline="") as file:
        cluster = {
            one["RECORD_ID"]: one["CLUSTER_ID"]
            for one in csv.DictReader(file)
            if one["DATA_SOURCE"] == "CUSTOMERS"
        }
    bearers = Counter(mark for one in records for mark in (*one.phones, *one.emails))
    found: dict[str, Pairs] = {level: set() for level, _ in LEVELS}
    true: Pairs = set()
    for one, other in itertools.combinations(records, 2):
        pair = frozenset((one.party, other.party))
        points = compare(one, other, bearers=lambda mark: bearers[mark]).points
        if cluster[one.party] == cluster[other.party]:
            true.add(pair)
        for level, least in LEVELS:
            if points >= least:
                found[level].add(pair)
    naive = _alike((one.party, (*one.family, *one.given), one.born) for one in records)
    yield from _rows("public set", found, naive, true)


def _record(given: dict[str, str]) -> Likeness:
    family, of_family = part_of_name(given["PRIMARY_NAME_LAST"])
    first, of_first = part_of_name(given["PRIMARY_NAME_FIRST"])
    middle, of_middle = part_of_name(given["PRIMARY_NAME_MIDDLE"])
    if not family and (native := folded(given["NATIVE_NAME_FULL"])):
        family, first = native[:1], ("".join(native[1:]),) if native[1:] else ()
    if not family and (whole := folded(given["PRIMARY_NAME_FULL"])):
        family, first, middle = whole[-1:], whole[:1], whole[1:-1]
    company = given["PRIMARY_NAME_ORG"] or given["SECONDARY_NAME_ORG"]
    place = " ".join(given[name] for name in _ADDRESS)
    phone = re.sub(r"\D", "", given["PHONE_NUMBER"])[-7:]
    return Likeness(
        party=given["RECORD_ID"],
        kind=PartyKind.ORGANISATION if company else PartyKind.PERSON,
        family=firm(company) if company else family,
        given=first,
        middle=middle,
        suffix=max(of_family, of_first, of_middle),
        born=_date(given["DATE_OF_BIRTH"].strip()),
        sex=_SEXES.get(given["GENDER"].upper()),
        tax_ids=frozenset(filter(None, (re.sub(r"\D", "", given["SSN_NUMBER"]),))),
        documents=frozenset(given[name] for name in _DOCUMENTS if given[name]),
        phones=frozenset(filter(None, (phone,))),
        emails=frozenset(re.findall(r"[\w.]+@[\w.\-]+", given["EMAIL_ADDRESS"].lower())),
        addresses=(address(place),) if place.strip() else (),
    )


def _date(text: str) -> date | None:
    for form in _DATES:
        try:
            found = datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        return found.replace(year=found.year - 100) if found > AS_OF else found
    return None
