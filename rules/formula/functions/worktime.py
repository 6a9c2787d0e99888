"""Working days and hours over a pack's calendar.

Source: Bộ luật Dân sự 2015, Điều 147 khoản 2: the first day of a period is not counted.
"""

from collections.abc import Sequence

import polars as pl

from rules.errors import FormulaError
from rules.formula.functions.dates import physical, to_day, whole_days
from rules.formula.functions.registry import heavy, scoped
from rules.formula.let import let, settled
from rules.formula.scope import Scope
from rules.formula.tree import Node
from rules.formula.values import (
    DATE,
    DATETIME,
    QUOTIENT_SCALE,
    TRUTH,
    Exact,
    Value,
    divided,
    fitting,
    number,
)
from rules.formula.working import HOUR_MICROSECONDS, WorkingTime

_MOST_HOURS = 1_000_000
_HOURS_DIGITS = 18
_HOURS_LENGTH, _HOUR_LENGTH = 6, 11  # digits; one more for what is added to round


def _heaviest(args: Sequence[Node], sizes: Sequence[int]) -> int:
    """Two steps in one, and the result is looked at again where the calendar may end."""
    return 2 * heavy(args, sizes)


@scoped("WORKDAYS", weigh=heavy)
def _workdays(scope: Scope, start: Value, end: Value) -> Value:
    """Working days after `start`, up to and including `end`; negative backwards."""
    working = _calendar(scope)
    first, last = physical(start.to(DATE)), physical(end.to(DATE))
    days = working.days_until(last) - working.days_until(first)
    counted = pl.when(days.abs() < working.ERA // 2).then(days)
    _unless_known(scope, counted, first, last)
    return Value(counted, Exact(8))


@scoped("ISWORKDAY", weigh=heavy)
def _is_workday(scope: Scope, day: Value) -> Value:
    """Whether a date is a working day: swaps, holidays and weekly rest counted in."""
    working, on = _calendar(scope), physical(day.to(DATE))
    works = working.days_until(on) > working.days_before(on)
    _unless_known(scope, works, on)
    return Value(works, TRUTH)


@scoped("ADD_WORKDAYS", weigh=_heaviest)
def _add_workdays(scope: Scope, start: Value, days: Value) -> Value:
    """The n-th working day after a date, before it for a negative n, the date itself for 0."""
    working = _calendar(scope)
    first = physical(start.to(DATE))
    begin, count, until = pl.field("begin"), pl.field("count"), pl.field("until")
    reached = let(
        {"begin": first, "count": whole_days(days)},
        {"until": working.days_until(begin), "before": working.days_before(begin)},
        pl.when(count == 0)
        .then(pl.when(until.is_not_null()).then(begin))
        .when(count > 0)
        .then(working.day_of(until + count))
        .otherwise(working.day_of(pl.field("before") + count + 1)),
    )
    _unless_known(scope, reached, first, days.expr)
    return Value(to_day(reached), DATE)


@scoped("WORKHOURS", weigh=heavy)
def _workhours(scope: Scope, start: Value, end: Value) -> Value:
    """Hours inside working sessions between two moments, to 10 places; negative backwards."""
    working = _calendar_with_sessions(scope)
    first, last = start.to(DATETIME).to_physical(), end.to(DATETIME).to_physical()
    spent, far = pl.field("spent"), working.ERA // 2 * working.session_microseconds
    # Rounded half away from zero; one microsecond is 2.8 units of the tenth place.
    hours = let(
        {"spent": working.time_until(last) - working.time_until(first)},
        {"near": pl.when(spent.abs() < far).then(spent).cast(pl.Int128) * 10**QUOTIENT_SCALE},
        divided(pl.field("near"), HOUR_MICROSECONDS),
    )
    _unless_known(scope, hours, first, last)
    return Value(hours, Exact(_HOURS_DIGITS + 1, QUOTIENT_SCALE))


@scoped("ADD_WORKHOURS", weigh=_heaviest)
def _add_workhours(scope: Scope, start: Value, hours: Value) -> Value:
    """The earliest moment by which so many working hours have passed; backwards the latest."""
    working = _calendar_with_sessions(scope)
    first = start.to(DATETIME).to_physical()
    begin, count, target = pl.field("begin"), pl.field("count"), pl.field("target")
    reached = let(
        {"begin": first, "count": _microseconds(hours)},
        {"target": working.time_until(begin) + count},
        pl.when(count == 0)
        .then(pl.when(target.is_not_null()).then(begin))
        .when(count > 0)
        .then(working.earliest(target))
        .otherwise(working.latest(target)),
    )
    _unless_known(scope, reached, first, hours.expr)
    return Value(reached.cast(pl.Datetime("us")), DATETIME)


def _microseconds(hours: Value) -> pl.Expr:
    hours, exact = number(hours)
    # Whoever has more hours than this has null; an hour in microseconds has ten digits.
    fitting(Exact(min(exact.digits, exact.scale + _HOURS_LENGTH) + _HOUR_LENGTH))
    near = pl.when((hours.expr.abs() // 10**exact.scale) < _MOST_HOURS).then(hours.expr)
    whole: pl.Expr = near.cast(pl.Int128) * HOUR_MICROSECONDS
    unit = 10**exact.scale
    return divided(whole, unit).cast(pl.Int64)


def _calendar(scope: Scope) -> WorkingTime:
    if scope.calendar is None or not scope.calendar.years:
        raise FormulaError("formula.no_calendar")
    return WorkingTime.of(scope.calendar)


def _calendar_with_sessions(scope: Scope) -> WorkingTime:
    working = _calendar(scope)
    if not working.session_microseconds:
        raise FormulaError("formula.no_sessions")
    return working


def _unless_known(scope: Scope, result: pl.Expr, *given: pl.Expr) -> None:
    """Remember where the result is null though everything given was there."""
    there = pl.all_horizontal(one.is_not_null() for one in given)
    scope.reads.unknown_days.append(settled(there & result.is_null(), pl.Boolean()))
