"""Runs the migrations in one transaction, one runner at a time. Alembic executes this file."""

from alembic import context
from sqlalchemy import Connection, text

from crm_core.database import sync_engine
from crm_core.models import Base

_LOCK = 7_314_902_266


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


def _run() -> None:
    engine = sync_engine(context.config.attributes["url"])
    try:
        with engine.begin() as connection:
            _migrate(connection)
    finally:
        engine.dispose()


_run()
