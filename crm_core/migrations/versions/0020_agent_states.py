"""What agents did and when, and how long they had each call, for reports by interval."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_OF_A_CALL = sa.text("call IS NOT NULL")
_DURATIONS = ("dial_ms", "talk_ms", "hold_ms", "wrap_up_ms")


def upgrade() -> None:
    _states()
    for name in _DURATIONS:
        column = sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        op.add_column("call_card", column)
    op.add_column("call_card", sa.Column("answered_in", sa.Text(), nullable=True))
    op.create_index(op.f("ix_call_card_ended_at"), "call_card", ["ended_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_call_card_ended_at"), "call_card")
    with op.batch_alter_table("call_card") as table:
        for name in ("answered_in", *_DURATIONS):
            table.drop_column(name)
    op.drop_table("agent_state")


def _code(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _states() -> None:
    reasons = ("break", "meal", "meeting", "training", "paperwork")
    activities = ("idle", "ringing", "on_call", "on_hold", "wrap_up", "not_responding")
    op.create_table(
        "agent_state",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "availability",
            _code("availability", "offline", "available", "not_ready"),
            nullable=False,
        ),
        sa.Column("reason", _code("reason", *reasons), nullable=True),
        sa.Column("activity", _code("activity", *activities), nullable=False),
        sa.Column("call", sa.Text(), nullable=True),
        sa.Column("queue", sa.Text(), nullable=True),
        sa.Column("direction", _code("direction", "inbound", "callback"), nullable=True),
        sa.CheckConstraint(
            "until IS NULL OR until > since", name=op.f("ck_agent_state_takes_time")
        ),
        sa.PrimaryKeyConstraint("agent", "since", name=op.f("pk_agent_state")),
    )
    op.create_index(op.f("ix_agent_state_since"), "agent_state", ["since"])
    op.create_index(op.f("ix_agent_state_agent_until"), "agent_state", ["agent", "until"])
    op.create_index(
        "ix_agent_state_call",
        "agent_state",
        ["call"],
        sqlite_where=_OF_A_CALL,
        postgresql_where=_OF_A_CALL,
    )
