"""The outermost layer of HTTP: hosts, sizes, security headers, and defects.

A pure ASGI layer, so that every answer passes here, those to refused and broken requests too.
Nothing inline may run on our pages: the content policy allows our own files alone.
"""

import re
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_ui.options import WebOptions
from agent_ui.web.errors import defect

TAKES_FILES = "/attachments"
"""How the paths end that take a file."""
TAKES_FLOWS = re.compile(r"/admin/flows/[^/]+/draft/text|/api/v1/flows/([^/]+/draft|check)")
"""The paths that take the text of a whole flow."""
LARGEST_FLOW = 1024 * 1024

IMMUTABLE = "public, max-age=31536000, immutable"


def content_policy(options: WebOptions) -> str:
    """The page's content security policy: everything from here, nothing inline."""
    sockets = sorted({_socket_source(url) for url in (options.live_url, *options.phone_urls)})
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "media-src 'self' blob:",
            "manifest-src 'self'",
            f"connect-src 'self' {' '.join(sockets)}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _socket_source(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def security_headers(options: WebOptions) -> dict[str, str]:
    """The headers of every answer."""
    headers = {
        "Content-Security-Policy": content_policy(options),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # Under "no-referrer" browsers send "Origin: null" with a form, which is refused.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
        "Cache-Control": "no-store",
    }
    if options.secure_cookies:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


class Edge:
    """ASGI middleware. Hosts that are not ours and bodies that are too large go no further."""

    def __init__(self, app: ASGIApp, *, options: WebOptions) -> None:
        self._app = app
        self._options = options
        self._headers = security_headers(options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._harden(scope, message)
            await send(message)

        try:
            await self._guarded(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - the edge: answer, log the place, go on
            response = defect(Request(scope), error)
            if not started:
                await response(scope, receive, sending)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        hosts = self._options.hosts
        if hosts and headers.get("host", "").lower() not in hosts:
            await PlainTextResponse("Unknown host\n", 400)(scope, receive, send)
        elif _declared(headers) > self._largest(scope):
            await PlainTextResponse("Too large\n", 413)(scope, receive, send)
        else:
            await self._app(scope, self._counting(receive, self._largest(scope)), send)

    def _largest(self, scope: Scope) -> int:
        """The largest body that is let in: a file and the form around it, or a form alone."""
        if scope["method"] in {"POST", "PUT"} and TAKES_FLOWS.fullmatch(scope["path"]):
            return max(LARGEST_FLOW, self._options.max_body_bytes)
        takes_file = scope["method"] == "POST" and scope["path"].endswith(TAKES_FILES)
        file = self._options.max_file_bytes if takes_file else 0
        return self._options.max_body_bytes + file

    def _counting(self, receive: Receive, largest: int) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > largest:
                raise HTTPException(413)
            return message

        return counted

    def _harden(self, scope: Scope, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        if scope["path"].startswith("/static/") and message["status"] in {200, 304}:
            headers["Cache-Control"] = IMMUTABLE


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0
