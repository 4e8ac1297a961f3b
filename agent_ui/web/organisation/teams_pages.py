"""The page of teams: who leads, who belongs, and a form for a new or a known one."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.bonds.forms import IdText, Problem, WordText, problem_of
from agent_ui.web.shell import render
from crm_core.errors import Refused, Unknown
from crm_core.staff.branches import branches
from crm_core.staff.employees import employees
from crm_core.staff.teams import TeamFacts, add_team, change_team, teams
from routing.ids import AgentId

router = APIRouter(include_in_schema=False)

PAGE = "/admin/teams"
Members = Annotated[tuple[Ident, ...], Form(max_length=1000)]


@router.get(PAGE)
async def team_list(request: Request, edit: Annotated[str, Query(max_length=128)] = "") -> Response:
    """All teams; `edit` opens one in the form."""
    return await _page(request, edit=edit)


@router.post(PAGE)
async def new_team(
    request: Request,
    name: WordText = "",
    lead: IdText = "",
    branch: IdText = "",
    member: Members = (),
) -> Response:
    """Form a team."""
    facts = _facts(name, lead, branch, member, is_open=True)
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await add_team(session, facts, by=signed_in_of(request).employee.id)
    except Refused as error:
        return await _page(request, asked=facts, problem=problem_of(error))
    return RedirectResponse(PAGE, status_code=303)


@router.post(PAGE + "/{team}")
async def edit_team(
    request: Request,
    team: Annotated[Ident, Path()],
    name: WordText = "",
    lead: IdText = "",
    branch: IdText = "",
    member: Members = (),
    is_open: Annotated[bool, Form(alias="open")] = False,
    seen: Annotated[int, Form()] = 0,
) -> Response:
    """Tell a team anew."""
    facts = _facts(name, lead, branch, member, is_open=is_open)
    try:
        async with parts_of(request).db.unit_of_work() as session:
            by = signed_in_of(request).employee.id
            await change_team(session, team, facts, seen=seen, by=by)
    except Unknown:
        raise
    except Refused as error:
        return await _page(request, edit=team, asked=facts, problem=problem_of(error))
    return RedirectResponse(PAGE, status_code=303)


def _facts(
    name: str, lead: str, branch: str, members: tuple[str, ...], *, is_open: bool
) -> TeamFacts:
    return TeamFacts(
        name=name,
        lead=AgentId(lead) if lead else None,
        branch=branch or None,
        members=frozenset(AgentId(one) for one in members),
        open=is_open,
    )


async def _page(
    request: Request,
    *,
    edit: str = "",
    asked: TeamFacts | None = None,
    problem: Problem | None = None,
) -> Response:
    async with parts_of(request).db.reading() as session:
        known, places = await teams(session), await branches(session)
        people = [one for one in await employees(session) if one.active]
    edited = next((one for one in known if one.id == edit), None)
    if asked is None and edited is not None:
        members = tuple(employee for employee, _ in edited.members)
        asked = _facts(
            edited.name, edited.lead or "", edited.branch or "", members, is_open=edited.open
        )
    context = {
        "teams": known,
        "branches": places,
        "branch_names": {one.id: one.name for one in places},
        "people": people,
        "edited": edited,
        "asked": asked or TeamFacts(name=""),
        "problem": problem,
    }
    return render(request, "organisation/teams.html", context, status=422 if problem else 200)
