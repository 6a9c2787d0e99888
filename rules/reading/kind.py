"""What a file is, told from its bytes; names are not believed."""

import re
import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Final

from rules.errors import ReadingError
from rules.reading.compound import stream_names

_HEAD_BYTES: Final = 4096
_FOREIGN: Final = {
    b"%PDF": "pdf",
    b"PARE": "parquet, encrypted",
    b"Rar!\x1a": "rar",
    b"7z\xbc\xaf": "7z",
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpeg",
    b"{\\rtf": "rtf",
}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The marks of UTF-8 and UTF-16, in which XML may be written without naming its encoding.
_ENCODINGS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_OBJECT: Final = re.compile(r'\s*\{\s*(?:"|\})')
_ARRAY: Final = re.compile(r"\s*\[\s*\{")
_MARKUP: Final = re.compile(r"\s*<(?:\?xml|!--|!DOCTYPE|[^\W\d][\w.\-]*(?::[\w.\-]+)?[\s/>])")


class Kind(StrEnum):
    """The formats that can be read."""

    TEXT = "text"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    PARQUET = "parquet"
    JSON_LINES = "jsonl"
    XML = "xml"
    GZIP = "gzip"


def kind_of(source: Path) -> Kind:
    """The kind of a file.

    Raises:
        ReadingError: `reading.kind`, a format that is not read; `found` names it.
            `reading.workbook_broken`, an archive whose directory cannot be read.
            `reading.encrypted`, a workbook under a password.
    """
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(source)
    if head.startswith(_OLE):
        return _kind_of_compound(source)
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith(b"\x1f\x8b"):
        return Kind.GZIP
    for magic, name in _FOREIGN.items():
        if head.startswith(magic):
            raise ReadingError("reading.kind", found=name)
    return _kind_of_text(head)


def _kind_of_text(head: bytes) -> Kind:
    encoding = next((name for mark, name in _ENCODINGS.items() if head.startswith(mark)), "utf-8")
    text = head.decode(encoding, errors="replace")
    if _MARKUP.match(text):
        return Kind.XML
    if _OBJECT.match(text):
        return Kind.JSON_LINES
    if _ARRAY.match(text):
        raise ReadingError("reading.kind", found="json, one list")
    return Kind.TEXT


def _kind_of_archive(source: Path) -> Kind:
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if "content.xml" in names:
        return Kind.ODS
    raise ReadingError("reading.kind", found="zip")


def _kind_of_compound(source: Path) -> Kind:
    names = stream_names(source)
    if "EncryptedPackage" in names:
        raise ReadingError("reading.encrypted")
    if names & {"Workbook", "Book"}:
        return Kind.XLS
    raise ReadingError("reading.kind", found="ole")
