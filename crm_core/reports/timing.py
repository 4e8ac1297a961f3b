"""Times in SQL as whole milliseconds since 1970, so that differences are exact and add up."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class epoch_ms(FunctionElement[int]):  # noqa: N801 - reads as the SQL function that it is
    """The milliseconds of a time; null of null."""

    name = "epoch_ms"
    type = BigInteger()
    inherit_cache = True


@compiles(epoch_ms, "sqlite")
def _on_sqlite(element: epoch_ms, compiler: SQLCompiler, **options: Any) -> str:
    """By Julian days; SQLite counts them in whole milliseconds itself, so nothing is lost."""
    at = compiler.process(element.clauses, **options)
    return f"CAST(round((julianday({at}) - 2440587.5) * 86400000) AS INTEGER)"


@compiles(epoch_ms, "postgresql")
def _on_postgresql(element: epoch_ms, compiler: SQLCompiler, **options: Any) -> str:
    at = compiler.process(element.clauses, **options)
    return f"CAST(round(extract(epoch FROM ({at})) * 1000) AS BIGINT)"
