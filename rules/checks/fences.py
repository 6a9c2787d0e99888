"""Fences: the least and the most a value may be without being an outlier.

Order statistics, counts and sums come from columns as exact whole numbers; a fence is the first
whole number on its inner side, so that telling an outlier is comparing two whole numbers.  Python's
whole numbers have no limit: the squares of millions of long amounts need more than 38 digits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import Any, Final

import polars as pl

from rules.checks.measured import NUMBER, Row

IS_KNOWN: Final = "__is_known"  # Boolean: the rule speaks of the row, and it has a number
COUNTED: Final = "__counted"  # Int64: values of a group
SMALLEST: Final = "__smallest"
LARGEST: Final = "__largest"
TWICE_MEDIAN: Final = "__twice_median"
ORDERED: Final = "__ordered"  # List: the values of a group, rising
# Source: the factor by which the MAD of a normal variable falls short of its deviation;
# F. R. Hampel, The influence curve and its role in robust estimation (1974).
NORMAL_MAD: Final = Fraction("1.4826")
LONGEST: Final = 26  # digits of a value that can be squared and summed
_LIMB: Final = 10**13
_SQUARES: Final = ("__sum", "__high", "__mixed", "__low")
_PRECISE: Final = Context(prec=60)


class Method(StrEnum):
    """How fences are set."""

    IQR = "iqr"
    Z = "z"
    MAD = "mad"


class Quantile(StrEnum):
    """Which quartile is meant.

    Source: R. J. Hyndman, Y. Fan, Sample quantiles in statistical packages (1996): type 7 is that
    of Excel (QUARTILE.INC), R and Polars, type 8 is nearly unbiased for the median.
    """

    TYPE_7 = "type-7"
    TYPE_8 = "type-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fences:
    """The fences of one group, in the units of the values.

    Attributes:
        least, most: A value outside is an outlier.
        spread: 0 where there is none to measure by.
        figures: What they were made of, in reading order.
    """

    least: int
    most: int
    spread: Fraction
    figures: Mapping[str, Fraction]


def ingredients(method: Method) -> list[pl.Expr]:
    """What a group's fences are made of; over rows with IS_KNOWN, NUMBER where known, `beside`."""
    value = pl.col(NUMBER)
    made = [
        pl.col(IS_KNOWN).sum().cast(pl.Int64).alias(COUNTED),
        value.min().alias(SMALLEST),
        value.max().alias(LARGEST),
    ]
    if method is Method.Z:
        return [*made, *(pl.col(name).sum() for name in _SQUARES)]
    if method is Method.MAD:
        return [*made, twice_median(value.drop_nulls(), pl.col(IS_KNOWN).sum()).alias(TWICE_MEDIAN)]
    # Sorted once: the four order statistics are taken from the list.
    return [*made, value.drop_nulls().sort().implode().alias(ORDERED)]


def with_quartiles(groups: pl.DataFrame, quantile: Quantile) -> pl.DataFrame:
    """Groups with the values beside their quartiles instead of ORDERED."""
    if ORDERED not in groups.columns:
        return groups
    ordered, taken = pl.col(ORDERED).list, []
    for name, (place, _, _) in _places(quantile, pl.col(COUNTED)).items():
        taken.append(ordered.get(place, null_on_oob=True).alias(name))
        taken.append(ordered.get(place + 1, null_on_oob=True).alias(name + "+"))
    return groups.with_columns(taken).drop(ORDERED)


