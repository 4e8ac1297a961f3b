"""PINs of callers: set up with four eyes or by a one-time code, and how often they were tried."""

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""


def downgrade() -> None:
    """Back from it."""
