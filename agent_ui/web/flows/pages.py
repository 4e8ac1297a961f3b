"""Pages of flows: all of them, one as it serves callers, and what a second person decides."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import LongText
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.flows.desk import PAGE, Asked, show
from agent_ui.web.flows.looking import DAYS, Look, counted
from agent_ui.web.flows.prompts import PromptsMissing, prompts_ready
from agent_ui.web.rules.difference import differences
from agent_ui.web.shell import render
from crm_core.errors import FieldRefused, Refused
from crm_core.four_eyes.kept import LONGEST_REASON, Kept
from crm_core.four_eyes.states import VersionState
from crm_core.rules.versions import agents_known
from crm_core.selfservice.flow_versions import (
    FlowUnknown,
    FlowUnsound,
    sound,
    standing,
    versions_of,
)
from routing.ids import FlowId

router = APIRouter(include_in_schema=False)

Flow = Annotated[str, Path(max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Seen = Annotated[int, Form(ge=0, le=2**31 - 1)]
Why = Annotated[LongText, Form(max_length=2 * LONGEST_REASON)]
Deed = Annotated[Literal["propose", "publish", "reject", "back", "prompts"], Form()]
NodeName = Annotated[str, Query(max_length=40)]
Side = Literal["node", "try"]
_SHOWN = 30


@router.get(PAGE)
async def flows(request: Request) -> Response:
    """All flows, and how each of them stands."""
    parts = parts_of(request)
    async with parts.db.reading() as session:
        found = await standing(session)
        looks = [await Look.at(request, session, one.flow) for one in found]
        visits = [await counted(request, session, one.flow, days=7, version=None) for one in found]
    listed = []
    for look, figures in zip(looks, visits, strict=True):
        body = look.begun.body if look.begun else ""
        graph = parts.flows.graph(body, look.language)
        start = figures.nodes.get(graph.start)
        listed.append(
            {
                "look": look,
                "name": look.name(graph),
                "graph": graph,
                "visits": start.visits if start else 0,
            }
        )
    return render(request, "flows/list.html", {"flows": listed})


@router.get(PAGE + "/{flow}")
async def flow_in_force(
    request: Request,
    flow: Flow,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    node: NodeName = "",
    side: Side = "node",
    days: int = 7,
    of: Literal["", "all"] = "",
) -> Response:
    """The flow as a picture, with figures; the version in force unless another is named."""
    async with parts_of(request).db.reading() as session:
        look = await Look.at(request, session, FlowId(flow))
        kept = await look.versions.one(session, version) if version else look.held or look.begun
        if kept is None:
            raise FlowUnknown
        figures = await counted(
            request,
            session,
            look.flow,
            days=days if days in DAYS else DAYS[0],
            version=None if of == "all" else kept.version,
        )
    return show(
        request, look, Asked(text=kept.body, kept=kept, node=node, side=side, figures=figures)
    )


@router.get(PAGE + "/{flow}/versions/{version}")
async def one_version(request: Request, flow: Flow, version: Number) -> Response:
    """One version beside the one in force, and all versions."""
    return await _one(request, FlowId(flow), version)


@router.post(PAGE + "/{flow}/versions/{version}")
async def decide(
    request: Request,
    flow: Flow,
    version: Number,
    deed: Deed,
    why: Why = "",
    seen: Seen = 0,
    over: Seen = 0,
) -> Response:
    """Propose a draft, publish or reject a proposal, bring an earlier version back; or have the
    sounds made that callers would miss."""
    try:
        led_to = await _do(request, FlowId(flow), version, deed, why=why, seen=seen, over=over)
    except FlowUnknown:
        raise
    except Refused as error:
        return await _one(request, FlowId(flow), version, why=why, refused=error)
    if deed == "publish":
        parts_of(request).flow_prompts.published()
        return RedirectResponse(f"{PAGE}/{flow}", status_code=303)
    return RedirectResponse(f"{PAGE}/{flow}/versions/{led_to}", status_code=303)


async def _do(
    request: Request, flow: FlowId, number: int, deed: str, *, why: str, seen: int, over: int
) -> int:
    by, parts, versions = signed_in_of(request).employee.id, parts_of(request), versions_of(flow)
    if deed in ("prompts", "publish"):
        async with parts.db.reading() as session:
            body = (await versions.one(session, number)).body
        if deed == "prompts":
            parts.flow_prompts.make(body)
            return number
        await prompts_ready(parts.flow_prompts, body)
    async with parts.db.unit_of_work() as session:
        check = sound(partial(parts.flows.check, agents=await agents_known(session)))
        if deed == "propose":
            await versions.propose(session, number, check=check, seen=seen, why=why, by=by)
        elif deed == "publish":
            await versions.publish(
                session, number, check=check, seen=seen, over=over, why=why, by=by
            )
        elif deed == "reject":
            await versions.reject(session, number, seen=seen, why=why, by=by)
        else:
            return await versions.roll_back(session, number, check=check, why=why, by=by)
    return number


async def _one(
    request: Request,
    flow: FlowId,
    number: int,
    *,
    why: str = "",
    refused: Refused | None = None,
) -> Response:
    parts = parts_of(request)
    async with parts.db.reading() as session:
        look = await Look.at(request, session, flow)
        kept = await look.versions.one(session, number)
        listed = await look.versions.listed(session, limit=_SHOWN)
    graph = parts.flows.graph(kept.body, look.language)
    undecided = kept.state in (VersionState.DRAFT, VersionState.PROPOSED)
    prompts = await parts.flow_prompts.state(kept.body) if undecided else None
    context: dict[str, Any] = {
        "look": look,
        "name": look.name(graph),
        "kept": kept,
        "held": look.held,
        "versions": listed,
        "rows": _rows(look.held, kept),
        "wrong": look.mistakes(kept.body, graph) if undecided else [],
        "own": kept.seen_by(signed_in_of(request).employee.id),
        "prompts": prompts,
        "why": why,
        "problem": _problem(refused),
        "longest_reason": LONGEST_REASON,
        "who": look.who,
    }
    status = 422 if isinstance(refused, FieldRefused) else 409 if refused else 200
    return render(request, "flows/version.html", context, status=status)


def _rows(held: Kept | None, kept: Kept) -> list[Any] | None:
    """What differs from the version in force; None for that version itself."""
    if held is None or held.version == kept.version:
        return None
    return differences(held.body, kept.body)


def _problem(refused: Refused | None) -> str:
    """The code of the text that tells why it was refused."""
    if refused is None:
        return ""
    if isinstance(refused, FieldRefused):
        return f"rules.why.{refused.problem}"
    if isinstance(refused, FlowUnsound | PromptsMissing):
        return f"flows.refused.{refused.code}"
    known = {"flow_changed": "rules.refused.rules_changed"}
    return known.get(refused.code, f"rules.refused.{refused.code}")
