"""A private PostgreSQL for the tests: its own data folder, a free port, gone at the end.

initdb refuses to run as root, so a root session hands the cluster to an ordinary user.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

_SMALLEST_MAJOR = 15
_START_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A PostgreSQL of our own, with all that is in it."""

    binaries: Path
    data: Path
    port: int
    user: str | None

    def url(self, database: str) -> str:
        return f"postgresql://tellerline@127.0.0.1:{self.port}/{database}"

    def fresh(self, *, template: str = "template1") -> str:
        """The URL of a new database, a copy of the template."""
        name = f"t{uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[call-overload]
        return self.url(name)

    def drop(self, url: str) -> None:
        """Take a database away again, whoever still holds it open."""
        name = url.rpartition("/")[2]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k {self.data} -c fsync=off -c max_connections=60"
        self.run(
            "pg_ctl", "-D", str(self.data), "-w", "-t", str(_START_S), "-o", options,
            "-l", str(self.data / "server.log"), "start",
        )  # fmt: skip

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; "immediate" is what a crash is like."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def remove(self) -> None:
        """Stop it, if it runs, and take its folder away."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.binaries / program, *arguments],
            check=True,
            user=self.user,
            group=pwd.getpwnam(self.user).pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            cwd=self.data,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=_START_S,
        )


class Reused:
    """One database for test after test: what a test wrote is taken out again.

    Making and dropping a database of its own for each test takes longer than most of them run. What
    the migrations put in stays; triggers and constraints sleep while rows are taken out.
    """

    def __init__(self, cluster: Cluster, template: str) -> None:
        self.url = cluster.fresh(template=template)
        with psycopg.connect(self.url) as connection:
            names = connection.execute(
                "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
            )
            self._tables = [name for (name,) in names if name != "alembic_version"]
            self._seeds = {table: self._content(connection, table) for table in self._tables}
            self._seeds = {table: rows for table, rows in self._seeds.items() if rows}

    def clean(self) -> None:
        """Leave the database as the migrations left it, whoever still holds it open."""
        with psycopg.connect(self.url) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("SET session_replication_role = replica")
            for table in {*self._written(connection), *self._seeds}:
                connection.execute(f"DELETE FROM {table}")  # type: ignore[call-overload]
            for table, rows in self._seeds.items():
                with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:  # type: ignore[call-overload]
                    copy.write(rows)

    def _written(self, connection: psycopg.Connection) -> list[str]:
        parts = (f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM {t})" for t in self._tables)
        found = connection.execute(" UNION ALL ".join(parts))  # type: ignore[call-overload]
        return [name for (name,) in found]

    def _content(self, connection: psycopg.Connection, table: str) -> bytes:
        with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:  # type: ignore[call-overload]
            return b"".join(bytes(part) for part in copy)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The session's cluster."""
    cluster = make_cluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


def make_cluster() -> Cluster:
    """A cluster with an empty data folder, not yet started."""
    binaries = _binaries()
    user = _ordinary_user() if os.geteuid() == 0 else None
    data = Path(tempfile.mkdtemp(prefix="tellerline-postgres-"))
    if user:
        shutil.chown(data, user)
    cluster = Cluster(binaries=binaries, data=data, port=_free_port(), user=user)
    cluster.run(
        "initdb", "-D", str(data), "-U", "tellerline", "-A", "trust", "-E", "UTF8",
        "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    return cluster


def _binaries() -> Path:
    on_path = shutil.which("initdb")
    found = sorted(
        (path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()),
        key=lambda path: int(path.parent.name),
    )
    if on_path:
        found.append(Path(on_path).parent)
    if not found:
        pytest.fail(f"PostgreSQL {_SMALLEST_MAJOR} or newer is needed: apt-get install postgresql")
    return found[-1]


def _ordinary_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
