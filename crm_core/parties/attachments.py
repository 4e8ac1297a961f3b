"""Attachments: files of any format, kept with a party or with one of its calls or documents.

The file comes first and its row after it, the row goes first and its file after it: whatever is
killed at any moment, a row always has its file. A file without a row is an orphan, which `sweep`
takes away an hour later; so these use cases own their transactions.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.database import Database, moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import (
    Attachment,
    AttachmentSubject,
    CallCard,
    EmployeeRow,
    IdentityDocument,
)
from crm_core.parties.editing import editable, edited
from crm_core.parties.file_store import FileStore, StoredFile
from crm_core.parties.timeline import Place, TimelineEvent, TimelineKind, earlier
from routing.ids import AgentId, CallId, PartyId

LONGEST_NAME = 200
ORPHAN_AFTER = timedelta(hours=1)
"""Longer than any upload takes: the file of a younger one may still get its row."""
_SWEPT_AT_ONCE = 500


class AttachmentUnknown(Unknown):
    """The party has no such attachment."""

    code = "attachment_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What of a party a file belongs to; `id` is that of the call or document, else the party's."""

    kind: AttachmentSubject
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAttachment:
    """An attachment as it is listed. `size` is in bytes; `by` is the employee's name."""

    id: str
    about: About
    name: str
    mime: str
    size: int
    sha256: str
    added_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A file with its name, to be handed to whoever asked."""

    name: str
    mime: str
    content: bytes


async def attach(
    db: Database,
    store: FileStore,
    party: PartyId,
    source: BinaryIO,
    name: str,
    *,
    about: About | None = None,
    by: str,
) -> str:
    """Keep a file; the attachment's id.

    Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused for `file` and `subject`.
    """
    name = safe_name(name)
    stored = await asyncio.to_thread(store.keep, source, name)
    subject = about or About(kind=AttachmentSubject.PARTY, id=party)
    try:
        async with db.unit_of_work() as session:
            return await _add(session, party, stored, name, subject, by=by)
    except Refused:  # after any other error the row may be there: the sweep will know
        await asyncio.to_thread(store.drop, stored.key)
        raise


async def open_attachment(
    db: Database,
    store: FileStore,
    party: PartyId,
    attachment: str,
    *,
    viewer: AgentId,
    reason: str,
) -> OpenedFile:
    """The file; the look is audited. Raises AttachmentUnknown, FileBroken."""
    async with db.unit_of_work() as session:
        row = await _row(session, party, attachment)
        stored = StoredFile(key=row.storage_key, size=row.size, sha256=row.sha256, mime=row.mime)
        content = await asyncio.to_thread(store.read, stored)
        detail = {"attachment": attachment}
        await edited(
            session, party, Action.ATTACHMENT_OPENED, by=viewer, detail=detail, reason=reason
        )
    return OpenedFile(name=row.name, mime=row.mime, content=content)


async def detach(
    db: Database, store: FileStore, party: PartyId, attachment: str, *, by: str
) -> None:
    """Remove an attachment for good. Raises AttachmentUnknown, PartyErased, PartyMerged."""
    async with db.unit_of_work() as session:
        await editable(session, party)
        row = await _row(session, party, attachment)
        await session.delete(row)
        detail = {"attachment": attachment}
        await edited(session, party, Action.ATTACHMENT_REMOVED, by=by, detail=detail)
    await asyncio.to_thread(store.drop, row.storage_key)


async def attachments(session: AsyncSession, party: PartyId) -> Sequence[HeldAttachment]:
    """The party's attachments, the newest first."""
    statement = (
        select(Attachment, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == Attachment.created_by)
        .where(Attachment.party == party)
        .order_by(Attachment.created_at.desc(), Attachment.id.desc())
    )
    return tuple(
        HeldAttachment(
            id=row.id,
            about=About(kind=row.subject_kind, id=row.subject),
            name=row.name,
            mime=row.mime,
            size=row.size,
            sha256=row.sha256,
            added_at=row.created_at,
            by=name or "",
        )
        for row, name in await session.execute(statement)
    )


async def forget_attachments(session: AsyncSession, party: PartyId) -> list[str]:
    """Drop the rows of all the party's attachments. The keys to drop once that is committed."""
    gone = delete(Attachment).where(Attachment.party == party).returning(Attachment.storage_key)
    return list(await session.scalars(gone))


async def sweep(db: Database, store: FileStore) -> int:
    """Drop files that have no row and are older than any upload takes. How many it were."""
    old = store.older_than(db.clock.now() - ORPHAN_AFTER)
    swept = 0
    while batch := dict(await asyncio.to_thread(lambda: list(islice(old, _SWEPT_AT_ONCE)))):
        async with db.reading() as session:
            known = select(Attachment.storage_key).where(Attachment.storage_key.in_(batch))
            kept = set(await session.scalars(known))
        for path in (path for key, path in batch.items() if key not in kept):
            await asyncio.to_thread(path.unlink, missing_ok=True)
            swept += 1
    return swept


def safe_name(name: str) -> str:
    """A file's name without folders, signs that no screen shows, or more than fits."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in last if c.isprintable()).strip(" .")
    if len(shown) > LONGEST_NAME:
        stem, dot, ending = shown.rpartition(".")
        ending = dot + ending if len(ending) < 12 else ""
        shown = (stem or shown)[: LONGEST_NAME - len(ending)] + ending
    return shown or "file"


async def timeline_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    """Files that were attached."""
    row, kind = Attachment, TimelineKind.DOCUMENT
    statement = (
        select(row, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == row.created_by)
        .where(
            row.party == party, earlier(before, kind, row.created_at.expression, row.id.expression)
        )
        .order_by(row.created_at.desc(), row.id.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=one.created_at,
            kind=kind,
            ref=one.id,
            title_code="timeline.attachment",
            text=one.name,
            actor=name or "",
        )
        for one, name in await session.execute(statement)
    ]


async def _add(
    session: AsyncSession,
    party: PartyId,
    stored: StoredFile,
    name: str,
    about: About,
    *,
    by: str,
) -> str:
    await editable(session, party)
    await _check(session, party, about)
    attachment = new_id()
    session.add(
        Attachment(
            id=attachment,
            party=party,
            subject_kind=about.kind,
            subject=about.id,
            name=name,
            mime=stored.mime,
            size=stored.size,
            sha256=stored.sha256,
            storage_key=stored.key,
            created_at=moment(session),
            created_by=by,
        )
    )
    detail = {"attachment": attachment, "about": about.kind.value}
    await edited(session, party, Action.ATTACHMENT_ADDED, by=by, detail=detail)
    return attachment


async def _check(session: AsyncSession, party: PartyId, about: About) -> None:
    """A call or document of this party and nobody else's. Raises FieldRefused."""
    if about.kind is AttachmentSubject.PARTY:
        owner: str | None = about.id
    elif about.kind is AttachmentSubject.CALL:
        card = await session.get(CallCard, CallId(about.id))
        owner = (card.party or card.suggested_party) if card else None
    else:
        document = await session.get(IdentityDocument, about.id)
        owner = document.party if document else None
    if owner != party:
        raise FieldRefused("subject", "not_of_this_party")


async def _row(session: AsyncSession, party: PartyId, attachment: str) -> Attachment:
    row = await session.get(Attachment, attachment)
    if row is None or row.party != party:
        raise AttachmentUnknown
    return row
