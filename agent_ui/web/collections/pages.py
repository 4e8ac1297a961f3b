"""Pages of collection work: the list of the day, and a case with all that is done in it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.collections import forms
from agent_ui.web.collections.desk import context_of, rules_of, seen, shown_case, today
from agent_ui.web.collections.forms import CaseQuery, Whose
from agent_ui.web.errors import NotAllowed
from agent_ui.web.shell import render
from agent_ui.web.work import date_of, zone_of
from crm_core.bank.terms import DelinquencyRange
from crm_core.collections import cases, promises
from crm_core.collections.effect import effect_of
from crm_core.collections.reading import case_summary
from crm_core.collections.reading import cases as read_cases
from crm_core.collections.states import (
    CASE_STATES,
    DIRECTED,
    ENDED,
    CaseEvent,
    CasePause,
    CaseState,
    Channel,
    ContactOutcome,
    LateReason,
    PromiseState,
)
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.parties import looking
from crm_core.staff.permissions import Permission
from routing.ids import AgentId

router = APIRouter(include_in_schema=False)

CasePath = Annotated[Ident, Path()]
_Deed = Callable[[AsyncSession], Awaitable[Any]]


@router.get("/collections")
async def work_list(request: Request, query: Annotated[CaseQuery, Query()]) -> Response:
    """The work list, the most urgent first; htmx takes the list out of the same page."""
    viewer = signed_in_of(request).employee
    usual = Whose.OWN if viewer.may(Permission.WORK_CASES) else Whose.ALL
    whose = query.whose or usual
    filters = query.filters(viewer.id, whose, parts_of(request).clock.now(), zone_of(request))
    async with parts_of(request).db.reading() as session:
        page = await read_cases(session, filters, cursor=query.cursor, limit=query.limit)
        people = await cases.owners(session)
    context = {
        "page": page,
        "query": query,
        "whose": whose,
        "people": people,
        "states": [state for state in CaseState if state is not CaseState.CURED],
        "ranges": list(DelinquencyRange),
        "partial": "hx-request" in request.headers,
    }
    return render(request, "collections/list.html", context_of(request) | context)


@router.get("/collections/{case}")
async def one_case(request: Request, case: CasePath) -> Response:
    """A case: what is owed, what to do next, what was promised and what was done."""
    return await _case(request, case)


@router.post("/collections/{case}/amounts")
async def open_amounts(request: Request, case: CasePath) -> Response:
    """Open the debtor's amounts for the work on his case; audited."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        found = await case_summary(session, case)
        await looking.open_amounts(session, found.party, viewer.id, reason=f"case:{case}")
    return _back(case)


@router.post("/collections/{case}/steps")
async def do_step(
    request: Request, case: CasePath, form: Annotated[forms.StepForm, Form()]
) -> Response:
    """Note a talk or another step."""
    told, rules = seen(request, case, form.version), rules_of(request)
    return await _do(
        request, case, form, lambda s: cases.do_step(s, told, form.done(), rules), about="step"
    )


@router.post("/collections/{case}/promises")
async def promise(
    request: Request, case: CasePath, form: Annotated[forms.PromiseForm, Form()]
) -> Response:
    """Show what a promise would pay, or take it down."""
    told, rules = seen(request, case, form.version), rules_of(request)
    if form.do == "look":
        return await _effect(request, case, form)

    async def take(session: AsyncSession) -> None:
        await promises.take_promise(session, told, form.facts(), rules)

    return await _do(request, case, form, take, about="promise")


@router.post("/collections/{case}/promises/{promise}/cancel")
async def cancel_promise(
    request: Request,
    case: CasePath,
    promise: Annotated[Ident, Path()],
    form: Annotated[forms.CancelForm, Form()],
) -> Response:
    """Ask for a promise to be cancelled."""
    told = seen(request, case, form.version)
    return await _do(
        request,
        case,
        form,
        lambda s: promises.ask_to_cancel(s, told, promise, reason=form.reason),
        about="cancel",
    )


@router.post("/collections/{case}/promises/{promise}/cancelled")
async def approve_cancelling(
    request: Request,
    case: CasePath,
    promise: Annotated[Ident, Path()],
    form: Annotated[forms.VersionForm, Form()],
) -> Response:
    """Approve, as a second person, that a promise is cancelled."""
    told, rules = seen(request, case, form.version), rules_of(request)
    return await _do(
        request, case, form, lambda s: promises.cancel(s, told, promise, rules), about="cancel"
    )


@router.post("/collections/{case}/exceptions/{promise}/{entry}")
async def settle_exception(
    request: Request,
    case: CasePath,
    promise: Annotated[Ident, Path()],
    entry: Annotated[Ident, Path()],
    form: Annotated[forms.VersionForm, Form()],
) -> Response:
    """Say that a reversed payment of a kept promise was looked into."""
    told = seen(request, case, form.version)
    return await _do(
        request,
        case,
        form,
        lambda s: promises.settle_exception(s, told, promise, entry),
        about="exception",
    )


