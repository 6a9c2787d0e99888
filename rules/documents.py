"""Deposited files as a table, so that rules can join the rows of a ledger with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

import polars as pl

from rules.contract import ColumnType, Contract
from rules.errors import TableError
from rules.table import FILE, OWN, ROW, SHEET, UNREADABLE, Table

_TYPES: Final = {
    "name": (ColumnType.TEXT, ColumnType.CODE),
    "size_bytes": (ColumnType.INTEGER,),
    "sha256": (ColumnType.TEXT, ColumnType.CODE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositedFile:
    """One file; nothing is read or hashed here.

    Attributes:
        name: As the ledger names it: a file name, or a path within the deposit.
        sha256: 64 hex digits of its contents.
        is_own: Whether it is the inspected organization's.
    """

    name: str
    size_bytes: int
    sha256: str
    is_own: bool = True


def documents_table(contract: Contract, files: Iterable[DepositedFile]) -> Table:
    """The files of a deposit under a contract.

    Args:
        contract: Of its columns `name` (text or code), `size_bytes` (integer) and `sha256` (text or
            code) are filled; others are left out, so that a rule needing them ends as error.
        files: In any order.

    Returns:
        A table with one row for each file, sorted by name, size and digest: names in NFC, digests
        in lower case; the source of a row is the file itself, its number its place in that order.

    Raises:
        TableError: `documents.column`: the contract has no such column, or of another type.
    """
    for name, types in _TYPES.items():
        column = contract.column(name)
        optional = name == "size_bytes" and column is None
        if not optional and (column is None or column.type not in types):
            expected = ", ".join(one.value for one in types)
            raise TableError(
                "documents.column", table=contract.name, column=name, expected=expected
            )
    ordered = sorted(
        (normalize("NFC", one.name), one.size_bytes, one.sha256.lower(), one.is_own)
        for one in files
    )
    schema = {"name": pl.String, "size_bytes": pl.Int64, "sha256": pl.String, OWN: pl.Boolean}
    frame = pl.DataFrame(ordered, schema=schema, orient="row")
    kept = [column.name for column in contract.columns if column.name in _TYPES]
    placed = frame.select(
        *kept,
        pl.col("sha256").alias(FILE),
        pl.lit(None, dtype=pl.String).alias(SHEET),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        pl.lit([], dtype=pl.List(pl.String)).alias(UNREADABLE),
        OWN,
    )
    return Table(contract=contract, frame=placed.lazy())
