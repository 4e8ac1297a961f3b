"""Runs the migrations in one transaction, one runner at a time. Alembic executes this file.

SQLite can change a constraint only by writing the table anew, and drops the old one for it; foreign
keys are off meanwhile, and all of them are checked before the transaction ends.
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection, event, text

from crm_core.database import sync_engine
from crm_core.models import Base

_LOCK = 7_314_902_266


class ForeignKeysBroken(Exception):
    """A migration left rows that point nowhere; nothing of it is kept."""


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transactional_ddl=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise ForeignKeysBroken(f"a row of {broken[0]} points to no row of {broken[2]}")


def _without_foreign_keys(dbapi_connection: Any, _record: object) -> None:
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def _run() -> None:
    engine = sync_engine(context.config.attributes["url"])
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_foreign_keys)
    try:
        with engine.begin() as connection:
            _migrate(connection)
    finally:
        engine.dispose()


_run()
