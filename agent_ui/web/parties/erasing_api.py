"""Erasing a party over the API: finding it by an exact id or number, and erasing it."""

from typing import Annotated, Any

from fastapi import Path, Request
from pydantic import Field

from agent_ui.shapes import Shape
from agent_ui.text import Ident
from agent_ui.web.api import api_router
from agent_ui.web.errors import Problem
from agent_ui.web.parties.erasing import LONGEST, erased, matches
from agent_ui.web.parties.profile_shapes import Told
from crm_core.models import PartyKind
from crm_core.parties.erasure import ErasureReason
from crm_core.parties.exact import ExactWhy
from routing.ids import PartyId

router = api_router("erasure")

NONE: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "There is no such party"}
}


class Wanted(Told):
    """An exact id, or a whole phone, tax id, document or agreement number."""

    what: Annotated[str, Field(min_length=1, max_length=LONGEST)]


class MatchShape(Shape):
    """A party and by what it was found."""

    party: str
    name: str
    kind: PartyKind
    why: ExactWhy
    erased: bool


class MatchesShape(Shape):
    """Whoever has the id or number."""

    items: list[MatchShape]


class ErasureTold(Told):
    """Why the party is erased."""

    reason: ErasureReason


@router.post("/erasures/search")
async def search(request: Request, told: Wanted) -> MatchesShape:
    """Find a party by an exact id or number, which no address shows; each look is audited."""
    found = await matches(request, told.what)
    return MatchesShape(items=[MatchShape.model_validate(one) for one in found])


@router.post("/parties/{party}/erasure", status_code=204, responses=NONE)
async def erase(request: Request, party: Annotated[Ident, Path()], told: ErasureTold) -> None:
    """Erase what is personal, for good; again changes nothing. Refused (409) while an agreement, a
    collection case or an application is open."""
    await erased(request, PartyId(party), told.reason)
