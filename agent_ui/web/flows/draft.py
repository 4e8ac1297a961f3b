"""Drawing a flow: nodes are added, changed, joined and taken away in its draft; or its text is."""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field, TypeAdapter, ValidationError

from agent_ui.text import PlainText
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.flows.desk import PAGE, Asked, show
from agent_ui.web.flows.looking import Look
from agent_ui.web.flows.node_form import LONGEST, read_node, read_words
from agent_ui.web.flows.pages import Flow, NodeName, Seen, Side
from agent_ui.web.flows.ports import EditRefused, FlowDesk, FlowGraph, NodeText
from agent_ui.web.rules.difference import differences
from agent_ui.web.shell import render
from crm_core.errors import FieldRefused, Refused
from crm_core.selfservice.flow_versions import (
    LARGEST_TEXT,
    FlowChanged,
    FlowUnknown,
    bounded,
    versions_of,
)
from routing.ids import FlowId

router = APIRouter(include_in_schema=False)

DRAFT = PAGE + "/{flow}/draft"
Body = Annotated[PlainText, Form(max_length=2 * LARGEST_TEXT)]
_Typed = TypeAdapter(
    dict[
        Annotated[PlainText, Field(max_length=100)], Annotated[PlainText, Field(max_length=LONGEST)]
    ]
)


@router.get(DRAFT)
async def show_draft(
    request: Request, flow: Flow, node: NodeName = "", side: Side = "node"
) -> Response:
    """The draft as a picture that can be changed; where there is none, what it would begin with."""
    async with parts_of(request).db.reading() as session:
        look = await Look.at(request, session, FlowId(flow))
    return show(request, look, _asked(look, node, side))


@router.post(DRAFT)
async def change_draft(
    request: Request,
    flow: Flow,
    deed: Annotated[Literal["save", "add", "remove"], Form()],
    node: Annotated[str, Form(max_length=100)] = "",
    kind: Annotated[str, Form(max_length=40)] = "",
    seen: Seen = 0,
) -> Response:
    """Change, add or remove one node. What was refused is shown again as it was typed."""
    async with parts_of(request).db.reading() as session:
        look = await Look.at(request, session, FlowId(flow))
    asked = _asked(look, node)
    try:
        typed = await _typed(request)
        if deed == "save":
            asked.typed = NodeText(node=node, kind=kind)
            asked.typed = read_node(node, kind, look.desk.kinds.get(kind, ()), typed)
        text = _changed(look.desk, asked, deed, node, kind, typed)
        await _keep(request, look.flow, text, seen)
    except FlowUnknown:
        raise
    except Refused as error:
        asked.problem, asked.wrong = _problem(error)
        asked.status = 422 if isinstance(error, FieldRefused | EditRefused) else 409
        return show(request, look, asked)
    left = "" if deed == "remove" else f"?node={node}"
    return RedirectResponse(f"{PAGE}/{flow}/draft{left}", status_code=303)


