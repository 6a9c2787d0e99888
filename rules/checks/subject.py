"""A table as rules see it: the columns they read, and beside each whether it could be read."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from rules.contract import ColumnType, Contract
from rules.formula import BAD
from rules.formula.values import SHORT_DIGITS
from rules.table import FILE, ID, OWN, ROW, SHEET, UNREADABLE

PLACE: Final = (FILE, SHEET, ROW, OWN)
_EXACT: Final = (ColumnType.DECIMAL, ColumnType.MONEY, ColumnType.INTEGER)


def prepared(
    frame: pl.LazyFrame,
    contract: Contract,
    columns: Iterable[str],
    *,
    flagged: frozenset[str] | None = None,
    first: int = 0,
) -> pl.LazyFrame:
    """Narrow a table to some columns and flag the cells that could not be read.

    A number of more than 18 digits counts as unreadable: exact arithmetic has no room for it, and
    to wrap or to round it would be to invent a figure.

    Args:
        flagged: The columns with an unreadable cell anywhere, where that is known:
            the others need no look at each row.
        first: The number of the frame's first row in its table, where the frame is a slice of it.

    Returns:
        The columns, `__bad:<column>` Boolean beside each, ID, FILE, SHEET, ROW and OWN.
    """
    names = sorted(columns)
    listed = frozenset(names) if flagged is None else flagged.intersection(names)
    flags = [
        (_flag(contract, name) if name in listed else pl.lit(False)).alias(BAD + name)
        for name in names
    ]
    told = frame.with_row_index(ID, offset=first).select(ID, *PLACE, *names, *flags)
    long = [name for name in sorted(listed) if _is_exact(contract, name)]
    return told.with_columns(
        pl.when(~pl.col(BAD + name)).then(pl.col(name)).alias(name) for name in long
    )


def too_long(schema: pl.Schema, contract: Contract) -> list[pl.Expr]:
    """Of each column that could hold a number of more than 18 digits, whether it does."""
    return [
        _too_long(column.name).any().alias(column.name)
        for column in contract.columns
        if column.name in schema
        and _is_exact(contract, column.name)
        and not _is_short(schema[column.name])
    ]


def _flag(contract: Contract, name: str) -> pl.Expr:
    listed = pl.col(UNREADABLE).list.contains(pl.lit(name)).fill_null(False)
    return listed | _too_long(name) if _is_exact(contract, name) else listed


def _too_long(name: str) -> pl.Expr:
    limit = 10**SHORT_DIGITS - 1
    return ~pl.col(name).to_physical().is_between(-limit, limit).fill_null(True)


def _is_short(dtype: pl.DataType) -> bool:
    """Whether the type itself has room for no more than 18 digits."""
    return isinstance(dtype, pl.Decimal) and (dtype.precision or SHORT_DIGITS + 1) <= SHORT_DIGITS


def _is_exact(contract: Contract, name: str) -> bool:
    column = contract.column(name)
    return column is not None and column.type in _EXACT
