"""The cells of a workbook become values: each kind of cell as far as the column admits it.

A number keeps the fifteen digits a workbook stores; a date comes from its serial.  A cell of
another kind than the column's is a problem, also where Excel itself made a date or a truth value
of what was typed.  A text is read as the contract declares.  Leading zeros that Excel took away
are gone before this program sees the file; a number in a CODE column is the text of its digits.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

import polars as pl

from rules.contract import Column, ColumnType, Contract
from rules.reading.cells import (
    Cells,
    convert,
    keep_in_range,
    what_is_wrong,
    without_range,
)
from rules.reading.native_cells import NativeCells
from rules.reading.result import Wrong

_NUMBERS: Final = frozenset({ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.MONEY})
_MOMENTS: Final = frozenset({ColumnType.DATE, ColumnType.DATETIME})
# Times and durations are serials of the first year, and cannot be told from its dates.
_DATES_FROM: Final = {
    False: datetime(1901, 1, 1),  # noqa: DTZ001 - wall time
    True: datetime(1905, 1, 1),  # noqa: DTZ001
    None: datetime.min,  # noqa: DTZ901
}


def convert_typed(
    native: NativeCells, *, column: Column, contract: Contract, is_1904: bool | None
) -> Cells:
    """Read a column of workbook cells.

    Args:
        is_1904: Whether the workbook counts its days from 1904; None where every moment is one.
    """
    text, number, moment = native.text, native.number, native.moment
    if column.type not in _NUMBERS | _MOMENTS and column.type is not ColumnType.BOOLEAN:
        text = pl.select(pl.coalesce(number, text)).to_series()
    # A number and a text are read each in its own way; whether they are in range is asked after.
    free = without_range(column)
    cells = convert(text, column=free, contract=contract)
    value = cells.value
    # Workbooks write their numbers in one way, whatever the marks of the organization's texts.
    plain = replace(contract, decimal_mark=".", grouping="")
    plainly = replace(free, decimal_mark=None, grouping=None)
    if column.type in _NUMBERS:
        value = _first(convert(number, column=plainly, contract=plain).value, value)
    elif column.type in _MOMENTS:
        value = _first(_moments(moment, column=column, first=_DATES_FROM[is_1904]), value)
    elif column.type is ColumnType.BOOLEAN:
        value = _first(native.truth, value)
    blank = native.is_blank()
    bad = value.is_null() & ~blank
    wrong = tuple(
        _what_is_wrong(native, place, column=column, contract=contract, plain=plain)
        for place in bad.arg_true()
    )
    read = Cells(value=value.alias(column.name), bad=bad, blank=blank, wrong=wrong)
    if column.least is None and column.most is None:
        return read
    return keep_in_range(read, native.shown(), column=column, contract=contract)


def _moments(moment: pl.Series, *, column: Column, first: datetime) -> pl.Series:
    """Dates from the first sure one on; a time of day does not fit into a DATE."""
    cell = pl.when(pl.col("m") >= first).then(pl.col("m"))
    if column.type is ColumnType.DATE:
        cell = pl.when(cell.dt.time() == pl.time(0)).then(cell.dt.date())
    return moment.alias("m").to_frame().select(cell.alias("v")).to_series()


def _what_is_wrong(
    native: NativeCells, place: int, *, column: Column, contract: Contract, plain: Contract
) -> Wrong:
    if native.error[place] is not None:
        return Wrong.ERROR_VALUE
    if native.truth[place] is not None or native.moment[place] is not None:
        return Wrong.KIND
    number = native.number[place]
    if number is not None:
        plainly = replace(column, decimal_mark=None, grouping=None)
        return what_is_wrong(number, column=plainly, contract=plain)
    return what_is_wrong(native.text[place] or "", column=column, contract=contract)


def _first(one: pl.Series, other: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(one, other)).to_series()
