"""Where branches are, for whoever calls and asks."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("branch", sa.Column("address", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("branch", "address")
