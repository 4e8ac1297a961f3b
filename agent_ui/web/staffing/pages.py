"""The staffing page: what if, and a queue's day by half hours, also as a CSV file."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from agent_ui.web.access import parts_of
from agent_ui.web.export import csv_file
from agent_ui.web.shell import language_of, queue_names, render
from agent_ui.web.staffing.asking import (
    Answer,
    Goal,
    PlanQuestion,
    PlanRow,
    Question,
    answers,
    plan_row,
)
from crm_core.errors import FieldRefused
from crm_core.staffing.forecast import MINUTES, MOST_WEEKS, Forecast, forecast
from routing.ids import QueueId

router = APIRouter(include_in_schema=False)

Asked = TypeVar("Asked", bound=Goal)
_COLUMNS = (
    "interval",
    "calls",
    "aht_seconds",
    "erlang_c_agents",
    "erlang_c_planned",
    "erlang_a_agents",
    "erlang_a_planned",
)


@router.get("/staffing")
async def show_staffing(request: Request) -> Response:
    """The calculator with its answer; with a queue and a day also the day's plan."""
    question, wrong = _read(Question, request.query_params)
    planned, wrong_plan = _read(PlanQuestion, request.query_params)
    found, rows = await _plan(request, planned) if not wrong_plan else (None, [])
    told = _answers(question, wrong)
    refused = wrong + [field for field in wrong_plan if field not in wrong]
    context = {
        "question": question,
        "plan": planned,
        "day": planned.day or _tomorrow(request),
        "given": dict(request.query_params),
        "refused": refused,
        "answers": told,
        "queues": queue_names(request, language_of(request)),
        "forecast": found,
        "rows": rows,
        "minutes": MINUTES,
        "most_weeks": MOST_WEEKS,
        "query": request.url.query,
    }
    return render(request, "staffing/page.html", context, status=422 if refused else 200)


@router.get("/staffing/plan.csv")
async def plan_as_csv(request: Request) -> Response:
    """The day's plan as a file; empty where the question makes no sense."""
    planned, wrong = _read(PlanQuestion, request.query_params)
    _, rows = await _plan(request, planned) if not wrong else (None, [])
    return csv_file(f"staffing-{planned.day or 'plan'}.csv", _COLUMNS, map(_cells, rows))


def _read(kind: type[Asked], given: Mapping[str, str]) -> tuple[Asked, list[str]]:
    """The question, and the fields that make no sense; those stand at their defaults."""
    filled = {name: value.strip() for name, value in given.items() if value.strip()}
    try:
        return kind.model_validate(filled), []
    except ValidationError as error:
        wrong = [str(one["loc"][0]) for one in error.errors()]
        kept = {name: value for name, value in filled.items() if name not in wrong}
        return kind.model_validate(kept), wrong


def _answers(question: Question, wrong: list[str]) -> list[Answer]:
    """The calculator's answers; what it cannot take joins the fields that make no sense."""
    if wrong:
        return []
    try:
        return answers(question)
    except FieldRefused as refused:
        wrong.append(refused.field)
        return []


async def _plan(request: Request, asked: PlanQuestion) -> tuple[Forecast | None, list[PlanRow]]:
    if asked.day is None or asked.queue not in queue_names(request, language_of(request)):
        return None, []
    parts = parts_of(request)
    async with parts.db.reading() as session:
        found = await forecast(
            session,
            QueueId(asked.queue),
            asked.day,
            zone=ZoneInfo(parts.options.timezone),
            weeks=asked.weeks,
        )
    return found, [plan_row(one, asked) for one in found.intervals]


def _tomorrow(request: Request) -> date:
    parts = parts_of(request)
    today = parts.clock.now().astimezone(ZoneInfo(parts.options.timezone)).date()
    return today + timedelta(days=1)


def _cells(row: PlanRow) -> list[Any]:
    cells: list[Any] = [row.start, round(row.calls, 2), round(row.aht, 1) if row.aht else None]
    for model in ("erlang_c", "erlang_a"):
        needed = row.needed.get(model)
        cells += [needed.agents, needed.planned] if needed else [None, None]
    return cells
