"""Call cards and the journal's cursor."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_card",
        sa.Column(
            "call", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "queued",
                "ringing",
                "talking",
                "held",
                "consulting",
                "recovering",
                "wrap_up",
                "closed",
                "closed_incomplete",
                "abandoned",
                "lost",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("raw_number", sa.Text(), nullable=False),
        sa.Column("network_name", sa.Text(), nullable=False),
        sa.Column("dialled", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column(
            "match",
            sa.Enum(
                "unknown",
                "withheld",
                "one",
                "several",
                name="match",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "candidates", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("suggested_party", sa.Text(), nullable=True),
        sa.Column(
            "managers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrap_up_deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "wrap_up_mode",
            sa.Enum(
                "none",
                "optional",
                "mandatory",
                "timed",
                name="wrap_up_mode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("must_be_filled", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_seconds", sa.Double(), nullable=False),
        sa.Column(
            "end_reason",
            sa.Enum(
                "caller",
                "agent",
                "system",
                "lost",
                name="end_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("consulting", sa.Text(), nullable=True),
        sa.Column("consult_connected", sa.Boolean(), nullable=False),
        sa.Column(
            "offers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("fell_back", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("caller_name", sa.Text(), server_default="", nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("essence", sa.Text(), server_default="", nullable=False),
        sa.Column("disposition", sa.Text(), server_default="", nullable=False),
        sa.Column("follow_up", sa.Text(), server_default="", nullable=False),
        sa.Column("rev", sa.Integer(), server_default="0", nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_by", sa.Text(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "NOT (state = 'closed' AND must_be_filled AND completed_at IS NULL)",
            name=op.f("ck_call_card_closed_is_completed"),
        ),
        sa.CheckConstraint(
            "completed_at IS NULL OR (caller_name <> '' AND topic <> '' AND essence <> ''"
            " AND disposition <> '' AND completed_by IS NOT NULL)",
            name=op.f("ck_call_card_completed_is_filled"),
        ),
        sa.ForeignKeyConstraint(
            ["completed_by"], ["employee.id"], name=op.f("fk_call_card_completed_by")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_call_card_party")),
        sa.ForeignKeyConstraint(["saved_by"], ["employee.id"], name=op.f("fk_call_card_saved_by")),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_call_card")),
    )
    op.create_index(
        op.f("ix_call_card_agent_arrived_at"), "call_card", ["agent", "arrived_at"], unique=False
    )
    op.create_index(
        op.f("ix_call_card_arrived_at_call"), "call_card", ["arrived_at", "call"], unique=False
    )
    op.create_index(
        op.f("ix_call_card_number_arrived_at"), "call_card", ["number", "arrived_at"], unique=False
    )
    op.create_index(
        op.f("ix_call_card_party_arrived_at"), "call_card", ["party", "arrived_at"], unique=False
    )
    op.create_index(
        "ix_call_card_suggested",
        "call_card",
        ["suggested_party", "arrived_at"],
        unique=False,
        sqlite_where=sa.text("party IS NULL"),
        postgresql_where=sa.text("party IS NULL"),
    )
    op.create_index(
        "ix_call_card_unfinished",
        "call_card",
        ["agent", "ended_at"],
        unique=False,
        sqlite_where=sa.text("state = 'closed_incomplete'"),
        postgresql_where=sa.text("state = 'closed_incomplete'"),
    )
    op.create_table(
        "journal_cursor",
        sa.Column("journal", sa.Text(), nullable=False),
        sa.Column(
            "position", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("journal", name=op.f("pk_journal_cursor")),
    )
    op.create_table(
        "journal_refusal",
        sa.Column("journal", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("journal", "position", name=op.f("pk_journal_refusal")),
    )


def downgrade() -> None:
    op.drop_table("journal_refusal")
    op.drop_table("journal_cursor")
    op.drop_table("call_card")
