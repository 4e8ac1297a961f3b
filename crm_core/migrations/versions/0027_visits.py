"""Visits to self-service, node by node, and what callers answered to surveys."""

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""


def downgrade() -> None:
    """Back from it."""
