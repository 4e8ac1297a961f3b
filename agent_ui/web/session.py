"""Signing in and out, the language, and the ticket for the live socket."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, Security
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from agent_ui.text import LongText, ShortText
from agent_ui.web.access import (
    SESSION,
    client_address,
    local_path,
    parts_of,
    session_cookie,
    session_token,
    signed_in_of,
    visitor,
)
from agent_ui.web.errors import STATUS
from agent_ui.web.shell import LANGUAGE_COOKIE, render, shell_of
from crm_core.staff.signin import BadCredentials, NewSession, Throttled

router = APIRouter()

A_YEAR = 365 * 24 * 3600


class Ticket(BaseModel):
    """A pass to the live socket, good once and for a short time, and where to use it."""

    ticket: str
    url: str


@router.get("/sign-in", include_in_schema=False)
async def sign_in_page(request: Request) -> Response:
    """The form; who is signed in goes on to the start page."""
    if await visitor(request) is not None:
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    return _form(request)


@router.post("/sign-in", include_in_schema=False)
async def sign_in(
    request: Request,
    username: Annotated[ShortText, Form()],
    password: Annotated[LongText, Form()],
) -> Response:
    """Open a session; the one that this browser had ends."""
    parts = parts_of(request)
    try:
        session = await parts.sign_in.sign_in(username, password, origin=client_address(request))
    except BadCredentials as error:
        return _form(request, error=error.code, username=username)
    except Throttled as error:
        return _form(request, error=error.code, username=username, wait=error.retry_after_s)
    await _end(request)
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    _set_cookie(request, response, session)
    return response


def _form(
    request: Request, *, error: str | None = None, username: str = "", wait: float = 0
) -> Response:
    seconds = max(1, round(wait)) if wait else 0
    context = {"error": error, "username": username, "retry_after": seconds}
    status = STATUS[error] if error else HTTPStatus.OK
    headers = {"Retry-After": str(seconds)} if seconds else None
    return render(request, "sign_in.html", context, status=status, headers=headers)


def _set_cookie(request: Request, response: Response, session: NewSession) -> None:
    parts = parts_of(request)
    response.set_cookie(
        session_cookie(parts),
        session.token,
        path="/",
        secure=parts.options.secure_cookies,
        httponly=True,
        samesite="strict",
    )


@router.post("/sign-out", include_in_schema=False)
async def sign_out(request: Request) -> Response:
    """End the session, close its screens, and let the browser forget what it kept."""
    parts = parts_of(request)
    session_id = signed_in_of(request).session_id
    await _end(request)
    parts.live.signed_out(session_id)
    response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    response.delete_cookie(session_cookie(parts), path="/", secure=parts.options.secure_cookies)
    response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return response


async def _end(request: Request) -> None:
    token = session_token(request)
    if token:
        await parts_of(request).sign_in.sign_out(token)


@router.post("/language", include_in_schema=False)
async def choose_language(
    request: Request,
    language: Annotated[str, Form(max_length=8)],
    after: Annotated[str, Form(alias="back", max_length=300)] = "/",
) -> Response:
    """Remember the language in this browser."""
    shell = shell_of(request)
    response = RedirectResponse(local_path(after), HTTPStatus.SEE_OTHER)
    if language in shell.translations.messages:
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=A_YEAR,
            path="/",
            secure=shell.options.secure_cookies,
            httponly=True,
            samesite="lax",
        )
    return response


@router.post("/live/ticket", tags=["live"], dependencies=[Security(SESSION)])
async def live_ticket(request: Request) -> Ticket:
    """A ticket for the live socket. Needs the header X-CSRF-Token."""
    parts = parts_of(request)
    ticket = await parts.sign_in.issue_ticket(signed_in_of(request))
    return Ticket(ticket=ticket, url=parts.options.live_url)
