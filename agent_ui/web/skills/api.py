"""Skills and assignments over the API."""

from typing import Annotated

from fastapi import Path, Query, Request

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.shell import language_of, skill_names
from agent_ui.web.skills.known import known_of
from agent_ui.web.skills.shapes import (
    AssignmentAsked,
    AssignmentPage,
    AssignmentShape,
    SkillList,
    SkillShape,
)
from crm_core.staff.assignment import Posting, assign, assignment, assignments
from routing.ids import AgentId, QueueId, SkillId

router = api_router("assignments")
Employee = Annotated[Ident, Path()]


@router.get("/skills")
async def list_skills(request: Request) -> SkillList:
    """What agents can have skill in."""
    names = skill_names(request, language_of(request))
    return SkillList(items=[SkillShape(skill=code, name=name) for code, name in names.items()])


@router.get("/assignments")
async def list_assignments(
    request: Request,
    cursor: Annotated[Ident | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AssignmentPage:
    """Which queues the agents serve, and their skills."""
    async with parts_of(request).db.reading() as session:
        everybody = await assignments(session)
    later = sorted(
        (one for one in everybody if cursor is None or one.employee > cursor),
        key=lambda one: one.employee,
    )
    items = [AssignmentShape.model_validate(one) for one in later[:limit]]
    more = len(later) > limit
    return AssignmentPage(items=items, next_cursor=items[-1].employee if more else None)


@router.get("/assignments/{employee}")
async def one_assignment(request: Request, employee: Employee) -> AssignmentShape:
    """The queues and skills of one agent."""
    async with parts_of(request).db.reading() as session:
        return AssignmentShape.model_validate(await assignment(session, AgentId(employee)))


@router.put("/assignments/{employee}")
async def put_assignment(
    request: Request, employee: Employee, asked: AssignmentAsked
) -> AssignmentShape:
    """Let an agent serve these queues and have these skills; routing follows at once."""
    parts, agent = parts_of(request), AgentId(employee)
    posting = Posting(
        queues=frozenset(QueueId(one) for one in asked.queues),
        skills={SkillId(skill): level for skill, level in asked.skills.items()},
        version=asked.version,
    )
    async with parts.db.unit_of_work() as session:
        by = signed_in_of(request).employee.id
        await assign(session, agent, posting, known=known_of(parts), by=by)
        now = AssignmentShape.model_validate(await assignment(session, agent))
    parts.rosters.changed()
    return now
