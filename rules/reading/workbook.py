"""A workbook (XLSX, XLSB, XLS or ODS), read under its contract."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from rules.contract import Column, Contract
from rules.errors import ReadingError
from rules.reading.budget import check_archive
from rules.reading.cell_places import SheetFacts
from rules.reading.guessed_sheet import load_guessed
from rules.reading.heading import match_heading
from rules.reading.kind import Kind
from rules.reading.native_cells import NativeCells, by_kind, iso_moments
from rules.reading.open_document import open_document
from rules.reading.parts import Chunk, Parts, Refusal
from rules.reading.places import Ranges
from rules.reading.result import FileProblem, Reading, Wrong
from rules.reading.sheet_scan import SheetScan, scan_sheets, xlsx_facts
from rules.reading.sheets import (
    Sheet,
    filled,
    load_columns,
    open_sheet,
    open_sheets,
    sheet_names,
)
from rules.reading.spoiled import spoil
from rules.reading.stopping import Stop, refuse_rows
from rules.reading.typed_cells import convert_typed
from rules.reading.xls_records import check_xls, xls_facts
from rules.reading.xlsb_records import check_xlsb_areas, xlsb_facts

_MERGED_SHOWN: Final = 500

Columns = Mapping[str, tuple[Column, int]]  # by name: declaration, position in the heading
Cells = dict[str, tuple[NativeCells, pl.Series | None]]  # with what is wrong whatever the text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    """What a workbook offers, whatever its format."""

    sheets: Sequence[Sheet]
    facts: Callable[[Sheet], SheetFacts]
    load: Callable[[Sheet, SheetFacts, Columns], Cells]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Which rows of a sheet are rows of the table: indices from 0 in the grid, and others."""

    index: pl.Series
    blank: Ranges
    refused: Sequence[Refusal]


def read_workbook(
    source: Path, *, kind: Kind, digest: str, contract: Contract, into: Path
) -> Reading:
    """Read one sheet of a workbook; see `rules.reading.read_file`.

    The sheet is the one the contract names, or the first whose heading holds every column of the
    contract, otherwise the first; the heading is its first row that is not blank, unless the
    contract says otherwise.  ROW is the row as Excel numbers it.

    Raises:
        ReadingError: `reading.archive_…`, `reading.compound_size`, `reading.encrypted`,
            `reading.workbook_broken`, `reading.no_sheet`, `reading.no_heading`,
            `reading.sheet_cells`.
    """
    book = _open(source, kind, contract=contract)
    sheet = _choose(book.sheets, contract=contract)
    if sheet.heading_index is None:
        raise ReadingError("reading.no_heading")
    heading = match_heading(sheet.names, contract=contract)
    facts = book.facts(sheet)
    rows = _rows(sheet, errors=facts.errors, contract=contract)
    columns = {name: (contract[name], place) for name, place in heading.places.items()}
    # ODS alone says of every date that it is one; elsewhere the first year is times and durations.
    is_1904 = None if kind is Kind.ODS else facts.is_1904
    cells, texts = {}, {}
    for name, (whole, wrong) in book.load(sheet, facts, columns).items():
        some = whole.gather(rows.index)
        column = contract[name]
        cells[name] = convert_typed(some, column=column, contract=contract, is_1904=is_1904)
        # Original texts are told of cells with a problem alone.
        has_problem = wrong is not None or cells[name].bad.any() or column.required
        texts[name] = some.shown() if has_problem else some.text
        if wrong is not None:
            here = wrong.gather(rows.index)
            texts[name] = _first(_shown(sheet, columns[name][1], rows.index, here), texts[name])
            cells[name] = spoil(
                cells[name], wrong=here, texts=texts[name], column=column, contract=contract
            )
    parts = Parts(
        digest=digest,
        contract=contract,
        columns=tuple(heading.places),
        into=into,
        sheet=sheet.name,
    )
    chunk = Chunk(rows=rows.index + 1, cells=cells, texts=texts, refused=rows.refused)
    parts.stream(iter([chunk]))
    said = _said_once(rows, sheet=sheet, sheets=book.sheets, merged=facts.merged)
    return parts.finish([*heading.problems, *said])


def _open(source: Path, kind: Kind, *, contract: Contract) -> _Book:
    if kind is Kind.XLS:
        check_xls(source)
        return _book(source, open_sheets(source), facts=xls_facts)
    check_archive(source)
    if kind is Kind.ODS:
        return _open_document(source)
    if kind is Kind.XLSB:
        check_xlsb_areas(source)
        return _book(source, open_sheets(source), facts=xlsb_facts)
    scans = scan_sheets(source)
    sheets = _open_sheets(source, scans=scans, contract=contract)
    return _book(source, sheets, facts=partial(xlsx_facts, scans=scans))


def _book(source: Path, sheets: Sequence[Sheet], *, facts: Callable[..., SheetFacts]) -> _Book:
    return _Book(
        sheets=sheets,
        facts=lambda sheet: facts(source, sheet=sheet.name),
        load=lambda sheet, of, columns: _load(source, sheet, of, columns),
    )


def _open_sheets(
    source: Path, *, scans: Mapping[str, SheetScan], contract: Contract
) -> Sequence[Sheet]:
    """Every sheet of an XLSX workbook; the likeliest one by the kinds of its cells, if it can."""
    names = sheet_names(source)
    likely = contract.sheet if contract.sheet is not None else next(iter(names), None)
    is_simple = contract.stop is None and contract.heading in {None, 1}
    guessed = None
    if is_simple and likely in names and likely in scans:
        scan = scans[likely]
        if scan.first_row_cells >= len(contract.columns):
            guessed = load_guessed(source, likely, scan=scan)
    return [
        guessed if guessed is not None and name == likely else open_sheet(source, name)
        for name in names
    ]


