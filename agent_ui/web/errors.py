"""Errors to HTTP, in one place: a status and a stable code for each, JSON or a page by the asker.

Three kinds stay apart: refused by rule (4xx with its code), the storage's absence (503), and our
own defects (500, logged by place, telling the browser nothing).
"""

from collections.abc import Sequence
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from agent_ui.errors import AgentUiError, where
from agent_ui.web import shell
from crm_core.errors import FieldRefused, Refused, StorageAway, Unknown
from crm_core.parties.editing import PartyMerged
from crm_core.staff.signin import SessionExpired, Throttled

log = structlog.get_logger(__name__)

STATUS: dict[str, int] = {
    "bad_credentials": HTTPStatus.UNAUTHORIZED,
    "session_expired": HTTPStatus.UNAUTHORIZED,
    "token_refused": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "cross_site": HTTPStatus.FORBIDDEN,
    "csrf": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "bad_cursor": HTTPStatus.UNPROCESSABLE_ENTITY,
    "throttled": HTTPStatus.TOO_MANY_REQUESTS,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Statuses of the codes that have one of their own; other refusals are conflicts (409), what is
unknown is not found (404), and a refused field is 422 with its name."""


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    code: str


class Problem(BaseModel):
    """The body of every error of the API. `code` is stable."""

    code: str = Field(examples=["session_expired"])
    errors: list[FieldProblem] = []
    party: str | None = Field(None, description="Whom to write to, if the code is `party_merged`")


class NotAllowed(AgentUiError):
    """Signed in, and not permitted."""

    def __init__(self) -> None:
        super().__init__("forbidden")


class NotFound(AgentUiError):
    """No such thing, or none that this employee may know of."""

    def __init__(self) -> None:
        super().__init__("not_found")


class StandsElsewhere(AgentUiError):
    """What is asked for is shown at another address, of ours and without a host."""

    def __init__(self, path: str) -> None:
        super().__init__("stands_elsewhere")
        self.path = path


class NotOurPage(AgentUiError):
    """An unsafe request that does not come from one of our pages."""


def install(app: FastAPI) -> None:
    """Let the application answer all errors by this module."""
    app.add_exception_handler(AgentUiError, _refused)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(PartyMerged, _merged)
    app.add_exception_handler(StandsElsewhere, _elsewhere)
    app.add_exception_handler(StorageAway, _away)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


def _refused(request: Request, error: Exception) -> Response:
    code = str(getattr(error, "code", "refused"))
    if isinstance(error, SessionExpired):
        return _signed_out(request)
    headers = {}
    if isinstance(error, Throttled):
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    if isinstance(error, FieldRefused):
        problems = [FieldProblem(field=error.field, code=error.problem)]
        return answer(
            request, HTTPStatus.UNPROCESSABLE_ENTITY, code="bad_request", problems=problems
        )
    usual = HTTPStatus.NOT_FOUND if isinstance(error, Unknown) else HTTPStatus.CONFLICT
    return answer(request, STATUS.get(code, usual), code=code, headers=headers)


def _merged(request: Request, error: Exception) -> Response:
    return answer(request, HTTPStatus.CONFLICT, code=PartyMerged.code, party=str(error))


def _elsewhere(_request: Request, error: Exception) -> Response:
    path = error.path if isinstance(error, StandsElsewhere) else "/"
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def _signed_out(request: Request) -> Response:
    if request.headers.get("hx-request"):
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": "/sign-in"})
    if wants_page(request) and request.method == "GET":
        return RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    return answer(request, HTTPStatus.UNAUTHORIZED, code="session_expired")


def _away(request: Request, error: Exception) -> Response:
    log.warning("web.storage_away", path=_route(request), where=where(error))
    headers = {"Retry-After": "5"}
    return answer(request, HTTPStatus.SERVICE_UNAVAILABLE, code="unavailable", headers=headers)


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    code = HTTPStatus(status).phrase.lower().replace(" ", "_").replace("'", "")
    return answer(request, status, code=code, headers=headers)


def _invalid(request: Request, error: Exception) -> Response:
    problems: Sequence[FieldProblem] = ()
    if isinstance(error, RequestValidationError):
        problems = [
            FieldProblem(field=".".join(str(part) for part in one["loc"][1:]), code=one["type"])
            for one in error.errors()
        ]
    return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, code="bad_request", problems=problems)


def defect(request: Request, error: Exception) -> Response:
    kind = type(error).__name__
    log.error("web.defect", path=_route(request), error=kind, where=where(error))
    return answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, code="internal")


def answer(
    request: Request,
    status: int,
    *,
    code: str,
    headers: dict[str, str] | None = None,
    problems: Sequence[FieldProblem] = (),
    party: str | None = None,
) -> Response:
    """The error as a page for people and as a `Problem` for programs."""
    if wants_page(request):
        return shell.render(
            request, "error.html", {"code": code, "status": status}, status=status, headers=headers
        )
    body = Problem(code=code, errors=list(problems), party=party).model_dump(exclude_none=True)
    return JSONResponse(body, status, headers)


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer."""
    path = request.url.path
    if path.startswith(("/api/", "/live/", "/healthz", "/readyz", "/metrics", "/openapi.json")):
        return False
    return "text/html" in request.headers.get("accept", "")


def _route(request: Request) -> str:
    """The route's pattern: a path itself may hold ids of clients."""
    return str(getattr(request.scope.get("route"), "path", "unmatched"))
