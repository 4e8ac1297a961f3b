"""What all tables share: the base class, constraint names, and the column types of the house.

Every time is aware UTC and a naive one is refused here, at the last gate before the database.
Text from outside has no length in the schema: a card must not be lost to a long caller name.
"""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, Numeric, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from routing.ids import AgentId, CallId, NodeId, PartyId, QueueId, SkillId

NAMING = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

_RATE_STEP = Decimal("1E-8")
_RATE_END = 10_000


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time on every database; SQLite, which knows no zones, keeps it without."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time was about to be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Rate(TypeDecorator[Decimal]):
    """A share such as 0.189 with eight decimals, at least 0 and below 10 000.

    NUMERIC on PostgreSQL; on SQLite, whose numbers with decimals are floats, it is text.
    """

    impl = Numeric(12, 8)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = Text() if dialect.name == "sqlite" else Numeric(12, 8)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        exact = value.quantize(_RATE_STEP)
        if exact != value or not 0 <= exact < _RATE_END:
            raise ValueError("a rate that cannot be stored was about to be")
        return f"{exact:f}" if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


JsonDocument = JSON().with_variant(JSONB(), "postgresql")
JsonOrNull = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""None is SQL's NULL here, not JSON's null."""

SortableText = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared by code points on every database, for ranges and cursors."""


def code(kind: type[StrEnum], name: str) -> Enum:
    """A column of stable codes, held to the values of `kind` by a check constraint."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        str: Text(),
        AgentId: Text(),
        CallId: Text(),
        NodeId: Text(),
        PartyId: Text(),
        QueueId: Text(),
        SkillId: Text(),
        datetime: UtcDateTime(),
        list[dict[str, Any]]: JsonDocument,
        list[str]: JsonDocument,
        dict[str, Any]: JsonDocument,
        dict[str, str]: JsonDocument,
    }


class Tries(Base):
    """A table in which `crm_core.throttling` counts; `subject` tells whose tries, hashed."""

    __abstract__ = True

    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime]
