"""Tasks over the API."""

from typing import Annotated

from fastapi import Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.shell import language_of
from agent_ui.web.tasks.desk import desk_of, visible_task
from agent_ui.web.tasks.query import TaskQuery
from agent_ui.web.tasks.shapes import NewMove, NewTask, TaskList, TaskShape, shape_of
from agent_ui.web.work import NONE, now_of, rules_of
from crm_core.staff.permissions import Permission
from crm_core.tasks import moving, reading
from crm_core.tasks.reading import tasks
from crm_core.tasks.states import TaskSource
from crm_core.tasks.task import Task

router = api_router("tasks")


@router.get("/tasks")
async def list_tasks(request: Request, query: Annotated[TaskQuery, Query()]) -> TaskList:
    """Tasks, the first due first: one's own, one's team's, or all that one may see."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.reading() as session:
        desk = await desk_of(session, viewer)
        filters = query.at(desk).filters(desk, now_of(request))
        page = await tasks(session, filters, cursor=query.cursor, limit=query.limit)
    items = [_shape(request, one) for one in page.items]
    return TaskList(items=items, next_cursor=page.next_cursor)


@router.get("/tasks/{task}", responses=NONE)
async def one_task(request: Request, task: Annotated[Ident, Path()]) -> TaskShape:
    """One task."""
    async with parts_of(request).db.reading() as session:
        return await _read(request, session, task)


@router.post("/tasks", status_code=201)
async def make_task(request: Request, wanted: NewTask) -> TaskShape:
    """Make a task about a party."""
    viewer, rules = signed_in_of(request).employee, rules_of(request).tasks
    directs = viewer.may(Permission.DIRECT_TASKS)
    source = TaskSource.SUPERVISOR if directs else TaskSource.AGENT
    async with parts_of(request).db.unit_of_work() as session:
        key = await moving.order(session, rules, wanted.order(), by=viewer.id, source=source)
        return await _read(request, session, key)


@router.post("/tasks/{task}/moves", responses=NONE)
async def move_task(request: Request, task: Annotated[Ident, Path()], wanted: NewMove) -> TaskShape:
    """Move a task on. The answer is how it is then."""
    viewer, rules = signed_in_of(request).employee, rules_of(request).tasks
    async with parts_of(request).db.unit_of_work() as session:
        before = await visible_task(session, viewer, task)
        await moving.move(session, task, wanted.doing(), rules=rules, by=viewer.id)
        return _shape(request, await reading.task(session, task) or before)


async def _read(request: Request, session: AsyncSession, key: str) -> TaskShape:
    return _shape(request, await visible_task(session, signed_in_of(request).employee, key))


def _shape(request: Request, task: Task) -> TaskShape:
    name = rules_of(request).tasks.name(task.type, language_of(request))
    return shape_of(task, type_name=name, now=now_of(request))
