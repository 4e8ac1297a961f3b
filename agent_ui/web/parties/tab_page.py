"""What the tabs have in common on which a party's facts are added, changed and ended by forms.

A form posts, and leads back to its tab; what is refused shows on the same tab beside the form, with
what was typed.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.parties.fields import Fields
from agent_ui.web.parties.frame import frame_of
from agent_ui.web.shell import render
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.staff.permissions import Permission
from routing.ids import PartyId

Change = Callable[[AsyncSession, PartyId, str], Awaitable[None]]
"""Writes to the party in a unit of work, by an employee."""

Read = Callable[[AsyncSession, PartyId], Awaitable[dict[str, Any]]]
"""What the tab shows."""


async def show(
    request: Request,
    party: str,
    tab: str,
    read: Read,
    *,
    forms: dict[str, Fields] | None = None,
    refused: str | None = None,
    more: dict[str, Any] | None = None,
) -> Response:
    """The tab. `forms` are those that were sent and refused, by their name."""
    frame = await frame_of(request, party, tab)
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.reading() as session:
        found = await read(session, PartyId(party))
    context = {
        "forms": forms or {},
        "empty_form": Fields({}),
        "refused": refused,
        "editing": viewer.may(Permission.EDIT_PARTIES),
        "may_number": viewer.may(Permission.VIEW_NUMBERS),
    }
    status = 422 if forms or refused else 200
    template = f"parties/{tab}.html"
    return render(request, template, frame | context | found | (more or {}), status=status)


async def change(
    request: Request,
    party: str,
    tab: str,
    read: Read,
    do: Change,
    *,
    form: tuple[str, Fields] | None = None,
    more: dict[str, Any] | None = None,
) -> Response:
    """Make the change and go back to the tab, or show there what was refused."""
    name, fields = form or ("", Fields({}))
    if fields.problems:
        return await show(request, party, tab, read, forms={name: fields}, more=more)
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await do(session, PartyId(party), signed_in_of(request).employee.id)
    except Unknown:
        raise
    except FieldRefused as error:
        fields.refuse(error)
        return await show(request, party, tab, read, forms={name: fields}, more=more)
    except Refused as error:
        forms = {name: fields} if form else None
        return await show(request, party, tab, read, forms=forms, refused=error.code, more=more)
    return RedirectResponse(f"/parties/{party}/{tab}", status_code=303)