def twice_median(value: pl.Expr, count: pl.Expr) -> pl.Expr:
    """The two values in the middle, added."""
    count, ordered = count.cast(pl.Int64), value.sort()
    lower = ordered.get((count - 1) // 2, null_on_oob=True)
    return lower + ordered.get(count // 2, null_on_oob=True)


def fences_of(method: Method, quantile: Quantile, group: Row, factor: Fraction) -> Fences:
    """The fences of a group with at least four values.

    Args:
        method: How fences are set.
        quantile: Which quartiles, for Method.IQR.
        group: `ingredients`, and for Method.MAD `__twice_deviation`: the two middle distances of
            twice the values from twice the median, added.
        factor: How many spreads off the fences lie.
    """
    makers: Mapping[Method, Callable[[], Fences]] = {
        Method.IQR: lambda: _by_quartiles(_quartiles(quantile, group), factor),
        Method.Z: lambda: _by_deviation(group, factor),
        Method.MAD: lambda: _by_median(group, factor),
    }
    return makers[method]()


def decimal_of(figure: Fraction) -> Decimal:
    """A figure as a decimal of sixty digits."""
    return _PRECISE.divide(Decimal(figure.numerator), Decimal(figure.denominator))


def _places(quantile: Quantile, count: Any) -> dict[str, tuple[Any, Any, int]]:
    """Of both quartiles: the place of the value below (from 0), the rest, and what it counts.

    The count is a whole number or a column of them, and so are place and rest.
    """
    if quantile is Quantile.TYPE_7:
        ups, parts = {"__q1": count - 1, "__q3": 3 * (count - 1)}, 4
    else:
        ups, parts = {"__q1": 3 * count - 7, "__q3": 9 * count - 5}, 12
    return {name: (up // parts, up % parts, parts) for name, up in ups.items()}


def _quartiles(quantile: Quantile, group: Row) -> tuple[Fraction, Fraction]:
    found = []
    for name, (_, rest, parts) in _places(quantile, group[COUNTED]).items():
        below = group[name]
        # At the last value there is none above, and no rest.
        above = below if group[name + "+"] is None else group[name + "+"]
        found.append(below + Fraction(rest * (above - below), parts))
    return found[0], found[1]


def _by_quartiles(quartiles: tuple[Fraction, Fraction], factor: Fraction) -> Fences:
    first, third = quartiles
    spread = third - first
    return Fences(
        least=ceil(first - factor * spread),
        most=floor(third + factor * spread),
        spread=spread,
        figures={"first_quartile": first, "third_quartile": third, "interquartile_range": spread},
    )


def beside(method: Method) -> list[pl.Expr]:
    """What stands beside each value to be summed; of a square three parts: x = hi·10^13 + lo."""
    if method is not Method.Z:
        return []
    value = pl.col(NUMBER)
    size = value.abs()
    high, low = (part.cast(pl.Int128) for part in (size // _LIMB, size % _LIMB))
    parts = (value.cast(pl.Int128), high * high, high * low, low * low)
    return [part.alias(name) for part, name in zip(parts, _SQUARES, strict=True)]


def _by_deviation(group: Row, factor: Fraction) -> Fences:
    """An outlier has (n·x − Σx)² > k²·n·(n·Σx² − (Σx)²) / (n − 1): squares, never a root of one."""
    count, total = group[COUNTED], group["__sum"]
    squares = group["__high"] * _LIMB**2 + 2 * group["__mixed"] * _LIMB + group["__low"]
    off = count * squares - total * total
    reach = isqrt(floor(factor**2 * count * off / (count - 1)))
    variance = Fraction(off, count * (count - 1))
    return Fences(
        least=ceil(Fraction(total - reach, count)),
        most=floor(Fraction(total + reach, count)),
        spread=variance,
        figures={"mean": Fraction(total, count), "variance": variance},
    )


def _by_median(group: Row, factor: Fraction) -> Fences:
    """Distances are of twice the values from twice the median, so that both are whole."""
    twice, middle = group[TWICE_MEDIAN], Fraction(group["__twice_deviation"], 4)
    reach = floor(2 * factor * NORMAL_MAD * middle)
    return Fences(
        least=ceil(Fraction(twice - reach, 2)),
        most=floor(Fraction(twice + reach, 2)),
        spread=middle,
        figures={"median": Fraction(twice, 2), "median_absolute_deviation": middle},
    )
