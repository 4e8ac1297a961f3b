"""Complaints: those that were answered are closed, as the client was told and thanked.

One that waits for its answer is taken down by the product's own function, so that somebody has the
task to handle it, and only its dates are then set back.
"""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.complaints.complaint import ComplaintFacts
from crm_core.complaints.handling import KIND, register
from crm_core.complaints.states import Channel, ComplaintMove, ComplaintState
from crm_core.corebank.bulk import insert_rows
from crm_core.demo.extra.ground import Cells, Ground
from crm_core.demo.generator.complaints import COLUMNS
from crm_core.ids import new_id
from crm_core.models import Complaint, WorkEvent
from crm_core.models import Task as TaskRow
from routing.ids import AgentId

_COMPLAINT = (
    *("id", "party", "topic", "product", "channel", "essence", "owner", "state", "due_at"),
    *("resolution", "resolved_at", "told_client_at", "thanked", "reopened"),
    *("created_at", "created_by", "updated_at", "row_version"),
)
_EVENT = ("id", "subject_kind", "subject", "at", "actor", "move", "state", "note")
_RECEIVED, _ANSWERED, _HOUR = time(9, 30), time(8), timedelta(hours=1)
_S, _M = ComplaintState, ComplaintMove
_WAY = (
    *((_M.TAKE, _S.IN_WORK), (_M.RESOLVE, _S.RESOLVED)),
    *((_M.TELL, _S.TOLD), (_M.THANK, _S.CLOSED)),
)
_RESOLUTIONS = ("Разобрались, причина устранена.", "Объяснили условия, клиент согласен.")


async def load_complaints(session: AsyncSession, ground: Ground) -> int:
    """How many complaints are new."""
    held = await session.execute(select(Complaint.party, Complaint.created_at))
    known = {(party, at) for party, at in held}
    owners = sorted(ground.agents.values())
    rows, events, count = [], [], 0
    for n, row in enumerate(ground.rows("complaints", COLUMNS)):
        if (ground.parties[row["party_key"]], _times(row)[0]) in known:
            continue
        count += 1
        owner = owners[n % len(owners)]
        if row["answered_on"]:
            rows.append(_closed(row, ground, owner, _RESOLUTIONS[n % len(_RESOLUTIONS)]))
            events.extend(_history(row, owner))
        else:
            await _open(session, row, ground, owner)
    await insert_rows(session, Complaint, _COMPLAINT, rows)
    await insert_rows(session, WorkEvent, _EVENT, events)
    return count


def _closed(row: Cells, ground: Ground, owner: AgentId, resolution: str) -> tuple[object, ...]:
    received, answered = _times(row)
    due_at = received + ground.work.complaints.topics[row["topic"]].norm
    return (
        *(row["complaint_key"], ground.parties[row["party_key"]], row["topic"], ""),
        *(Channel(row["channel"]), row["essence"], owner, _S.CLOSED, due_at),
        *(resolution, answered, answered + _HOUR, True, 0),
        *(received, owner, answered + _HOUR, 1),
    )


def _history(row: Cells, owner: AgentId) -> list[tuple[object, ...]]:
    received, answered = _times(row)
    at = (received + _HOUR, answered, answered + _HOUR, answered + _HOUR)
    steps = [(received, "added", _S.REGISTERED)]
    steps += [(when, move.value, state) for when, (move, state) in zip(at, _WAY, strict=True)]
    key = row["complaint_key"]
    return [(new_id(), KIND, key, when, owner, move, state, "") for when, move, state in steps]


async def _open(session: AsyncSession, row: Cells, ground: Ground, owner: AgentId) -> None:
    received, norm = _times(row)[0], ground.work.complaints.topics[row["topic"]].norm
    facts = ComplaintFacts(
        party=ground.parties[row["party_key"]],
        topic=row["topic"],
        essence=row["essence"],
        channel=Channel(row["channel"]),
    )
    key = await register(session, ground.work, facts, by=owner)
    await session.flush()
    dates = {"created_at": received, "due_at": received + norm}
    task = TaskRow.subject_kind == KIND, TaskRow.subject == key
    await session.execute(update(TaskRow).where(*task).values(**dates))
    mine = WorkEvent.subject_kind == KIND, WorkEvent.subject == key
    await session.execute(update(WorkEvent).where(*mine).values(at=received))
    fresh = {"updated_at": received, **dates}
    await session.execute(update(Complaint).where(Complaint.id == key).values(**fresh))


def _times(row: Cells) -> tuple[datetime, datetime]:
    """When it was received, and answered if it was."""
    received = date.fromisoformat(row["received_on"])
    answered = date.fromisoformat(row["answered_on"] or row["received_on"])
    return datetime.combine(received, _RECEIVED, UTC), datetime.combine(answered, _ANSWERED, UTC)
