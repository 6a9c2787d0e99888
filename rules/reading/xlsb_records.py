"""What an XLSB workbook says of a sheet beside its values: errors, merged cells, date system.

Source: MS-XLSB §2.1.4 (records), §2.4.304 (BrtBundleSh), §2.4.674 (BrtCellError), §2.4.681
(BrtFmlaError), §2.4.741 (BrtRowHdr), §2.4.691 (BrtMergeCell), §2.4.821 (BrtWbProp).
"""

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from rules.errors import ReadingError
from rules.reading.cell_places import ERRORS, UNKNOWN_ERROR, SheetFacts, check_area, region
from rules.reading.workbook_parts import relation_targets

_ROW, _ERROR, _FORMULA_ERROR, _MERGED = 0, 3, 11, 176
_CELLS: Final = frozenset(range(1, 12))  # from BrtCellBlank to BrtFmlaError
_PROPERTIES, _SHEET = 153, 156
_RECORD_LIMIT_BYTES: Final = 64 << 20
_LONG_RECORD: Final = 0x80
_FAILURES: Final = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    OSError,
    RuntimeError,
    struct.error,
    IndexError,
    ValueError,
)


def xlsb_facts(source: Path, *, sheet: str) -> SheetFacts:
    """The facts of one sheet.

    Raises:
        ReadingError: `reading.workbook_broken`.
    """
    facts = SheetFacts()
    targets = relation_targets(source, "xl/_rels/workbook.bin.rels")
    try:
        with zipfile.ZipFile(source) as archive:
            with archive.open("xl/workbook.bin") as file:
                names = _workbook(file, facts)
            target = targets.get(names.get(sheet, ""))
            if target is not None:
                member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                with archive.open(posixpath.normpath(member)) as file:
                    _read_sheet(file, facts)
    except _FAILURES as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error
    return facts


def check_xlsb_areas(source: Path) -> None:
    """Refuse a workbook with a cell so far off that no sheet can be laid out up to it.

    Raises:
        ReadingError: `reading.sheet_area`; `reading.workbook_broken`.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            for member in archive.namelist():
                if member.startswith("xl/worksheets/") and member.endswith(".bin"):
                    with archive.open(member) as file:
                        check_area(*_area(file))
    except _FAILURES as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error


def _area(file: IO[bytes]) -> tuple[int, int]:
    """The last row and the last column that a cell of this sheet stands in, from 1."""
    rows = columns = 0
    for kind, body in _records(file):
        if kind == _ROW:
            rows = max(rows, int.from_bytes(body[:4], "little") + 1)
        elif kind in _CELLS:
            columns = max(columns, int.from_bytes(body[:4], "little") + 1)
    return rows, columns


def _workbook(file: IO[bytes], facts: SheetFacts) -> dict[str, str]:
    """The relation of each sheet, by name."""
    names: dict[str, str] = {}
    for kind, body in _records(file):
        if kind == _PROPERTIES:
            facts.is_1904 = bool(body[0] & 1)
        elif kind == _SHEET:
            relation, at = _text(body, 8)
            name, _ = _text(body, at)
            names.setdefault(name, relation)
    return names


def _read_sheet(file: IO[bytes], facts: SheetFacts) -> None:
    row = 0
    for kind, body in _records(file):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", body)
        elif kind in {_ERROR, _FORMULA_ERROR}:
            (column,) = struct.unpack_from("<I", body)
            facts.errors[row + 1, column] = ERRORS.get(body[8], UNKNOWN_ERROR)
        elif kind == _MERGED:
            first, last, left, right = struct.unpack_from("<4I", body)
            facts.merged.append(region(first, left, last, right))


def _text(body: bytes, at: int) -> tuple[str, int]:
    """A text and where it ends."""
    (length,) = struct.unpack_from("<I", body, at)
    if length == 0xFFFFFFFF:  # noqa: PLR2004 - the mark of no text
        return "", at + 4
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le"), end


def _records(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    while head := file.read(1):
        kind = head[0]
        if kind & _LONG_RECORD:
            kind = (kind & 0x7F) | ((file.read(1)[0] & 0x7F) << 7)
        size = 0
        for shift in range(0, 28, 7):
            byte = file.read(1)[0]
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if size > _RECORD_LIMIT_BYTES:
            raise ValueError
        body = file.read(size)
        if len(body) < size:
            raise EOFError
        yield kind, body
