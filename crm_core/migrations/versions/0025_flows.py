"""Versions of self-service flows, and who made, checked and published each."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TABLE = "flow_versions"
_TIME = sa.DateTime(timezone=True)
_STATES = "draft proposed published replaced rejected"
_STATE = sa.Enum(
    *_STATES.split(), name="state", native_enum=False, create_constraint=True, length=32
)


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", _STATE, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("drafted_at", _TIME, nullable=False),
        sa.Column("equals", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=True),
        sa.Column("proposed_at", _TIME, nullable=True),
        sa.Column("proposed_why", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decided_why", sa.Text(), nullable=False),
        sa.Column("replaced_at", _TIME, nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        _check("proposed", "(state = 'draft') = (proposed_at IS NULL)"),
        _check("proposer", "(proposed_at IS NULL) = (proposed_by IS NULL)"),
        _check("decided", "(state IN ('draft', 'proposed')) = (decided_at IS NULL)"),
        _check("decider", "(decided_at IS NULL) = (decided_by IS NULL)"),
        _check(
            "four_eyes",
            "NOT (state IN ('published', 'replaced'))"
            " OR (decided_by <> proposed_by AND decided_by <> drafted_by)",
        ),
        _check("replaced", "(state = 'replaced') = (replaced_at IS NOT NULL)"),
        sa.ForeignKeyConstraint(
            ["flow", "equals"],
            ["flow_versions.flow", "flow_versions.version"],
            name=op.f("fk_flow_versions_flow_equals"),
        ),
        sa.PrimaryKeyConstraint("flow", "version", name=op.f("pk_flow_versions")),
    )
    for state in ("draft", "proposed", "published"):
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_flow_versions_one_{state}",
            _TABLE,
            ["flow"],
            unique=True,
            sqlite_where=only,
            postgresql_where=only,
        )


def downgrade() -> None:
    op.drop_table(_TABLE)


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{_TABLE}_{name}"))
