"""How sure an agent is who is on the line, and amounts that are opened at a desk for a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("call_card") as table:
        level = sa.Column("verification", sa.Integer(), server_default="0", nullable=False)
        table.add_column(level)
        table.add_column(sa.Column("verified_party", sa.Text(), nullable=True))
        table.add_column(sa.Column("verified_by", sa.Text(), nullable=True))
        table.add_column(sa.Column("verified_at", _TIME, nullable=True))
        table.create_foreign_key(
            op.f("fk_call_card_verified_party"), "party", ["verified_party"], ["id"]
        )
        table.create_foreign_key(
            op.f("fk_call_card_verified_by"), "employee", ["verified_by"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_call_card_verification"),
            "verification IN (0, 2, 3) AND (verification = 0 OR (verified_party IS NOT NULL"
            " AND verified_by IS NOT NULL AND verified_at IS NOT NULL))",
        )
    op.create_table(
        "opened_amounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("employee", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.CheckConstraint("opened_at <= ends_at", name=op.f("ck_opened_amounts_validity")),
        sa.ForeignKeyConstraint(
            ["employee"], ["employee.id"], name=op.f("fk_opened_amounts_employee")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_opened_amounts_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opened_amounts")),
    )
    index = op.f("ix_opened_amounts_party_employee_ends_at")
    op.create_index(index, "opened_amounts", ["party", "employee", "ends_at"])


def downgrade() -> None:
    op.drop_table("opened_amounts")
    with op.batch_alter_table("call_card") as table:
        table.drop_constraint(op.f("ck_call_card_verification"), type_="check")
        table.drop_constraint(op.f("fk_call_card_verified_by"), type_="foreignkey")
        table.drop_constraint(op.f("fk_call_card_verified_party"), type_="foreignkey")
        for column in ("verified_at", "verified_by", "verified_party", "verification"):
            table.drop_column(column)
