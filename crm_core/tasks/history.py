"""What happened to a task, a complaint or an interest: written with each move, read by its page.

Notes are people's own words and stay here; the audit beside it carries codes only.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.ids import new_id
from crm_core.models import EmployeeRow, WorkEvent

LONGEST_HISTORY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event. `actor_name` is None where no employee did it; `move` is a code, or "added"."""

    at: datetime
    actor: str
    actor_name: str | None
    move: str
    state: str
    note: str


async def note(
    session: AsyncSession,
    kind: str,
    subject: str,
    *,
    by: str,
    move: str,
    state: str,
    words: str = "",
) -> None:
    """Remember what happened to the subject, and the state that it is in now."""
    session.add(
        WorkEvent(
            id=new_id(),
            subject_kind=kind,
            subject=subject,
            at=moment(session),
            actor=by,
            move=move,
            state=state,
            note=words,
        )
    )
    await session.flush()


async def history(session: AsyncSession, kind: str, subject: str) -> list[Happened]:
    """The last events of the subject, the newest first."""
    statement = (
        select(WorkEvent, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == WorkEvent.actor)
        .where(WorkEvent.subject_kind == kind, WorkEvent.subject == subject)
        .order_by(WorkEvent.at.desc(), WorkEvent.id.desc())
        .limit(LONGEST_HISTORY)
    )
    return [
        Happened(
            at=row.at,
            actor=row.actor,
            actor_name=name,
            move=row.move,
            state=row.state,
            note=row.note,
        )
        for row, name in await session.execute(statement)
    ]
