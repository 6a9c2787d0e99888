"""Calendar dates and times of day.  Days are whole, wall time has no zone."""

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.registry import function, scoped
from rules.formula.scope import Scope
from rules.formula.values import DATE, DATETIME, TIME, Exact, Value

_EPOCH: Final = date(1970, 1, 1).toordinal()
_FIRST: Final = date.min.toordinal() - _EPOCH
_LAST: Final = date.max.toordinal() - _EPOCH
_DAY_MICROSECONDS: Final = 24 * 60 * 60 * 1_000_000
_STRETCH: Final = (2**64 - 1) // (_LAST - _FIRST)


@scoped("AS_OF")
def _as_of(scope: Scope) -> Value:
    """The day of the evaluation; never the clock."""
    return Value(pl.lit(scope.as_of, dtype=pl.Date()), DATE, scope.as_of)


def _part(name: str, digits: int, take: Callable[[pl.Expr], pl.Expr]) -> None:
    @function(name)
    def build(day: Value) -> Value:
        return Value(take(day.to(DATE)).cast(pl.Int64), Exact(digits))


_part("YEAR", 6, lambda day: day.dt.year())
_part("MONTH", 2, lambda day: day.dt.month())
_part("DAY", 2, lambda day: day.dt.day())
_part("QUARTER", 1, lambda day: day.dt.quarter())
_part("WEEKDAY", 1, lambda day: day.dt.weekday())  # Monday is 1
_part("ISOWEEK", 2, lambda day: day.dt.week())


def _clock(name: str, take: Callable[[pl.Expr], pl.Expr]) -> None:
    @function(name)
    def build(at: Value) -> Value:
        """Of a datetime, or of a time of day."""
        moment = at.to(TIME) if at.type == TIME else at.to(DATETIME)
        return Value(take(moment).cast(pl.Int64), Exact(2))


_clock("HOUR", lambda at: at.dt.hour())
_clock("MINUTE", lambda at: at.dt.minute())
_clock("SECOND", lambda at: at.dt.second())


@function("DAYS")
def _days(start: Value, end: Value) -> Value:
    return Value(physical(end.to(DATE)) - physical(start.to(DATE)), Exact(8))


@function("FULLDAYS")
def _full_days(start: Value, end: Value) -> Value:
    """Stretches of 24 hours that have passed; what is less than one counts as none."""
    past = end.to(DATETIME).to_physical() - start.to(DATETIME).to_physical()
    return Value(past.abs() // _DAY_MICROSECONDS * past.sign(), Exact(8))


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
    # Days beyond Int32 lie far outside of all years, and those within it never overflow a sum.
    near: pl.Expr = days.expr.cast(pl.Int32, strict=False).cast(pl.Int64)
    return near


def physical(day: pl.Expr) -> pl.Expr:
    """A date as days since 1970, Int64."""
    return day.to_physical().cast(pl.Int64)


def to_day(days: pl.Expr) -> pl.Expr:
    """Days since 1970 as a date; null outside the years 1 to 9999."""
    # An argument read twice would double with every step of `d + 1 + 1 + …`, so the range is not
    # compared: stretched so that it fills UInt64, whatever lies outside of it fits no more.
    stretched = (days.cast(pl.Int128) - _FIRST) * _STRETCH
    inside = stretched.cast(pl.UInt64, strict=False) // _STRETCH
    return (inside.cast(pl.Int64) + _FIRST).cast(pl.Int32).cast(pl.Date)
