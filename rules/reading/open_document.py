"""An ODS spreadsheet: every cell says its kind and its exact value in the XML.

Source: OASIS OpenDocument 1.3 part 3 §9.1.2 (table), §9.1.4 (cell), §19.384 (value-type), §6.1.2
(white space), §19.678 and §19.683 (repeated columns and rows); part 2 §4 (encryption).
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import polars as pl

from rules.errors import ReadingError
from rules.reading.cell_places import SheetFacts, region
from rules.reading.native_cells import CellKind, SparseColumn
from rules.reading.sheets import Sheet
from rules.reading.workbook_parts import holds, parse_part

CELLS_LIMIT: Final = 20_000_000
_ROWS_LIMIT: Final = 1 << 24
_COLUMNS_LIMIT: Final = 1 << 14
_EXACT_DIGITS: Final = 15  # of a binary double, as spreadsheets themselves keep them
_ALL_DIGITS_FROM: Final = 10**15
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_CALC: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS: Final = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
# What a cell can carry beside its own text.
_ASIDE: Final = re.compile(
    r"^urn:oasis:names:tc:opendocument:xmlns:(?:drawing:1\.0 |office:1\.0 (?:annotation|forms)$)"
)
_NUMBERS: Final = frozenset({"float", "percentage", "currency"})
_VALUES: Final = {
    "date": (CellKind.MOMENT, f"{_OFFICE}date-value"),
    "time": (CellKind.OTHER, f"{_OFFICE}time-value"),
}


@dataclass(slots=True)
class OpenSheet:
    """One sheet of an ODS file.

    Attributes:
        columns: By their place from 0.
        height: Rows up to the last that holds anything.
    """

    name: str
    columns: dict[int, SparseColumn] = field(default_factory=dict)
    height: int = 0
    facts: SheetFacts = field(default_factory=SheetFacts)

    def as_sheet(self) -> Sheet:
        """The sheet as text, like those of other workbooks."""
        places = tuple(range(max(self.columns) + 1)) if self.columns else ()
        grid = pl.DataFrame(
            {str(place): self.columns_at(place)[1] for place in places},
            schema={str(place): pl.String for place in places},
        )
        heading, names = None, ()
        if self.columns:
            heading = min(column.rows[0] for column in self.columns.values())
            names = grid.row(heading)
        return Sheet(name=self.name, grid=grid, places=places, heading_index=heading, names=names)

    def columns_at(self, place: int) -> tuple[pl.Series, pl.Series]:
        """Kinds and texts of one column."""
        return self.columns.get(place, SparseColumn()).spread(self.height)


def open_document(source: Path) -> list[OpenSheet]:
    """Every sheet of an ODS file.

    Raises:
        ReadingError: `reading.encrypted`, `reading.sheet_cells` with `limit`,
            `reading.workbook_broken`.
    """
    if holds(source, "META-INF/manifest.xml", re.compile(rb"encryption-data")):
        raise ReadingError("reading.encrypted")
    content = _Content()
    parse_part(
        source,
        "content.xml",
        start=content.start,
        end=content.end,
        text=content.text,
        separator=" ",
    )
    return content.sheets


class _Content:
    """Follows the tables of content.xml: repeated cells are written out, repeated blanks not."""

    def __init__(self) -> None:
        self.sheets: list[OpenSheet] = []
        self._tables = 0
        self._aside = 0
        self._row, self._row_repeats, self._column = 0, 1, 0
        self._cells: list[tuple[int, CellKind, str]] = []
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._in_text = 0
        self._filled = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._aside or _ASIDE.match(name):
            self._aside += 1
        elif name == f"{_TABLE}table":
            self._tables += 1
            if self._tables == 1:
                self.sheets.append(OpenSheet(attributes.get(f"{_TABLE}name", "")))
                self._row = 0
        elif self._tables == 1:
            self._in_table(name, attributes)

    def end(self, name: str) -> None:
        """An element ends."""
        if self._aside:
            self._aside -= 1
        elif name == f"{_TABLE}table":
            self._tables -= 1
        elif self._tables == 1:
            if name in _CELLS:
                self._end_cell()
            elif name == f"{_TABLE}table-row":
                self._end_row()
            elif name in {f"{_TEXT}p", f"{_TEXT}h"}:
                self._in_text -= 1

    def text(self, data: str) -> None:
        """Characters, which count only inside of a paragraph of a cell."""
        if self._in_text and not self._aside and self._tables == 1:
            self._text.append(re.sub("[ \t\r\n]+", " ", data))

    def _in_table(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_TABLE}table-row":
            self._row_repeats = _repeats(attributes, "number-rows-repeated")
            self._column, self._cells = 0, []
        elif name in _CELLS:
            self._cell, self._text = attributes, []
        elif name in {f"{_TEXT}p", f"{_TEXT}h"}:
            self._in_text += 1
            self._text += ["\n"] * bool(self._text)
        elif name == f"{_TEXT}s":
            self._text.append(" " * min(_repeats(attributes, "c", _TEXT), _COLUMNS_LIMIT))
        elif name in {f"{_TEXT}tab", f"{_TEXT}line-break"}:
            self._text.append("\t" if name.endswith("tab") else "\n")

    def _end_cell(self) -> None:
        attributes = self._cell or {}
        repeats = _repeats(attributes, "number-columns-repeated")
        kind, text = _value(attributes, "".join(self._text))
        if text.strip():
            self._count(repeats)
            self._cells += [(self._column + more, kind, text) for more in range(repeats)]
        down = _repeats(attributes, "number-rows-spanned")
        right = _repeats(attributes, "number-columns-spanned")
        if down > 1 or right > 1:
            last = (self._row + down - 1, self._column + right - 1)
            self.sheets[-1].facts.merged.append(region(self._row, self._column, *last))
        self._column += repeats
        self._cell = None

    def _end_row(self) -> None:
        sheet = self.sheets[-1]
        if self._cells:
            self._count(len(self._cells) * (self._row_repeats - 1))
            for row in range(self._row, self._row + self._row_repeats):
                for place, kind, text in self._cells:
                    sheet.columns.setdefault(place, SparseColumn()).add(row, kind, text)
                    if kind is CellKind.ERROR:
                        sheet.facts.errors[row + 1, place] = text
            sheet.height = self._row + self._row_repeats
        self._row += self._row_repeats
        if self._cells and (sheet.height > _ROWS_LIMIT or self._cells[-1][0] >= _COLUMNS_LIMIT):
            raise ReadingError("reading.sheet_cells", limit=CELLS_LIMIT)

    def _count(self, cells: int) -> None:
        self._filled += cells
        if self._filled > CELLS_LIMIT:
            raise ReadingError("reading.sheet_cells", limit=CELLS_LIMIT)


def _value(attributes: dict[str, str], text: str) -> tuple[CellKind, str]:
    """The kind of a cell and its value as text."""
    kind = attributes.get(f"{_OFFICE}value-type", "")
    if attributes.get(f"{_CALC}value-type") == "error":
        return CellKind.ERROR, text or "#?"
    if kind in _NUMBERS:
        return _number(attributes.get(f"{_OFFICE}value", text))
    if kind == "boolean":
        truth = attributes.get(f"{_OFFICE}boolean-value", "").upper()
        return (CellKind.TRUTH if truth in {"TRUE", "FALSE"} else CellKind.OTHER), truth or text
    if kind in _VALUES:
        of_kind, attribute = _VALUES[kind]
        return of_kind, attributes.get(attribute, text)
    return CellKind.TEXT, attributes.get(f"{_OFFICE}string-value") or text


def _number(text: str) -> tuple[CellKind, str]:
    """A number in the fifteen digits a double holds for certain, without exponent."""
    try:
        value = float(text)
        exact = Decimal(text)
    except (ValueError, InvalidOperation):
        return CellKind.OTHER, text
    if not exact.is_finite() or abs(exact.adjusted()) > 400:  # noqa: PLR2004 - beyond any double
        return CellKind.OTHER, text
    if len(exact.as_tuple().digits) > _EXACT_DIGITS and abs(value) < _ALL_DIGITS_FROM:
        exact = Decimal(f"{value:.{_EXACT_DIGITS}g}")
    plain = format(exact, "f")
    return CellKind.NUMBER, plain.rstrip("0").rstrip(".") if "." in plain else plain


def _repeats(attributes: dict[str, str], name: str, space: str = _TABLE) -> int:
    text = attributes.get(space + name, "1")
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ReadingError("reading.workbook_broken", detail=name)
    return max(1, int(text))
