"""A record that gave way to another in a merge: whoever asks for it is led to the one that stands.

What is read is answered by a redirect (303) to the same address of the other party; what is
written is refused (409, `party_merged`, with the other's id), for it was meant for a record that is
no more. Erasing a record and who looked at it stay where they are: they are of the record itself.
"""

from fastapi import Request

from agent_ui.web.access import SAFE, parts_of
from agent_ui.web.errors import StandsElsewhere
from crm_core.duplicates.merging import standing
from crm_core.parties.editing import PartyMerged
from routing.ids import PartyId

_PARAMETER = "party"
_OF_THE_RECORD = ("/erase", "/looks")


async def lead_on(request: Request) -> None:
    """Runs before every route, after the check of access. Raises StandsElsewhere, PartyMerged."""
    route = str(getattr(request.scope.get("route"), "path", ""))
    if f"/parties/{{{_PARAMETER}}}" not in route or route.endswith(_OF_THE_RECORD):
        return
    asked = PartyId(request.path_params[_PARAMETER])
    async with parts_of(request).db.reading() as session:
        stands = await standing(session, asked)
    if stands == asked:
        return
    if request.method not in SAFE:
        raise PartyMerged(stands)
    path = request.url.path.replace(f"/parties/{asked}", f"/parties/{stands}", 1)
    raise StandsElsewhere(f"{path}?{request.url.query}" if request.url.query else path)
