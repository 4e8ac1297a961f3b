"""What all operations of the API of version 1 have in common."""

from fastapi import APIRouter, Depends, Request, Security

from agent_ui.shapes import Names
from agent_ui.web.access import BEARER, SESSION, parts_of
from agent_ui.web.errors import Problem
from agent_ui.web.once import OnceRoute, begin_once
from agent_ui.web.shell import language_of


def api_router(tag: str) -> APIRouter:
    """A router for operations on one kind of thing, with the answers that each may give."""
    return APIRouter(
        prefix="/api/v1",
        tags=[tag],
        route_class=OnceRoute,
        dependencies=[Security(SESSION), Security(BEARER), Depends(begin_once)],
        responses={
            401: {"model": Problem, "description": "Not signed in"},
            403: {"model": Problem, "description": "Not permitted"},
            409: {"model": Problem, "description": "Refused by a rule; the code names it"},
            422: {"model": Problem, "description": "The request is not valid"},
            503: {"model": Problem, "description": "The database does not answer"},
        },
    )


def names_of(request: Request) -> Names:
    """Names of codes in the asker's language."""
    return Names(parts_of(request).catalogue, language_of(request))
