"""What comes from the core bank and what goes to it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SORTABLE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ENTITIES = (
    "product party party_phone relationship manager_assignment agreement agreement_party loan"
    " instalment arrears balance entry card application"
)
_TABLES = (
    "mirror",
    "sync_batch",
    "sync_error",
    "parked_row",
    "bank_event",
    "bank_alarm",
    "bank_freshness",
    "outbox_message",
)


def upgrade() -> None:
    _mirror()
    _batches()
    _events()
    _alarms()
    _outbox()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _code(name, values):
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False)


def _texts(*names):
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _maybe(*names):
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def _numbers(*names):
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _times(*names, nullable=False):
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def _pk(table, *columns):
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _unique(table, *columns):
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _check(name, condition):
    return sa.CheckConstraint(condition, name=op.f(f"ck_{name}"))


def _index(table, *columns):
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _where(condition):
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _mirror() -> None:
    op.create_table(
        "mirror",
        _code("entity", _ENTITIES),
        *_texts("source", "key"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        *_texts("hash", "target"),
        *_maybe("batch"),
        *_times("synced_at"),
        *_times("ended_at", nullable=True),
        _pk("mirror", "entity", "source", "key"),
    )


def _batches() -> None:
    op.create_table(
        "sync_batch",
        sa.Column("id", _SORTABLE, nullable=False),
        *_texts("source", "batch_id"),
        _code("entity", _ENTITIES),
        *_texts("kind"),
        sa.Column("business_date", sa.Date(), nullable=False),
        *_texts("sha256"),
        _code("state", "loaded refused"),
        *_maybe("problem"),
        *_numbers("rows", "stored", "unchanged", "refused", "parked", "ended"),
        *_times("started_at", "finished_at"),
        _check("sync_batch_problem", "(state = 'refused') = (problem IS NOT NULL)"),
        _pk("sync_batch", "id"),
        _unique("sync_batch", "source", "batch_id"),
    )
    _index("sync_batch", "finished_at", "id")
    op.create_table(
        "sync_error",
        *_texts("batch"),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        *_texts("column", "reason"),
        _pk("sync_error", "batch", "line"),
    )
    op.create_table(
        "parked_row",
        sa.Column("id", _SORTABLE, nullable=False),
        _code("entity", _ENTITIES),
        *_texts("source", "key"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        *_texts("hash"),
        sa.Column("cells", _DOCUMENT, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        _code("missing_entity", _ENTITIES),
        *_texts("missing_key"),
        *_times("since"),
        *_numbers("tries"),
        _pk("parked_row", "id"),
        _unique("parked_row", "entity", "source", "key"),
    )
    _index("parked_row", "missing_entity", "source", "missing_key")
    _index("parked_row", "since")


def _events() -> None:
    op.create_table(
        "bank_event",
        *_texts("source", "event_id", "type", "subject", "hash", "result", "reason"),
        *_times("received_at"),
        _pk("bank_event", "source", "event_id"),
    )
    _index("bank_event", "received_at")


def _alarms() -> None:
    op.create_table(
        "bank_alarm",
        sa.Column("id", _SORTABLE, nullable=False),
        *_texts("code", "source", "entity", "subject"),
        sa.Column("detail", _DOCUMENT, nullable=False),
        *_times("raised_at"),
        *_times("acknowledged_at", nullable=True),
        *_maybe("acknowledged_by"),
        *_times("cleared_at", nullable=True),
        _check("bank_alarm_acknowledged", "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)"),
        _pk("bank_alarm", "id"),
    )
    _index("bank_alarm", "raised_at", "id")
    op.create_index(
        "uq_bank_alarm_open",
        "bank_alarm",
        ["code", "source", "entity", "subject"],
        unique=True,
        **_where("cleared_at IS NULL"),
    )
    op.create_table(
        "bank_freshness",
        *_texts("source"),
        _code("entity", _ENTITIES),
        *_times("told_at"),
        *_maybe("cursor"),
        _pk("bank_freshness", "source", "entity"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox_message",
        sa.Column("seq", _SERIAL, autoincrement=True, nullable=False),
        *_texts("id", "subject", "kind"),
        sa.Column("payload", _DOCUMENT, nullable=False),
        _code("state", "pending delivered dead"),
        *_numbers("tries"),
        *_times("next_try_at"),
        *_texts("problem"),
        *_times("created_at"),
        *_times("delivered_at", nullable=True),
        _pk("outbox_message", "seq"),
        _unique("outbox_message", "id"),
    )
    op.create_index(
        "ix_outbox_message_pending",
        "outbox_message",
        ["subject", "seq"],
        **_where("state = 'pending'"),
    )
