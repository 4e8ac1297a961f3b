"""What-if runs that supervisors asked for, and their results."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)
_STATES = ("asked", "running", "done", "failed", "interrupted")


def upgrade() -> None:
    op.create_table(
        "what_if_run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("wish", _DOCUMENT, nullable=False),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("result", _DOCUMENT, nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_what_if_run_days")),
        sa.CheckConstraint(
            "(state IN ('asked', 'running')) = (ended_at IS NULL)",
            name=op.f("ck_what_if_run_ended"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["employee.id"], name=op.f("fk_what_if_run_asked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_what_if_run")),
    )
    op.create_index(op.f("ix_what_if_run_asked_at_id"), "what_if_run", ["asked_at", "id"])


def downgrade() -> None:
    op.drop_table("what_if_run")
