"""Calls that are turned away, called back or not reached, and why each went where it went."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_BEFORE = (
    "state IN ('new', 'queued', 'ringing', 'talking', 'held', 'consulting', 'recovering',"
    " 'wrap_up', 'closed', 'closed_incomplete', 'abandoned', 'lost')"
)
_AFTER = (
    "state IN ('new', 'queued', 'dialling', 'ringing', 'talking', 'held', 'consulting',"
    " 'recovering', 'wrap_up', 'closed', 'closed_incomplete', 'abandoned', 'turned_away',"
    " 'callback_taken', 'unreached', 'lost')"
)
_DIRECTIONS = sa.Enum(
    "inbound",
    "callback",
    name="direction",
    native_enum=False,
    create_constraint=False,
    length=32,
)


def upgrade() -> None:
    _states(_AFTER)
    with op.batch_alter_table("call_card") as table:
        table.add_column(
            sa.Column("direction", _DIRECTIONS, server_default="inbound", nullable=False)
        )
        table.add_column(sa.Column("callback_of", sa.Text(), nullable=True))
        table.add_column(sa.Column("routing", _DOCUMENT, server_default="{}", nullable=False))
        table.create_check_constraint(
            op.f("ck_call_card_direction"), "direction IN ('inbound', 'callback')"
        )
    op.create_index(op.f("ix_call_card_callback_of"), "call_card", ["callback_of"])


def downgrade() -> None:
    op.drop_index(op.f("ix_call_card_callback_of"), "call_card")
    with op.batch_alter_table("call_card") as table:
        table.drop_constraint(op.f("ck_call_card_direction"), type_="check")
        table.drop_column("routing")
        table.drop_column("callback_of")
        table.drop_column("direction")
    op.execute(
        "UPDATE call_card SET state = 'abandoned'"
        " WHERE state IN ('dialling', 'turned_away', 'callback_taken', 'unreached')"
    )
    _states(_BEFORE)


def _states(check: str) -> None:
    with op.batch_alter_table("call_card") as table:
        table.drop_constraint(op.f("ck_call_card_state"), type_="check")
        table.create_check_constraint(op.f("ck_call_card_state"), check)
