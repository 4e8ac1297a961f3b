"""Pages of interests and deals: the register, a new one, and one on its way to a deal."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.errors import NotFound
from agent_ui.web.interests.forms import (
    DealForm,
    DealingForm,
    DropForm,
    InterestForm,
    InterestQuery,
)
from agent_ui.web.shell import render
from agent_ui.web.work import people, products, rules_of, work_context
from crm_core.complaints.states import Channel
from crm_core.errors import FieldRefused
from crm_core.interests import registering
from crm_core.interests.reading import interest as read_interest
from crm_core.interests.reading import interest_of_deal, interests
from crm_core.interests.states import (
    DEAL_MOVES,
    INTEREST_MOVES,
    DealMove,
    InterestMove,
    InterestState,
)
from crm_core.parties.head import head, looked_at
from crm_core.states import MoveRefused, can
from crm_core.tasks.history import history
from crm_core.tasks.task import Stale
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

CURRENCIES = ("RUB", "USD", "EUR", "CNY", "UAH", "KWD", "JPY")
_Refused = FieldRefused | MoveRefused | Stale


@router.get("/interests")
async def interest_list(request: Request, query: Annotated[InterestQuery, Query()]) -> Response:
    """The register with filters; htmx asks for the same page and takes the list out of it."""
    async with parts_of(request).db.reading() as session:
        page = await interests(session, query.filters(), cursor=query.cursor, limit=query.limit)
        context = {
            "page": page,
            "query": query,
            "states": list(InterestState),
            "people": await people(session),
            "products": await products(session, request),
            "partial": "hx-request" in request.headers,
        }
    return render(request, "interests/list.html", work_context(request) | context)


@router.get("/interests/new")
async def new_interest(
    request: Request,
    party: Annotated[Ident, Query()],
    call: Annotated[Ident | None, Query()] = None,
) -> Response:
    """The form for an interest of a party."""
    return await _form(request, InterestForm(party=party, call=call))


@router.post("/interests")
async def register(request: Request, form: Annotated[InterestForm, Form()]) -> Response:
    """Take an interest down and show it."""
    viewer = signed_in_of(request).employee
    try:
        async with parts_of(request).db.unit_of_work() as session:
            key = await registering.register(session, form.facts(), by=viewer.id)
    except FieldRefused as error:
        return await _form(request, form, refused=error)
    return RedirectResponse(f"/interests/{key}", status_code=303)


@router.get("/interests/{interest}")
async def one_interest(request: Request, interest: Annotated[Ident, Path()]) -> Response:
    """One interest, its deal if there is one, and its history."""
    return await _one(request, interest)


@router.post("/interests/{interest}/qualify")
async def qualify(
    request: Request, interest: Annotated[Ident, Path()], form: Annotated[DealForm, Form()]
) -> Response:
    """Make a deal of an interest."""
    viewer, rules = signed_in_of(request).employee, rules_of(request).tasks
    try:
        facts = form.facts()
        async with parts_of(request).db.unit_of_work() as session:
            await registering.qualify(session, interest, facts, rules=rules, by=viewer.id)
    except (FieldRefused, MoveRefused) as error:
        return await _one(request, interest, form=form, refused=error)
    return RedirectResponse(f"/interests/{interest}", status_code=303)


@router.post("/interests/{interest}/drop")
async def drop(
    request: Request, interest: Annotated[Ident, Path()], form: Annotated[DropForm, Form()]
) -> Response:
    """The client is not interested any more."""
    viewer, rules = signed_in_of(request).employee, rules_of(request).tasks
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await registering.drop(session, interest, form.words, rules=rules, by=viewer.id)
    except (FieldRefused, MoveRefused) as error:
        return await _one(request, interest, refused=error)
    return RedirectResponse(f"/interests/{interest}", status_code=303)


@router.post("/deals/{deal}/move")
async def move_deal(
    request: Request, deal: Annotated[Ident, Path()], form: Annotated[DealingForm, Form()]
) -> Response:
    """Move a deal on, or give it to another manager."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.reading() as session:
        found = await interest_of_deal(session, deal)
    if found is None:
        raise NotFound
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await registering.deal(session, deal, form.dealing(), by=viewer.id)
    except (FieldRefused, MoveRefused, Stale) as error:
        return await _one(request, found.id, refused=error)
    return RedirectResponse(f"/interests/{found.id}", status_code=303)


async def _form(
    request: Request, form: InterestForm, *, refused: FieldRefused | None = None
) -> Response:
    async with parts_of(request).db.reading() as session:
        context = {
            "form": form,
            "refused": refused,
            "client": await head(session, PartyId(form.party)),
            "people": await people(session),
            "products": await products(session, request),
            "channels": list(Channel),
        }
    status = 422 if refused else 200
    return render(request, "interests/new.html", work_context(request) | context, status=status)


async def _one(
    request: Request, key: str, *, form: DealForm | None = None, refused: _Refused | None = None
) -> Response:
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        found = await read_interest(session, key)
        if found is None:
            raise NotFound
        stage = found.deal.stage if found.deal else None
        context: dict[str, Any] = {
            "one": found,
            "form": form or DealForm(),
            "refused": refused,
            "history": await history(session, "interest", key),
            "people": await people(session),
            "products": await products(session, request),
            "currencies": CURRENCIES,
            "can": {move.value: can(INTEREST_MOVES, found.state, move) for move in InterestMove},
            "deal_moves": [move for move in DealMove if stage and can(DEAL_MOVES, stage, move)],
        }
        await looked_at(session, found.party, viewer=viewer.id, reason=f"interest:{key}")
    status = 422 if isinstance(refused, FieldRefused) else 409 if refused else 200
    return render(request, "interests/one.html", work_context(request) | context, status=status)
