"""What callers did at their keypads, on their cards; identities proved there by a PIN."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_STATES_BEFORE = (
    "state IN ('new', 'queued', 'dialling', 'ringing', 'talking', 'held', 'consulting',"
    " 'recovering', 'wrap_up', 'closed', 'closed_incomplete', 'abandoned', 'turned_away',"
    " 'callback_taken', 'unreached', 'lost')"
)
_STATES_AFTER = (
    "state IN ('new', 'self_service', 'queued', 'dialling', 'ringing', 'talking', 'held',"
    " 'consulting', 'recovering', 'wrap_up', 'closed', 'closed_incomplete', 'abandoned',"
    " 'turned_away', 'callback_taken', 'unreached', 'self_served', 'lost')"
)
_SURE_BEFORE = (
    "verification IN (0, 2, 3) AND (verification = 0 OR (verified_party IS NOT NULL"
    " AND verified_by IS NOT NULL AND verified_at IS NOT NULL))"
)
_SURE_AFTER = (
    "verification IN (0, 2, 3) AND (verification = 0 OR (verified_party IS NOT NULL"
    " AND verified_at IS NOT NULL AND verified_how IS NOT NULL"
    " AND (verified_how = 'pin' OR verified_by IS NOT NULL)))"
)
_HOW = sa.Enum(
    "agent", "pin", name="verified_how", native_enum=False, create_constraint=False, length=32
)


def upgrade() -> None:
    _states(_STATES_AFTER)
    with op.batch_alter_table("call_card") as table:
        table.add_column(sa.Column("self_service", _DOCUMENT, nullable=True))
        table.add_column(sa.Column("ivr_path", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("verified_how", _HOW, nullable=True))
        table.create_check_constraint(
            op.f("ck_call_card_verified_how"), "verified_how IN ('agent', 'pin')"
        )
    op.execute("UPDATE call_card SET verified_how = 'agent' WHERE verification > 0")
    _verification(_SURE_AFTER)


def downgrade() -> None:
    op.execute(
        "UPDATE call_card SET verification = 0, verified_party = NULL, verified_at = NULL"
        " WHERE verified_how = 'pin'"
    )
    _verification(_SURE_BEFORE)
    with op.batch_alter_table("call_card") as table:
        table.drop_constraint(op.f("ck_call_card_verified_how"), type_="check")
        for column in ("verified_how", "ivr_path", "self_service"):
            table.drop_column(column)
    op.execute(
        "UPDATE call_card SET state = 'abandoned' WHERE state IN ('self_service', 'self_served')"
    )
    _states(_STATES_BEFORE)


def _states(check: str) -> None:
    with op.batch_alter_table("call_card") as table:
        table.drop_constraint(op.f("ck_call_card_state"), type_="check")
        table.create_check_constraint(op.f("ck_call_card_state"), check)


def _verification(check: str) -> None:
    with op.batch_alter_table("call_card") as table:
        table.drop_constraint(op.f("ck_call_card_verification"), type_="check")
        table.create_check_constraint(op.f("ck_call_card_verification"), check)
