"""Attachments: a row always has its file, whatever fails; a refused file leaves nothing."""

import io
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crm_core.database import Database
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.models import AttachmentSubject, AuditEvent
from crm_core.parties.attachments import (
    ORPHAN_AFTER,
    About,
    AttachmentUnknown,
    attach,
    attachments,
    detach,
    open_attachment,
    safe_name,
    sweep,
)
from crm_core.parties.file_store import FileBroken, FileStore
from routing.ids import AgentId, PartyId
from tests.crm_core.conftest import FakeClock, person

PDF = b"%PDF-1.7\n" + b"x" * 500_000


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files", largest=1_000_000)


@pytest.fixture
async def party(db: Database) -> PartyId:
    return await person(db, "Anna")


def on_disk(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


async def kept(db: Database, store: FileStore, party: PartyId, name: str = "scan.pdf") -> str:
    return await attach(db, store, party, io.BytesIO(PDF), name, by="boris")


async def test_a_file_is_kept_listed_opened_and_removed(
    db: Database, store: FileStore, party: PartyId, tmp_path: Path
) -> None:
    attachment = await kept(db, store, party, "C:\\scans\\Паспорт.pdf")
    async with db.reading() as session:
        (held,) = await attachments(session, party)
    assert (held.name, held.mime, held.size) == ("Паспорт.pdf", "application/pdf", len(PDF))
    (path,) = on_disk(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and "Паспорт" not in str(path)
    boris = AgentId("boris")
    opened = await open_attachment(db, store, party, attachment, viewer=boris, reason="call:c1")
    assert (opened.name, opened.content) == ("Паспорт.pdf", PDF)
    await detach(db, store, party, attachment, by="boris")
    assert on_disk(tmp_path) == []
    async with db.reading() as session:
        assert not await attachments(session, party)
        done = list(await session.scalars(select(AuditEvent.action)))
    assert done[-3:] == ["attachment_added", "attachment_opened", "attachment_removed"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"x" * 1_000_001, "too_large"), (b"MZ\x90", "program")],
)
async def test_what_is_refused_leaves_nothing(
    db: Database, store: FileStore, party: PartyId, tmp_path: Path, content: bytes, code: str
) -> None:
    with pytest.raises(FieldRefused) as refused:
        await attach(db, store, party, io.BytesIO(content), "a.pdf", by="boris")
    assert (refused.value.field, refused.value.problem) == ("file", code)
    assert on_disk(tmp_path) == []


async def test_a_file_for_nobody_or_about_what_is_not_his_leaves_nothing(
    db: Database, store: FileStore, party: PartyId, tmp_path: Path
) -> None:
    with pytest.raises(PartyUnknown):
        await kept(db, store, PartyId("nobody"))
    for kind in (AttachmentSubject.CALL, AttachmentSubject.DOCUMENT, AttachmentSubject.PARTY):
        about = About(kind=kind, id="another's")
        with pytest.raises(FieldRefused):
            await attach(db, store, party, io.BytesIO(PDF), "a.pdf", about=about, by="boris")
    assert on_disk(tmp_path) == []


async def test_another_party_cannot_open_or_remove_it(
    db: Database, store: FileStore, party: PartyId
) -> None:
    attachment, other = await kept(db, store, party), await person(db, "Boris")
    with pytest.raises(AttachmentUnknown):
        await open_attachment(db, store, other, attachment, viewer=AgentId("b"), reason="x")
    with pytest.raises(AttachmentUnknown):
        await detach(db, store, other, attachment, by="b")


async def test_a_file_that_was_changed_is_not_handed_out(
    db: Database, store: FileStore, party: PartyId, tmp_path: Path
) -> None:
    attachment = await kept(db, store, party)
    (path,) = on_disk(tmp_path)
    path.write_bytes(PDF + b"!")
    with pytest.raises(FileBroken):
        await open_attachment(db, store, party, attachment, viewer=AgentId("b"), reason="x")


async def test_the_sweep_takes_old_orphans_and_nothing_else(
    db: Database, store: FileStore, party: PartyId, tmp_path: Path, clock: FakeClock
) -> None:
    await kept(db, store, party)
    (mine,) = on_disk(tmp_path)
    orphans = [mine.with_name("0" * 32), mine.with_name("1" * 32 + ".part")]
    young = mine.with_name("2" * 32)
    old = (clock.now() - ORPHAN_AFTER - timedelta(seconds=1)).timestamp()
    for path in (*orphans, young):
        path.write_bytes(b"x")
    for path in (mine, *orphans):
        os.utime(path, (old, old))
    os.utime(young, (clock.now().timestamp(), clock.now().timestamp()))
    assert await sweep(db, store) == 2
    assert set(on_disk(tmp_path)) == {mine, young}


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202egpj.exe", "gpj.exe"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(told: str, kept: str) -> None:
    assert safe_name(told) == kept
