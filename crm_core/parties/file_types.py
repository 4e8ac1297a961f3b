"""What a file is, by its content; its name says nothing that could be trusted. Pure.

Any format may be kept, except what a computer would run: programs, scripts, installers, Java
archives, shortcuts. What is not known for certain is plain bytes (application/octet-stream).
"""

import zipfile
from typing import BinaryIO

HEAD = 4096
"""How many bytes from the beginning tell a format."""

UNKNOWN = "application/octet-stream"
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"{\\rtf", "application/rtf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_RIFF = {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\x00asm",
    b"dex\n",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"<job",
    b"<?wsf",
)
_INSIDE = {
    "word/document.xml": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ),
}
_RUN_FROM_ARCHIVE = frozenset({"META-INF/MANIFEST.MF", "AndroidManifest.xml", "classes.dex"})
_SCRIPTS = frozenset(
    {
        *("app", "apk", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "jar", "js", "jse"),
        *("lnk", "msc", "msi", "msp", "pif", "ps1", "psm1", "reg", "scr", "sh", "vb", "vbe"),
        *("vbs", "wsf", "wsh"),
    }
)
"""Endings by which a desktop runs plain text or an installer whose content says nothing."""


def runs(name: str, head: bytes, names_inside: frozenset[str] = frozenset()) -> bool:
    """Whether a computer would run the file. `names_inside` are those of an archive."""
    ending = name.rpartition(".")[2].casefold().strip() if "." in name else ""
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()[:8]
    return (
        ending in _SCRIPTS
        or any(head.startswith(one) for one in _PROGRAMS)
        or any(begins.startswith(one) for one in _PROGRAMS)
        or bool(_RUN_FROM_ARCHIVE & names_inside)
    )


def type_of(head: bytes, names_inside: frozenset[str] = frozenset()) -> str:
    """The media type. `head` are the first HEAD bytes or all of a smaller file."""
    if head.startswith(b"PK\x03\x04"):
        known = (mime for name, mime in _INSIDE.items() if name in names_inside)
        return next(known, _open_document(head) or "application/zip")
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:12] in (b"heic", b"heix", b"mif1") else "video/mp4"
    for signature, mime in _SIGNATURES:
        if head.startswith(signature):
            return mime
    return "text/plain" if _is_text(head) else UNKNOWN


def inside(file: BinaryIO) -> frozenset[str]:
    """The names in a zip archive, which is not unpacked; nothing for what is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError):
        return frozenset()


def _open_document(head: bytes) -> str | None:
    """The type that an OpenDocument file names in its first, unpacked entry."""
    begin = head.find(b"mimetypeapplication/vnd.oasis.opendocument.")
    if begin != 30:
        return None
    kind = head[begin + len(b"mimetype") :].partition(b"PK")[0].decode("ascii", "replace")
    return kind if kind.isprintable() and len(kind) < 80 else None


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(head) < HEAD or error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    return bool(text) and not any(c < " " and c not in "\t\n\r\f" for c in text)
