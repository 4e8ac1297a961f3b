"""What a file is by its content, and what no file may be."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.parties.file_types import HEAD, UNKNOWN, inside, runs, type_of


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        ("договор\n".encode(), "text/plain"),
        ("ы".encode() * HEAD, "text/plain"),
        (("a" + "ы" * HEAD).encode()[:HEAD], "text/plain"),
        ("договор".encode("cp1251"), UNKNOWN),
        (b"a\0b", UNKNOWN),
        (archive("a.txt"), "application/zip"),
        (archive("word/document.xml"), "application/vnd.openxmlformats-officedocument"),
        (archive("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument"),
    ],
)
def test_content_tells_the_type(content: bytes, mime: str) -> None:
    assert type_of(content[:HEAD], inside(io.BytesIO(content))).startswith(mime)


def test_an_open_document_names_its_type_in_its_first_entry() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert type_of(file.getvalue()) == "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scan.pdf", b"MZ\x90\0"),
        ("scan.pdf", b"\x7fELF\x02"),
        ("scan.pdf", b"#!/bin/sh\n"),
        ("scan.pdf", b"\xcf\xfa\xed\xfe"),
        ("scan.pdf", b"L\0\0\0\x01\x14\x02\0"),
        ("invoice.EXE", b"plain"),
        ("invoice.pdf.js", b"plain"),
        ("setup.msi", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.zip", archive("META-INF/MANIFEST.MF")),
    ],
)
def test_programs_are_known_whatever_they_are_called(name: str, content: bytes) -> None:
    assert runs(name, content, inside(io.BytesIO(content)))


@pytest.mark.parametrize("name", ["scan.pdf", "договор", "a.b.txt", "exe", ".exe.txt"])
def test_what_is_no_program_may_stay(name: str) -> None:
    assert not runs(name, b"%PDF-1.4")


@given(st.binary(max_size=200))
def test_any_bytes_have_a_type_and_break_nothing(content: bytes) -> None:
    assert "/" in type_of(content, inside(io.BytesIO(content)))
