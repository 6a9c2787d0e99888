"""Dates by year, month and day: steps of months, and whole months between dates.

A step that would reach a day the month does not have ends on its last day, and the months between
two dates are counted the same way.

Source: Bộ luật Dân sự 2015, Điều 148 khoản 3.
"""

from decimal import Decimal
from typing import Final

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.dates import physical, to_day, whole_days
from rules.formula.functions.registry import constant_text, function, heavy, scoped
from rules.formula.let import let
from rules.formula.scope import Scope
from rules.formula.values import DATE, Exact, Value, literal, moment, number

_YEAR: Final = 12
_LAST_YEAR: Final = 9_999
_MONTHS: Final = Exact(6)
# Days from 1970-01-01 back to 0000-03-01, where the count of leap days below begins.
_SHIFT: Final = 719_468


def first_of(month: pl.Expr) -> pl.Expr:
    """The first day of a month as days since 1970.

    Args:
        month: Int64, months since year 0: `12 * year + month - 1`, of the years 1 to 10000.

    Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
    """
    moved = month - 2  # a year that begins in March has its leap day last
    year, of_year = moved // _YEAR, moved % _YEAR
    days: pl.Expr = (
        year * 365 + year // 4 - year // 100 + year // 400 + (153 * of_year + 2) // 5 - _SHIFT
    )
    return days


def month_of(day: pl.Expr) -> pl.Expr:
    """Months since year 0 of a date, Int64."""
    months: pl.Expr = day.dt.year().cast(pl.Int64) * _YEAR + day.dt.month().cast(pl.Int64) - 1
    return months


def _near(month: pl.Expr) -> pl.Expr:
    """The month, null outside the years 1 to 9999."""
    return pl.when(month.is_between(_YEAR, (_LAST_YEAR + 1) * _YEAR - 1)).then(month)


def _whole(months: Value | None) -> pl.Expr:
    if months is None:
        return pl.lit(0, dtype=pl.Int64)
    return whole_days(months)


def _stepped(day: Value, months: Value | None, reached: pl.Expr) -> Value:
    """A date from the field `day` and the month reached, the field `month`; null where it is."""
    days = let(
        {"day": day.to(DATE), "steps": _whole(months)},
        {"month": _near(month_of(pl.field("day")) + pl.field("steps"))},
        reached,
    )
    return Value(to_day(days), DATE)


@function("EDATE", "ADD_MONTHS", weigh=heavy)
def _edate(day: Value, months: Value) -> Value:
    """The same day some months later, the last of the month where it has no such day."""
    first, after = first_of(pl.field("month")), first_of(pl.field("month") + 1)
    on = pl.field("day").dt.day().cast(pl.Int64)
    return _stepped(day, months, first + pl.min_horizontal(on, after - first) - 1)


@function("EOMONTH", weigh=heavy)
def _eomonth(day: Value, months: Value | None = None) -> Value:
    """The last day of the month, some months later if said."""
    return _stepped(day, months, first_of(pl.field("month") + 1) - 1)


def _between(start: pl.Expr, end: pl.Expr, *, months_each: int) -> Value:
    """Whole months, or spans of several, from one date to a later one; negative backwards."""
    one, other = pl.field("one"), pl.field("other")
    earlier, later = pl.min_horizontal(one, other), pl.max_horizontal(one, other)
    last = later.dt.month_end().dt.day()
    begun = later.dt.day() < pl.min_horizontal(earlier.dt.day(), last)
    spans = (month_of(later) - month_of(earlier) - begun.cast(pl.Int64)) // months_each
    counted = let(
        {"one": start, "other": end},
        {"spans": pl.when(one.is_not_null() & other.is_not_null()).then(spans)},
        pl.when(one > other).then(0 - pl.field("spans")).otherwise(pl.field("spans")),
    )
    return Value(counted, _MONTHS)


@function("MONTHS", weigh=heavy)
def _months(start: Value, end: Value) -> Value:
    return _between(start.to(DATE), end.to(DATE), months_each=1)


@function("YEARS", weigh=heavy)
def _whole_years(start: Value, end: Value) -> Value:
    return _between(start.to(DATE), end.to(DATE), months_each=_YEAR)


@scoped("AGE", weigh=heavy)
def _age(scope: Scope, born: Value, on: Value | None = None) -> Value:
    """Whole years from a birthday to a day, that of the evaluation if not said."""
    end = pl.lit(scope.as_of, dtype=pl.Date()) if on is None else on.to(DATE)
    return _between(born.to(DATE), end, months_each=_YEAR)


@function("DATEDIF", weigh=heavy)
def _datedif(start: Value, end: Value, unit: Value) -> Value:
    """Whole days, months or years between two dates: D, M or Y."""
    first, last = start.to(DATE), end.to(DATE)
    match constant_text(unit).upper():
        case "D":
            return Value(physical(last) - physical(first), Exact(8))
        case "M":
            return _between(first, last, months_each=1)
        case "Y":
            return _between(first, last, months_each=_YEAR)
        case other:
            raise FormulaError("formula.unknown_unit", found=other, expected="D, M, Y")


@function("DATE", weigh=heavy)
def _date(first: Value, *rest: Value) -> Value:
    """A date as text, or of year, month and day; null where there is no such day."""
    if not rest:
        return moment(constant_text(first), DATE)
    if len(rest) != 2:  # noqa: PLR2004 - year, month and day
        raise FormulaError("formula.argument_count", name="DATE", found=1 + len(rest))
    parts = [_small(one) for one in (first, *rest)]
    constants = [int(one.constant) for one in parts if isinstance(one.constant, Decimal)]
    if len(constants) == len(parts):
        year, month, day = constants
        return moment(f"{year:04d}-{month:02d}-{day:02d}", DATE)
    year_, month_, day_ = pl.field("year"), pl.field("month"), pl.field("day")
    exists = year_.is_between(1, _LAST_YEAR) & month_.is_between(1, _YEAR) & (day_ >= 1)
    at = pl.field("at")
    reached = first_of(at) + day_ - 1
    names = ("year", "month", "day")
    days = let(
        {name: one.expr.cast(pl.Int64) for name, one in zip(names, parts, strict=True)},
        {"at": pl.when(exists).then(year_ * _YEAR + month_ - 1)},
        pl.when(reached < first_of(at + 1)).then(reached),
    )
    return Value(to_day(days), DATE)


def _small(part: Value) -> Value:
    """A whole number no farther than any date, else null."""
    if isinstance(part.constant, Decimal):
        whole = part.constant == part.constant.to_integral_value()
        if not whole or not 1 <= part.constant <= _LAST_YEAR:
            raise FormulaError("formula.constant_range", least=1, most=_LAST_YEAR)
        return literal(part.constant.to_integral_value())
    given, exact = number(part)
    if exact.scale:
        raise FormulaError("formula.whole_needed")
    return Value(whole_days(given), exact)
