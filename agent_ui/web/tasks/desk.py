"""Whose tasks an employee may see and work on: deny by default.

Own tasks and those of the own teams, those that were told upwards to him, those he made, and those
of clients he looks after; who directs tasks, all. What may not be seen looks as if not there.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.web.errors import NotFound
from agent_ui.web.visible import looks_after
from crm_core.staff.employees import Employee
from crm_core.staff.permissions import Permission
from crm_core.tasks import reading
from crm_core.tasks.colleagues import colleagues, teams_of
from crm_core.tasks.task import Task
from routing.ids import AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What an employee reaches: everything, or the tasks of these people and teams."""

    employee: AgentId
    everything: bool
    people: frozenset[AgentId]
    teams: tuple[str, ...]

    def reaches(self, task: Task) -> bool:
        """Whether the task is among those by its owner, team or maker."""
        if self.everything or task.created_by == self.employee:
            return True
        if task.owner is None:
            return task.team in self.teams
        return task.owner in self.people or task.escalated_to in self.people


async def desk_of(session: AsyncSession, viewer: Employee) -> Desk:
    """The viewer's desk as the teams are now."""
    return Desk(
        employee=viewer.id,
        everything=viewer.may(Permission.DIRECT_TASKS),
        people=await colleagues(session, viewer.id),
        teams=await teams_of(session, viewer.id),
    )


async def visible_task(session: AsyncSession, viewer: Employee, key: str) -> Task:
    """The task, if the viewer may see it. Raises NotFound."""
    task = await reading.task(session, key)
    if task is None or not await _sees(session, viewer, task):
        raise NotFound
    return task


async def _sees(session: AsyncSession, viewer: Employee, task: Task) -> bool:
    if (await desk_of(session, viewer)).reaches(task):
        return True
    return task.party is not None and await looks_after(session, viewer, task.party)
