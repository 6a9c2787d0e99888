"""Rows counted by the digits of their amounts."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from rules.checks import mantissas
from rules.checks.benford_ends import WITH_MANTISSAS
from rules.checks.benford_law import DigitTest
from rules.checks.measured import NUMBER

DIGITS: Final = "__digits"
SEEN: Final = "__seen"  # rows, or differences, of a cell
OBSERVED: Final = "__observed"  # the same, or money


def cells_of(
    rows: pl.LazyFrame, names: Sequence[str], *, test: DigitTest, scale: int
) -> pl.DataFrame:
    """Of each group and its digits: how often they came.

    Args:
        rows: The rows that take part, with NUMBER, positive.
        names: The columns a group agrees in.
        test: Which digits.
        scale: Places of NUMBER.

    Returns:
        `names`, DIGITS Int32, SEEN Int64, OBSERVED Int128, and `mantissas.sums` where the test has
        them; sorted by names and digits.
    """
    number = pl.col(NUMBER)
    if test is DigitTest.SECOND_ORDER:
        apart = number - number.shift(1).over(names)
        rows = rows.select(*names, number).unique().sort(*names, NUMBER)
        rows = rows.select(*names, apart).drop_nulls(NUMBER)
    seen = pl.len().cast(pl.Int64)
    is_money = test is DigitTest.SUMMATION
    observed = number.cast(pl.Int128).sum() if is_money else seen.cast(pl.Int128)
    counted = [seen.alias(SEEN), observed.alias(OBSERVED)]
    if test in WITH_MANTISSAS:
        rows = mantissas.with_mantissas(rows, number)
        counted.extend(mantissas.sums(number, 10 ** (scale + 1)))
    digits = _digits(test, number).alias(DIGITS)
    cells = rows.group_by(*names, digits).agg(*counted).collect(engine="streaming")
    return cells.sort(*names, DIGITS)


def _digits(test: DigitTest, number: pl.Expr) -> pl.Expr:
    """The digits a test looks at, of a positive whole number; from its text, never a logarithm."""
    if test is DigitTest.LAST_TWO:
        return (number % 100).cast(pl.Int32)
    many = {DigitTest.FIRST: 1, DigitTest.FIRST_THREE: 3}.get(test, 2)
    leading = number.cast(pl.String).str.pad_end(many, "0").str.slice(0, many).cast(pl.Int32)
    return leading % 10 if test is DigitTest.SECOND else leading
