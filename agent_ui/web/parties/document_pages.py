"""Documents of a party and files attached to it.

A number is shown once, in the answer to the form, and nowhere later. A file is handed out as a
download and never shown by the browser: what it holds is not ours.
"""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.parties import tab_page
from agent_ui.web.parties.fields import Fields, fields_of
from agent_ui.web.parties.frame import reason_of
from agent_ui.web.parties.profile_pages import countries
from crm_core.errors import FieldRefused
from crm_core.models import DocumentType
from crm_core.parties.attachments import OpenedFile, attach, attachments, detach, open_attachment
from crm_core.parties.documents import (
    DocumentFacts,
    add_document,
    documents,
    end_document,
    reveal_document_number,
)
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/parties/{party}/documents"
FILES = "/parties/{party}/attachments"
TAB = "documents"
Party = Annotated[Ident, Path()]


@router.get(PAGE)
async def all_documents(request: Request, party: Party) -> Response:
    """Documents with masked numbers, and files."""
    return await tab_page.show(request, party, TAB, _read, more=_more(request))


@router.post(PAGE)
async def add(request: Request, party: Party) -> Response:
    """Add an identity document."""
    form, seal = await fields_of(request), parts_of(request).seal
    facts = DocumentFacts(
        type=form.one_of("type", DocumentType, needed=True) or DocumentType.OTHER,
        number=form.text("number", longest=64, needed=True) or "",
        country=form.text("country", longest=2),
        issued_by=form.text("issued_by") or "",
        issued_on=form.day("issued_on"),
        expires_on=form.day("expires_on"),
    )

    async def do(session: AsyncSession, party: PartyId, by: str) -> None:
        await add_document(session, party, facts, seal=seal, by=by)

    return await tab_page.change(
        request, party, TAB, _read, do, form=("document", form), more=_more(request)
    )


@router.post(PAGE + "/{document}/end")
async def end(request: Request, party: Party, document: Annotated[Ident, Path()]) -> Response:
    """The document is valid no more."""

    async def do(session: AsyncSession, party: PartyId, by: str) -> None:
        await end_document(session, party, document, by=by)

    return await tab_page.change(request, party, TAB, _read, do, more=_more(request))


@router.post(PAGE + "/{document}/number")
async def whole_number(
    request: Request, party: Party, document: Annotated[Ident, Path()]
) -> Response:
    """The tab with the document's whole number; audited."""
    async with parts_of(request).db.unit_of_work() as session:
        number = await reveal_document_number(
            session,
            PartyId(party),
            document,
            seal=parts_of(request).seal,
            viewer=signed_in_of(request).employee.id,
            reason=reason_of(request),
        )
    more = _more(request) | {"opened": {document: number}}
    return await tab_page.show(request, party, TAB, _read, more=more)


@router.post(FILES)
async def upload(request: Request, party: Party) -> Response:
    """Keep a file with the party."""
    sent, form = (await request.form()).get("file"), Fields({})
    if not isinstance(sent, UploadFile) or not sent.filename:
        form.problems["file"] = "missing"
    else:
        parts, by = parts_of(request), signed_in_of(request).employee.id
        try:
            name = sent.filename
            await attach(parts.db, parts.files, PartyId(party), sent.file, name, by=by)
        except FieldRefused as error:
            form.refuse(error)
    if form.problems:
        forms = {"file": form}
        return await tab_page.show(request, party, TAB, _read, forms=forms, more=_more(request))
    return RedirectResponse(f"/parties/{party}/{TAB}", status_code=303)


@router.get(FILES + "/{attachment}")
async def download(
    request: Request, party: Party, attachment: Annotated[Ident, Path()]
) -> Response:
    """The file; the look is audited."""
    parts = parts_of(request)
    found = await open_attachment(
        parts.db,
        parts.files,
        PartyId(party),
        attachment,
        viewer=signed_in_of(request).employee.id,
        reason=reason_of(request),
    )
    return handed_out(found)


@router.post(FILES + "/{attachment}/remove")
async def remove(request: Request, party: Party, attachment: Annotated[Ident, Path()]) -> Response:
    """Remove a file for good."""
    parts, by = parts_of(request), signed_in_of(request).employee.id
    await detach(parts.db, parts.files, PartyId(party), attachment, by=by)
    return RedirectResponse(f"/parties/{party}/{TAB}", status_code=303)


def handed_out(file: OpenedFile) -> Response:
    """A download: never shown in place, run or guessed at by the browser."""
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in "._- " else "_" for c in file.name)
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {
        "Content-Disposition": named,
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(file.content, media_type=file.mime, headers=headers)


async def _read(session: AsyncSession, party: PartyId) -> dict[str, Any]:
    return {
        "documents": await documents(session, party),
        "attachments": await attachments(session, party),
    }


def _more(request: Request) -> dict[str, Any]:
    return {
        "countries": countries(request),
        "document_types": list(DocumentType),
        "largest_mb": parts_of(request).files.largest // 1024 // 1024,
        "opened": {},
    }
