"""Tables of business time: calendars, the days that differ from their weeks, and norm clocks."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, JsonDocument, SortableText

_OPEN = text("met_at IS NULL")


class WorkCalendarRow(Base):
    """When the bank works. `week` has the hours of Monday to Sunday as text: "09:00-18:00"."""

    __tablename__ = "work_calendar"

    code: Mapped[str] = mapped_column(primary_key=True)
    zone: Mapped[str]
    week: Mapped[list[str]] = mapped_column(JsonDocument)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class CalendarDay(Base):
    """A day that differs from its weekday: without hours on a holiday, with others if moved."""

    __tablename__ = "calendar_day"

    calendar: Mapped[str] = mapped_column(ForeignKey("work_calendar.code"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    hours: Mapped[str]
    name: Mapped[str]


class SlaClock(Base):
    """A norm clock of something: `crm_core.worktime.sla` moves it. `metric` says what is measured;
    a subject has one open clock of each."""

    __tablename__ = "sla_clock"
    __table_args__ = (
        CheckConstraint("norm_minutes >= 0 AND paused_minutes >= 0", "minutes"),
        CheckConstraint("started_at <= warn_at AND warn_at <= due_at", "times"),
        CheckConstraint("met_at IS NULL OR paused_since IS NULL", "stopped"),
        Index(
            "uq_sla_clock_open",
            "subject_kind",
            "subject",
            "metric",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_sla_clock_running", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[str] = mapped_column(SortableText, primary_key=True)
    subject_kind: Mapped[str]
    subject: Mapped[str]
    metric: Mapped[str]
    calendar: Mapped[str]
    norm_minutes: Mapped[int]
    started_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    due_at: Mapped[datetime]
    paused_minutes: Mapped[int]
    paused_since: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
