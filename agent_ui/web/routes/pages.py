"""The page of approval routes: what holds now, checking and keeping a draft, publishing it."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.shell import render
from crm_core.applications.route_versions import (
    NothingToPublish,
    PublisherIsWriter,
    draft,
    publish,
    versions,
)
from crm_core.applications.routes import LARGEST_TEXT, RoutesInvalid, read_routes
from crm_core.errors import FieldRefused, Refused
from crm_core.money import Money
from crm_core.staff.employees import employees

router = APIRouter(include_in_schema=False)

_Body = Annotated[str, Form(max_length=LARGEST_TEXT * 2)]


@router.get("/admin/routes")
async def show_routes(request: Request) -> Response:
    """What holds now, the draft if there is one, and the earlier versions."""
    return await _page(request)


@router.post("/admin/routes")
async def keep_routes(
    request: Request, body: _Body = "", check: Annotated[str, Form(max_length=8)] = ""
) -> Response:
    """Check the text, and keep it as the draft unless only checking was asked for."""
    text = body.replace("\r\n", "\n")
    try:
        read_routes(text)
        if check:
            return await _page(request, text=text, good=True)
        async with parts_of(request).db.unit_of_work() as session:
            await draft(session, text, by=signed_in_of(request).employee.id)
    except RoutesInvalid as error:
        return await _page(request, text=text, errors=error.errors)
    return RedirectResponse("/admin/routes", status_code=303)


@router.post("/admin/routes/{version}/publish")
async def publish_routes(
    request: Request, version: int, drafted_at: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """Let the draft hold, as it was shown; another person than its writer does it."""
    by = signed_in_of(request).employee.id
    try:
        shown = datetime.fromisoformat(drafted_at).astimezone(UTC)
    except ValueError:
        raise FieldRefused("drafted_at", "not_a_time") from None
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await publish(session, version, shown, by=by)
    except (NothingToPublish, PublisherIsWriter) as error:
        return await _page(request, refused=error)
    return RedirectResponse("/admin/routes", status_code=303)


async def _page(
    request: Request,
    *,
    text: str | None = None,
    errors: tuple[str, ...] = (),
    good: bool = False,
    refused: Refused | None = None,
) -> Response:
    async with parts_of(request).db.reading() as session:
        found = await versions(session)
        names = {one.id: one.name for one in await employees(session)}
    drafted = next((one for one in found if one.published_at is None), None)
    holds = next(one for one in found if one.published_at is not None)
    context = {
        "holds": holds,
        "draft": drafted,
        "versions": found,
        "who": lambda one: names.get(one, one),
        "text": text if text is not None else (drafted or holds).body,
        "errors": errors,
        "good": good,
        "refused": refused,
        "amounts": lambda up_to, language: " · ".join(
            Money(minor, currency).shown(language) for currency, minor in sorted(up_to.items())
        ),
        "own_draft": drafted is not None
        and drafted.drafted_by == signed_in_of(request).employee.id,
    }
    status = 422 if errors else 409 if refused else 200
    return render(request, "routes/list.html", context, status=status)
