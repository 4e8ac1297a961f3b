"""The page on which rules are written: checked, tried and kept as the draft. No text is lost."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import PlainText
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.rules.difference import differences
from agent_ui.web.rules.looking import Look, MistakeTold, tried_day, tried_on
from agent_ui.web.rules.pages import PAGE, Seen
from agent_ui.web.shell import render
from crm_core.four_eyes.kept import Kept
from crm_core.four_eyes.states import VersionState
from crm_core.rules.dry_run import DryRun
from crm_core.rules.house import known_now
from crm_core.rules.mistakes import RulesRefused
from crm_core.rules.reading import read_rules
from crm_core.rules.versions import RULES, RulesChanged, sound
from crm_core.rules.vocabulary import ACTIONS, CLOSED, LARGEST_TEXT, NUMBERS, QUESTIONS, WORDS

router = APIRouter(include_in_schema=False)

DRAFT = PAGE + "/draft"
Body = Annotated[PlainText, Form(max_length=2 * LARGEST_TEXT)]
Deed = Annotated[Literal["check", "try", "save"], Form()]


@dataclass(slots=True, kw_only=True)
class _Said:
    """What the page answers to what was typed."""

    text: str
    good: bool = False
    changed: bool = False
    bad_day: bool = False
    mistakes: list[MistakeTold] | None = None
    tried: DryRun | None = None
    day: date | None = None

    @property
    def status(self) -> int:
        return 422 if self.mistakes or self.bad_day else 409 if self.changed else 200


@router.get(DRAFT)
async def show_draft(
    request: Request,
    since: Annotated[int | None, Query(alias="from", ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The draft, else the text in force, or that of the version that is named."""
    async with parts_of(request).db.reading() as session:
        look = await Look.at(request, session)
        draft = await RULES.in_state(session, VersionState.DRAFT)
        begun = await RULES.one(session, since) if since else draft or look.held
        said = _Said(text=begun.body if begun else "rules: []\n")
        return _page(request, look, draft, said)


@router.post(DRAFT)
async def keep_draft(
    request: Request,
    body: Body = "",
    seen: Seen = 0,
    deed: Deed = "check",
    day: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Check the text, try it on a day's calls, or keep it."""
    text = body.replace("\r\n", "\n")
    if deed == "save":
        answer = await _save(request, text, seen)
        if answer is not None:
            return answer
    async with parts_of(request).db.reading() as session:
        look = await Look.at(request, session)
        draft = await RULES.in_state(session, VersionState.DRAFT)
        said = await _looked_at(request, session, look, text, day if deed == "try" else None)
        said.changed = deed == "save" and not said.mistakes
        return _page(request, look, draft, said)


async def _save(request: Request, text: str, seen: int) -> Response | None:
    """Back to the page if the text could be kept."""
    by = signed_in_of(request).employee.id
    try:
        async with parts_of(request).db.unit_of_work() as session:
            known = await known_now(session, parts_of(request).house)
            number = await RULES.keep_draft(session, text, check=sound(known), seen=seen, by=by)
    except (RulesRefused, RulesChanged):
        return None
    return RedirectResponse(f"{PAGE}/{number}", status_code=303)


async def _looked_at(
    request: Request, session: AsyncSession, look: Look, text: str, day: str | None
) -> _Said:
    said = _Said(text=text)
    try:
        read_rules(text, await known_now(session, parts_of(request).house))
    except RulesRefused as error:
        said.mistakes = look.mistakes(error.mistakes)
        return said
    said.good = True
    said.day, said.bad_day = tried_day(request, day)
    if said.day is not None:
        said.tried = await tried_on(request, session, look, text, said.day)
    return said


def _page(
    request: Request,
    look: Look,
    draft: Kept | None,
    said: _Said,
) -> Response:
    compared = draft if said.changed and draft else look.held
    wrong = {one.line for one in said.mistakes or ()}
    lines = said.text.split("\n")
    context: dict[str, Any] = {
        "said": said,
        "draft": draft,
        "seen": draft.row_version if draft else 0,
        "compared": compared,
        "rows": differences(compared.body, said.text) if compared and not said.mistakes else None,
        "lines": [(n, n in wrong) for n in range(1, len(lines) + 1)],
        "written": lines,
        "day": said.day or look.yesterday,
        "value": look.teller.value,
        "questions": QUESTIONS,
        "actions": ACTIONS,
        "words": WORDS,
        "numbers": NUMBERS,
        "closed": CLOSED,
    }
    return render(request, "rules/draft.html", context, status=said.status)
