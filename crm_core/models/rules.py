"""The table of routing rules' versions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, code
from crm_core.rules.states import RulesState

_STATES = "state IN ('published', 'replaced')"
_ONE = ("draft", "proposed", "published")


class RoutingRules(Base):
    """A version of all routing rules, as the text that was written. A draft may change; what was
    proposed never does. Whoever wrote or proposed it does not publish it."""

    __tablename__ = "routing_rules"
    __table_args__ = (
        CheckConstraint("(state = 'draft') = (proposed_at IS NULL)", "proposed"),
        CheckConstraint("(proposed_at IS NULL) = (proposed_by IS NULL)", "proposer"),
        CheckConstraint("(state IN ('draft', 'proposed')) = (decided_at IS NULL)", "decided"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", "decider"),
        CheckConstraint(
            f"NOT ({_STATES}) OR (decided_by <> proposed_by AND decided_by <> drafted_by)",
            "four_eyes",
        ),
        CheckConstraint("(state = 'replaced') = (replaced_at IS NOT NULL)", "replaced"),
        *(
            Index(
                f"uq_routing_rules_one_{state}",
                "state",
                unique=True,
                sqlite_where=text(f"state = '{state}'"),
                postgresql_where=text(f"state = '{state}'"),
            )
            for state in _ONE
        ),
    )

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[RulesState] = mapped_column(code(RulesState, "state"))
    body: Mapped[str]
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime]
    equals: Mapped[int | None] = mapped_column(ForeignKey("routing_rules.version"))
    """The earlier version that it brings back."""
    proposed_by: Mapped[str | None]
    proposed_at: Mapped[datetime | None]
    proposed_why: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_why: Mapped[str]
    replaced_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012
