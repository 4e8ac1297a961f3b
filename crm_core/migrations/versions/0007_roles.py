"""Collectors and credit officers."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BEFORE = "role IN ('manager', 'agent', 'supervisor', 'administrator')"
_AFTER = (
    "role IN ('manager', 'agent', 'collector', 'credit_officer', 'supervisor', 'administrator')"
)


def upgrade() -> None:
    _roles(_AFTER)


def downgrade() -> None:
    op.execute("UPDATE employee SET role = 'agent' WHERE role IN ('collector', 'credit_officer')")
    _roles(_BEFORE)


def _roles(check: str) -> None:
    with op.batch_alter_table("employee") as table:
        table.drop_constraint(op.f("ck_employee_role"), type_="check")
        table.create_check_constraint(op.f("ck_employee_role"), check)
