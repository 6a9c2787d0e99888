"""Dates by year, month and day: steps of months, and whole months between dates.

A step that would reach a day the month does not have ends on its last day, and the months between
two dates are counted the same way.

Source: Bộ luật Dân sự 2015, Điều 148 khoản 3.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.dates import physical, to_day
from rules.formula.functions.registry import constant_text, function, scoped
from rules.formula.let import let
from rules.formula.scope import Scope
from rules.formula.values import DATE, Exact, Value, literal, moment, number

_YEAR: Final = 12
_FAR: Final = 200_000  # months; farther than any two dates lie apart
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


def _whole(months: Value) -> pl.Expr:
    given, exact = number(months)
    if exact.scale:
        raise FormulaError("formula.whole_needed")
    return pl.when(given.expr.is_between(-_FAR, _FAR)).then(given.expr).cast(pl.Int64)


@function("EDATE", "ADD_MONTHS", copies=2)
def _edate(day: Value, months: Value) -> Value:
    """The same day some months later, the last of the month where it has no such day."""
    on = day.to(DATE)
    first, after = pl.field("first"), pl.field("after")
    reached = let(
        {"month": _near(month_of(on) + _whole(months)), "day": on.dt.day().cast(pl.Int64)},
        {"first": first_of(pl.field("month")), "after": first_of(pl.field("month") + 1)},
        first + pl.min_horizontal(pl.field("day"), after - first) - 1,
    )
    known = on.is_not_null() & _whole(months).is_not_null()
    return Value(to_day(pl.when(known).then(reached)), DATE)


@function("EOMONTH", copies=2)
def _eomonth(day: Value, months: Value | None = None) -> Value:
    """The last day of the month, some months later if said."""
    month = month_of(day.to(DATE))
    if months is not None:
        month = month + _whole(months)
    return Value(to_day(first_of(_near(month) + 1) - 1), DATE)


def _between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Whole months from one date to a later one; negative and alike backwards."""
    parts: Mapping[str, pl.Expr] = {
        "start": pl.min_horizontal(start, end),
        "end": pl.max_horizontal(start, end),
        "back": start > end,
    }
    last = pl.field("end").dt.month_end().dt.day()
    begun = pl.field("end").dt.day() < pl.min_horizontal(pl.field("start").dt.day(), last)
    counted = month_of(pl.field("end")) - month_of(pl.field("start")) - begun.cast(pl.Int64)
    signed = pl.when(pl.field("back")).then(0 - pl.field("count")).otherwise(pl.field("count"))
    return pl.when(start.is_not_null() & end.is_not_null()).then(
        let(parts, {"count": counted}, signed)
    )


def _years(months: pl.Expr) -> pl.Expr:
    years: pl.Expr = (months.abs() // _YEAR) * months.sign()
    return years


@function("MONTHS", copies=3)
def _months(start: Value, end: Value) -> Value:
    return Value(_between(start.to(DATE), end.to(DATE)), _MONTHS)


@function("YEARS", copies=6)
def _whole_years(start: Value, end: Value) -> Value:
    return Value(_years(_between(start.to(DATE), end.to(DATE))), _MONTHS)


@scoped("AGE", copies=6)
def _age(scope: Scope, born: Value, on: Value | None = None) -> Value:
    """Whole years from a birthday to a day, that of the evaluation if not said."""
    end = pl.lit(scope.as_of, dtype=pl.Date()) if on is None else on.to(DATE)
    return Value(_years(_between(born.to(DATE), end)), _MONTHS)


@function("DATEDIF", copies=6)
def _datedif(start: Value, end: Value, unit: Value) -> Value:
    """Whole days, months or years between two dates: D, M or Y."""
    first, last = start.to(DATE), end.to(DATE)
    match constant_text(unit).upper():
        case "D":
            return Value(physical(last) - physical(first), Exact(8))
        case "M":
            return Value(_between(first, last), _MONTHS)
        case "Y":
            return Value(_years(_between(first, last)), _MONTHS)
        case other:
            raise FormulaError("formula.unknown_unit", found=other, expected="D, M, Y")


@function("DATE", copies=4)
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
    year_, month_, day_ = (one.expr.cast(pl.Int64) for one in parts)
    exists = year_.is_between(1, _LAST_YEAR) & month_.is_between(1, _YEAR) & (day_ >= 1)
    at = pl.when(exists).then(year_ * _YEAR + month_ - 1)
    reached = first_of(at) + day_ - 1
    return Value(to_day(pl.when(reached < first_of(at + 1)).then(reached)), DATE)


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
    return Value(pl.when(given.expr.is_between(0, _LAST_YEAR)).then(given.expr), exact)
