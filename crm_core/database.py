"""The database behind one URL: SQLite in WAL mode, or PostgreSQL.

    sqlite:////var/lib/tellerline/bank.db?timeout=5        seconds to wait for another writer
    postgresql://tellerline:secret@db.bank.example/tellerline

This module owns engines, transactions and schema upgrades. A unit of work is one transaction,
committed at its edge; it carries the clock, so that what happens in it has a time. It must hold
no query. On SQLite a unit of work takes the write lock at its start: upgrading a read lock later
fails at once when another writer was faster, whatever the busy timeout.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from crm_core.clock import SystemClock
from crm_core.errors import StorageAway
from routing.ports import Clock

_CLOCK = "clock"
_BUSY_S = "5"
_OUR_FAULT = frozenset({"SQLITE_ERROR", "SQLITE_READONLY"})
_POSTGRES_ARGUMENTS = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "options": "-c lock_timeout=5000 -c statement_timeout=30000 -c timezone=UTC",
}
_ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
_SYNC_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}


class Witness(Protocol):
    """Sees each unit of work of a task: `before` it commits, where an error rolls it back, and
    when it `committed`."""

    async def before(self, session: AsyncSession) -> None: ...

    def committed(self) -> None: ...


WITNESS: ContextVar[Witness | None] = ContextVar("witness", default=None)
"""The witness of the running task; see `crm_core.idempotency`."""


class Database:
    """Gives units of work. Own one per process and close it at the end."""

    def __init__(self, url: str, *, clock: Clock | None = None) -> None:
        target = _with_driver(url, _ASYNC_DRIVERS)
        writer = create_async_engine(target, **_engine_options(target))
        _prepare(writer.sync_engine)
        reader = _reader(target, writer)
        self.clock: Clock = clock or SystemClock()
        info = {_CLOCK: self.clock}
        self._writing = async_sessionmaker(writer, expire_on_commit=False, info=info)
        self._reading = async_sessionmaker(reader, expire_on_commit=False, info=info)
        self._engines = (writer, reader)

    @property
    def sqlite_file(self) -> str | None:
        """The path of a SQLite database in a file; None on PostgreSQL and in memory."""
        url = self._engines[0].url
        name = url.database if url.get_backend_name() == "sqlite" else None
        return None if name in (None, "", ":memory:") else name

    def unit_of_work(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One transaction: committed at exit, rolled back on an error.

        Raises StorageAway when the database does not answer.
        """
        return _unit_of_work(self._writing)

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One transaction that can only read, and so never waits for a writer."""
        return _transaction(self._reading)

    async def close(self) -> None:
        for engine in self._engines:
            await engine.dispose()


def moment(session: AsyncSession) -> datetime:
    """The time by the clock of the session's database, aware UTC."""
    clock: Clock = session.info[_CLOCK]
    return clock.now()


@contextmanager
def storage_errors() -> Iterator[None]:
    """Tells a database that is away from a defect of ours."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        if _is_ours(error):
            raise
        raise StorageAway("the database does not answer") from error


@asynccontextmanager
async def _unit_of_work(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    witness = WITNESS.get()
    async with _transaction(sessions) as session:
        yield session
        if witness is not None:
            await witness.before(session)
    if witness is not None:
        witness.committed()


@asynccontextmanager
async def _transaction(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    with storage_errors():
        async with sessions() as session, session.begin():
            yield session


# ── The schema ──────────────────────────────────────────────────────────────────────────────


def sync_engine(url: str) -> Engine:
    """A plain engine with the same connection settings, for upgrades and tools."""
    target = _with_driver(url, _SYNC_DRIVERS)
    engine = create_engine(target, **_engine_options(target))
    _prepare(engine)
    return engine


def upgrade(url: str, *, revision: str = "head") -> None:
    """Bring the schema to `revision` in one transaction: it ends old or new, never between.

    Raises StorageAway.
    """
    with storage_errors():
        command.upgrade(migrations(url), revision)


def downgrade(url: str, *, revision: str) -> None:
    """Take the schema back to `revision` in one transaction."""
    command.downgrade(migrations(url), revision)


def migrations(url: str) -> Config:
    """Alembic's configuration for this database."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


# ── Connections ─────────────────────────────────────────────────────────────────────────────


def _with_driver(url: str, drivers: dict[str, str]) -> URL:
    target = make_url(url)
    driver = drivers.get(target.get_backend_name())
    if driver is None:
        raise ValueError("the database URL must begin with sqlite: or postgresql:")
    return target.set(drivername=driver)


def _engine_options(target: URL) -> dict[str, Any]:
    """`hide_parameters`: an error's text goes to logs, and its parameters are clients' data."""
    common: dict[str, Any] = {"hide_parameters": True}
    if target.get_backend_name() == "sqlite":
        timeout = float(str(target.query.get("timeout", _BUSY_S)))
        return {**common, "connect_args": {"timeout": timeout}}
    arguments = dict(_POSTGRES_ARGUMENTS)
    return {**common, "pool_pre_ping": True, "pool_timeout": 5, "connect_args": arguments}


def _reader(target: URL, writer: AsyncEngine) -> AsyncEngine:
    """The engine for reading: one pool on PostgreSQL, connections of their own on SQLite."""
    if target.get_backend_name() != "sqlite":
        return writer.execution_options(postgresql_readonly=True)
    reader = create_async_engine(target, **_engine_options(target))
    event.listen(reader.sync_engine, "connect", _on_sqlite_connect)
    event.listen(reader.sync_engine, "connect", _on_sqlite_reader_connect)
    event.listen(reader.sync_engine, "begin", _on_sqlite_reader_begin)
    return reader


def _prepare(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions behind our back
    _set(connection, "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")


def _on_sqlite_reader_connect(connection: Any, _record: object) -> None:
    _set(connection, "query_only = ON")


def _set(connection: Any, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _on_sqlite_reader_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _is_ours(error: Exception) -> bool:
    """SQLite calls a wrong statement operational too; that is a defect and no outage."""
    return getattr(getattr(error, "orig", None), "sqlite_errorname", "") in _OUR_FAULT
