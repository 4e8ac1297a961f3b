"""The page of branches: the tree, and a form for a new or a known one."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.bonds.forms import IdText, Problem, WordText, problem_of
from agent_ui.web.shell import render
from crm_core.errors import Refused, Unknown
from crm_core.staff.branches import BranchFacts, add_branch, branches, change_branch

router = APIRouter(include_in_schema=False)

PAGE = "/admin/branches"


@router.get(PAGE)
async def branch_list(
    request: Request, edit: Annotated[str, Query(max_length=128)] = ""
) -> Response:
    """The tree; `edit` opens a branch in the form."""
    return await _page(request, edit=edit)


@router.post(PAGE)
async def new_branch(
    request: Request,
    code: WordText = "",
    name: WordText = "",
    parent: IdText = "",
    address: WordText = "",
) -> Response:
    """Add a branch."""
    facts = BranchFacts(code=code.strip(), name=name, parent=parent or None, address=address)
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await add_branch(session, facts, by=signed_in_of(request).employee.id)
    except Refused as error:
        return await _page(request, asked=facts, problem=problem_of(error))
    return RedirectResponse(PAGE, status_code=303)


@router.post(PAGE + "/{branch}")
async def edit_branch(
    request: Request,
    branch: Annotated[Ident, Path()],
    code: WordText = "",
    name: WordText = "",
    parent: IdText = "",
    address: WordText = "",
    is_open: Annotated[bool, Form(alias="open")] = False,
    seen: Annotated[int, Form()] = 0,
) -> Response:
    """Tell a branch anew."""
    facts = BranchFacts(
        code=code.strip(), name=name, parent=parent or None, open=is_open, address=address
    )
    try:
        async with parts_of(request).db.unit_of_work() as session:
            by = signed_in_of(request).employee.id
            await change_branch(session, branch, facts, seen=seen, by=by)
    except Unknown:
        raise
    except Refused as error:
        return await _page(request, edit=branch, asked=facts, problem=problem_of(error))
    return RedirectResponse(PAGE, status_code=303)


async def _page(
    request: Request,
    *,
    edit: str = "",
    asked: BranchFacts | None = None,
    problem: Problem | None = None,
) -> Response:
    async with parts_of(request).db.reading() as session:
        tree = await branches(session)
    edited = next((one for one in tree if one.id == edit), None)
    context: dict[str, Any] = {
        "branches": tree,
        "names": {one.id: one.name for one in tree},
        "edited": edited,
        "asked": asked or edited or BranchFacts(code="", name=""),
        "problem": problem,
    }
    return render(request, "organisation/branches.html", context, status=422 if problem else 200)
