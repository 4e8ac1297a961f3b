"""Extensions over the API."""

from typing import Annotated

from fastapi import Query, Request

from agent_ui.text import Ident
from agent_ui.web.access import parts_of
from agent_ui.web.api import api_router
from agent_ui.web.extensions.shapes import ExtensionPage, ExtensionShape, State

router = api_router("extensions")


@router.get("/extensions")
async def list_extensions(
    request: Request,
    state: State | None = None,
    cursor: Annotated[Ident | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ExtensionPage:
    """How all phones stand now, those without a console too."""
    everything = sorted(parts_of(request).extensions(), key=lambda one: (one.node, one.endpoint))
    wanted = [one for one in everything if state is None or one.state == state]
    later = [one for one in wanted if cursor is None or f"{one.node}:{one.endpoint}" > cursor]
    items = [ExtensionShape.model_validate(one) for one in later[:limit]]
    last = f"{items[-1].node}:{items[-1].endpoint}" if len(later) > limit else None
    return ExtensionPage(items=items, next_cursor=last)