@router.get(DRAFT + "/text")
async def show_text(
    request: Request,
    flow: Flow,
    since: Annotated[int | None, Query(alias="from", ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The draft as text, else what it would begin with, or the version that is named."""
    async with parts_of(request).db.reading() as session:
        look = await Look.at(request, session, FlowId(flow))
        begun = await look.versions.one(session, since) if since else look.begun
    return _text_page(request, look, begun.body if begun else "")


@router.post(DRAFT + "/text")
async def keep_text(
    request: Request,
    flow: Flow,
    body: Body = "",
    seen: Seen = 0,
    deed: Annotated[Literal["check", "save"], Form()] = "check",
) -> Response:
    """Check the text, or keep it; a draft may be unsound."""
    text, changed, problem = body.replace("\r\n", "\n"), False, ""
    if deed == "save":
        try:
            await _keep(request, FlowId(flow), text, seen)
            return RedirectResponse(f"{PAGE}/{flow}/draft", status_code=303)
        except FlowChanged:
            changed = True
        except FieldRefused as error:
            problem = f"flows.wrong.{error.problem}"
    async with parts_of(request).db.reading() as session:
        look = await Look.at(request, session, FlowId(flow))
    return _text_page(request, look, text, checked=True, changed=changed, problem=problem)


def _asked(look: Look, node: str, side: str = "node") -> Asked:
    begun = look.begun
    return Asked(
        text=begun.body if begun else "", kept=look.draft, editing=True, node=node, side=side
    )


async def _typed(request: Request) -> Mapping[str, str]:
    form = await request.form()
    try:
        return _Typed.validate_python({k: v for k, v in form.items() if isinstance(v, str)})
    except ValidationError as error:
        place = next((str(one["loc"][0]) for one in error.errors() if one["loc"]), "")
        raise FieldRefused(place, "too_long") from error


def _changed(
    desk: FlowDesk, asked: Asked, deed: str, node: str, kind: str, typed: Mapping[str, str]
) -> str:
    """The text after the deed. Raises EditRefused, FieldRefused."""
    if deed == "remove":
        return desk.remove_node(asked.text, node)
    if deed == "add":
        if desk.node(asked.text, node) is not None:
            raise FieldRefused("node", "taken")
        graph = desk.graph(asked.text, "")
        asked.typed = None
        new = read_node(node, kind, desk.kinds.get(kind, ()), _usual(desk, kind, node, graph))
        text = desk.put_node(asked.text, new)
        return _joined(desk, text, typed.get("after", ""), node)
    text = desk.put_node(asked.text, asked.typed or NodeText(node=node, kind=kind))
    for prompt, words in read_words(typed).items():
        text = desk.put_prompt(text, prompt, words)
    return text


def _usual(desk: FlowDesk, kind: str, node: str, graph: FlowGraph) -> dict[str, str]:
    """What a new node begins with: its ways out lead to a person, its prompt has its own name."""
    usual: dict[str, str] = {}
    for one in desk.kinds.get(kind, ()):
        if not one.required:
            continue
        if one.how == "node":
            usual[f"field.{one.name}"] = graph.person or graph.start
        elif one.how in ("prompts", "prompt"):
            usual[f"field.{one.name}"] = node if one.name == "prompts" else f"{node}_{one.name}"
        elif one.how == "number":
            usual[f"field.{one.name}"] = str(one.low)
        elif one.how == "choices":
            usual["choice.1.to"] = graph.person or graph.start
        else:
            usual[f"field.{one.name}"] = next(iter(one.options), node)
    return usual


def _joined(desk: FlowDesk, text: str, after: str, node: str) -> str:
    """The way out that is named as `node/field` or `node/key` now leads to the new node."""
    source, _, way = after.partition("/")
    held = desk.node(text, source) if way else None
    if held is None:
        return text
    values = dict(held.values)
    choices = values.get("choices")
    if isinstance(choices, dict) and len(way) == 1:
        choice = choices.get(way)
        choice = dict(choice) if isinstance(choice, dict) else {}
        values["choices"] = {**choices, way: {**choice, "to": node}}
    else:
        values[way] = node
    return desk.put_node(text, NodeText(node=source, kind=held.kind, values=values))


async def _keep(request: Request, flow: FlowId, text: str, seen: int) -> None:
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await versions_of(flow).keep_draft(session, text, check=bounded, seen=seen, by=by)


def _problem(error: Refused) -> tuple[str, str]:
    """The code of the text, and the field that it is about."""
    if isinstance(error, FieldRefused):
        return f"flows.wrong.{error.problem}", error.field
    if isinstance(error, FlowChanged):
        return "rules.changed", ""
    return f"flows.refused.{error.code}", ""


def _text_page(
    request: Request,
    look: Look,
    text: str,
    *,
    checked: bool = False,
    changed: bool = False,
    problem: str = "",
) -> Response:
    graph = look.desk.graph(text, look.language)
    mistakes = look.mistakes(text, graph)
    wrong, held = {one.line for one in mistakes}, look.held
    lines = text.split("\n")
    context = {
        "look": look,
        "name": look.name(graph),
        "said": text,
        "lines": [(n, n in wrong) for n in range(1, len(lines) + 1)],
        "mistakes": mistakes,
        "checked": checked,
        "changed": changed,
        "problem": problem,
        "seen": look.draft.row_version if look.draft else 0,
        "rows": differences(held.body, text) if held else None,
        "kinds": look.desk.kinds,
    }
    status = 409 if changed else 422 if problem or (checked and mistakes) else 200
    return render(request, "flows/text.html", context, status=status)
