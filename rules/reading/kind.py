"""What a file is, told from its bytes; names are not believed."""

import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Final

from rules.errors import ReadingError

_HEAD_BYTES: Final = 8
_FOREIGN: Final = {
    b"\xd0\xcf\x11\xe0": "ole",  # XLS, and every workbook under a password
    b"%PDF": "pdf",
    b"PAR1": "parquet",
    b"\x1f\x8b": "gzip",
    b"Rar!\x1a": "rar",
    b"7z\xbc\xaf": "7z",
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpeg",
    b"{\\rtf": "rtf",
}


class Kind(StrEnum):
    """The formats that can be read."""

    TEXT = "text"
    WORKBOOK = "workbook"


def kind_of(source: Path) -> Kind:
    """The kind of a file.

    Raises:
        ReadingError: `reading.kind`, a format that is not read; `found` names it.
            `reading.workbook_broken`, an archive whose directory cannot be read.
    """
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(source)
    for magic, name in _FOREIGN.items():
        if head.startswith(magic):
            raise ReadingError("reading.kind", found=name)
    return Kind.TEXT


def _kind_of_archive(source: Path) -> Kind:
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error
    if "xl/workbook.xml" in names:
        return Kind.WORKBOOK
    if "xl/workbook.bin" in names:
        raise ReadingError("reading.kind", found="xlsb")
    raise ReadingError("reading.kind", found="ods" if "content.xml" in names else "zip")
