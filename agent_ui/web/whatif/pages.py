"""Pages of what-if: what to ask, how far it is, what came of it side by side, and what was kept."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.bonds.forms import WordText, problem_of, today_of, zone_of
from agent_ui.web.shell import language_of, queue_names, render
from agent_ui.web.whatif.drawing import HEIGHT, WIDTH, draw
from agent_ui.web.whatif.report import report
from agent_ui.web.whatif.tables import BRIEF, Words
from crm_core.errors import FieldRefused, Refused
from crm_core.models import RunState
from crm_core.whatif.runs import (
    KEPT,
    REPLICATIONS,
    Order,
    Run,
    RunNotDone,
    ask,
    one_run,
    runs,
)
from crm_core.whatif.states import LIVE
from crm_core.whatif.wish import MOST_AGENTS, Rules, Skills, Wish, wish_of
from routing.ids import QueueId

router = APIRouter(include_in_schema=False)

PAGE = "/what-if"
SHOWN_DAYS = timedelta(days=7)
_Queues = Annotated[list[Ident], Form(max_length=1000)]
_Numbers = Annotated[list[WordText], Form(max_length=1000)]


@router.get(PAGE)
async def what_if(request: Request) -> Response:
    """What may be asked, and the runs that are kept."""
    yesterday = today_of(request) - timedelta(days=1)
    given = {
        "name": "",
        "first": (yesterday - SHOWN_DAYS + timedelta(days=1)).isoformat(),
        "last": yesterday.isoformat(),
        "rules": Rules.IN_FORCE,
        "skills": Skills.AS_RECORDED,
        "agents": {},
    }
    return await _page(request, given)


@router.post(PAGE)
async def ask_what_if(
    request: Request,
    name: WordText = "",
    first: WordText = "",
    last: WordText = "",
    rules: WordText = Rules.IN_FORCE,
    skills: WordText = Skills.AS_RECORDED,
    queue: _Queues = [],  # noqa: B006 - FastAPI copies it
    agents: _Numbers = [],  # noqa: B006
) -> Response:
    """Ask for a run."""
    numbers = dict(zip(queue, agents, strict=False))
    given = {
        "name": name,
        "first": first,
        "last": last,
        "rules": rules,
        "skills": skills,
        "agents": numbers,
    }
    try:
        wish = wish_of(rules, skills, _numbers(numbers))
        order = Order(name=name, first=_day("first", first), last=_day("last", last), wish=wish)
        async with parts_of(request).db.unit_of_work() as session:
            by = signed_in_of(request).employee.id
            run = await ask(session, order, zone=zone_of(request), by=by)
    except Refused as error:
        return await _page(request, given, refused=error)
    parts_of(request).simulations.wake()
    return RedirectResponse(f"{PAGE}/{run}", status_code=303)


@router.get(PAGE + "/{run}")
async def one_what_if(request: Request, run: Annotated[Ident, Path()]) -> Response:
    """A run: its progress, or its result side by side."""
    async with parts_of(request).db.reading() as session:
        found = await one_run(session, run)
    return render(request, "whatif/run.html", _told(request, found))


@router.get(PAGE + "/{run}/report.html")
async def what_if_report(request: Request, run: Annotated[Ident, Path()]) -> Response:
    """The result as one file that needs nothing else, to keep or to print."""
    async with parts_of(request).db.reading() as session:
        found = await one_run(session, run)
    if found.state is not RunState.DONE:
        raise RunNotDone
    text = report(found.result, language_of(request), title=found.name)
    disposition = f'attachment; filename="what-if-{found.first}-{found.last}.html"'
    return Response(text, media_type="text/html", headers={"Content-Disposition": disposition})


def _told(request: Request, run: Run) -> dict[str, Any]:
    done = run.state is RunState.DONE
    words = Words(language_of(request))
    queues = queue_names(request, words.language)
    return {
        "run": run,
        "live": run.state in LIVE,
        "percent": round(100 * run.done / run.steps) if run.steps else 0,
        "wishes": _wishes(run.wish, queues),
        "lines": words.lines(run.result["total"]) if done else [],
        "compared": done and "base" in run.result["total"],
        "columns": BRIEF,
        "brief": words.brief,
        "drawing": draw(run.result["days"], "service_level") if done else None,
        "size": (WIDTH, HEIGHT),
    }


def _wishes(wish: Wish, queues: dict[str, str]) -> list[tuple[str, str, int]]:
    """What is otherwise: codes of texts, with a queue's name and a number where they have one."""
    found = [
        (f"whatif.rules.{wish.rules}", "", 0),
        (f"whatif.skills.{wish.skills}", "", 0),
    ]
    more = [
        ("whatif.more" if number > 0 else "whatif.fewer", queues.get(queue, queue), abs(number))
        for queue, number in sorted(wish.agents.items())
    ]
    return [*found, *more]


async def _page(
    request: Request, given: dict[str, Any], refused: Refused | None = None
) -> Response:
    async with parts_of(request).db.reading() as session:
        kept = await runs(session)
    context = {
        "given": given,
        "problem": problem_of(refused) if refused else None,
        "runs": kept,
        "busy": any(run.state in LIVE for run in kept),
        "rules": tuple(Rules),
        "skills": tuple(Skills),
        "queues": queue_names(request, language_of(request)),
        "most": MOST_AGENTS,
        "kept": KEPT,
        "replications": REPLICATIONS,
    }
    return render(request, "whatif/list.html", context, status=422 if refused else 200)


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise FieldRefused(field, "no_date") from None


def _numbers(texts: dict[str, str]) -> dict[QueueId, int]:
    """How many more or fewer, by queue. Raises FieldRefused."""
    try:
        return {QueueId(queue): int(text) for queue, text in texts.items() if text.strip()}
    except ValueError:
        raise FieldRefused("agents", "no_number") from None
