"""Who may use which route: the table of `access_table`, and what is not in it is denied.

Owns the check that runs before every route: session, permission, and for unsafe methods that the
request comes from our own page. Must not know what routes do.
"""

import re
import secrets
from typing import Any

from fastapi import Request
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.routing import BaseRoute

from agent_ui.web.access_table import ACCESS
from agent_ui.web.errors import NotAllowed, NotOurPage
from agent_ui.web.parts import Parts
from crm_core.errors import StorageAway
from crm_core.staff.signin import SessionExpired, SignedIn
from crm_core.staff.tokens import TokenRefused, bearer

SESSION = APIKeyCookie(
    name="tellerline_session",
    scheme_name="session",
    description="The session's cookie; over TLS its name begins with __Host-",
    auto_error=False,
)
"""Describes the session in the API's description; `authorise` is what checks it."""

BEARER = HTTPBearer(
    scheme_name="token",
    description="A token made by `tellerline token create` or on the administration's page",
    auto_error=False,
)

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_TOKEN = 256
_OWN_PATH = re.compile(r"/(?:[\w\-.~%?=&+][\w\-.~%?=&+/]*)?", re.ASCII)


def parts_of(request: Request) -> Parts:
    """The parts of the application that serves this request."""
    parts: Parts = request.app.state.parts
    return parts


def signed_in_of(request: Request) -> SignedIn:
    """Who is signed in. Raises SessionExpired; on routes that are not public it never does."""
    who: SignedIn | None = request.state.signed_in
    if who is None:
        raise SessionExpired
    return who


async def authorise(request: Request) -> None:
    """Runs before every route; leaves the session in `request.state.signed_in`."""
    route: BaseRoute | Any = request.scope.get("route")
    rule = ACCESS.get((request.method, getattr(route, "path", "")))
    request.state.signed_in = None
    if rule is None:
        raise NotAllowed
    token = _bearer_token(request)
    if request.method not in SAFE and token is None:
        _check_page(request)
    if rule.public:
        return
    if token is None:
        who = await _session(request, session_token(request))
    else:
        who = await _program(request, token)
    request.state.signed_in = who
    if not any(who.employee.may(one) for one in rule.any_of):
        raise NotAllowed
    if request.method not in SAFE and token is None:
        await _check_token(request, who)


async def visitor(request: Request) -> SignedIn | None:
    """Who visits a public page, if he is signed in and that can be found out now."""
    try:
        return await _session(request, session_token(request))
    except (SessionExpired, StorageAway):
        return None


async def _session(request: Request, token: str | None) -> SignedIn:
    if not token or len(token) > LONGEST_TOKEN:
        raise SessionExpired
    return await parts_of(request).sign_in.session(token)


def _bearer_token(request: Request) -> str | None:
    """A program's token. It opens the API alone, and needs no page of ours: no browser adds it."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not request.url.path.startswith("/api/"):
        return None
    return token.strip()


async def _program(request: Request, token: str) -> SignedIn:
    if not token or len(token) > LONGEST_TOKEN:
        raise TokenRefused
    found = await bearer(parts_of(request).db, token)
    return SignedIn(
        session_id=f"token:{found.token}",
        employee=found.employee,
        csrf="",
        expires_at=found.expires_at,
        seen_at=parts_of(request).clock.now(),
    )


def _check_page(request: Request) -> None:
    """Browsers say where an unsafe request comes from; it must be one of our own pages."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        raise NotOurPage("cross_site")
    origin = request.headers.get("origin")
    if origin is not None and origin not in parts_of(request).options.origins:
        raise NotOurPage("cross_site")


async def _check_token(request: Request, who: SignedIn) -> None:
    token = request.headers.get("x-csrf-token")
    if token is None and _is_form(request):
        value = (await request.form()).get("csrf")
        token = value if isinstance(value, str) else None
    if token is None or not secrets.compare_digest(token.encode(), who.csrf.encode()):
        raise NotOurPage("csrf")


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in {"application/x-www-form-urlencoded", "multipart/form-data"}


def session_cookie(parts: Parts) -> str:
    """The name of the session's cookie."""
    return "__Host-tellerline_session" if parts.options.secure_cookies else "tellerline_session"


def session_token(request: Request) -> str | None:
    """The session's token as the browser sent it."""
    return request.cookies.get(session_cookie(parts_of(request)))


def client_address(request: Request) -> str:
    """The peer's address, for throttling."""
    return request.client.host if request.client else "unknown"


def local_path(target: str) -> str:
    """`target` if it is a path of ours to go back to, else the start page."""
    return target if _OWN_PATH.fullmatch(target) else "/"
