"""The first rows of a text file or of a sheet, as text and nothing else."""

import csv
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
    return _cut(list(rows), sheets=(), sheet=1, is_counted=not is_cut)


def preview_sheet(source: Path, sheet: int) -> CellsPreview:
    """The first rows of one sheet of a workbook; formulas show their last value, macros nothing.

    Raises:
        EvidenceError: `preview.no_page`, there is no such sheet.
    """
    workbook = fastexcel.read_excel(str(source))
    names = tuple(workbook.sheet_names)
    if not 1 <= sheet <= len(names):
        raise EvidenceError("preview.no_page", page=sheet)
    loaded = workbook.load_sheet(sheet - 1, header_row=None, n_rows=ROWS, dtypes="string")
    rows = [
        ["" if cell is None else str(cell) for cell in row]
        for row in loaded.to_polars().iter_rows()
    ]
    return _cut(rows, sheets=names, sheet=sheet, is_counted=True, total_rows=loaded.total_height)


def _cut(
    rows: Sequence[Sequence[str]],
    *,
    sheets: tuple[str, ...],
    sheet: int,
    is_counted: bool,
    total_rows: int | None = None,
) -> CellsPreview:
    shown = [row[:COLUMNS] for row in rows[:ROWS]]
    return CellsPreview(
        rows=tuple(tuple(cell[:LETTERS] for cell in row) for row in shown),
        sheets=sheets,
        sheet=sheet,
        total_rows=len(rows) if total_rows is None else total_rows,
        is_counted=is_counted,
        total_columns=max((len(row) for row in rows), default=0),
        is_shortened=any(len(cell) > LETTERS for row in shown for cell in row),
    )
