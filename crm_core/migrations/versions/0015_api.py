"""Tokens with scopes, writes that were made by idempotency key, and nightly jobs that have run."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("employee", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("scopes", _DOCUMENT, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME, nullable=True),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.CheckConstraint("created_at < expires_at", name=op.f("ck_api_token_validity")),
        sa.ForeignKeyConstraint(["employee"], ["employee.id"], name=op.f("fk_api_token_employee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_employee"), "api_token", ["employee"])
    op.create_table(
        "idempotent_write",
        sa.Column("writer", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("written_at", _TIME, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("writer", "key", name=op.f("pk_idempotent_write")),
    )
    op.create_index(op.f("ix_idempotent_write_written_at"), "idempotent_write", ["written_at"])
    op.create_table(
        "nightly_run",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("alive_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.Column("failed_with", sa.Text(), nullable=True),
        sa.Column("counts", _DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("job", "business_date", name=op.f("pk_nightly_run")),
    )


def downgrade() -> None:
    for table in ("nightly_run", "idempotent_write", "api_token"):
        op.drop_table(table)
