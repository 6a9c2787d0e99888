"""An XLSX workbook, read under its contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from rules.contract import Contract
from rules.errors import ReadingError
from rules.reading.budget import check_archive
from rules.reading.heading import match_heading
from rules.reading.parts import Parts
from rules.reading.places import Ranges
from rules.reading.result import FileProblem, Reading, Wrong
from rules.reading.sheets import Sheet, load_columns, open_sheets
from rules.reading.typed_cells import convert_typed
from rules.reading.workbook_parts import error_cells, uses_1904


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Which rows of a sheet are rows of the table: indices from 0 in the grid, and blank ones."""

    index: pl.Series
    blank: Ranges


def read_workbook(source: Path, *, digest: str, contract: Contract, into: Path) -> Reading:
    """Read one sheet of a workbook; see `rules.reading.read_file`.

    The sheet is the first whose heading holds every column of the contract, otherwise the first;
    the heading is its first row that is not blank.  ROW is the row as Excel numbers it.

    Raises:
        ReadingError: `reading.archive_…`, `reading.workbook_broken`, `reading.no_heading`.
    """
    check_archive(source)
    sheets = open_sheets(source)
    sheet = _choose(sheets, contract=contract)
    if sheet.heading_index is None:
        raise ReadingError("reading.no_heading")
    heading = match_heading(sheet.names, contract=contract)
    errors = error_cells(source, sheet=sheet.name)
    is_1904 = uses_1904(source)
    rows = _rows(sheet, errors=errors)
    native = load_columns(
        source,
        sheet,
        columns={name: (contract[name], place) for name, place in heading.places.items()},
        errors=errors,
    )
    cells, texts = {}, {}
    for name, whole in native.items():
        some = whole.gather(rows.index)
        cells[name] = convert_typed(some, column=contract[name], contract=contract, is_1904=is_1904)
        texts[name] = some.shown()
    parts = Parts(
        digest=digest,
        contract=contract,
        columns=tuple(heading.places),
        into=into,
        sheet=sheet.name,
    )
    parts.add(rows.index + 1, cells=cells, texts=texts)
    return parts.finish([*heading.problems, *_said_once(rows, sheet=sheet, sheets=sheets)])


def _choose(sheets: Sequence[Sheet], *, contract: Contract) -> Sheet:
    if not sheets:
        raise ReadingError("reading.no_heading")
    declared = len(contract.columns)
    for sheet in sheets:
        if len(match_heading(sheet.names, contract=contract).places) == declared:
            return sheet
    return sheets[0]


def _rows(sheet: Sheet, *, errors: dict[tuple[int, int], str]) -> _Rows:
    """The rows below the heading that hold anything at all, an error value included."""
    grid, after = sheet.grid, (sheet.heading_index or 0) + 1
    filled = pl.any_horizontal(pl.all().fill_null("").str.strip_chars() != "")
    mask = grid.select(filled).to_series() if grid.width else pl.Series([], dtype=pl.Boolean)
    with_errors = {row - 1 for row, _ in errors}
    index = pl.arange(0, grid.height, eager=True)
    is_row = (mask | index.is_in(list(with_errors))) & (index >= after)
    blank = Ranges()
    for number in index.filter(~is_row & (index >= after)):
        blank.add(number + 1)
    return _Rows(index=index.filter(is_row), blank=blank)


def _said_once(rows: _Rows, *, sheet: Sheet, sheets: Sequence[Sheet]) -> list[FileProblem]:
    said = []
    if rows.blank.count:
        found = str(rows.blank.count)
        said.append(FileProblem(code=Wrong.ROWS_BLANK, found=found, detail=rows.blank.text()))
    others = [other.name for other in sheets if other.name != sheet.name]
    if others:
        said.append(FileProblem(code=Wrong.SHEETS_IGNORED, found="; ".join(others)))
    return said
