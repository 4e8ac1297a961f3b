"""Writes over the API under an idempotency key: made once, and answered alike however often asked.

    Idempotency-Key: 5f0c...      any 1 to 200 visible characters, the writer's own

The same key with the same request gets the first answer again, with `Idempotency-Replayed: true`;
with another request it is refused (422); while the first is under way, or where its answer was lost
in a crash, 409 tells that the write was made. Refused requests write nothing and may be tried again
under their key.
"""

import hashlib
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from agent_ui.web.access import SAFE, parts_of, signed_in_of
from crm_core import idempotency
from crm_core.database import WITNESS
from crm_core.errors import FieldRefused
from crm_core.idempotency import LONGEST_KEY, Answer, Claim

HEADER = "idempotency-key"
TELLS_SECRET = {"x-tells-secret": True}
"""`openapi_extra` of a route whose answer must be kept nowhere: asked again, it is 409."""
_KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
_LARGEST_ANSWER = 256 * 1024


class _Replayed(Exception):
    """The write was made before; this is its answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class OnceRoute(APIRoute):
    """A route whose writes are made once. Its router must depend on `begin_once`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            if request.method in SAFE or HEADER not in request.headers:
                return await handle(request)
            kept = not (self.openapi_extra or {}).get("x-tells-secret")
            return await _once(request, handle, kept=kept)

        return once


async def begin_once(request: Request) -> None:
    """Runs after access was granted, before the route. Raises what `answered` does."""
    key = request.headers.get(HEADER)
    if key is None or request.method in SAFE:
        return
    if not _KEY.fullmatch(key):
        raise FieldRefused("Idempotency-Key", "malformed")
    claim = Claim(
        writer=signed_in_of(request).employee.id, key=key, fingerprint=await _fingerprint(request)
    )
    answer = await idempotency.answered(parts_of(request).db, claim)
    if answer is not None:
        raise _Replayed(answer)
    request.state.claim = claim
    WITNESS.set(claim)


async def _once(
    request: Request,
    handle: Callable[[Request], Coroutine[Any, Any, Response]],
    *,
    kept: bool,
) -> Response:
    try:
        response = await handle(request)
    except _Replayed as replayed:
        told = replayed.answer
        headers = {"Idempotency-Replayed": "true"}
        return Response(told.body, told.status, headers, media_type=told.media_type)
    finally:
        WITNESS.set(None)
    claim: Claim | None = getattr(request.state, "claim", None)
    body = getattr(response, "body", None)
    if kept and claim and claim.stored and isinstance(body, bytes) and len(body) <= _LARGEST_ANSWER:
        media_type = response.headers.get("content-type")
        answer = Answer(status=response.status_code, media_type=media_type, body=body)
        await idempotency.keep(parts_of(request).db, claim, answer)
    return response


async def _fingerprint(request: Request) -> str:
    told = hashlib.sha256()
    for part in (request.method, request.url.path, request.url.query):
        told.update(part.encode() + b"\n")
    told.update(await request.body())
    return told.hexdigest()
