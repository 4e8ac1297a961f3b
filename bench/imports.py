"""Importing a batch of the core bank, beside a plain executemany of the very rows it stored.

The peer is what no import can do without: the rows that ours has stored (those of the tables and
of the mirror, and what makes parties findable) are read back, deleted, and put in again by the
driver's executemany, ready-made, in one transaction. Ours also reads the file, checks its hash and
each cell, looks up versions and parents, and compares the totals. Goal: at least half as fast. On
SQLite, whose work is all done in this process, CPU time is counted; on PostgreSQL the time passed.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, Table, delete, select, text

from bench.rows import Row, row
from bench.stores import Store, stores
from crm_core.corebank.entities import EntityName
from crm_core.corebank.loading import LoadOptions, load
from crm_core.corebank.manifest import BatchKind, read_manifest
from crm_core.corebank.writing import BatchHead, Cells, write_batch
from crm_core.database import Database, sync_engine, upgrade
from crm_core.models import Base
from crm_core.sealing import NumberSeal, throwaway_keyring

DAY = date(2026, 1, 1)
ROOTS = "Иван Петр Сидор Кузнец Смирн Волк Зайц Щук Журавл Яковл Фёдор Цвет Чех Шува Жук Баран"
ENDS = "ов ин енко ский ук ич ян ец ко ых"
GIVEN = "Анна Елена Ольга Вера Мария Павел Роман Тимур Игорь Никита"
NUMBERED = EntityName.PARTY, EntityName.AGREEMENT, EntityName.ENTRY
STORED = {
    EntityName.PARTY: (
        "party",
        "person",
        "search_document",
        "search_term",
        "search_spelling",
        "match_key",
    ),
    EntityName.AGREEMENT: ("agreement",),
    EntityName.ENTRY: ("ledger_entry",),
}
"""The tables that each batch fills, parents first; the mirror comes to them."""


def run(quick: bool) -> list[Row]:
    """Import 50,000 rows of each kind (10,000 in a quick run) into both databases."""
    count = 10_000 if quick else 50_000
    return [one for store in stores() for one in measure(store, count)]


def measure(store: Store, count: int) -> Iterator[Row]:
    """Import so many rows of each kind into the empty database, and put the same in again."""
    upgrade(store.url)
    unit = "rows/CPU-s" if _clock(store.url) is time.process_time else "rows/s"
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        _import(store.url, Path(folder), EntityName.PRODUCT, [_product()])
        for entity in NUMBERED:
            ours = count / _import(store.url, Path(folder), entity, _rows(entity, count))
            peer = count / _put_in_again(store.url, entity)
            yield row(f"{store.name}: {entity}", ours=ours, peer=peer, unit=unit)


def _clock(url: str) -> Callable[[], float]:
    return time.process_time if url.startswith("sqlite") else time.perf_counter


def _import(url: str, folder: Path, entity: EntityName, rows: Iterable[Cells]) -> float:
    """Seconds to import the rows as a batch."""
    head = BatchHead(
        batch_id=entity, source="bench", entity=entity, kind=BatchKind.DELTA, business_date=DAY
    )
    manifest = read_manifest(write_batch(folder, head, rows))

    clock = _clock(url)

    async def go() -> float:
        db, seal = Database(url), NumberSeal(throwaway_keyring())
        begin = clock()
        report = await load(db, manifest, seal=seal, options=LoadOptions())
        spent = clock() - begin
        await db.close()
        assert report.stored == manifest.rows, report
        return spent

    return asyncio.run(go())


def _put_in_again(url: str, entity: EntityName) -> float:
    """Seconds that a plain executemany of the same rows takes."""
    engine = sync_engine(url)
    tables = [Base.metadata.tables[name] for name in STORED[entity]]
    mirror = Base.metadata.tables["mirror"]
    with engine.begin() as connection:
        held = [(one, _held(connection, one)) for one in tables]
        mine = f"SELECT * FROM mirror WHERE entity = '{entity}'"
        held.append((mirror, [tuple(one) for one in connection.exec_driver_sql(mine)]))
        for one in reversed(tables):
            connection.execute(delete(one))
        connection.execute(delete(mirror).where(mirror.c.entity == entity))
    clock = _clock(url)
    begin = clock()
    with engine.begin() as connection:
        for one, rows in held:
            _put(connection, one, rows)
    spent = clock() - begin
    engine.dispose()
    return spent


def _held(connection: Connection, table: Table) -> list[tuple[object, ...]]:
    """The rows as the driver itself gives and takes them."""
    return [
        tuple(one) for one in connection.exec_driver_sql(str(select(text("*")).select_from(table)))
    ]


def _put(connection: Connection, table: Table, rows: list[tuple[object, ...]]) -> None:
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join([mark] * len(table.columns))
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" VALUES ({marks})', rows)


def _product() -> Cells:
    return {
        "source_key": "account",
        "source_version": "1",
        "code": "account",
        "family": "account",
        "name_en": "Account",
        "currency": "RUB",
        "starts_on": "2020-01-01",
    }


def _rows(entity: EntityName, count: int) -> Iterator[Cells]:
    make = {
        EntityName.PARTY: _party,
        EntityName.AGREEMENT: _agreement,
        EntityName.ENTRY: _entry,
    }[entity]
    return (make(n) for n in range(count))


def _party(n: int) -> Cells:
    roots, ends, given = ROOTS.split(), ENDS.split(), GIVEN.split()
    family = roots[n % 16] + ends[n // 16 % 10] + (ends[n // 160 % 10] if n % 3 else "")
    return {
        "source_key": f"c{n}",
        "source_version": "1",
        "kind": "person",
        "family_name": family,
        "given_name": given[n % 10],
        "middle_name": f"{given[n // 7 % 10]}ович",
        "birth_date": f"19{50 + n % 50}-0{1 + n % 9}-1{n % 10}",
        "status": "active",
        "tier": "C",
        "language": "ru",
    }


def _agreement(n: int) -> Cells:
    return {
        "source_key": f"a{n}",
        "source_version": "1",
        "product_key": "account",
        "currency": "RUB",
        "number": f"40817810{n:012}",
        "opened_on": "2024-05-17",
        "branch": "Central",
        "as_of": "2026-01-01T06:00:00Z",
    }


def _entry(n: int) -> Cells:
    return {
        "source_key": f"e{n}",
        "source_version": "1",
        "agreement_key": f"a{n}",
        "kind": "purchase",
        "amount": f"-{n % 9_000}.{10 + n % 90}",
        "currency": "RUB",
        "booked_at": f"2025-12-{1 + n % 28:02}T10:{n % 60:02}:00Z",
        "value_on": f"2025-12-{1 + n % 28:02}",
        "text": "Purchase by card",
        "counterparty": "Shop 24",
    }
