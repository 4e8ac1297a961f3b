"""Pages of tasks: the list, a new one, one with its history; and the client's tab."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import local_path, parts_of, signed_in_of
from agent_ui.web.parties.frame import frame_of
from agent_ui.web.shell import render
from agent_ui.web.tasks.desk import desk_of, visible_task
from agent_ui.web.tasks.forms import MoveForm, TaskForm
from agent_ui.web.tasks.query import Scope, Standing, TaskQuery
from agent_ui.web.visible import looks_after
from agent_ui.web.work import now_of, people, rules_of, work_context, zone_of
from crm_core.complaints.complaint import ComplaintFilters
from crm_core.complaints.reading import complaints
from crm_core.errors import FieldRefused
from crm_core.parties.head import head, looked_at
from crm_core.staff.permissions import Permission
from crm_core.states import MoveRefused, can
from crm_core.tasks import moving
from crm_core.tasks.history import history
from crm_core.tasks.reading import tasks
from crm_core.tasks.states import TASK_MOVES, Priority, TaskMove, TaskSource
from crm_core.tasks.task import FinishedElsewhere, Stale, TaskFilters
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

_SHOWN_OF_PARTY = 100
_MORNING = time(9)
_GIVES_AWAY = frozenset({TaskMove.ASSIGN, TaskMove.REJECT})
"""After these the task may be out of the sight of who did it."""


@router.get("/tasks")
async def task_list(request: Request, query: Annotated[TaskQuery, Query()]) -> Response:
    """Tasks with filters; htmx asks for the same page and takes the list out of it."""
    viewer, now = signed_in_of(request).employee, now_of(request)
    async with parts_of(request).db.reading() as session:
        desk = await desk_of(session, viewer)
        query = query.at(desk)
        page = await tasks(
            session, query.filters(desk, now), cursor=query.cursor, limit=query.limit
        )
        context = {"page": page, "people": await people(session)}
    scopes = [one for one in Scope if one is not Scope.ALL or desk.everything]
    context |= {
        "query": query,
        "scopes": scopes,
        "standings": list(Standing),
        "priorities": list(Priority),
        "tomorrow": _tomorrow(request),
        "partial": "hx-request" in request.headers,
    }
    return render(request, "tasks/list.html", work_context(request) | context)


@router.get("/tasks/new")
async def new_task(
    request: Request,
    party: Annotated[Ident, Query()],
    call: Annotated[Ident | None, Query()] = None,
) -> Response:
    """The form for a task about a party."""
    return await _form(request, TaskForm(party=party, call=call))


@router.post("/tasks")
async def make_task(request: Request, form: Annotated[TaskForm, Form()]) -> Response:
    """Add a task and show it."""
    viewer = signed_in_of(request).employee
    directs = viewer.may(Permission.DIRECT_TASKS)
    source = TaskSource.SUPERVISOR if directs else TaskSource.AGENT
    try:
        async with parts_of(request).db.unit_of_work() as session:
            key = await moving.order(
                session, rules_of(request).tasks, form.order(request), by=viewer.id, source=source
            )
    except FieldRefused as error:
        return await _form(request, form, refused=error)
    return RedirectResponse(f"/tasks/{key}", status_code=303)


@router.get("/tasks/{task}")
async def one_task(request: Request, task: Annotated[Ident, Path()]) -> Response:
    """One task, what may be done to it, and its history."""
    return await _one(request, task)


@router.post("/tasks/{task}/move")
async def move_task(
    request: Request, task: Annotated[Ident, Path()], form: Annotated[MoveForm, Form()]
) -> Response:
    """Move a task and go back to where that was asked."""
    viewer = signed_in_of(request).employee
    try:
        doing = form.doing(request)
        async with parts_of(request).db.unit_of_work() as session:
            await visible_task(session, viewer, task)
            await moving.move(session, task, doing, rules=rules_of(request).tasks, by=viewer.id)
    except (FieldRefused, MoveRefused, FinishedElsewhere, Stale) as error:
        return await _one(request, task, form=form, refused=error)
    gone = "/tasks" if form.move in _GIVES_AWAY else f"/tasks/{task}"
    back = local_path(form.back) if form.back else gone
    return RedirectResponse(back, status_code=303)


@router.get("/parties/{party}/tasks")
async def party_tasks(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """The client's tasks and complaints that the viewer may see."""
    viewer, key = signed_in_of(request).employee, PartyId(party)
    frame = await frame_of(request, party, "tasks")
    async with parts_of(request).db.reading() as session:
        desk = await desk_of(session, viewer)
        of_party = TaskFilters(party=key)
        whole = desk.everything or await looks_after(session, viewer, key)
        page = await tasks(session, of_party, limit=_SHOWN_OF_PARTY)
        said = await complaints(session, ComplaintFilters(party=key), limit=_SHOWN_OF_PARTY)
        context = {
            "tasks": [one for one in page.items if whole or desk.reaches(one)],
            "complaints": said.items,
            "people": await people(session),
            "tomorrow": _tomorrow(request),
        }
    return render(request, "tasks/tab.html", frame | work_context(request) | context)


async def _form(
    request: Request, form: TaskForm, *, refused: FieldRefused | None = None
) -> Response:
    async with parts_of(request).db.reading() as session:
        context = {
            "form": form,
            "refused": refused,
            "client": await head(session, PartyId(form.party)),
            "people": await people(session),
            "priorities": list(Priority),
        }
    status = 422 if refused else 200
    return render(request, "tasks/new.html", work_context(request) | context, status=status)


async def _one(
    request: Request,
    key: str,
    *,
    form: MoveForm | None = None,
    refused: FieldRefused | MoveRefused | FinishedElsewhere | Stale | None = None,
) -> Response:
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        task = await visible_task(session, viewer, key)
        context: dict[str, Any] = {
            "task": task,
            "history": await history(session, "task", key),
            "people": await people(session),
        }
        if task.party is not None:
            await looked_at(session, task.party, viewer=viewer.id, reason=f"task:{key}")
    context |= {
        "form": form,
        "refused": refused,
        "kind": rules_of(request).tasks.types.get(task.type),
        "can": {move.value: can(TASK_MOVES, task.state, move) for move in TaskMove},
        "tomorrow": _tomorrow(request),
    }
    status = 422 if isinstance(refused, FieldRefused) else 409 if refused else 200
    return render(request, "tasks/one.html", work_context(request) | context, status=status)


def _tomorrow(request: Request) -> str:
    """Tomorrow morning at the centre, as a field for times takes it."""
    today = now_of(request).astimezone(zone_of(request)).date()
    return datetime.combine(today + timedelta(days=1), _MORNING).strftime("%Y-%m-%dT%H:%M")
