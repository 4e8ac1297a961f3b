"""Pages of duplicates: the list, two records side by side, and the merges that were made."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.shell import render
from crm_core.duplicates import merging
from crm_core.duplicates import pairs as duplicates
from crm_core.duplicates.comparing import LIKELY
from crm_core.errors import FieldRefused, Refused
from crm_core.staff.employees import employees
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

LIST = "/duplicates"
_PAGE = 50
_LONGEST = 400


@router.get(LIST)
async def pair_list(request: Request, page: Annotated[int, Query(ge=1, le=2_000)] = 1) -> Response:
    """Pairs to decide on."""
    async with parts_of(request).db.reading() as session:
        found, total = await duplicates.open_pairs(session, limit=_PAGE, offset=(page - 1) * _PAGE)
    context = {
        "pairs": found,
        "total": total,
        "page": page,
        "pages": -(-total // _PAGE),
        "likely": LIKELY,
    }
    return render(request, "duplicates/list.html", context)


@router.get(LIST + "/merges")
async def merge_list(request: Request) -> Response:
    """The merges that were made."""
    async with parts_of(request).db.reading() as session:
        made = await duplicates.merges(session)
        names = {str(one.id): one.name for one in await employees(session)}
    return render(request, "duplicates/merges.html", {"merges": made, "names": names})


@router.post(LIST + "/merges/{merge}/undo")
async def undo(request: Request, merge: Annotated[Ident, Path()]) -> Response:
    """Part two records again."""
    async with parts_of(request).db.unit_of_work() as session:
        await merging.part(session, merge, by=signed_in_of(request).employee.id)
    return RedirectResponse(LIST + "/merges", status_code=303)


@router.get(LIST + "/{pair}")
async def one_pair(request: Request, pair: Annotated[Ident, Path()]) -> Response:
    """Two records side by side."""
    return await _pair_page(request, pair)


@router.post(LIST + "/{pair}")
async def decide(
    request: Request,
    pair: Annotated[Ident, Path()],
    stays: Annotated[str, Form(max_length=64)] = "",
    reason: Annotated[str, Form(max_length=_LONGEST)] = "",
) -> Response:
    """Merge the two, with the one that stays, or with nobody staying: they are not one."""
    by = signed_in_of(request).employee.id
    try:
        async with parts_of(request).db.unit_of_work() as session:
            if not stays:
                await duplicates.dismiss(session, pair, by=by, reason=reason)
            else:
                held = (await duplicates.pair(session, pair)).summary
                winner, loser = (
                    (held.one, held.other) if stays == held.one else (held.other, held.one)
                )
                if stays != winner:
                    raise FieldRefused("stays", "unknown")
                await merging.merge(session, PartyId(winner), PartyId(loser), by=by, reason=reason)
    except (FieldRefused, merging.MergeRefused, merging.MergeBlocked) as error:
        return await _pair_page(request, pair, refused=error, asked={"reason": reason})
    return RedirectResponse(LIST, status_code=303)


async def _pair_page(
    request: Request,
    pair: str,
    *,
    refused: Refused | None = None,
    asked: dict[str, str] | None = None,
) -> Response:
    async with parts_of(request).db.reading() as session:
        found = await duplicates.pair(session, pair)
    context = {"found": found, "refused": refused, "asked": asked or {"reason": ""}}
    return render(request, "duplicates/pair.html", context, status=422 if refused else 200)
