"""Tasks, complaints, interests, needs and offers."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = ("task", "work_event", "complaint", "interest", "opportunity", "need", "offer_made")
_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _tasks()
    _complaints()
    _interests()
    _offers()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _code(name, values):
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False)


def _id():
    return sa.Column("id", _ID, nullable=False)


def _texts(*names):
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _maybe(*names):
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def _later(*names):
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names]


def _times(*names, nullable=False):
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def _number(name, **options):
    return sa.Column(name, sa.Integer(), nullable=False, **options)


def _check(name, condition):
    return sa.CheckConstraint(condition, name=op.f(f"ck_{name}"))


def _pk(table):
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _fk(table, column, target):
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _index(table, *columns) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _tasks() -> None:
    op.create_table(
        "task",
        _id(),
        *_texts("type", "title"),
        _code("priority", "urgent high normal low"),
        _code("subject_kind", "party call case application complaint interest deviation"),
        *_texts("subject"),
        *_maybe("party"),
        *_times("due_at"),
        *_times("waiting_until", nullable=True),
        *_maybe("owner", "team"),
        _code("state", "new assigned in_progress waiting done cancelled"),
        _code("source", "rule agent supervisor deviation"),
        *_maybe("source_key"),
        *_later("result_code", "reason"),
        _number("estimate_min"),
        *(_number(name, server_default="0") for name in ("spent_min", "escalation")),
        *_maybe("escalated_to"),
        *_times("created_at"),
        *_texts("created_by"),
        *_times("updated_at"),
        *_times("closed_at", nullable=True),
        _number("row_version"),
        _check("task_waiting", "(state = 'waiting') = (waiting_until IS NOT NULL)"),
        _check(
            "task_owner",
            "state NOT IN ('assigned', 'in_progress', 'waiting') OR owner IS NOT NULL",
        ),
        _check("task_result", "(state = 'done') = (result_code <> '')"),
        _check("task_closed", "(state IN ('done', 'cancelled')) = (closed_at IS NOT NULL)"),
        _check(
            "task_deviation",
            "source <> 'deviation' OR (source_key IS NOT NULL"
            " AND (state <> 'done' OR reason <> ''))",
        ),
        _check("task_minutes", "estimate_min >= 0 AND spent_min >= 0"),
        _check("task_escalation", "escalation BETWEEN 0 AND 2"),
        _fk("task", "party", "party.id"),
        _fk("task", "owner", "employee.id"),
        _fk("task", "team", "team.id"),
        _fk("task", "escalated_to", "employee.id"),
        _pk("task"),
        sa.UniqueConstraint("source_key", name=op.f("uq_task_source_key")),
    )
    _index("task", "owner", "state", "due_at")
    _index("task", "state", "due_at", "id")
    _index("task", "party", "created_at")
    _index("task", "subject_kind", "subject")
    _index("task", "escalated_to")
    _index("task", "team", "state")
    op.create_table(
        "work_event",
        _id(),
        *_texts("subject_kind", "subject"),
        *_times("at"),
        *_texts("actor", "move", "state", "note"),
        _pk("work_event"),
    )
    _index("work_event", "subject_kind", "subject", "id")


def _complaints() -> None:
    op.create_table(
        "complaint",
        _id(),
        *_texts("party", "topic", "product"),
        _code("channel", "call branch email chat letter"),
        *_texts("essence"),
        *_maybe("call"),
        *_texts("owner"),
        _code("state", "registered in_work resolved told closed"),
        *_times("due_at"),
        *_later("resolution"),
        *_times("resolved_at", "told_client_at", nullable=True),
        sa.Column("thanked", sa.Boolean(), nullable=False),
        _number("reopened", server_default="0"),
        *_times("created_at"),
        *_texts("created_by"),
        *_times("updated_at"),
        _number("row_version"),
        _check(
            "complaint_resolved",
            "(state IN ('resolved', 'told', 'closed')) = (resolved_at IS NOT NULL)",
        ),
        _check("complaint_resolution", "resolved_at IS NULL OR resolution <> ''"),
        _check("complaint_told", "(state IN ('told', 'closed')) = (told_client_at IS NOT NULL)"),
        _check("complaint_thanked", "(state = 'closed') = thanked"),
        _fk("complaint", "party", "party.id"),
        _fk("complaint", "owner", "employee.id"),
        _pk("complaint"),
    )
    _index("complaint", "party", "created_at")
    _index("complaint", "state", "due_at", "id")
    _index("complaint", "owner", "state")


def _interests() -> None:
    op.create_table(
        "interest",
        _id(),
        *_texts("party", "product"),
        _code("channel", "call branch email chat letter"),
        *_texts("note"),
        *_maybe("call"),
        _code("state", "open qualified served dropped"),
        *_texts("owner"),
        *_times("created_at"),
        *_texts("created_by"),
        *_times("updated_at"),
        _number("row_version"),
        _fk("interest", "party", "party.id"),
        _fk("interest", "owner", "employee.id"),
        _pk("interest"),
    )
    _index("interest", "party", "created_at")
    _index("interest", "state", "id")
    op.create_table(
        "opportunity",
        _id(),
        sa.Column("interest", _ID, nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        *_texts("currency"),
        _code("stage", "preparing proposed negotiating won lost"),
        *_texts("owner"),
        sa.Column("expected_close", sa.Date(), nullable=False),
        *_times("closed_at", nullable=True),
        *_times("created_at", "updated_at"),
        _number("row_version"),
        _check("opportunity_value", "value_minor > 0"),
        _check("opportunity_currency", "length(currency) = 3 AND currency = upper(currency)"),
        _check("opportunity_closed", "(stage IN ('won', 'lost')) = (closed_at IS NOT NULL)"),
        _fk("opportunity", "interest", "interest.id"),
        _fk("opportunity", "owner", "employee.id"),
        _pk("opportunity"),
        sa.UniqueConstraint("interest", name=op.f("uq_opportunity_interest")),
    )
    _index("opportunity", "owner", "stage")
    _index("opportunity", "stage", "expected_close")


def _offers() -> None:
    op.create_table(
        "need",
        _id(),
        *_texts("party", "code", "evidence"),
        *_maybe("call"),
        *_times("noted_at"),
        *_texts("noted_by"),
        *_times("ended_at", nullable=True),
        _check("need_validity", "ended_at IS NULL OR noted_at <= ended_at"),
        _fk("need", "party", "party.id"),
        _pk("need"),
    )
    holds = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_need_holds",
        "need",
        ["party", "code"],
        unique=True,
        sqlite_where=holds,
        postgresql_where=holds,
    )
    op.create_table(
        "offer_made",
        _id(),
        *_texts("party", "product", "need"),
        _code("outcome", "accepts thinks declines"),
        *_maybe("call"),
        *_times("made_at"),
        *_texts("made_by"),
        *_times("quiet_until"),
        _fk("offer_made", "party", "party.id"),
        _fk("offer_made", "made_by", "employee.id"),
        _pk("offer_made"),
    )
    _index("offer_made", "party", "product", "made_at")
