"""Messages of supervisors to agents. Who was beside which call is on its card and in the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agent_message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", _TIME, nullable=False),
        sa.Column("read_at", _TIME, nullable=True),
        sa.CheckConstraint(
            "read_at IS NULL OR read_at >= sent_at", name=op.f("ck_agent_message_read_after_sent")
        ),
        sa.ForeignKeyConstraint(["author"], ["employee.id"], name=op.f("fk_agent_message_author")),
        sa.ForeignKeyConstraint(["agent"], ["employee.id"], name=op.f("fk_agent_message_agent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_message")),
    )
    for columns in (["agent", "read_at"], ["author", "sent_at"]):
        index = op.f(f"ix_agent_message_{'_'.join(columns)}")
        op.create_index(index, "agent_message", columns)


def downgrade() -> None:
    op.drop_table("agent_message")
