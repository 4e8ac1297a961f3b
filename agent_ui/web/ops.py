"""For operators and programs: is it alive, is it ready, its metrics, its API description."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from agent_ui.web.access import parts_of

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Readiness(BaseModel):
    """Whether each part works. `ready` is true if all do."""

    ready: bool
    parts: dict[str, bool]


@router.get("/healthz")
async def healthz() -> Health:
    """The process is alive; says nothing about its surroundings."""
    return Health()


@router.get("/readyz", responses={503: {"model": Readiness, "description": "A part is away"}})
async def readyz(request: Request, response: Response) -> Readiness:
    """Whether work should be sent here."""
    parts = await parts_of(request).ready()
    ready = all(parts.values())
    response.status_code = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return Readiness(ready=ready, parts=parts)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Prometheus's text format."""
    body = generate_latest(parts_of(request).registry)
    return Response(body, media_type=None, headers={"Content-Type": CONTENT_TYPE_LATEST})


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> JSONResponse:
    """The API's description."""
    description: dict[str, Any] = request.app.openapi()
    return JSONResponse(description)
