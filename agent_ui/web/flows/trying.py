"""Trying a flow in the page: a telephone's keys, what is said, and the way lit up in the picture.

What was pressed so far comes with each request and is kept nowhere; it stands in no address.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from agent_ui.web.access import parts_of
from agent_ui.web.flows.desk import PAGE, Asked, show
from agent_ui.web.flows.looking import Look
from agent_ui.web.flows.pages import Flow, Seen
from crm_core.selfservice.flow_versions import FlowUnknown
from crm_core.written.mistakes import TextRefused
from routing.ids import FlowId

router = APIRouter(include_in_schema=False)

SILENT = "-"
"""How silence stands among what was pressed."""
MOST_ENTRIES = 200
_Entries = Annotated[str, Form(max_length=4000, pattern=r"^[0-9*#\- ]*$")]
_Entry = Annotated[str, Form(max_length=20, pattern=r"^[0-9*#\-]*$")]


@router.post(PAGE + "/{flow}/try")
async def try_flow(
    request: Request,
    flow: Flow,
    version: Seen = 0,
    pressed: _Entries = "",
    press: _Entry = "",
    typed: _Entry = "",
    language: Annotated[str, Form(max_length=3, pattern="^[a-z]*$")] = "",
    caller: Annotated[str, Form(max_length=20, pattern=r"^\+?[0-9]*$")] = "",
    node: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Call the flow: `version` 0 is its draft. One more entry was `press`ed or `typed`."""
    async with parts_of(request).db.reading() as session:
        look = await Look.at(request, session, FlowId(flow))
        kept = await look.versions.one(session, version) if version else look.begun
    if kept is None:
        raise FlowUnknown
    entries = [*pressed.split(), *([press or typed] if press or typed else [])][-MOST_ENTRIES:]
    asked = Asked(text=kept.body, kept=kept, editing=not version, node=node)
    languages = look.desk.graph(kept.body, look.language).languages
    spoken = language if language in languages else next(iter(languages), look.language)
    asked.tried = {
        "pressed": " ".join(entries),
        "language": spoken,
        "caller": caller,
        "version": version,
        "unsound": False,
    }
    try:
        keys = ["" if one == SILENT else one for one in entries]
        asked.trial = look.desk.try_out(kept.body, keys, language=spoken, caller=caller)
    except TextRefused:
        asked.tried = {**asked.tried, "unsound": True}
    return show(request, look, asked)
