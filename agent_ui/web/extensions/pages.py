"""The page of extensions: who can be reached where, consoles or not."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from agent_ui.ports import Extension
from agent_ui.text import ShortText
from agent_ui.web.access import parts_of
from agent_ui.web.shell import render

router = APIRouter(include_in_schema=False)

STATES = ("in_use", "ringing", "on_hold", "free", "unreachable", "unknown")
"""In the order in which a supervisor cares."""


@router.get("/extensions")
async def extension_list(
    request: Request,
    state: Annotated[ShortText, Query()] = "",
    name: Annotated[ShortText, Query()] = "",
) -> Response:
    """All phones; the filters leave those in a state, or whose owner or name has the words."""
    parts = parts_of(request)
    everything = parts.extensions()
    shown = [one for one in everything if _fits(one, state, name)]
    context = {
        "extensions": sorted(shown, key=_order),
        "counts": Counter(one.state for one in everything),
        "states": STATES,
        "now": parts.clock.now(),
        "query": {"state": state, "name": name},
    }
    return render(request, "extensions/list.html", context)


def _fits(one: Extension, state: str, name: str) -> bool:
    words = name.strip().casefold()
    return (not state or one.state == state) and words in f"{one.name} {one.endpoint}".casefold()


def _order(one: Extension) -> tuple[int, bool, str, str]:
    """What is busy first; of each state those of employees by name, then the others."""
    return (STATES.index(one.state), not one.name, one.name, one.endpoint)
