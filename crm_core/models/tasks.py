"""Tables of the work to be done: tasks, and the history of tasks, complaints and interests."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, SortableText
from crm_core.models.columns import code as codes
from crm_core.tasks.states import Priority, SubjectKind, TaskSource, TaskState
from routing.ids import AgentId, PartyId


class Task(Base):
    """Something that an employee is to do. `source_key` names what made it, so that it is made
    once; `escalation` is how far upwards it has been told: 0 nobody, 1 the lead, 2 supervisors."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (waiting_until IS NOT NULL)", "waiting"),
        CheckConstraint(
            "state NOT IN ('assigned', 'in_progress', 'waiting') OR owner IS NOT NULL", "owner"
        ),
        CheckConstraint("(state = 'done') = (result_code <> '')", "result"),
        CheckConstraint("(state IN ('done', 'cancelled')) = (closed_at IS NOT NULL)", "closed"),
        CheckConstraint(
            "source <> 'deviation' OR (source_key IS NOT NULL"
            " AND (state <> 'done' OR reason <> ''))",
            "deviation",
        ),
        CheckConstraint("estimate_min >= 0 AND spent_min >= 0", "minutes"),
        CheckConstraint("escalation BETWEEN 0 AND 2", "escalation"),
        Index(None, "owner", "state", "due_at"),
        Index(None, "state", "due_at", "id"),
        Index(None, "party", "created_at"),
        Index(None, "subject_kind", "subject"),
        Index(None, "escalated_to"),
        Index(None, "team", "state"),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    type: Mapped[str]
    title: Mapped[str]
    priority: Mapped[Priority] = mapped_column(codes(Priority, "priority"))
    subject_kind: Mapped[SubjectKind] = mapped_column(codes(SubjectKind, "subject_kind"))
    subject: Mapped[str]
    party: Mapped[PartyId | None] = mapped_column(ForeignKey("party.id"))
    due_at: Mapped[datetime]
    waiting_until: Mapped[datetime | None]
    owner: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    team: Mapped[str | None] = mapped_column(ForeignKey("team.id"))
    state: Mapped[TaskState] = mapped_column(codes(TaskState, "state"))
    source: Mapped[TaskSource] = mapped_column(codes(TaskSource, "source"))
    source_key: Mapped[str | None] = mapped_column(unique=True)
    result_code: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    estimate_min: Mapped[int]
    spent_min: Mapped[int] = mapped_column(server_default="0")
    escalation: Mapped[int] = mapped_column(server_default="0")
    escalated_to: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class WorkEvent(Base):
    """What happened to a task, a complaint or an interest, in the words of who did it."""

    __tablename__ = "work_event"
    __table_args__ = (Index(None, "subject_kind", "subject", "id"),)

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    subject_kind: Mapped[str]
    subject: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    move: Mapped[str]
    state: Mapped[str]
    note: Mapped[str]
