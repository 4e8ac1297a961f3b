"""The client's tab: his interests, what he needs, what to offer him and what he said to it."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.interests.forms import AnswerForm, NeedForm
from agent_ui.web.parties.frame import frame_of
from agent_ui.web.shell import render
from agent_ui.web.work import products, rules_of, work_context
from crm_core.errors import FieldRefused
from crm_core.interests import offering
from crm_core.interests.interest import InterestFilters, NeedKnown
from crm_core.interests.reading import interests
from crm_core.interests.states import OfferOutcome
from routing.ids import CallId, PartyId

router = APIRouter(include_in_schema=False)

_SHOWN = 50
PAGE = "/parties/{party}/interests"


@router.get(PAGE)
async def party_interests(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """The client's interests, needs and offers."""
    return await _tab(request, party, NeedForm())


@router.post("/parties/{party}/needs")
async def note_need(
    request: Request, party: Annotated[Ident, Path()], form: Annotated[NeedForm, Form()]
) -> Response:
    """Remember what the client needs."""
    viewer, rules = signed_in_of(request).employee, rules_of(request).offers
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await offering.note_need(
                session,
                PartyId(party),
                form.need,
                evidence=form.evidence,
                rules=rules,
                by=viewer.id,
                call=CallId(form.call) if form.call else None,
            )
    except (FieldRefused, NeedKnown) as error:
        return await _tab(request, party, form, refused=error)
    return _back(party, form.call)


@router.post("/parties/{party}/needs/{need}/end")
async def end_need(
    request: Request, party: Annotated[Ident, Path()], need: Annotated[Ident, Path()]
) -> Response:
    """The client does not need it any more."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        await offering.end_need(session, PartyId(party), need, by=viewer.id)
    return _back(party, None)


@router.post("/parties/{party}/offers")
async def answer(
    request: Request, party: Annotated[Ident, Path()], form: Annotated[AnswerForm, Form()]
) -> Response:
    """Remember what the client said to an offer."""
    viewer, rules = signed_in_of(request).employee, rules_of(request).offers
    async with parts_of(request).db.unit_of_work() as session:
        await offering.answer(
            session,
            PartyId(party),
            form.product,
            form.outcome,
            rules=rules,
            by=viewer.id,
            call=CallId(form.call) if form.call else None,
        )
    return _back(party, form.call)


def _back(party: str, call: str | None) -> Response:
    asked = f"?call={call}" if call else ""
    return RedirectResponse(PAGE.format(party=party) + asked, status_code=303)


async def _tab(
    request: Request,
    party: str,
    form: NeedForm,
    *,
    refused: FieldRefused | NeedKnown | None = None,
) -> Response:
    frame, key = await frame_of(request, party, "interests"), PartyId(party)
    offers = rules_of(request).offers
    async with parts_of(request).db.reading() as session:
        page = await interests(session, InterestFilters(party=key), limit=_SHOWN)
        context = {
            "interests": page.items,
            "needs": await offering.needs(session, key),
            "offers": await offering.offers(session, key, offers),
            "answers": await offering.answers(session, key),
            "products": await products(session, request),
            "outcomes": list(OfferOutcome),
            "form": form,
            "refused": refused,
        }
    status = 422 if isinstance(refused, FieldRefused) else 409 if refused else 200
    return render(
        request, "interests/tab.html", frame | work_context(request) | context, status=status
    )
