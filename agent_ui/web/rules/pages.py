"""Pages of routing rules: what is in force, the versions, and what a second person decides."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import LongText
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.rules.difference import differences
from agent_ui.web.rules.looking import Look, mistakes_now, tried_day, tried_on
from agent_ui.web.shell import render
from crm_core.errors import FieldRefused, Refused
from crm_core.four_eyes.kept import LONGEST_REASON, Kept
from crm_core.four_eyes.states import VersionState
from crm_core.rules.house import known_now
from crm_core.rules.mistakes import RulesRefused
from crm_core.rules.versions import RULES, RulesUnknown, sound

router = APIRouter(include_in_schema=False)

PAGE = "/admin/rules"
ON_A_PAGE = 20
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Seen = Annotated[int, Form(ge=0, le=2**31 - 1)]
Why = Annotated[LongText, Form(max_length=2 * LONGEST_REASON)]
Deed = Annotated[Literal["propose", "publish", "reject", "back"], Form()]


@router.get(PAGE)
async def rules_in_force(
    request: Request, before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> Response:
    """What is in force, in words and as text, and all versions."""
    async with parts_of(request).db.reading() as session:
        look = await Look.at(request, session)
        known = await known_now(session, parts_of(request).house)
        found = await RULES.listed(session, before=before, limit=ON_A_PAGE + 1)
        proposal = await RULES.in_state(session, VersionState.PROPOSED)
        draft = await RULES.in_state(session, VersionState.DRAFT)
    held = look.held
    context = {
        "held": held,
        "told": look.told(held) if held else [],
        "gone": look.mistakes(mistakes_now(held, known)) if held else [],
        "versions": found[:ON_A_PAGE],
        "older": found[ON_A_PAGE - 1].version if len(found) > ON_A_PAGE else None,
        "proposal": proposal,
        "draft": draft,
        "who": look.who,
    }
    return render(request, "rules/list.html", context)


@router.get(PAGE + "/{version}")
async def one_version(
    request: Request,
    version: Number,
    day: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """One version beside the one in force; with a `day` also tried on its calls."""
    return await _one(request, version, day=day)


@router.post(PAGE + "/{version}")
async def decide(
    request: Request,
    version: Number,
    deed: Deed,
    why: Why = "",
    seen: Seen = 0,
    over: Seen = 0,
) -> Response:
    """Propose a draft, publish or reject a proposal, or bring an earlier version back."""
    try:
        led_to = await _do(request, version, deed, why=why, seen=seen, over=over)
    except RulesUnknown:
        raise
    except Refused as error:
        return await _one(request, version, why=why, refused=error)
    if deed == "publish":
        parts_of(request).rosters.changed()
    return RedirectResponse(f"{PAGE}/{led_to}" if deed != "publish" else PAGE, status_code=303)


async def _do(request: Request, number: int, deed: str, *, why: str, seen: int, over: int) -> int:
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        check = sound(await known_now(session, parts_of(request).house))
        if deed == "propose":
            await RULES.propose(session, number, check=check, seen=seen, why=why, by=by)
        elif deed == "publish":
            await RULES.publish(session, number, check=check, seen=seen, over=over, why=why, by=by)
        elif deed == "reject":
            await RULES.reject(session, number, seen=seen, why=why, by=by)
        else:
            return await RULES.roll_back(session, number, check=check, why=why, by=by)
    return number


async def _one(
    request: Request,
    number: int,
    *,
    day: str | None = None,
    why: str = "",
    refused: Refused | None = None,
) -> Response:
    async with parts_of(request).db.reading() as session:
        look = await Look.at(request, session)
        kept = await RULES.one(session, number)
        known = await known_now(session, parts_of(request).house)
        on, bad_day = tried_day(request, day)
        tried = (
            await tried_on(request, session, look, kept.body, on) if on and not bad_day else None
        )
    context: dict[str, Any] = {
        "kept": kept,
        "held": look.held,
        "told": look.told(kept),
        "rows": _rows(look.held, kept),
        "gone": look.mistakes(mistakes_now(kept, known)) if _undecided(kept) else [],
        "tried": tried,
        "day": on or look.yesterday,
        "bad_day": bad_day,
        "own": kept.seen_by(signed_in_of(request).employee.id),
        "why": why,
        "problem": _problem(refused),
        "longest_reason": LONGEST_REASON,
        "who": look.who,
        "value": look.teller.value,
    }
    status = 422 if isinstance(refused, FieldRefused) or bad_day else 409 if refused else 200
    return render(request, "rules/one.html", context, status=status)


def _rows(held: Kept | None, kept: Kept) -> list[Any] | None:
    """What differs from the version in force; None for that version itself."""
    if held is None or held.version == kept.version:
        return None
    return differences(held.body, kept.body)


def _undecided(kept: Kept) -> bool:
    return kept.state in (VersionState.DRAFT, VersionState.PROPOSED)


def _problem(refused: Refused | None) -> str:
    """The code of the text that tells why it was refused."""
    if refused is None:
        return ""
    if isinstance(refused, FieldRefused):
        return f"rules.why.{refused.problem}"
    if isinstance(refused, RulesRefused):
        return "rules.errors"
    return f"rules.refused.{refused.code}"