def _open_document(source: Path) -> _Book:
    sheets = open_document(source)
    by_name = {sheet.name: sheet for sheet in sheets}
    return _Book(
        sheets=[sheet.as_sheet() for sheet in sheets],
        facts=lambda sheet: by_name[sheet.name].facts,
        load=lambda sheet, _, columns: {
            name: by_kind(*by_name[sheet.name].columns_at(sheet.places[place]))
            for name, (_, place) in columns.items()
        },
    )


def _load(source: Path, sheet: Sheet, facts: SheetFacts, columns: Columns) -> Cells:
    native = load_columns(source, sheet, columns=dict(columns), errors=facts.errors)
    found: Cells = {}
    for name, cells in native.items():
        where = sheet.places[columns[name][1]]
        moments = {row - 1: text for (row, at), text in facts.moments.items() if at == where}
        found[name] = _with_moments(cells, moments) if moments else (cells, None)
    return found


def _with_moments(cells: NativeCells, texts: Mapping[int, str]) -> tuple[NativeCells, pl.Series]:
    """Dates written as texts are dates; a time of day alone is a cell of another kind."""
    height = len(cells.text)
    rows = sorted(row for row in texts if row < height)
    nothing = pl.repeat(None, height, dtype=pl.String, eager=True)
    written = nothing.clone().scatter(rows, [texts[row] for row in rows])
    moment = iso_moments(written)
    wrong = pl.select(
        pl.when(written.is_not_null() & moment.is_null()).then(pl.lit(Wrong.KIND.value))
    ).to_series()
    is_text = written.is_null()
    return replace(
        cells,
        text=pl.select(pl.when(is_text).then(cells.text)).to_series(),
        number=pl.select(pl.when(is_text).then(cells.number)).to_series(),
        moment=_first(moment, cells.moment),
    ), wrong


def _choose(sheets: Sequence[Sheet], *, contract: Contract) -> Sheet:
    if not sheets:
        raise ReadingError("reading.no_heading")
    if contract.sheet is not None:
        for sheet in sheets:
            if sheet.name == contract.sheet:
                return _headed(sheet, contract=contract)
        known = ", ".join(sheet.name for sheet in sheets)
        raise ReadingError("reading.no_sheet", sheet=contract.sheet, known=known)
    headed = [_headed(sheet, contract=contract) for sheet in sheets]
    declared = len(contract.columns)
    for sheet in headed:
        if len(match_heading(sheet.names, contract=contract).places) == declared:
            return sheet
    return headed[0]


def _headed(sheet: Sheet, *, contract: Contract) -> Sheet:
    """The sheet with the heading its contract declares: a row, none, or the first with a text."""
    if contract.heading is None or sheet.heading_index is None:
        return sheet
    if contract.heading == sheet.heading_index + 1:
        return sheet
    if contract.heading == 0:
        declared = [column.name for column in contract.columns]
        names = (declared[at] if at < len(declared) else None for at in sheet.places)
        return replace(sheet, heading_index=-1, names=tuple(names))
    index = contract.heading - 1
    if index >= sheet.grid.height:
        return replace(sheet, heading_index=None, names=())
    return replace(sheet, heading_index=index, names=sheet.grid.row(index))


def _rows(sheet: Sheet, *, errors: Mapping[tuple[int, int], str], contract: Contract) -> _Rows:
    """The rows below the heading that hold anything at all, up to the end of the table."""
    grid = sheet.grid
    after = 0 if sheet.heading_index is None else sheet.heading_index + 1
    mask = filled(grid)
    with_errors = {row - 1 for row, _ in errors}
    index = pl.arange(0, grid.height, eager=True)
    is_row = (mask | index.is_in(list(with_errors))) & (index >= after)
    blank = Ranges()
    for number in index.filter(~is_row & (index >= after)):
        blank.add(number + 1)
    rows = index.filter(is_row)
    kept = Stop(pattern=contract.stop).rows(grid[rows]) if grid.width else len(rows)
    refused = refuse_rows(rows[kept:] + 1, grid[rows[kept:]], contract=contract)
    return _Rows(index=rows[:kept], blank=blank, refused=refused)


def _shown(sheet: Sheet, place: int, index: pl.Series, wrong: pl.Series) -> pl.Series:
    """The original texts of cells that are wrong whatever their text."""
    text = sheet.grid[str(place)].gather(index)
    return pl.select(pl.when(wrong.is_not_null()).then(text)).to_series()


def _said_once(
    rows: _Rows, *, sheet: Sheet, sheets: Sequence[Sheet], merged: Sequence[str]
) -> list[FileProblem]:
    said = []
    if rows.blank.count:
        found = str(rows.blank.count)
        said.append(FileProblem(code=Wrong.ROWS_BLANK, found=found, detail=rows.blank.text()))
    others = [other.name for other in sheets if other.name != sheet.name]
    if others:
        said.append(FileProblem(code=Wrong.SHEETS_IGNORED, found="; ".join(others)))
    if merged:
        shown = [*merged[:_MERGED_SHOWN], *["…"] * (len(merged) > _MERGED_SHOWN)]
        said.append(
            FileProblem(code=Wrong.CELLS_MERGED, found=str(len(merged)), detail="; ".join(shown))
        )
    return said


def _first(one: pl.Series, other: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(one, other)).to_series()
