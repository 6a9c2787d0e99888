"""A table as rules see it: the columns they read, and beside each whether it could be read."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from rules.contract import ColumnType, Contract
from rules.formula import BAD
from rules.formula.values import SHORT_DIGITS
from rules.table import FILE, ID, OWN, ROW, SHEET, UNREADABLE

PLACE: Final = (FILE, SHEET, ROW, OWN)
_EXACT: Final = (ColumnType.DECIMAL, ColumnType.MONEY)


def prepared(frame: pl.LazyFrame, contract: Contract, columns: Iterable[str]) -> pl.LazyFrame:
    """Narrow a table to some columns and flag the cells that could not be read.

    A number of more than 18 digits counts as unreadable: exact arithmetic has no room for it, and
    to wrap or to round it would be to invent a figure.

    Returns:
        The columns, `__bad:<column>` Boolean beside each, ID, FILE, SHEET, ROW and OWN.
    """
    names = sorted(columns)
    flags = [_flag(contract, name).alias(BAD + name) for name in names]
    flagged = frame.with_row_index(ID).select(ID, *PLACE, *names, *flags)
    long = [name for name in names if _is_exact(contract, name)]
    return flagged.with_columns(
        pl.when(~pl.col(BAD + name)).then(pl.col(name)).alias(name) for name in long
    )


def _flag(contract: Contract, name: str) -> pl.Expr:
    listed = pl.col(UNREADABLE).list.contains(pl.lit(name)).fill_null(False)
    if not _is_exact(contract, name):
        return listed
    limit = 10**SHORT_DIGITS
    return listed | (pl.col(name).to_physical().abs() >= limit).fill_null(False)


def _is_exact(contract: Contract, name: str) -> bool:
    column = contract.column(name)
    return column is not None and column.type in _EXACT
