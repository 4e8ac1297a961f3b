"""Writing many rows at once, as each database likes it best, within the session's transaction.

SQLite takes them by the driver's executemany, PostgreSQL by COPY; where a row may be there
already, COPY fills a scratch table and one statement takes it over. Values go through the columns'
own types, so a row looks the same whoever wrote it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, cast

import psycopg
from sqlalchemy import Column, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import Base

VIOLATIONS = (sqlite3.IntegrityError, psycopg.IntegrityError, IntegrityError)
"""What the databases raise for a row that a constraint forbids."""

_POSTGRES, _SQLITE = postgresql.dialect(), sqlite.dialect()  # type: ignore[no-untyped-call]
_STAGE = "bulk_"

Row = Sequence[Any]
Process = Callable[[Any], Any] | None


async def insert_rows(
    session: AsyncSession, model: type[Base], columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Add the rows. Raises one of VIOLATIONS."""
    await _write(session, model, columns, rows, conflict=None)


async def add_missing(
    session: AsyncSession,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[Row],
) -> None:
    """Add the rows that break no unique constraint, leave the others."""
    await _write(session, model, columns, rows, conflict="DO NOTHING")


async def upsert_rows(
    session: AsyncSession,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    keys: Sequence[str],
) -> None:
    """Add the rows, or bring those with the same keys up to date. No key may come twice."""
    fresh = ", ".join(f'"{one}" = excluded."{one}"' for one in columns if one not in keys)
    conflict = f"({_named(keys)}) DO UPDATE SET {fresh}"
    await _write(session, model, columns, rows, conflict=conflict)


async def update_rows(
    session: AsyncSession,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    key: str,
) -> None:
    """Set the columns of the rows that are known by `key`, the last value of each row."""
    if not rows:
        return
    sqlite_ = session.get_bind().dialect.name == "sqlite"
    mark = "?" if sqlite_ else "%s"
    fresh = ", ".join(f'"{one}" = {mark}' for one in columns)
    statement = f'UPDATE "{_table(model).name}" SET {fresh} WHERE "{key}" = {mark}'
    ready = _processed(model, (*columns, key), rows, _SQLITE if sqlite_ else _POSTGRES)
    driver = await _driver(session)
    if sqlite_:
        await driver.executemany(statement, ready)
        return
    async with driver.cursor() as cursor:
        await cursor.executemany(statement, ready)


async def _write(
    session: AsyncSession,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    conflict: str | None,
) -> None:
    if not rows:
        return
    table, names = f'"{_table(model).name}"', _named(columns)
    tail = "" if conflict is None else f" ON CONFLICT {conflict}"
    driver = await _driver(session)
    if session.get_bind().dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks}){tail}"
        await driver.executemany(statement, _processed(model, columns, rows, _SQLITE))
        return
    ready = _processed(model, columns, rows, _POSTGRES)
    async with driver.cursor() as cursor:
        if not tail:
            await _copy(cursor, f"{table} ({names})", ready)
            return
        stage = f'"{_STAGE}{_table(model).name}"'
        await cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {stage} (LIKE {table}) ON COMMIT DROP"
        )
        await cursor.execute(f"TRUNCATE {stage}")
        for one in set(_table(model).columns.keys()) - set(columns):
            await cursor.execute(f'ALTER TABLE {stage} ALTER COLUMN "{one}" DROP NOT NULL')
        await _copy(cursor, f"{stage} ({names})", ready)
        await cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {stage}{tail}")


async def _copy(cursor: Any, target: str, rows: Iterable[Row]) -> None:
    async with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            await copy.write_row(row)


async def _driver(session: AsyncSession) -> Any:
    """The driver's own connection, which is in the session's transaction."""
    connection = await session.connection()
    return (await connection.get_raw_connection()).driver_connection


def _processed(
    model: type[Base], columns: Sequence[str], rows: Iterable[Row], dialect: Dialect
) -> list[Row]:
    """The rows as the driver takes them, column by column."""
    processes = _processes(model, tuple(columns), dialect.name)
    by_column = []
    for values, process in zip(zip(*rows, strict=True), processes, strict=True):
        by_column.append(values if process is None else _remembering(process, values))
    return list(zip(*by_column, strict=True))


def _remembering(process: Callable[[Any], Any], values: Iterable[Any]) -> list[Any]:
    """The processed values; times, days and codes of a batch are mostly the same few. Lists and
    dicts are documents, each its own."""
    values = list(values)
    if any(isinstance(one, list | dict) for one in values):
        return [process(one) for one in values]
    known: dict[Any, Any] = {}
    for one in values:
        if one not in known:
            known[one] = process(one)
    return [known[one] for one in values]


@cache
def _processes(model: type[Base], columns: tuple[str, ...], dialect: str) -> tuple[Process, ...]:
    target = _SQLITE if dialect == "sqlite" else _POSTGRES
    return tuple(_process(_table(model).columns[one], target) for one in columns)


def _process(column: Column[Any], dialect: Dialect) -> Process:
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)


def _named(columns: Iterable[str]) -> str:
    return ", ".join(f'"{one}"' for one in columns)
