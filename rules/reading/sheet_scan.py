"""What the spreadsheet library does not tell: error cells, merged cells, how far a sheet reaches.

The bytes of a sheet are searched once, before anything is laid out; only a sheet that needs it is
parsed.

Source: ECMA-376 part 1 §18.3.1.4 (cell), §18.3.1.55 (mergeCell), §18.18.11 (cell types).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from rules.reading.cell_places import UNKNOWN_ERROR, SheetFacts, check_area, number_of
from rules.reading.workbook_parts import (
    chunks_of,
    local_name,
    parse_part,
    sheet_members,
    uses_1904,
)

# A search that begins with letters in one kind of quotation marks is the fastest there is.
_KINDS: Final = (re.compile(rb't="([bde])"'), re.compile(rb"t='([bde])'"))
# A kind may be written in other ways that XML allows; then the sheet is parsed, whatever it says.
_ODD_KIND: Final = re.compile(rb"""t[ \t\r\n]+=|t=[ \t\r\n]|t=["']&""")
_FAR_ROWS: Final = (
    re.compile(rb'r="[A-Z]{0,3}([0-9]{6,7})"'),
    re.compile(rb"r='[A-Z]{0,3}([0-9]{6,7})'"),
)
_TRUTH: Final = b't="b"'
_OTHER_TRUTH: Final = b"t='b'"
_PLACE: Final = re.compile(rb'<c (?:[^<>]*? )?r="([A-Z]{1,3})[0-9]+"[^<>]*$')
_FIRST_ROW: Final = re.compile(rb'<row (?:[^<>]*? )?r="1"[^<>]*>(.*?)</row>', re.DOTALL)
_MOST_LETTERS: Final = 3
_VALUE: Final = re.compile(rb"<v(?: [^<>]*)?>[^<]|<is[ >]")
_NEAR_ROWS: Final = 99_999
_MERGED: Final = re.compile(
    rb"""<(?:\w+:)?mergeCell\b[^>]{0,200}?\bref=["']([A-Z]+[0-9]+:[A-Z]+[0-9]+)["']"""
)
_OVERLAP: Final = 256  # bytes a match may span over two chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetScan:
    """What the bytes of one sheet tell without being parsed.

    Attributes:
        member: Its place in the archive.
        kinds: Kinds of its cells that the library does not tell: `e` and `d`.
        merged: Its merged regions.
        truths: The columns, from 0, in which cells hold truth values; None where it is not plain.
        first_row_cells: The cells that hold anything in row 1; 0 where it is not plain.
    """

    member: str
    kinds: frozenset[str]
    merged: tuple[str, ...]
    truths: frozenset[int] | None
    first_row_cells: int


def scan_sheets(source: Path) -> dict[str, SheetScan]:
    """Look through the sheets of an XLSX workbook once, before any of them is laid out.

    Returns:
        By the name of the sheet.

    Raises:
        ReadingError: `reading.sheet_area`, a cell stands so far off that no sheet can be laid out
            up to it; `reading.workbook_broken`.
    """
    members = sheet_members(source)
    return {name: _scan(source, member) for name, member in members.items()}


def xlsx_facts(source: Path, *, sheet: str, scans: Mapping[str, SheetScan]) -> SheetFacts:
    """The facts of one sheet of an XLSX workbook; only a sheet that needs it is parsed."""
    facts = SheetFacts(is_1904=uses_1904(source))
    scan = scans.get(sheet)
    if scan is None:
        return facts
    facts.merged = list(scan.merged)
    if scan.kinds:
        cells = _TypedCells(scan.kinds)
        parse_part(source, scan.member, start=cells.start, end=cells.end, text=cells.text)
        facts.errors, facts.moments = cells.found["e"], cells.found["d"]
    return facts


def _scan(source: Path, member: str) -> SheetScan:
    kinds, merged = set[str](), dict[str, None]()
    extent, truths = _Extent(), _Truths()
    first_row_cells, tail = None, b""
    for chunk in chunks_of(source, member):
        text = tail + chunk
        marks = range(2 if b"'" in text else 1)
        for mark in marks:
            kinds.update(one.decode("ascii") for one in set(_KINDS[mark].findall(text)))
            extent.widen(text, mark=mark)
        if _ODD_KIND.search(text):
            kinds |= {"e", "d"}
            truths.columns = None
        if b"mergeCell" in text:
            merged |= dict.fromkeys(one.decode("ascii") for one in _MERGED.findall(text))
        truths.add(text, behind=len(tail))
        if first_row_cells is None:
            row = _FIRST_ROW.search(text)
            first_row_cells = len(_VALUE.findall(row[1])) if row else 0
        tail = text[-_OVERLAP:]
    check_area(extent.rows, extent.columns)
    return SheetScan(
        member=member,
        kinds=frozenset(kinds - {"b"}),
        merged=tuple(merged),
        truths=truths.columns,
        first_row_cells=first_row_cells or 0,
    )


