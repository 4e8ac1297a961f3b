"""What every page of a party has around its own content: head, red strip, tabs.

A page that shows something of a party calls `frame_of` once for each answer: it finds the party
and writes the look down. Template: `{% extends "parties/_frame.html" %}` and a block `tab`.
"""

import re
from typing import Any

from fastapi import Request

from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.errors import NotFound
from agent_ui.web.parties.tabs import tabs_for
from crm_core.errors import PartyUnknown
from crm_core.parties.head import head, looked_at
from routing.ids import PartyId

_CALL = re.compile(r"[\w.:@+\-]{1,128}", re.ASCII)


async def frame_of(request: Request, party: str, tab: str) -> dict[str, Any]:
    """The context of the frame; the look is audited, for the call in `?call=` if there is one.

    `head` is a `PartyHead`, `tab` the code of the tab that is shown. Raises NotFound.
    """
    viewer, call = signed_in_of(request).employee, call_of(request)
    async with parts_of(request).db.unit_of_work() as session:
        try:
            found = await head(session, PartyId(party))
        except PartyUnknown:
            raise NotFound from None
        await looked_at(session, found.party, viewer=viewer.id, reason=reason_of(request))
    return {"head": found, "tab": tab, "tabs": list(tabs_for(viewer.role)), "call": call}


def call_of(request: Request) -> str | None:
    """The call that the page is looked at for, from the address."""
    call = request.query_params.get("call", "")
    return call if _CALL.fullmatch(call) else None


def reason_of(request: Request) -> str:
    """Why the page is looked at, for the audit."""
    call = call_of(request)
    return f"call:{call}" if call else "page"