@router.post("/collections/{case}/owner")
async def change_owner(
    request: Request, case: CasePath, form: Annotated[forms.OwnerForm, Form()]
) -> Response:
    """Give the case to somebody; a collector may take one of nobody himself."""
    viewer, told = signed_in_of(request).employee, seen(request, case, form.version)

    async def give(session: AsyncSession) -> None:
        if not viewer.may(Permission.DIRECT_CASES):
            known = await case_summary(session, case)
            if form.owner != viewer.id or known.owner is not None:
                raise NotAllowed
        await cases.assign(session, told, AgentId(form.owner), rules_of(request))

    return await _do(request, case, form, give, about="owner")


@router.post("/collections/{case}/pause")
async def pause(
    request: Request, case: CasePath, form: Annotated[forms.PauseForm, Form()]
) -> Response:
    """Let nobody work on the case for a time."""
    told, rules = seen(request, case, form.version), rules_of(request)

    async def hold(session: AsyncSession) -> None:
        until = date_of("until", form.until)
        await cases.pause(session, told, rules, until=until, reason=form.why, note=form.note)

    return await _do(request, case, form, hold, about="pause")


@router.post("/collections/{case}/resume")
async def resume(
    request: Request, case: CasePath, form: Annotated[forms.VersionForm, Form()]
) -> Response:
    """Go on before the pause is over."""
    told, rules = seen(request, case, form.version), rules_of(request)
    return await _do(request, case, form, lambda s: cases.resume(s, told, rules), about="pause")


@router.post("/collections/{case}/move")
async def move(
    request: Request, case: CasePath, form: Annotated[forms.MoveForm, Form()]
) -> Response:
    """Make a move by hand; legal ones are for whoever directs cases."""
    viewer, told = signed_in_of(request).employee, seen(request, case, form.version)
    rules = rules_of(request)
    if form.event in DIRECTED and not viewer.may(Permission.DIRECT_CASES):
        raise NotAllowed
    return await _do(
        request,
        case,
        form,
        lambda s: cases.move(s, told, form.event, rules, note=form.note),
        about="move",
    )


def _back(case: str) -> Response:
    return RedirectResponse(f"/collections/{case}", status_code=303)


async def _do(request: Request, case: str, form: BaseModel, deed: _Deed, *, about: str) -> Response:
    """Do it and show the case; what a rule refuses is shown beside what was asked."""
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await deed(session)
    except Unknown:
        raise
    except Refused as error:
        return await _case(request, case, form=form, about=about, refused=error)
    return _back(case)


async def _effect(request: Request, case: str, form: forms.PromiseForm) -> Response:
    """The case with what the promise would pay."""
    try:
        facts = form.facts()
        if facts.amount.minor <= 0:
            raise FieldRefused("amount", "not_positive")
        if not 0 <= (facts.due_on - today(request)).days <= rules_of(request).promises.max_days:
            early = facts.due_on < today(request)
            raise FieldRefused("due_on", "in_the_past" if early else "too_late")
        async with parts_of(request).db.reading() as session:
            effect = await effect_of(session, case, facts.amount, due_on=facts.due_on)
    except FieldRefused as error:
        return await _case(request, case, form=form, about="promise", refused=error)
    return await _case(request, case, form=form, about="promise", effect=effect)


async def _case(
    request: Request,
    case: str,
    *,
    form: BaseModel | None = None,
    about: str = "",
    refused: Refused | None = None,
    effect: object = None,
) -> Response:
    async with parts_of(request).db.unit_of_work() as session:
        shown = await shown_case(session, request, case)
        people = await cases.owners(session)
    viewer, whole = signed_in_of(request).employee, shown.case
    running = (one for one in whole.promises if one.state is PromiseState.ACTIVE)
    context = {
        "shown": shown,
        "one": whole.summary,
        "whole": whole,
        "active": next(running, None),
        "ended": whole.summary.state in ENDED,
        "moves": _moves(whole.summary.state, directs=viewer.may(Permission.DIRECT_CASES)),
        "people": people,
        "channels": [one for one in Channel if one is not Channel.NONE],
        "all_channels": list(Channel),
        "outcomes": list(ContactOutcome),
        "late_reasons": list(LateReason),
        "pauses": list(CasePause),
        "form": form,
        "about": about,
        "refused": refused,
        "effect": effect if shown.open else None,
        "effect_hidden": effect is not None and not shown.open,
    }
    status = 422 if isinstance(refused, FieldRefused) else 409 if refused else 200
    return render(request, "collections/case.html", context_of(request) | context, status=status)


def _moves(state: CaseState, *, directs: bool) -> list[CaseEvent]:
    """The moves by hand that the employee may make in this state."""
    known = (event for event in CASE_STATES[state] if event in cases.BY_HAND)
    return [event for event in known if directs or event not in DIRECTED]
