"""The checks as Polars expressions, as one who knows Polars would write them by hand."""

from pathlib import Path

import polars as pl

from tests.bench.checks import (
    TOLERANCE,
    Between,
    BlankWhere,
    Check,
    Days,
    Fenced,
    Filled,
    FilledAbove,
    FilledWhere,
    Known,
    Length,
    Listed,
    Matches,
    NearMean,
    NotLess,
    NotRound,
    Percent,
    Product,
    Reconciled,
    Sum,
    Unique,
    Weekday,
    Without,
)


def violated(check: Check) -> pl.Expr:
    """True where a row check is violated, False elsewhere; never null."""
    return _violated(check).fill_null(False)


def _violated(check: Check) -> pl.Expr:  # noqa: C901, PLR0911, PLR0912 - one line for each kind
    first, *others = map(pl.col, check.columns)
    match check:
        case Filled():
            return first.is_null()
        case Between(low=low, high=high):
            return (first < low) | (first > high)
        case Matches(pattern=pattern):
            return ~first.str.contains(pattern)
        case Listed(values=values):
            return ~first.is_in(list(values))
        case Length(low=low, high=high):
            return (first.str.len_chars() < low) | (first.str.len_chars() > high)
        case NotLess():
            return first < others[0]
        case Product():
            return (first - others[0] * others[1]).abs() > TOLERANCE
        case Sum():
            return (first - others[0] - others[1]).abs() > TOLERANCE
        case Percent():
            return (first * 100 - others[0] * others[1]).abs() > TOLERANCE * 100
        case FilledWhere(value=value):
            return (first == value) & others[0].is_null()
        case BlankWhere(value=value):
            return (first == value) & others[0].is_not_null()
        case FilledAbove(amount=amount):
            return (first > amount) & others[0].is_null()
        case Weekday():
            return first.dt.weekday() > 5
        case Days(low=low, high=high):
            days = (others[0] - first).dt.total_days()
            return (days < low) | (days > high)
        case NotRound(of=of):
            return first % of == 0
        case Without(words=words):
            return first.str.contains("(?i)" + "|".join(words))
    raise ValueError(check.code)


def holds(check: Check, home: Path) -> pl.Expr | None:
    """True where a check holds, over the whole ledger; None where no expression can say it."""
    first = pl.col(check.column)
    match check:
        case Unique():
            blank = pl.any_horizontal(pl.col(name).is_null() for name in check.columns)
            return ~pl.struct(check.columns).is_duplicated() | blank
        case Known(master=master):
            known = pl.read_parquet(home / f"{master}.parquet")[check.column]
            return first.is_in(known.implode())
        case Reconciled():
            return None
        case NearMean(deviations=deviations):
            value, by = first.cast(pl.Float64), check.columns[1]
            return (value - value.mean().over(by)).abs() <= deviations * value.std().over(by)
        case Fenced(reach=reach):
            value = first.cast(pl.Float64)
            low, high = value.quantile(0.25, "linear"), value.quantile(0.75, "linear")
            wide = reach * (high - low)
            return (value >= low - wide) & (value <= high + wide)
    return ~violated(check)
