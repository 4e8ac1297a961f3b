"""What the tables of texts under four eyes share: their columns, and what the database holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from crm_core.four_eyes.states import VersionState
from crm_core.models.columns import Base, code

_LONE = (VersionState.DRAFT, VersionState.PROPOSED, VersionState.PUBLISHED)
"""Of each of these a text has one version at most."""


class Version(Base):
    """A version of a text. A draft may change; what was proposed never does. Whoever wrote or
    proposed it does not publish it."""

    __abstract__ = True

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[VersionState] = mapped_column(code(VersionState, "state"))
    body: Mapped[str]
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime]
    equals: Mapped[int | None]
    """The earlier version that it brings back."""
    proposed_by: Mapped[str | None]
    proposed_at: Mapped[datetime | None]
    proposed_why: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_why: Mapped[str]
    replaced_at: Mapped[datetime | None]
    row_version: Mapped[int]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - of the class
        return {"version_id_col": cls.row_version}


def four_eyes(table: str, *scope: str) -> tuple[CheckConstraint | Index, ...]:
    """The constraints of such a table; `scope` are the columns that tell its texts apart."""
    return (
        CheckConstraint("(state = 'draft') = (proposed_at IS NULL)", "proposed"),
        CheckConstraint("(proposed_at IS NULL) = (proposed_by IS NULL)", "proposer"),
        CheckConstraint("(state IN ('draft', 'proposed')) = (decided_at IS NULL)", "decided"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", "decider"),
        CheckConstraint(
            "NOT (state IN ('published', 'replaced'))"
            " OR (decided_by <> proposed_by AND decided_by <> drafted_by)",
            "four_eyes",
        ),
        CheckConstraint("(state = 'replaced') = (replaced_at IS NOT NULL)", "replaced"),
        *(_lone(table, state, scope) for state in _LONE),
    )


def _lone(table: str, state: VersionState, scope: tuple[str, ...]) -> Index:
    where = text(f"state = '{state.value}'")
    return Index(
        f"uq_{table}_one_{state.value}",
        *(scope or ("state",)),
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
