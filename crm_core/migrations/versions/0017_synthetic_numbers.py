"""Which phone numbers are made up, so that no dialler ever calls them on a real trunk."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    made_up = sa.Column("synthetic", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("phone_number", made_up)


def downgrade() -> None:
    with op.batch_alter_table("phone_number") as table:
        table.drop_column("synthetic")
