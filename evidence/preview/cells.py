"""The first rows of a text file or of a sheet, as text and nothing else."""

import csv
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import fastexcel

from evidence.errors import EvidenceError
from evidence.media import text_of
from evidence.preview.values import CellsPreview

ROWS: Final = 200
COLUMNS: Final = 50
LETTERS: Final = 500
_HEAD_BYTES: Final = 1 << 20
_DELIMITERS: Final = ",;\t|"


def preview_text(source: Path) -> CellsPreview:
    """The first lines, in cells where a delimiter parts them.

    Raises:
        EvidenceError: `preview.unreadable`, it is no text.
    """
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        is_cut = bool(file.read(1))
    text = text_of(head)
    if text is None:
        raise EvidenceError("preview.unreadable", reason="text")
    lines = text.lstrip("\ufeff").splitlines()
    if is_cut and lines:
        lines.pop()  # the last one may be torn
    first = lines[0] if lines else ""
    delimiter = max(_DELIMITERS, key=first.count)
    rows: Iterable[Sequence[str]] = ([line] for line in lines)
    if first.count(delimiter):
        csv.field_size_limit(_HEAD_BYTES)
        rows = csv.reader(lines, delimiter=delimiter)
    shown = list(itertools.islice(rows, ROWS + 1))
    return _cut(shown, sheets=(), sheet=1, is_cut=is_cut)


def preview_sheet(source: Path, sheet: int) -> CellsPreview:
    """The first rows of one sheet of a workbook; formulas show their last value, macros nothing.

    Raises:
        EvidenceError: `preview.no_page`, there is no such sheet.
    """
    workbook = fastexcel.read_excel(str(source))
    names = tuple(workbook.sheet_names)
    if not 1 <= sheet <= len(names):
        raise EvidenceError("preview.no_page", page=sheet)
    loaded = workbook.load_sheet(
        sheet - 1, header_row=None, n_rows=ROWS + 1, dtypes="string"
    ).to_polars()
    rows = [["" if cell is None else str(cell) for cell in row] for row in loaded.iter_rows()]
    return _cut(rows, sheets=names, sheet=sheet, is_cut=False)


def _cut(
    rows: Sequence[Sequence[str]], *, sheets: tuple[str, ...], sheet: int, is_cut: bool
) -> CellsPreview:
    is_cut |= len(rows) > ROWS or any(
        len(row) > COLUMNS or any(len(cell) > LETTERS for cell in row) for row in rows
    )
    return CellsPreview(
        rows=tuple(tuple(cell[:LETTERS] for cell in row[:COLUMNS]) for row in rows[:ROWS]),
        sheets=sheets,
        sheet=sheet,
        is_cut=is_cut,
    )
