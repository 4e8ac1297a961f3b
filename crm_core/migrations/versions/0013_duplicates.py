"""Pairs that may be one party, and the log of merges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_SORTABLE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("party") as table:
        table.add_column(sa.Column("merged_into", sa.Text(), nullable=True))
        table.create_foreign_key(op.f("fk_party_merged_into"), "party", ["merged_into"], ["id"])
        table.create_check_constraint(op.f("ck_party_merged_away"), "merged_into <> id")
        table.create_index(op.f("ix_party_merged_into"), ["merged_into"])
    op.create_table(
        "match_key",
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("key", _SORTABLE, nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_match_key_party")),
        sa.PrimaryKeyConstraint("party", "key", name=op.f("pk_match_key")),
    )
    op.create_index(op.f("ix_match_key_key"), "match_key", ["key"])
    _pairs()
    _merges()


def downgrade() -> None:
    for table in ("merged_row", "party_merge", "duplicate_pair", "match_key"):
        op.drop_table(table)
    with op.batch_alter_table("party") as table:
        table.drop_index(op.f("ix_party_merged_into"))
        table.drop_constraint(op.f("ck_party_merged_away"), type_="check")
        table.drop_constraint(op.f("fk_party_merged_into"), type_="foreignkey")
        table.drop_column("merged_into")


def _code(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _pairs() -> None:
    op.create_table(
        "duplicate_pair",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("one", _SORTABLE, nullable=False),
        sa.Column("other", _SORTABLE, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("evidence", _DOCUMENT, nullable=False),
        sa.Column("state", _code("state", "open", "dismissed", "merged"), nullable=False),
        sa.Column("found_at", _TIME, nullable=False),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("one < other", name=op.f("ck_duplicate_pair_order")),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_duplicate_pair_decided")
        ),
        sa.ForeignKeyConstraint(["one"], ["party.id"], name=op.f("fk_duplicate_pair_one")),
        sa.ForeignKeyConstraint(["other"], ["party.id"], name=op.f("fk_duplicate_pair_other")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint("one", "other", name=op.f("uq_duplicate_pair_one_other")),
    )
    op.create_index(op.f("ix_duplicate_pair_state_points"), "duplicate_pair", ["state", "points"])
    op.create_index(op.f("ix_duplicate_pair_other"), "duplicate_pair", ["other"])


def _merges() -> None:
    op.create_table(
        "party_merge",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("winner", sa.Text(), nullable=False),
        sa.Column("loser", sa.Text(), nullable=False),
        sa.Column("merged_at", _TIME, nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undone_at", _TIME, nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.CheckConstraint("winner <> loser", name=op.f("ck_party_merge_two")),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_party_merge_undone")
        ),
        sa.ForeignKeyConstraint(["winner"], ["party.id"], name=op.f("fk_party_merge_winner")),
        sa.ForeignKeyConstraint(["loser"], ["party.id"], name=op.f("fk_party_merge_loser")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_merge")),
    )
    op.create_index(op.f("ix_party_merge_winner"), "party_merge", ["winner"])
    op.create_index(op.f("ix_party_merge_loser"), "party_merge", ["loser"])
    op.create_table(
        "merged_row",
        sa.Column("merge", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("key", _DOCUMENT, nullable=False),
        sa.Column("outcome", _code("outcome", "moved", "ended", "kept"), nullable=False),
        sa.ForeignKeyConstraint(["merge"], ["party_merge.id"], name=op.f("fk_merged_row_merge")),
        sa.PrimaryKeyConstraint("merge", "n", name=op.f("pk_merged_row")),
    )
