"""The schema's history: up, down, no drift from the models, and never something in between."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from crm_core.database import downgrade, migrations, sync_engine, upgrade
from crm_core.models import Base

CHILD = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from crm_core.database import downgrade, upgrade

url, deed, kill_at = sys.argv[1], sys.argv[2], int(sys.argv[3])
seen = 0

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def count(*_):
    global seen
    seen += 1
    if seen == kill_at:
        die()

event.listen(Engine, "before_cursor_execute", count)
if kill_at == -1:
    event.listen(Engine, "commit", lambda connection: die())
downgrade(url, revision="base") if deed == "downgrade" else upgrade(url)
"""
COMMIT = -1
"""Where a child may die beside the number of a statement."""

OTHERS = {"alembic_version", "sqlite_sequence"}


def revision(url: str) -> str | None:
    engine = sync_engine(url)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return found


def schema(engine: Engine) -> Mapping[str, Any]:
    """All that the database itself can tell of its tables."""
    inspector = inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (
                    str(column["type"]),
                    getattr(column["type"], "collation", None),
                    column["nullable"],
                    column["default"],
                )
                for column in inspector.get_columns(table)
            },
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": by_name(inspector.get_foreign_keys(table)),
            "uniques": by_name(inspector.get_unique_constraints(table)),
            "checks": by_name(inspector.get_check_constraints(table)),
            "indexes": by_name(inspector.get_indexes(table)),
        }
        for table in set(inspector.get_table_names()) - OTHERS
    }


def by_name(things: Sequence[Any]) -> list[str]:
    """The things with all they are told to be, SQL expressions as their text."""
    return sorted(
        str({key: told(value) for key, value in sorted(thing.items())}) for thing in things
    )


def told(value: Any) -> Any:
    return {k: str(v) for k, v in value.items()} if isinstance(value, dict) else value


def test_up_down_and_up_again(empty_url: str) -> None:
    head = ScriptDirectory.from_config(migrations(empty_url)).get_current_head()
    upgrade(empty_url)
    assert revision(empty_url) == head
    upgrade(empty_url)
    downgrade(empty_url, revision="base")
    engine = sync_engine(empty_url)
    assert set(inspect(engine).get_table_names()) <= OTHERS
    engine.dispose()
    upgrade(empty_url)
    assert revision(empty_url) == head


def test_every_step_can_be_taken_alone(empty_url: str) -> None:
    script = ScriptDirectory.from_config(migrations(empty_url))
    steps = [one.revision for one in reversed(list(script.walk_revisions()))]
    for step in steps:
        upgrade(empty_url, revision=step)
        assert revision(empty_url) == step
    for step in [*reversed(steps[:-1]), "base"]:
        downgrade(empty_url, revision=step)
        assert revision(empty_url) == (None if step == "base" else step)


def test_the_migrations_make_what_the_models_say(
    empty_url: str,
) -> None:
    engine = sync_engine(empty_url)
    Base.metadata.create_all(engine)
    modelled = schema(engine)
    Base.metadata.drop_all(engine)
    engine.dispose()
    upgrade(empty_url)
    engine = sync_engine(empty_url)
    migrated = schema(engine)
    engine.dispose()
    assert migrated.keys() == modelled.keys()
    for table, told in modelled.items():
        assert migrated[table] == told, table


def test_two_who_upgrade_at_once_do_not_meet(empty_url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", CHILD, empty_url, "upgrade", "-9"]) as other:
        upgrade(empty_url)
        assert other.wait(timeout=60) == 0
    assert tables(empty_url) == set(Base.metadata.tables)


@pytest.mark.parametrize("statement", [12, COMMIT])
def test_killed_at_any_statement_it_is_old_or_new(empty_url: str, statement: int) -> None:
    killed = run_child(empty_url, kill_at=statement)
    assert killed == -signal.SIGKILL
    assert (revision(empty_url), tables(empty_url)) == (None, set())
    upgrade(empty_url)
    assert tables(empty_url) == set(Base.metadata.tables)


def test_killed_at_any_statement_of_going_back_it_is_as_before(empty_url: str) -> None:
    upgrade(empty_url)
    before = revision(empty_url)
    assert run_child(empty_url, kill_at=COMMIT, deed="downgrade") == -signal.SIGKILL
    assert (revision(empty_url), tables(empty_url)) == (before, set(Base.metadata.tables))


def tables(url: str) -> set[str]:
    engine = sync_engine(url)
    found = set(inspect(engine).get_table_names()) - OTHERS
    engine.dispose()
    return found


def run_child(url: str, *, kill_at: int, deed: str = "upgrade") -> int:
    """Migrate in a process that kills itself at its n-th statement, or before it commits. Its
    return code."""
    return subprocess.run([sys.executable, "-c", CHILD, url, deed, str(kill_at)]).returncode