class _Extent:
    """How far the cells of a sheet reach."""

    def __init__(self) -> None:
        self.rows, self.columns = _NEAR_ROWS, 1
        self._widest = b""

    def widen(self, text: bytes, *, mark: int) -> None:
        """See some bytes of a sheet whose places stand in one kind of quotation marks."""
        if self._widest and not _beyond(self._widest, mark).search(text):
            return
        here = 0
        # What is wider than all before is looked for alone: after one row there is none.
        while (wider := _wider(self._widest, mark)) and (found := wider.search(text, here)):
            self._widest, here = found[1], found.end()
            self.columns = number_of(self._widest.decode("ascii"))
        # Most sheets have no row beyond: then the numbers of their rows cost nothing.
        if _FAR_ROWS[mark].search(text):
            self.rows = max(self.rows, *map(int, set(_FAR_ROWS[mark].findall(text))))


@lru_cache(maxsize=256)
def _beyond(column: bytes, mark: int) -> re.Pattern[bytes]:
    """Places that are not known to be near: behind a column, in a far row, or no places at all."""
    letters = column.decode("ascii")
    near = [letters, *([f"[A-Z]{{1,{len(letters) - 1}}}"] if len(letters) > 1 else [])]
    near += [
        f"{letters[:at]}[A-{chr(ord(letter) - 1)}][A-Z]{{{len(letters) - at - 1}}}"
        for at, letter in enumerate(letters)
        if letter != "A"
    ]
    quote = "\"'"[mark]
    return re.compile(f"r={quote}(?!(?:{'|'.join(near)})?[0-9]{{1,5}}{quote})".encode())


@lru_cache(maxsize=256)
def _wider(column: bytes, mark: int) -> re.Pattern[bytes] | None:
    """Places in a column behind this one, AA being behind Z; None behind ZZZ."""
    letters = column.decode("ascii")
    behind = [f"[A-Z]{{{len(letters) + 1},3}}"] if len(letters) < _MOST_LETTERS else []
    behind += [
        f"{letters[:at]}[{chr(ord(letter) + 1)}-Z][A-Z]{{{len(letters) - at - 1}}}"
        for at, letter in enumerate(letters)
        if letter != "Z"
    ]
    quote = "\"'"[mark]
    return re.compile(f"r={quote}({'|'.join(behind)})[0-9]".encode()) if behind else None


class _Truths:
    """In which columns cells hold truth values."""

    def __init__(self) -> None:
        self.columns: frozenset[int] | None = frozenset()

    def add(self, text: bytes, *, behind: int) -> None:
        """See some bytes of a sheet, the first of which were seen already."""
        if self.columns is None:
            return
        end = 0
        found = set[bytes | None]()
        for piece in text.split(_TRUTH)[:-1]:
            end += len(piece) + len(_TRUTH)
            # The bytes before were seen together with the beginning of this cell.
            if end > behind:
                found.add(_column_of(piece[piece.rfind(b"<") :]))
        if None in found or _OTHER_TRUTH in text:
            self.columns = None
            return
        letters = (one.decode("ascii") for one in found if one)
        self.columns |= {number_of(one) - 1 for one in letters}


def _column_of(tag: bytes) -> bytes | None:
    """The column of a cell, given the beginning of its tag; empty in a text, None if unknown."""
    if b">" in tag and not tag.startswith(b"<c"):
        return b""
    place = _PLACE.match(tag)
    return place[1] if place else None


class _TypedCells:
    """Follows the cells of a sheet; places may be left out in the XML, then they are counted."""

    def __init__(self, kinds: frozenset[str]) -> None:
        self.found: dict[str, dict[tuple[int, int], str]] = {"e": {}, "d": {}}
        self._kinds = kinds
        self._row, self._column = 0, -1
        self._kind, self._in_value = "", False
        self._value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match local_name(name):
            case "row":
                self._row = int(attributes.get("r", self._row + 1))
                self._column = -1
            case "c":
                letters = re.match("[A-Z]+", attributes.get("r", ""))
                self._column = number_of(letters[0]) - 1 if letters else self._column + 1
                kind = attributes.get("t", "")
                self._kind, self._value = kind if kind in self._kinds else "", []
            case "v":
                self._in_value = self._kind != ""

    def end(self, name: str) -> None:
        match local_name(name):
            case "v":
                self._in_value = False
            case "c" if self._kind:
                place = self._row, self._column
                self.found[self._kind][place] = "".join(self._value) or UNKNOWN_ERROR
                self._kind = ""

    def text(self, data: str) -> None:
        if self._in_value:
            self._value.append(data)
