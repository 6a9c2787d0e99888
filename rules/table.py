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

    Attributes:
        frame: The contract's columns with their dtypes, and FILE, SHEET, ROW, UNREADABLE, OWN.
    """

    contract: Contract
    frame: pl.LazyFrame


def dtype_of(column: Column) -> pl.DataType:
    """The Polars dtype a column of this declaration is read into."""
    if column.type in {ColumnType.DECIMAL, ColumnType.MONEY}:
        return pl.Decimal(18, column.scale)
    return _DTYPES[column.type]


def open_table(
    contract: Contract, parts: Sequence[Path], *, own: Sequence[bool] | None = None
) -> Table:
    """The files of one table as one frame, in the order they are given.

    A column that no file has is left out, so that a rule needing it ends as error.  A column that
    some files have is null in the rows of the others and named in their UNREADABLE: what was not
    handed in is undetermined there, never missing.

    Args:
        parts: `rows.parquet` files, as `rules.reading.read_file` writes them.
        own: For each part, whether it is the inspected organization's; all of them when None.

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
        return Table(contract=contract, frame=pl.LazyFrame(schema=schema_of(present)))
    return Table(contract=contract, frame=pl.concat(frames))


def columns_of(contract: Contract, parts: Sequence[Path]) -> list[Column]:
    """The columns some part has, in the contract's order; every column where there is no part."""
    schemas = [pl.read_parquet_schema(part) for part in parts]
    return [
        column
        for column in contract.columns
        if not parts or any(column.name in schema for schema in schemas)
    ]


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
    for column in present:
        if column.name in schema and schema[column.name] != dtype_of(column):
            raise TableError("table.dtype", table=contract.name, column=column.name)
    lacking = [column for column in present if column.name not in schema]
    frame = pl.scan_parquet(part).with_columns(pl.lit(own).alias(OWN))
    if lacking:
        names = pl.lit([column.name for column in lacking], dtype=pl.List(pl.String))
        frame = frame.with_columns(
            *(pl.lit(None, dtype=dtype_of(column)).alias(column.name) for column in lacking),
            pl.concat_list(UNREADABLE, names).alias(UNREADABLE),
        )
    return frame.select(*(column.name for column in present), *PLACE, OWN)
