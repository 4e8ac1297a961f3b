"""Who has which skill and serves which queue: the matrix, and the form of one agent."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident, ShortText
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.bonds.forms import Problem, problem_of
from agent_ui.web.shell import language_of, queue_names, render, skill_names
from agent_ui.web.skills.known import known_of
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.staff.assignment import Assignment, Posting, assign, assignment, assignments
from routing.ids import AgentId, QueueId, SkillId
from routing.roster import HIGHEST, LOWEST

router = APIRouter(include_in_schema=False)

PAGE = "/admin/skills"
Queues = Annotated[tuple[Ident, ...], Form(alias="queue", max_length=1000)]
Levels = Annotated[tuple[Ident, ...], Form(alias="level", max_length=1000)]
"""Skills with levels, such as `english:3`; `english:0` is none."""


@router.get(PAGE)
async def skill_matrix(
    request: Request,
    name: Annotated[ShortText, Query()] = "",
    queue: Annotated[ShortText, Query()] = "",
    skill: Annotated[ShortText, Query()] = "",
) -> Response:
    """All agents; the filters leave those of a name, a queue, a skill."""
    async with parts_of(request).db.reading() as session:
        everybody = await assignments(session)
    shown = [one for one in everybody if _fits(one, name, queue, skill)]
    language = language_of(request)
    context = {
        "agents": shown,
        "of": len(everybody),
        "queues": queue_names(request, language),
        "skills": skill_names(request, language),
        "query": {"name": name, "queue": queue, "skill": skill},
    }
    return render(request, "skills/matrix.html", context)


@router.get(PAGE + "/{employee}")
async def agent_skills(request: Request, employee: Annotated[Ident, Path()]) -> Response:
    """The form of one agent."""
    return await _form(request, AgentId(employee))


@router.post(PAGE + "/{employee}")
async def keep_skills(
    request: Request,
    employee: Annotated[Ident, Path()],
    queue: Queues = (),
    level: Levels = (),
    version: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """Keep the agent's queues and skills; routing follows at once."""
    parts, agent = parts_of(request), AgentId(employee)
    try:
        posting = Posting(
            queues=frozenset(QueueId(one) for one in queue), skills=_levels(level), version=version
        )
        async with parts.db.unit_of_work() as session:
            by = signed_in_of(request).employee.id
            await assign(session, agent, posting, known=known_of(parts), by=by)
    except Unknown:
        raise
    except Refused as error:
        return await _form(request, agent, problem=problem_of(error))
    parts.rosters.changed()
    return RedirectResponse(f"{PAGE}#{employee}", status_code=303)


async def _form(request: Request, agent: AgentId, *, problem: Problem | None = None) -> Response:
    """As it is kept now: where somebody else was faster, his changes are what there is to see."""
    async with parts_of(request).db.reading() as session:
        kept = await assignment(session, agent)
    language = language_of(request)
    context = {
        "agent": kept,
        "queues": queue_names(request, language),
        "skills": skill_names(request, language),
        "levels": range(LOWEST, HIGHEST + 1),
        "problem": problem,
    }
    return render(request, "skills/agent.html", context, status=422 if problem else 200)


def _fits(one: Assignment, name: str, queue: str, skill: str) -> bool:
    return (
        name.strip().casefold() in one.name.casefold()
        and (not queue or queue in one.queues)
        and (not skill or skill in one.skills)
    )


def _levels(texts: tuple[str, ...]) -> dict[SkillId, int]:
    """Raises FieldRefused."""
    levels: dict[SkillId, int] = {}
    for text in texts:
        skill, _, level = text.partition(":")
        if level != "0":
            if len(level) != 1 or not level.isascii() or not level.isdigit():
                raise FieldRefused("level", "level")
            levels[SkillId(skill)] = int(level)
    return levels
