"""Evidence read under a contract: a Polars frame whose rows know their place in the source."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from rules.contract import Column, ColumnType, Contract
from rules.errors import TableError

FILE: Final = "__file"  # String: SHA-256 of the source file, lowercase hex
SHEET: Final = "__sheet"  # String: sheet of a workbook, null for text files
ROW: Final = "__row"  # Int64: the record's number in its source, the heading being row 1
UNREADABLE: Final = "__unreadable"  # List(String): columns whose text was present but not readable
COLUMN: Final = "__column"  # String: the column of a cell that could not be read
TEXT: Final = "__text"  # String: what stands there
ID: Final = "__id"  # UInt32: a row's number in its table, over all files; never stored
OWN: Final = "__own"  # Boolean: the row is the inspected organization's (campaign scope)

PLACE: Final[dict[str, pl.DataType]] = {
    FILE: pl.String(),
    SHEET: pl.String(),
    ROW: pl.Int64(),
    UNREADABLE: pl.List(pl.String()),
}

_DTYPES: Final[dict[ColumnType, pl.DataType]] = {
    ColumnType.TEXT: pl.String(),
    ColumnType.CODE: pl.String(),
    ColumnType.INTEGER: pl.Int64(),
    ColumnType.DATE: pl.Date(),
    ColumnType.DATETIME: pl.Datetime("us"),
    ColumnType.BOOLEAN: pl.Boolean(),
    ColumnType.CATEGORY: pl.String(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a contract.

    No text in it is blank: what is empty, or white space only, is null, as every reader leaves it.

    Attributes:
        frame: The contract's columns with their dtypes, and FILE, SHEET, ROW, UNREADABLE, OWN.
        problems: The original texts of cells that could not be read: FILE, SHEET, ROW, COLUMN and
            TEXT, at most one line for each cell; None where nobody kept them.
    """

    contract: Contract
    frame: pl.LazyFrame
    problems: pl.LazyFrame | None = None


def dtype_of(column: Column) -> pl.DataType:
    """The Polars dtype a column of this declaration is read into."""
    if column.type in {ColumnType.DECIMAL, ColumnType.MONEY}:
        return pl.Decimal(18, column.scale)
    return _DTYPES[column.type]


def open_table(
    contract: Contract,
    parts: Sequence[Path],
    *,
    own: Sequence[bool] | None = None,
    problems: Sequence[Path] = (),
) -> Table:
    """The files of one table as one frame, in the order they are given.

    A column that no file has is left out, so that a rule needing it ends as error.  A column that
    some files have is null in the rows of the others and named in their UNREADABLE: what was not
    handed in is undetermined there, never missing.

    Args:
        parts: `rows.parquet` files, as `rules.reading.read_file` writes them.
        own: For each part, whether it is the inspected organization's; all of them when None.
        problems: `problems.parquet` files of the same readings, in any order.

    Returns:
        A table whose frame holds the contract's columns in its order, then FILE, SHEET, ROW,
        UNREADABLE and OWN.  Without parts: every column, no row.

    Raises:
        TableError: `table.dtype`, a part was read under another declaration.
    """
    present = columns_of(contract, parts)
    frames = [
        open_part(contract, part, present=present, own=is_own)
        for part, is_own in zip(parts, own or [True] * len(parts), strict=True)
    ]
    if not frames:
        frames = [pl.LazyFrame(schema=schema_of(present))]
    return Table(contract=contract, frame=pl.concat(frames), problems=_texts(problems))


def columns_of(contract: Contract, parts: Sequence[Path]) -> list[Column]:
    """The columns some part has, in the contract's order; every column where there is no part."""
    schemas = [pl.read_parquet_schema(part) for part in parts]
    return [
        column
        for column in contract.columns
        if not parts or any(column.name in schema for schema in schemas)
    ]


def _texts(problems: Sequence[Path]) -> pl.LazyFrame | None:
    """What stands in the cells that could not be read; problems of records and files have none."""
    if not problems:
        return None
    listed = pl.concat([pl.scan_parquet(part) for part in problems])
    of_cells = listed.filter(pl.col("row").is_not_null(), pl.col("column").is_not_null())
    return of_cells.select(
        pl.col("file").alias(FILE),
        pl.col("sheet").alias(SHEET),
        pl.col("row").alias(ROW),
        pl.col("column").alias(COLUMN),
        pl.col("found").alias(TEXT),
    )


def schema_of(present: Sequence[Column]) -> pl.Schema:
    """The schema of a table that has these columns."""
    columns = {column.name: dtype_of(column) for column in present}
    return pl.Schema(columns | PLACE | {OWN: pl.Boolean()})


def open_part(
    contract: Contract, part: Path, *, present: Sequence[Column], own: bool
) -> pl.LazyFrame:
    """One file of a table.

    Args:
        present: The columns the table has, over all its files.
        own: Whether the file is the inspected organization's.

    Raises:
        TableError: `table.dtype`, the part was read under another declaration.
    """
    schema = pl.read_parquet_schema(part)
    wide = []
    for column in present:
        found = schema.get(column.name, dtype_of(column))
        if found == _before(column):
            wide.append(pl.col(column.name).cast(dtype_of(column)))
        elif found != dtype_of(column):
            raise TableError("table.dtype", table=contract.name, column=column.name)
    lacking = [column for column in present if column.name not in schema]
    frame = pl.scan_parquet(part).with_columns(pl.lit(own).alias(OWN), *wide)
    if lacking:
        names = pl.lit([column.name for column in lacking], dtype=pl.List(pl.String))
        frame = frame.with_columns(
            *(pl.lit(None, dtype=dtype_of(column)).alias(column.name) for column in lacking),
            pl.concat_list(UNREADABLE, names).alias(UNREADABLE),
        )
    return frame.select(*(column.name for column in present), *PLACE, OWN)


def _before(column: Column) -> pl.DataType | None:
    """The dtype that files read by earlier versions have for a column; its values are the same."""
    if column.type in {ColumnType.DECIMAL, ColumnType.MONEY}:
        return pl.Decimal(38, column.scale)
    return None
