"""PINs of callers: set up with four eyes or by a one-time code, and how often they were tried."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_REQUEST_STATES = (
    *("asked", "approved", "issued", "used"),
    *("refused", "withdrawn", "spoilt", "expired"),
)
_OPEN = sa.text("state IN ('asked', 'approved', 'issued')")


def _codes(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "client_number",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint("length(number) BETWEEN 6 AND 12", name=op.f("ck_client_number_number")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_client_number_party")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_client_number")),
    )
    op.create_index(op.f("ix_client_number_party"), "client_number", ["party"])
    op.create_table(
        "telephone_pin",
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", _codes("active", "blocked", name="state"), nullable=False),
        sa.Column("set_at", _TIME, nullable=False),
        sa.Column("blocked_at", _TIME, nullable=True),
        sa.Column("blocked_by", sa.Text(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'blocked') = (blocked_at IS NOT NULL)", name=op.f("ck_telephone_pin_blocked")
        ),
        sa.CheckConstraint(
            "(blocked_at IS NULL) = (blocked_by IS NULL)", name=op.f("ck_telephone_pin_blocker")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_telephone_pin_party")),
        sa.ForeignKeyConstraint(
            ["blocked_by"], ["employee.id"], name=op.f("fk_telephone_pin_blocked_by")
        ),
        sa.PrimaryKeyConstraint("party", name=op.f("pk_telephone_pin")),
    )
    _requests()
    op.create_table(
        "pin_throttle",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_pin_throttle")),
    )
    op.create_table(
        "pin_lockout",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("told_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_pin_lockout_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_lockout")),
    )
    op.create_index(op.f("ix_pin_lockout_party_at"), "pin_lockout", ["party", "at"])
    op.create_index(op.f("ix_pin_lockout_told_at_at"), "pin_lockout", ["told_at", "at"])


def _requests() -> None:
    op.create_table(
        "pin_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("way", _codes("handed", "sent", name="way"), nullable=False),
        sa.Column("basis", _codes("call", "documents", name="basis"), nullable=False),
        sa.Column("call", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", _codes(*_REQUEST_STATES, name="state"), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("code_key", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_pin_request_decider")
        ),
        sa.CheckConstraint(
            "way = 'sent' OR state NOT IN ('approved', 'issued', 'used', 'spoilt')"
            " OR (decided_by IS NOT NULL AND decided_by <> asked_by)",
            name=op.f("ck_pin_request_four_eyes"),
        ),
        sa.CheckConstraint(
            "(code_hash IS NULL) = (code_key IS NULL)", name=op.f("ck_pin_request_code_key")
        ),
        sa.CheckConstraint(
            "(state = 'issued') = (code_hash IS NOT NULL)", name=op.f("ck_pin_request_code")
        ),
        sa.CheckConstraint("tries BETWEEN 0 AND 3", name=op.f("ck_pin_request_tries")),
        sa.CheckConstraint(
            "(basis = 'call') = (call IS NOT NULL)", name=op.f("ck_pin_request_call")
        ),
        sa.CheckConstraint(
            "(state IN ('asked', 'approved', 'issued')) = (ended_at IS NULL)",
            name=op.f("ck_pin_request_ended"),
        ),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_pin_request_party")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["employee.id"], name=op.f("fk_pin_request_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["employee.id"], name=op.f("fk_pin_request_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_request")),
    )
    op.create_index(
        "uq_pin_request_one_open",
        "pin_request",
        ["party"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(op.f("ix_pin_request_party_asked_at"), "pin_request", ["party", "asked_at"])
    op.create_index(
        op.f("ix_pin_request_state_asked_at_id"), "pin_request", ["state", "asked_at", "id"]
    )


def downgrade() -> None:
    for table in ("pin_lockout", "pin_throttle", "pin_request", "telephone_pin", "client_number"):
        op.drop_table(table)
