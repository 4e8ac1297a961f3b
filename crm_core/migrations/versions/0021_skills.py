"""Skills of agents."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "employee_skill",
        sa.Column("employee", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_employee_skill_level")),
        sa.ForeignKeyConstraint(
            ["employee"], ["employee.id"], name=op.f("fk_employee_skill_employee")
        ),
        sa.PrimaryKeyConstraint("employee", "skill", name=op.f("pk_employee_skill")),
    )


def downgrade() -> None:
    op.drop_table("employee_skill")
