"""`tellerline demo hire`: the made-up staff of a folder, so that its clients have their managers.

The core bank does not tell of employees, and a bank's own come by `tellerline staff add`. Those who
are made up have no password: nobody can sign in as one of them.
"""

import asyncio
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from config.failures import Failed
from config.settings import Settings
from crm_core.clock import SystemClock
from crm_core.database import Database, moment, upgrade
from crm_core.demo.generator.staff import COLUMNS_OF_STAFF
from crm_core.demo.generator.writing import EXTRA, SOURCE
from crm_core.models import EmployeeRow, LeaveReason, Role
from crm_core.staff.employees import hire
from crm_core.staff.leave import Plan, take_leave
from routing.ids import AgentId, QueueId, SkillId

_NOBODY = "!"
_LANGUAGES = {"ru": "ru", "uk": "ru"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What people of a role are there for, by turns: queues, and skills."""

    queues: tuple[tuple[QueueId, ...], ...] = ((),)
    skills: tuple[tuple[SkillId, ...], ...] = ((),)


_SERVICE, _CARDS, _COLLECTIONS = (QueueId(one) for one in ("service", "cards", "collections"))
_WORK = MappingProxyType(
    {
        Role.AGENT: _Work(
            queues=((_SERVICE,), (_SERVICE, _CARDS), (_CARDS,)),
            skills=((SkillId("service"),), (SkillId("cards"),), (SkillId("complaints"),)),
        ),
        Role.MANAGER: _Work(
            skills=((SkillId("mortgage"),), (SkillId("business"),), (SkillId("loans"),)),
        ),
        Role.COLLECTOR: _Work(
            queues=((_COLLECTIONS,),), skills=((SkillId("negotiation"), SkillId("loans")),)
        ),
    },
)
"""By queues and skills of the shipped configuration."""
_SPEAKS = {"en": (SkillId("english"),), "uk": (SkillId("ukrainian"),), "zh": (SkillId("chinese"),)}


def run_hire(settings: Settings, folder: Path) -> int:
    """Hire the staff of a generated bank. How many are new. Raises Failed."""
    upgrade(settings.database)
    return asyncio.run(_hire(settings, folder))


async def _hire(settings: Settings, folder: Path) -> int:
    db = Database(settings.database, clock=SystemClock())
    try:
        async with db.unit_of_work() as session:
            return await hire_staff(session, folder)
    finally:
        await db.close()


async def hire_staff(session: AsyncSession, folder: Path) -> int:
    """Hire those of the folder's staff who are not employed yet, and send away who is on leave. How
    many are new. Raises Failed."""
    known = set(await session.scalars(select(EmployeeRow.username)))
    new = [one for one in _staff(folder) if one["username"] not in known]
    for n, one in enumerate(new):
        work = _WORK.get(Role(one["role"]), _Work())
        skills = [*work.skills[n % len(work.skills)], *_SPEAKS.get(one["language"], ())]
        hired = await hire(
            session,
            one["username"],
            name=one["name"],
            role=Role(one["role"]),
            language=_LANGUAGES.get(one["language"], "en"),
            password_hash=_NOBODY,
            queues=work.queues[n % len(work.queues)],
            skills=dict.fromkeys(skills, 2 + n % 4),
            by=SOURCE,
        )
        if one["away_until"]:
            await _send_away(session, hired.id, date.fromisoformat(one["away_until"]))
    return len(new)


async def _send_away(session: AsyncSession, employee: AgentId, last: date) -> None:
    """On leave from now to the end of the day; a leave that is over by now is none."""
    ends_at = datetime.combine(last + timedelta(days=1), time(), UTC)
    if moment(session) < ends_at:
        plan = Plan(
            employee=employee,
            reason=LeaveReason.HOLIDAY,
            starts_at=moment(session),
            ends_at=ends_at,
        )
        await take_leave(session, plan, by=SOURCE)


def _staff(folder: Path) -> Iterator[dict[str, str]]:
    path = folder / EXTRA / "staff.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ()) != COLUMNS_OF_STAFF:
                raise Failed(f"{path} is no list of made-up staff")
            yield from rows
    except OSError as error:
        raise Failed(f"{path} cannot be read") from error
