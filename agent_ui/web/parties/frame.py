"""What every page of a party has around its own content: head, red strip, tabs.

A page that shows something of a party calls `frame_of` once for each answer: it finds the party
and writes the look down. Template: `{% extends "parties/_frame.html" %}` and a block `tab`.
"""

import re
from typing import Any

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.errors import NotFound
from agent_ui.web.parties.events import path_of
from agent_ui.web.parties.sentences import days, sentences
from agent_ui.web.parties.tabs import tabs_for
from agent_ui.web.visible import looks_after
from crm_core.bank.reveal import Look
from crm_core.cards.reading import number_of
from crm_core.errors import PartyUnknown
from crm_core.parties.head import head, looked_at
from crm_core.parties.looking import look_of
from crm_core.staff.permissions import Permission
from routing.ids import CallId, PartyId

_CALL = re.compile(r"[\w.:@+~\-]{1,128}", re.ASCII)


async def frame_of(request: Request, party: str, tab: str) -> dict[str, Any]:
    """The context of the frame; the look is audited, for the call in `?call=` if there is one.

    `head` is a `PartyHead`, `tab` the code of the tab that is shown; `sentence(code, detail)` and
    `day(date)` write in the asker's language, `own` tells that he looks after the party, `look` on
    what ground he may see amounts. Raises NotFound.
    """
    viewer, call = signed_in_of(request).employee, call_of(request)
    async with parts_of(request).db.unit_of_work() as session:
        try:
            number = await number_of(session, CallId(call)) if call else None
            found = await head(session, PartyId(party), number=number)
        except PartyUnknown:
            raise NotFound from None
        own = await looks_after(session, viewer, found.party)
        look = await amounts_look(session, request, found.party)
        await looked_at(session, found.party, viewer=viewer.id, reason=reason_of(request))
    return {
        "head": found,
        "tab": tab,
        "tabs": tabs_for(viewer, own=own),
        "call": call,
        "back": _page(request),
        "own": own,
        "look": look,
        "sentence": sentences(request),
        "day": days(request),
        "path_of": path_of,
    }


async def amounts_look(session: AsyncSession, request: Request, party: PartyId) -> Look:
    """The ground on which the asker may see amounts of the party now, if his role may at all."""
    viewer = signed_in_of(request).employee
    if not viewer.may(Permission.VIEW_AMOUNTS):
        return Look(viewer=viewer.id, reason=reason_of(request))
    return await look_of(session, party, viewer.id, reason=reason_of(request))


def call_of(request: Request) -> str | None:
    """The call that the page is looked at for, from the address."""
    call = request.query_params.get("call", "")
    return call if _CALL.fullmatch(call) else None


def _page(request: Request) -> str:
    """The path of the page itself: a form that is answered by a page posts to a path below it."""
    path = request.url.path
    return path if request.method == "GET" else path.rpartition("/")[0]


def reason_of(request: Request) -> str:
    """Why the page is looked at, for the audit."""
    call = call_of(request)
    return f"call:{call}" if call else "page"
