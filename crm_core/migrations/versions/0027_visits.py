"""Visits to self-service, node by node, and what callers answered to surveys."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_SORTABLE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_ENDINGS = ("person", "callback", "done", "left", "failed")
_LEAVINGS = (
    "went_on",
    "key",
    "keyed",
    "person",
    "back",
    "main_menu",
    "repeat",
    "silence",
    "wrong",
    "hung_up",
    "failed",
)


def upgrade() -> None:
    op.create_table(
        "service_visit",
        sa.Column("id", _SORTABLE, nullable=False),
        sa.Column("call", _SORTABLE, nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("left_at", _TIME, nullable=False),
        sa.Column("ending", _code("ending", _ENDINGS), nullable=False),
        sa.Column("contained", sa.Boolean(), nullable=False),
        sa.Column("last_node", sa.Text(), nullable=False),
        sa.CheckConstraint("began_at <= left_at", name=op.f("ck_service_visit_times")),
        sa.CheckConstraint(
            "NOT contained OR ending IN ('done', 'left')", name=op.f("ck_service_visit_contained")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_visit")),
        sa.UniqueConstraint(
            "call", "flow", "began_at", name=op.f("uq_service_visit_call_flow_began_at")
        ),
    )
    op.create_index(op.f("ix_service_visit_left_at_flow"), "service_visit", ["left_at", "flow"])
    op.create_table(
        "service_step",
        sa.Column("visit", _SORTABLE, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("entered_at", _TIME, nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.Column("leaving", _code("leaving", _LEAVINGS), nullable=False),
        sa.Column("pressed", sa.Text(), nullable=False),
        sa.Column("next_node", sa.Text(), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_service_step_n")),
        sa.CheckConstraint("ms >= 0", name=op.f("ck_service_step_ms")),
        sa.CheckConstraint(
            "(leaving = 'key') = (pressed <> '') AND length(pressed) <= 1",
            name=op.f("ck_service_step_pressed"),
        ),
        sa.ForeignKeyConstraint(
            ["visit"], ["service_visit.id"], name=op.f("fk_service_step_visit")
        ),
        sa.PrimaryKeyConstraint("visit", "n", name=op.f("pk_service_step")),
    )
    op.create_table(
        "survey_answer",
        sa.Column("call", _SORTABLE, nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("queue", sa.Text(), nullable=True),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.CheckConstraint("value BETWEEN 0 AND 10", name=op.f("ck_survey_answer_value")),
        sa.PrimaryKeyConstraint("call", "flow", "question", name=op.f("pk_survey_answer")),
    )
    op.create_index(
        op.f("ix_survey_answer_asked_at_question"), "survey_answer", ["asked_at", "question"]
    )


def downgrade() -> None:
    op.drop_table("survey_answer")
    op.drop_table("service_step")
    op.drop_table("service_visit")


def _code(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
