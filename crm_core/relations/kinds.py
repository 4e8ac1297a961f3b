"""Types of relations, which are data: each reads differently from its two ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.errors import FieldRefused
from crm_core.models import RelationshipType


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of relation. `code` is what the first party is to the second, `reverse_code` what the
    second is to the first; names of both by language. `owns`: the first holds a share."""

    code: str
    reverse_code: str
    group_forming: bool
    risk_spreading: bool
    owns: bool
    names: Mapping[str, str]
    reverse_names: Mapping[str, str]

    @property
    def symmetric(self) -> bool:
        """Whether it reads alike from both ends."""
        return self.code == self.reverse_code


async def kinds(session: AsyncSession) -> tuple[Kind, ...]:
    """All types, by code."""
    rows = await session.scalars(select(RelationshipType).order_by(RelationshipType.code))
    return tuple(
        Kind(
            code=row.code,
            reverse_code=row.reverse_code,
            group_forming=row.group_forming,
            risk_spreading=row.risk_spreading,
            owns=row.owns,
            names=row.names,
            reverse_names=row.reverse_names,
        )
        for row in rows
    )


def read(known: Iterable[Kind], code: str) -> tuple[Kind, bool]:
    """The type that reads so from one of its ends, and whether that is the second party's end.

    Raises FieldRefused.
    """
    for kind in known:
        if code in (kind.code, kind.reverse_code):
            return kind, code != kind.code
    raise FieldRefused("type", "unknown_type")


def names_of_codes(known: Iterable[Kind], language: str) -> dict[str, str]:
    """All codes, of both ends, by name in the language, else in English, else as they are."""
    names: dict[str, str] = {}
    for kind in known:
        for code, told in ((kind.reverse_code, kind.reverse_names), (kind.code, kind.names)):
            names[code] = told.get(language) or told.get("en") or code
    return names
