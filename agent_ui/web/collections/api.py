"""Collection work over the API.

Amounts come on the ground of a call with a verified client or of amounts that the asker has opened;
otherwise they are null. Each look at a case is audited.
"""

from typing import Annotated, Any

from fastapi import Path, Query, Request

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.collections import shapes
from agent_ui.web.collections.desk import rules_of, seen, shown_case
from agent_ui.web.collections.forms import CaseQuery, Whose
from agent_ui.web.errors import Problem
from agent_ui.web.work import zone_of
from crm_core.collections import cases, promises
from crm_core.collections.reading import cases as read_cases

router = api_router("collections")

CasePath = Annotated[Ident, Path()]
_NONE: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "No such case"}}


@router.get("/collections/cases")
async def list_cases(request: Request, query: Annotated[CaseQuery, Query()]) -> shapes.CaseList:
    """The work list, the most urgent first. `whose=own` asks for one's own."""
    viewer, now = signed_in_of(request).employee, parts_of(request).clock.now()
    filters = query.filters(viewer.id, query.whose or Whose.ALL, now, zone_of(request))
    async with parts_of(request).db.reading() as session:
        page = await read_cases(session, filters, cursor=query.cursor, limit=query.limit)
    return shapes.case_list(page)


@router.get("/collections/cases/{case}", responses=_NONE)
async def one_case(request: Request, case: CasePath) -> shapes.WholeCaseShape:
    """A case with its agreements and promises."""
    async with parts_of(request).db.unit_of_work() as session:
        return shapes.whole_case(await shown_case(session, request, case))


@router.post("/collections/cases/{case}/steps", responses=_NONE, status_code=201)
async def do_step(request: Request, case: CasePath, step: shapes.NewStep) -> shapes.WholeCaseShape:
    """Note a talk or another step; the case as it stands after it."""
    told = seen(request, case, step.version)
    async with parts_of(request).db.unit_of_work() as session:
        await cases.do_step(session, told, step.done(), rules_of(request))
        return shapes.whole_case(await shown_case(session, request, case))


@router.post("/collections/cases/{case}/promises", responses=_NONE, status_code=201)
async def take_promise(
    request: Request, case: CasePath, promise: shapes.NewPromise
) -> shapes.WholeCaseShape:
    """Take a promise down; the case as it stands after it."""
    told = seen(request, case, promise.version)
    async with parts_of(request).db.unit_of_work() as session:
        await promises.take_promise(session, told, promise.facts(), rules_of(request))
        return shapes.whole_case(await shown_case(session, request, case))
