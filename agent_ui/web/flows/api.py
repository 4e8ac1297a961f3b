"""Flows over the API: how they stand, their versions and texts, drafting and deciding."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.flows.prompts import prompts_ready
from agent_ui.web.flows.shapes import (
    Decision,
    DraftAsked,
    FlowAsked,
    FlowChecked,
    FlowShape,
    FlowsShape,
    FlowStanding,
    MistakeShape,
    Publication,
    VersionPage,
    VersionShape,
)
from agent_ui.web.shell import language_of, shell_of
from crm_core.four_eyes.kept import Kept
from crm_core.rules.versions import agents_known
from crm_core.selfservice.flow_versions import (
    FlowUnknown,
    FlowVersions,
    bounded,
    sound,
    standing,
    versions_of,
)
from routing.ids import FlowId

router = api_router("self-service flows")

_Flow = Annotated[str, Path(max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
_Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/flows")
async def flows(request: Request) -> FlowsShape:
    """All flows, and how each of them stands."""
    async with parts_of(request).db.reading() as session:
        found = await standing(session)
    items = [
        FlowStanding(
            flow=one.flow,
            published=_number(one.published),
            proposed=_number(one.proposed),
            draft=_number(one.draft),
        )
        for one in found
    ]
    return FlowsShape(items=items)


@router.get("/flows/{flow}/versions")
async def flow_versions(
    request: Request,
    flow: _Flow,
    cursor: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> VersionPage:
    """All versions of a flow, the newest first, without their texts."""
    async with parts_of(request).db.reading() as session:
        found = await _of(flow).listed(session, before=cursor, limit=limit + 1)
    if not found and cursor is None:
        raise FlowUnknown
    items = [VersionShape.model_validate(one) for one in found[:limit]]
    return VersionPage(items=items, next_cursor=items[-1].version if len(found) > limit else None)


@router.get("/flows/{flow}/versions/{version}")
async def flow_version(request: Request, flow: _Flow, version: _Number) -> FlowShape:
    """One version with its text."""
    return await _told(request, flow, version)


@router.put("/flows/{flow}/draft")
async def keep_draft(request: Request, flow: _Flow, asked: DraftAsked) -> FlowShape:
    """Keep a text as the flow's draft. It may be unsound until it is proposed."""
    text, by = asked.body.replace("\r\n", "\n"), signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        number = await _of(flow).keep_draft(session, text, check=bounded, seen=asked.seen, by=by)
    return await _told(request, flow, number)


@router.post("/flows/{flow}/versions/{version}/propose")
async def propose(request: Request, flow: _Flow, version: _Number, asked: Decision) -> FlowShape:
    """Ask for the draft to be published by somebody else."""
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        check = await _check(request, session)
        await _of(flow).propose(
            session, version, check=check, seen=asked.seen, why=asked.why, by=by
        )
    return await _told(request, flow, version)


@router.post("/flows/{flow}/versions/{version}/publish")
async def publish(request: Request, flow: _Flow, version: _Number, asked: Publication) -> FlowShape:
    """Lead callers through the proposal from now on. Refused while prompts are missing."""
    parts, by = parts_of(request), signed_in_of(request).employee.id
    async with parts.db.reading() as session:
        proposal = await _of(flow).one(session, version)
    await prompts_ready(parts.flow_prompts, proposal.body)
    async with parts.db.unit_of_work() as session:
        await _of(flow).publish(
            session,
            version,
            check=await _check(request, session),
            seen=asked.seen,
            over=asked.over,
            why=asked.why,
            by=by,
        )
    parts.flow_prompts.published()
    return await _told(request, flow, version)


@router.post("/flows/{flow}/versions/{version}/reject")
async def reject(request: Request, flow: _Flow, version: _Number, asked: Decision) -> FlowShape:
    """Refuse the proposal, or take one's own back."""
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await _of(flow).reject(session, version, seen=asked.seen, why=asked.why, by=by)
    return await _told(request, flow, version)


@router.post("/flows/check")
async def check_flow(request: Request, asked: FlowAsked) -> FlowChecked:
    """Whether a text could be proposed, with every mistake; nothing is kept."""
    desk, text = parts_of(request).flows, asked.body.replace("\r\n", "\n")
    language = language_of(request)
    async with parts_of(request).db.reading() as session:
        agents = await agents_known(session)
    told = shell_of(request).translations.gettext(language)
    mistakes = [
        MistakeShape(
            line=one.line,
            column=one.column,
            code=one.problem,
            text=told(f"flows.mistake.{one.problem}", word=one.word, hint=one.hint),
        )
        for one in desk.check(text, agents)
    ]
    nodes = [one.node for one in desk.graph(text, language).nodes]
    return FlowChecked(good=not mistakes, nodes=nodes, mistakes=mistakes)


def _of(flow: str) -> FlowVersions:
    return versions_of(FlowId(flow))


async def _check(request: Request, session: AsyncSession) -> Callable[[str], None]:
    """What a text must pass, by who works here now."""
    return sound(partial(parts_of(request).flows.check, agents=await agents_known(session)))


def _number(kept: Kept | None) -> int | None:
    return kept.version if kept else None


async def _told(request: Request, flow: str, version: int) -> FlowShape:
    async with parts_of(request).db.reading() as session:
        return FlowShape.model_validate(await _of(flow).one(session, version))
