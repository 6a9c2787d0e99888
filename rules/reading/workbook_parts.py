"""What the spreadsheet library does not tell: error cells, sheet paths and the date system.

The XML inside a workbook is read with expat, a chunk at a time; a document type is refused, so no
entity can grow.

Source: ECMA-376 part 1 §18.3.1.4 (cell), §18.2.28 (workbookPr), §18.18.11 (cell types).
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from xml.parsers import expat

from rules.errors import ReadingError

_CHUNK: Final = 1 << 20
_ERROR_CELL: Final = re.compile(rb"""t=["']e["']""")
_OVERLAP: Final = 8  # bytes a match may span over two chunks
_Start = Callable[[str, dict[str, str]], None]


def uses_1904(source: Path) -> bool:
    """Whether dates count from 1904 (workbooks of old Macintoshes)."""
    found = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "workbookPr":
            found.append(attributes.get("date1904", "0") in {"1", "true"})

    _parse(source, "xl/workbook.xml", start=start)
    return any(found)


def error_cells(source: Path, *, sheet: str) -> dict[tuple[int, int], str]:
    """The error cells of a sheet: (row from 1, column from 0) → text such as `#N/A`."""
    member = _sheet_member(source, sheet)
    if member is None or not _holds(source, member, _ERROR_CELL):
        return {}
    cells = _ErrorCells()
    _parse(source, member, start=cells.start, end=cells.end, text=cells.text)
    return cells.found


class _ErrorCells:
    """Follows the cells of a sheet; places may be left out in the XML, then they are counted."""

    def __init__(self) -> None:
        self.found: dict[tuple[int, int], str] = {}
        self._row, self._column = 0, -1
        self._is_error, self._in_value = False, False
        self._value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match _local(name):
            case "row":
                self._row = int(attributes.get("r", self._row + 1))
                self._column = -1
            case "c":
                letters = re.match("[A-Z]+", attributes.get("r", ""))
                self._column = _column_number(letters[0]) if letters else self._column + 1
                self._is_error, self._value = attributes.get("t") == "e", []
            case "v":
                self._in_value = self._is_error

    def end(self, name: str) -> None:
        match _local(name):
            case "v":
                self._in_value = False
            case "c" if self._is_error:
                self.found[self._row, self._column] = "".join(self._value) or "#?"
                self._is_error = False

    def text(self, data: str) -> None:
        if self._in_value:
            self._value.append(data)


def _sheet_member(source: Path, sheet: str) -> str | None:
    """The archive member of a sheet, by its name in the workbook."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheets(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            ids[attributes.get("name", "")] = next(
                (value for key, value in attributes.items() if _local(key) == "id"), ""
            )

    def relations(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _parse(source, "xl/workbook.xml", start=sheets)
    _parse(source, "xl/_rels/workbook.xml.rels", start=relations)
    target = targets.get(ids.get(sheet, ""))
    if target is None:
        return None
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _parse(
    source: Path,
    member: str,
    *,
    start: _Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        for chunk in _chunks(source, member):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error


def _chunks(source: Path, member: str) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(source) as archive, archive.open(member) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, RuntimeError) as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error


def _holds(source: Path, member: str, shape: re.Pattern[bytes]) -> bool:
    tail = b""
    for chunk in _chunks(source, member):
        if shape.search(tail + chunk):
            return True
        tail = chunk[-_OVERLAP:]
    return False


def _refuse_document_type(*_: object) -> None:
    raise ReadingError("reading.workbook_broken", detail="DOCTYPE")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
