"""Pages of segments: the list, one with its rule, a trial, evaluation step by step, and why.

Names of parties show only to those who may see parties.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.bonds.forms import WordText, today_of
from agent_ui.web.errors import NotAllowed
from agent_ui.web.shell import render
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.segments import keeping
from crm_core.segments.facts import FACTS
from crm_core.segments.keeping import (
    SegmentChanged,
    Wording,
    add_segment,
    change_segment,
    segments,
    versions,
)
from crm_core.segments.membership import evaluate_step, explain, members, try_rule
from crm_core.segments.rule import LONGEST, RuleRefused
from crm_core.staff.permissions import Permission
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/admin/segments"
ON_A_PAGE = 50
Rule = Annotated[str, Form(max_length=2 * LONGEST)]
Deed = Annotated[Literal["save", "try"], Form()]


@router.get(PAGE)
async def segment_list(request: Request) -> Response:
    """All segments."""
    async with parts_of(request).db.reading() as session:
        found = await segments(session)
    return render(request, "segments/list.html", {"segments": found})


@router.get(PAGE + "/new")
async def new_segment(request: Request) -> Response:
    """The form for a new one."""
    return await _form(request, Wording(code="", name="", rule=""))


@router.post(PAGE)
async def make_segment(
    request: Request,
    code: WordText = "",
    name: WordText = "",
    note: Annotated[str, Form(max_length=2000)] = "",
    rule: Rule = "",
    deed: Deed = "save",
) -> Response:
    """Keep a new segment, or try its rule."""
    wording = Wording(code=code.strip(), name=name, rule=_lines(rule), note=note)
    if deed == "try":
        return await _form(request, wording, trying=True)
    try:
        async with parts_of(request).db.unit_of_work() as session:
            by = signed_in_of(request).employee.id
            made = await add_segment(session, wording, by=by)
    except Refused as error:
        return await _form(request, wording, refused=error)
    return RedirectResponse(f"{PAGE}/{made}", status_code=303)


@router.get(PAGE + "/{segment}")
async def one_segment(
    request: Request,
    segment: Annotated[Ident, Path()],
    after: Annotated[str, Query(max_length=128)] = "",
    why: Annotated[str, Query(max_length=128)] = "",
) -> Response:
    """One segment with its members; `why` explains one of them."""
    return await _one(request, segment, after=after, why=why)


@router.get(PAGE + "/{segment}/edit")
async def edit_segment(request: Request, segment: Annotated[Ident, Path()]) -> Response:
    """The form for a known one."""
    return await _form(request, None, known=segment)


@router.post(PAGE + "/{segment}")
async def keep_segment(
    request: Request,
    segment: Annotated[Ident, Path()],
    name: WordText = "",
    note: Annotated[str, Form(max_length=2000)] = "",
    rule: Rule = "",
    active: Annotated[bool, Form()] = False,
    seen: Annotated[int, Form()] = 0,
    deed: Deed = "save",
) -> Response:
    """Word a segment anew, or try what is written."""
    wording = Wording(code="", name=name, rule=_lines(rule), note=note, active=active)
    if deed == "try":
        return await _form(request, wording, known=segment, trying=True)
    try:
        async with parts_of(request).db.unit_of_work() as session:
            by = signed_in_of(request).employee.id
            await change_segment(session, segment, wording, seen=seen, by=by)
    except Unknown:
        raise
    except Refused as error:
        return await _form(request, wording, known=segment, refused=error)
    return RedirectResponse(f"{PAGE}/{segment}", status_code=303)


@router.post(PAGE + "/{segment}/evaluate")
async def evaluate(
    request: Request,
    segment: Annotated[Ident, Path()],
    after: Annotated[str, Form(max_length=128)] = "",
    done: Annotated[int, Form(ge=0, le=10**9)] = 0,
) -> Response:
    """The next step of an evaluation; the page goes on by itself until it is whole."""
    async with parts_of(request).db.unit_of_work() as session:
        one = await keeping.segment(session, segment)
        step = await evaluate_step(session, one, on=today_of(request), after=PartyId(after) or None)
    if step.after is None:
        return RedirectResponse(f"{PAGE}/{segment}", status_code=303)
    context = {"segment": one, "after": step.after, "done": done + step.done}
    return render(request, "segments/evaluating.html", context)


async def _one(
    request: Request,
    id_: str,
    *,
    after: str = "",
    why: str = "",
) -> Response:
    seeing = signed_in_of(request).employee.may(Permission.VIEW_PARTIES)
    if why and not seeing:
        raise NotAllowed
    async with parts_of(request).db.reading() as session:
        one = await keeping.segment(session, id_)
        place = PartyId(after) if after else None
        found = await members(session, id_, after=place, limit=ON_A_PAGE + 1) if seeing else []
        on = today_of(request)
        context = {
            "segment": one,
            "versions": await versions(session, id_),
            "seeing": seeing,
            "members": found[:ON_A_PAGE],
            "more": found[ON_A_PAGE - 1].party if len(found) > ON_A_PAGE else None,
            "why": why,
            "reasons": await explain(session, one.rule, PartyId(why), on=on) if why else (),
        }
    return render(request, "segments/one.html", context)


async def _form(
    request: Request,
    wording: Wording | None,
    *,
    known: str | None = None,
    refused: Refused | None = None,
    trying: bool = False,
) -> Response:
    trial = None
    async with parts_of(request).db.reading() as session:
        kept = await keeping.segment(session, known) if known else None
        if trying and wording is not None:
            try:
                trial = await try_rule(session, wording.rule, on=today_of(request))
            except RuleRefused as error:
                refused = error
    context = {
        "kept": kept,
        "asked": wording or kept,
        "trial": trial,
        "problem": refused.problem if isinstance(refused, FieldRefused) else None,
        "changed": isinstance(refused, SegmentChanged),
        "field": refused.field if isinstance(refused, FieldRefused) else "",
        "mistake": refused if isinstance(refused, RuleRefused) else None,
        "facts": FACTS,
        "seeing": signed_in_of(request).employee.may(Permission.VIEW_PARTIES),
    }
    return render(request, "segments/form.html", context, status=422 if refused else 200)


def _lines(rule: str) -> str:
    """The text with the line ends of a rule; browsers send those of mail."""
    return rule.replace("\r\n", "\n").strip()
