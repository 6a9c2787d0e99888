"""What reading a file gave, page by page: its rows as they were understood, and its problems."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

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
        lines=tuple(
            ProblemLine(
                sheet=line["sheet"],
                row=line["row"],
                column=line["column"],
                found=line["found"],
                expected=line["expected"],
                detail=line["detail"],
                code=line["code"],
            )
            for line in page.iter_rows(named=True)
        ),
    )


def read_rows(
    storage: Storage, cache: Path, *, rows_sha256: str, offset: int, limit: int
) -> RowSlice:
    """One page of the rows of a file, as they stand in it."""
    rows = pl.scan_parquet(fetch_cached(storage, cache, rows_sha256))
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
