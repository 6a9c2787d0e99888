"""What reading a file gave, page by page: its rows as they were understood, and its problems."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from evidence.storage import Storage
from inspection.violations import fetch_cached
from rules.table import FILE, ROW, SHEET, UNREADABLE

_PLACE: Final = (FILE, SHEET, ROW, UNREADABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """One cell, row or file that could not be taken as it stands.

    Attributes:
        row: The record's number in its source, the heading being row 1; None for the whole file.
        expected: A code: number, date, one_of, required, fields …
        code: What is wrong, as a code.
    """

    sheet: str | None
    row: int | None
    column: str | None
    found: str | None
    expected: str | None
    detail: str | None
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemSlice:
    """A page of problems, with the count of all."""

    total: int
    lines: tuple[ProblemLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLine:
    """One row as it was understood.

    Attributes:
        values: One per column, typed; None is empty or unreadable.
        unreadable: The columns whose text was there but could not be read.
    """

    sheet: str | None
    row: int
    values: tuple[object, ...]
    unreadable: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSlice:
    """Some rows of a file, in its own order, with the count of all."""

    total: int
    columns: tuple[str, ...]
    lines: tuple[RowLine, ...]


def read_problems(
    storage: Storage, cache: Path, *, problems_sha256: str, offset: int, limit: int
) -> ProblemSlice:
    """One page of the problems of a file, by place."""
    problems = pl.scan_parquet(fetch_cached(storage, cache, problems_sha256))
    page = problems.slice(offset, limit).collect()
    return ProblemSlice(
        total=problems.select(pl.len()).collect().item(),
        lines=tuple(_problem(line) for line in page.iter_rows(named=True)),
    )


def _problem(line: dict[str, Any]) -> ProblemLine:
    return ProblemLine(
        sheet=line["sheet"],
        row=line["row"],
        column=line["column"],
        found=line["found"],
        expected=line["expected"],
        detail=line["detail"],
        code=line["code"],
    )


def read_rows(
    storage: Storage, cache: Path, *, rows_sha256: str, offset: int, limit: int
) -> RowSlice:
    """One page of the rows of a file, as they stand in it."""
    rows = pl.scan_parquet(fetch_cached(storage, cache, rows_sha256))
    return _slice(rows, offset=offset, limit=limit)


def _slice(rows: pl.LazyFrame, *, offset: int, limit: int) -> RowSlice:
    columns = tuple(name for name in rows.collect_schema().names() if name not in _PLACE)
    page = rows.slice(offset, limit).collect()
    return RowSlice(
        total=rows.select(pl.len()).collect().item(),
        columns=columns,
        lines=tuple(
            RowLine(
                sheet=line[SHEET],
                row=line[ROW],
                values=tuple(line[name] for name in columns),
                unreadable=frozenset(line[UNREADABLE] or ()),
            )
            for line in page.iter_rows(named=True)
        ),
    )


def read_around(
    storage: Storage, cache: Path, *, rows_sha256: str, sheet: str | None, row: int, reach: int
) -> RowSlice:
    """A row with its neighbours before and after it in the same sheet; `total` counts the sheet."""
    rows = pl.scan_parquet(fetch_cached(storage, cache, rows_sha256))
    here = rows.filter(pl.col(SHEET).eq_missing(pl.lit(sheet, pl.String)))
    before = here.filter(pl.col(ROW) < row).select(pl.len()).collect().item()
    start = max(before - reach, 0)
    return _slice(here, offset=start, limit=before - start + reach + 1)


def list_originals(
    storage: Storage, cache: Path, *, problems_sha256: str, rows: RowSlice
) -> dict[tuple[str | None, int, str], ProblemLine]:
    """What stood in the cells of some rows that could not be read, by sheet, row and column."""
    if not any(line.unreadable for line in rows.lines):
        return {}
    problems = pl.scan_parquet(fetch_cached(storage, cache, problems_sha256))
    numbers = pl.Series([line.row for line in rows.lines], dtype=pl.Int64)
    near = problems.filter(pl.col("row").is_in(numbers.implode()), pl.col("column").is_not_null())
    return {
        (line.sheet, line.row, line.column): line
        for line in map(_problem, near.collect().iter_rows(named=True))
        if line.row is not None and line.column is not None
    }


def find_offset(
    storage: Storage, cache: Path, *, rows_sha256: str, sheet: str | None, row: int
) -> int:
    """How many rows come before a place in a file; all of them when it is past the end."""
    rows = pl.scan_parquet(fetch_cached(storage, cache, rows_sha256))
    here = rows if sheet is None else rows.filter(pl.col(SHEET) == sheet)
    before = here.filter(pl.col(ROW) < row).select(pl.len()).collect().item()
    if sheet is None:
        return int(before)
    # Sheets lie one after the other, in the order of the workbook.
    first = rows.with_row_index("__at").filter(pl.col(SHEET) == sheet).select("__at").head(1)
    start = first.collect()
    return int(before) + (int(start.item()) if start.height else 0)
