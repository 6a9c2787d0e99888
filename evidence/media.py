"""What a file looks like from its first bytes: information for people, never a condition."""

import codecs
import re
from collections import Counter

HEAD_BYTES = 1 << 16
UNKNOWN = "application/octet-stream"

_MACH = (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x7fELF", "application/x-executable"),
    *((magic, "application/x-mach-binary") for magic in _MACH),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
)
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_ZIP_MEMBERS = (
    (b"xl/", _OPEN_XML + "spreadsheetml.sheet"),
    (b"word/", _OPEN_XML + "wordprocessingml.document"),
    (b"ppt/", _OPEN_XML + "presentationml.presentation"),
)
_OLE_STREAMS = (
    ("Workbook", "application/vnd.ms-excel"),
    ("WordDocument", "application/msword"),
)
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# Documents that are zips, and those that lie in the container of old.
OPEN_TYPES = (
    *(media_type for _, media_type in _ZIP_MEMBERS),
    *(_OPEN_DOCUMENT + kind for kind in ("text", "spreadsheet", "presentation")),
)
OLE_TYPES = (*(media_type for _, media_type in _OLE_STREAMS), "application/x-ole-storage")
# Kinds whose first letters alone could begin an ordinary text.
_INNER_SIGNATURES = (
    (8, b"WEBPVP8", "image/webp"),
    (257, b"ustar", "application/x-tar"),
)
_TEXT_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WINDOWS_PROGRAM = "application/vnd.microsoft.portable-executable"
_DOS_PROGRAM = "application/x-dosexec"
SCRIPT = "text/x-script"
# What a machine runs when it is opened; Windows goes by the name as well, see `screening.names`.
PROGRAM_TYPES = frozenset(
    {
        *("application/x-executable", "application/x-mach-binary", "application/java-vm"),
        *(_WINDOWS_PROGRAM, _DOS_PROGRAM, SCRIPT),
    }
)
# Control characters that no text has; tab, line feed, form feed and carriage return may stand.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_DELIMITERS = ",;\t|"


def media_type_of(head: bytes) -> str:
    """Name the media type of a file by its first `HEAD_BYTES`; the file's own name is not asked.

    A zip is told by the names in it, an old Office file by the streams in it, as far as the head
    shows them.  Text in an encoding of old (TCVN3, VNI, windows-1258) is still text.
    """
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    for signature, within in _CONTAINERS:
        if head.startswith(signature) and (media_type := within(head)):
            return media_type
    for at, signature, media_type in _INNER_SIGNATURES:
        if head.startswith(signature, at):
            return media_type
    if b"%PDF-" in head[:1024]:  # readers accept what stands before it, and so do forgers
        return "application/pdf"
    return _text_type(head)


def _program_type(head: bytes) -> str:
    """A program of Windows or DOS; empty where two letters begin an ordinary text."""
    if text_of(head) is not None:
        return ""
    at = int.from_bytes(head[60:64], "little")
    return _WINDOWS_PROGRAM if head[at : at + 4] == b"PE\0\0" else _DOS_PROGRAM


def _zip_type(head: bytes) -> str:
    names = [_member(head, found.start()) for found in re.finditer(re.escape(_ZIP), head)]
    if names[0] == b"mimetype":  # OpenDocument puts its type first, uncompressed
        declared = re.match(rb"application/vnd\.oasis\.opendocument\.[a-z-]+", head[38:100])
        if declared:
            return declared.group().decode()
    for prefix, media_type in _ZIP_MEMBERS:
        if any(name.startswith(prefix) for name in names):
            return media_type
    return "application/zip"


def _member(head: bytes, at: int) -> bytes:
    length = int.from_bytes(head[at + 26 : at + 28], "little")
    return head[at + 30 : at + 30 + length]


def _ole_type(head: bytes) -> str:
    for stream, media_type in _OLE_STREAMS:
        if stream.encode("utf-16-le") in head:
            return media_type
    return "application/x-ole-storage"


def _text_type(head: bytes) -> str:
    text = text_of(head)
    if text is None or not text.strip():
        return UNKNOWN if text is None else "text/plain"
    if re.match(r"#! ?/", text):
        return SCRIPT
    start = text.lstrip()
    if start.startswith("<?xml"):
        return "application/xml"
    if re.match(r"<!doctype html|<html", start, re.IGNORECASE):
        return "text/html"
    if re.match(r"[\[{]\s*[\[{\"\]}]", start):
        return "application/json"
    return "text/csv" if _is_delimited(text) else "text/plain"


def text_of(head: bytes) -> str | None:
    """The letters a file begins with; None where they are none."""
    encoding = next((name for mark, name in _TEXT_MARKS if head.startswith(mark)), "utf-8")
    try:
        # Incremental, because the head may end in the middle of a letter.
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        text = head.decode("latin-1")  # any byte is a letter; only control characters decide
    return None if _NOT_TEXT.search(text) else text


def _is_delimited(text: str) -> bool:
    """Whether the first two lines hold the same number of the same delimiter."""
    lines = [line for line in text.splitlines()[:8] if line.strip()][:2]
    counts = [Counter(line) for line in lines]
    return any(
        counts[0][mark] > 0 and all(count[mark] == counts[0][mark] for count in counts)
        for mark in _DELIMITERS
    )


_CONTAINERS = ((b"MZ", _program_type), (_ZIP, _zip_type), (_OLE, _ole_type))
