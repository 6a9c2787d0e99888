"""Calendar dates and times of day.  Days are whole, wall time has no zone."""

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.registry import constant_text, constant_whole, function, scoped
from rules.formula.scope import Scope
from rules.formula.values import DATE, DATETIME, TIME, Exact, Value, moment

_EPOCH: Final = date(1970, 1, 1).toordinal()
_FIRST: Final = date.min.toordinal() - _EPOCH
_LAST: Final = date.max.toordinal() - _EPOCH
_FAR: Final = 10_000_000  # days; farther than any two dates lie apart


@scoped("AS_OF")
def _as_of(scope: Scope) -> Value:
    """The day of the evaluation; never the clock."""
    return Value(pl.lit(scope.as_of, dtype=pl.Date()), DATE, scope.as_of)


@function("DATE")
def _date(first: Value, *rest: Value) -> Value:
    if not rest:
        return moment(constant_text(first), DATE)
    if len(rest) != 2:  # noqa: PLR2004 - year, month and day
        raise FormulaError("formula.argument_count", name="DATE", found=1 + len(rest))
    parts = [constant_whole(part, least=1, most=9_999) for part in (first, *rest)]
    text = f"{parts[0]:04d}-{parts[1]:02d}-{parts[2]:02d}"
    return moment(text, DATE)


def _part(name: str, digits: int, take: Callable[[pl.Expr], pl.Expr]) -> None:
    @function(name)
    def build(day: Value) -> Value:
        return Value(take(day.to(DATE)).cast(pl.Int64), Exact(digits))


_part("YEAR", 6, lambda day: day.dt.year())
_part("MONTH", 2, lambda day: day.dt.month())
_part("DAY", 2, lambda day: day.dt.day())
_part("WEEKDAY", 1, lambda day: day.dt.weekday())  # Monday is 1


@function("DAYS")
def _days(start: Value, end: Value) -> Value:
    return Value(physical(end.to(DATE)) - physical(start.to(DATE)), Exact(8))


@function("TODATE")
def _to_date(at: Value) -> Value:
    return Value(at.to(DATETIME).dt.date(), DATE)


@function("TIMEOF")
def _time_of(at: Value) -> Value:
    return Value(at.to(DATETIME).dt.time(), TIME)


def shifted(day: Value, days: Value, sign: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Value:
    """A date some whole days on or back; null where it leaves the years 1 to 9999.

    Raises:
        FormulaError: `formula.whole_needed`.
    """
    near = whole_days(days)
    moved = sign(physical(day.expr), near)
    return Value(to_day(moved), DATE)


def whole_days(days: Value) -> pl.Expr:
    """A number of days as Int64, null where it is farther than dates reach.

    Raises:
        FormulaError: `formula.type`, `formula.whole_needed`.
    """
    if not isinstance(days.type, Exact):
        raise FormulaError("formula.type", expected="number", found=days.type.name)
    if days.type.scale:
        raise FormulaError("formula.whole_needed")
    return pl.when(days.expr.is_between(-_FAR, _FAR)).then(days.expr).cast(pl.Int64)


def physical(day: pl.Expr) -> pl.Expr:
    """A date as days since 1970, Int64."""
    return day.to_physical().cast(pl.Int64)


def to_day(days: pl.Expr) -> pl.Expr:
    """Days since 1970 as a date; null outside the years 1 to 9999."""
    return pl.when(days.is_between(_FIRST, _LAST)).then(days).cast(pl.Int32).cast(pl.Date)
