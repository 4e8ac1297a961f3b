"""What-if runs over the API."""

from dataclasses import replace
from typing import Annotated

from fastapi import Path, Request

from agent_ui.text import Ident
from agent_ui.web.access import parts_of
from agent_ui.web.api import api_router
from agent_ui.web.whatif.shapes import RunList, RunShape
from crm_core.whatif.runs import one_run, runs

router = api_router("what-if")


@router.get("/what-if")
async def list_runs(request: Request) -> RunList:
    """The kept runs."""
    async with parts_of(request).db.reading() as session:
        found = await runs(session)
    return RunList(items=[RunShape.model_validate(replace(run, result={})) for run in found])


@router.get("/what-if/{run}")
async def show_run(request: Request, run: Annotated[Ident, Path()]) -> RunShape:
    """A run with its result."""
    async with parts_of(request).db.reading() as session:
        return RunShape.model_validate(await one_run(session, run))
