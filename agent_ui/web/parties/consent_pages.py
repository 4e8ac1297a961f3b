"""The consents of a party: what holds by purpose and channel, and all that was said."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.parties import tab_page
from agent_ui.web.parties.fields import fields_of
from crm_core.models import ConsentChannel, ConsentPurpose, ConsentSource
from crm_core.parties.consents import ConsentFacts, consents, record_consent, standing
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/parties/{party}/consents"
TAB = "consents"
MORE: dict[str, Any] = {
    "purposes": list(ConsentPurpose),
    "channels": list(ConsentChannel),
    "sources": list(ConsentSource),
}


@router.get(PAGE)
async def all_consents(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """What holds, and what was said."""
    return await tab_page.show(request, party, TAB, _read, more=MORE)


@router.post(PAGE)
async def said(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """Record a consent or its withdrawal."""
    form = await fields_of(request)
    facts = ConsentFacts(
        purpose=form.one_of("purpose", ConsentPurpose, needed=True) or ConsentPurpose.MARKETING,
        channel=form.one_of("channel", ConsentChannel, needed=True) or ConsentChannel.ANY,
        granted=form.get("granted") == "yes",
        source=form.one_of("source", ConsentSource, needed=True) or ConsentSource.CALL,
        evidence=form.text("evidence") or "",
        at=form.moment("at", request),
    )
    if form.get("granted") not in ("yes", "no"):
        form.problems["granted"] = "missing"

    async def do(session: AsyncSession, party: PartyId, by: str) -> None:
        await record_consent(session, party, facts, by=by)

    return await tab_page.change(request, party, TAB, _read, do, form=("consent", form), more=MORE)


async def _read(session: AsyncSession, party: PartyId) -> dict[str, Any]:
    found = await consents(session, party)
    return {"said": found, "standing": standing(found)}
