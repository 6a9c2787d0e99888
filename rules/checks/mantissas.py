"""Mantissas of amounts: whether all leading digits together lie evenly on the circle.

The mantissa of x is the part of log10 x after the point.  It is taken from the exact digits: the
first 18 significant digits as a number between 1 and 10, its logarithm in double precision, rounded
to seven places; its cosine and sine are rounded to twelve.  Sums of these whole numbers do not
depend on an order, and 1000 has the mantissa 0, not 0.9999999999999996.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Final

import polars as pl

from rules.checks.benford_law import CONTEXT

_DIGITS: Final = 18  # what Int64 holds
_PLACES: Final = 7  # the fourth power of as many fits Int128 for four thousand million rows
_TURN: Final = 10**_PLACES
_CIRCLE_PLACES: Final = 12
_MANTISSA: Final = "__mantissa"
_SIGNIFICANT: Final = "__significant"
_SUMS: Final = ("__m1", "__m2", "__m3", "__m4", "__cosine", "__sine", "__collapsed", "__from_ten")
# Source: M. J. Nigrini, Benford's Law (Wiley, 2012): the mean of numbers between 10 and 100 that
# obey the law, 90 / ln 10.
_COLLAPSED_MEAN: Final = Decimal("39.0865")
_NONE: Final = Decimal(0)
_ROUNDED_OFF: Final = Decimal("1e-30")  # a variance of equal mantissas, but for the division


def with_mantissas(rows: pl.LazyFrame, number: pl.Expr) -> pl.LazyFrame:
    """The rows with the mantissas of a positive whole number, Int64."""
    text = number.cast(pl.String).str.pad_end(_DIGITS, "0").str.slice(0, _DIGITS)
    logarithm = pl.col(_SIGNIFICANT).cast(pl.Float64).log(10) - (_DIGITS - 1)
    return rows.with_columns(text.cast(pl.Int64).alias(_SIGNIFICANT)).with_columns(
        _rounded(logarithm * _TURN).alias(_MANTISSA)
    )


def sums(number: pl.Expr, ten: int) -> list[pl.Expr]:
    """What the figures are made of, over rows with mantissas; they add up over parts.

    Args:
        number: The amount, a positive whole number.
        ten: 10 in the units of the amount: only amounts from there on are collapsed.
    """
    mantissa = pl.col(_MANTISSA).cast(pl.Int128)
    powers = [mantissa]
    for _ in range(3):
        powers.append(powers[-1] * mantissa)
    angle = pl.col(_MANTISSA) * (2 * math.pi / _TURN)
    circle = [_rounded(part * 10**_CIRCLE_PLACES) for part in (angle.cos(), angle.sin())]
    collapsed = pl.col(_SIGNIFICANT).cast(pl.Int128).filter(number >= ten)
    parts = [*powers, *(part.cast(pl.Int128) for part in circle), collapsed]
    named = [part.sum().alias(name) for part, name in zip(parts, _SUMS, strict=False)]
    return [*named, (number >= ten).sum().cast(pl.Int128).alias(_SUMS[-1])]


def figures_of(rows: int, cells: Sequence[Mapping[str, int]]) -> dict[str, Decimal]:
    """The figures in reading order; one that is not defined is left out.

    Args:
        rows: How many amounts took part, at least one.
        cells: Sums of `sums`, by part.

    Source: M. J. Nigrini, Benford's Law (2012), chapters 2 and 7 (mantissa arc, distortion factor);
    R. J. Alexander, Remarks on the use of Benford's law (2009): p = exp(−L²·n).
    """
    with localcontext(CONTEXT):
        totals = [Decimal(sum(cell[name] for cell in cells)) for name in _SUMS]
        *powers, cosine, sine, collapsed, from_ten = totals
        figures = _moments(Decimal(rows), powers)
        length = sum(((part.scaleb(-_CIRCLE_PLACES) / rows) ** 2 for part in (cosine, sine)), _NONE)
        figures["mantissa_arc_l2"] = length
        figures["mantissa_arc_p"] = (-length * rows).exp()
        if from_ten:
            mean = collapsed.scaleb(2 - _DIGITS) / from_ten
            figures["distortion_factor"] = 100 * (mean - _COLLAPSED_MEAN) / _COLLAPSED_MEAN
        return figures


def _moments(count: Decimal, powers: list[Decimal]) -> dict[str, Decimal]:
    mean, raw2, raw3, raw4 = (
        total.scaleb(-_PLACES * power) / count for power, total in enumerate(powers, start=1)
    )
    m2 = raw2 - mean**2
    m3 = raw3 - 3 * mean * raw2 + 2 * mean**3
    m4 = raw4 - 4 * mean * raw3 + 6 * mean**2 * raw2 - 3 * mean**4
    figures = {"mantissa_mean": mean}
    if count > 1:
        figures["mantissa_variance"] = m2 * count / (count - 1)
    if m2 > _ROUNDED_OFF:
        figures["mantissa_skewness"] = m3 / (m2 * m2.sqrt())
        figures["mantissa_excess_kurtosis"] = m4 / m2**2 - 3
    return figures


def _rounded(value: pl.Expr) -> pl.Expr:
    return value.round(mode="half_away_from_zero").cast(pl.Int64)
