"""How far time has run: calendar days, working days, or working hours, as one whole number.

A reading never falls while time passes, and stands still while nothing counts.  The time between
two moments is the difference of their readings, and the length of overlapping pauses that of the
union of their readings.

Source: Bộ luật Dân sự 2015 (91/2015/QH13), Điều 147 khoản 2: the day of the event does not count;
Điều 148 khoản 5: a last day that is a day off gives way to the next working day.
"""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from rules.calendar import Calendar
from rules.errors import FormulaError
from rules.formula import Exact, Value
from rules.formula.functions.dates import physical, to_day, whole_days
from rules.formula.values import DATE, DATETIME, QUOTIENT_SCALE, Type, divided
from rules.formula.working import HOUR_MICROSECONDS, WorkingTime

_MOST_HOURS = 1_000_000
_DAYS = Exact(8)
_HOURS = Exact(19, QUOTIENT_SCALE)


class Counting(StrEnum):
    """What a time limit is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working-days"
    WORKING_HOURS = "working-hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Readings of one calendar."""

    counting: Counting
    working: WorkingTime

    @property
    def is_of_hours(self) -> bool:
        """Whether readings are microseconds of working time, else days."""
        return self.counting is Counting.WORKING_HOURS

    @property
    def length(self) -> Exact:
        """The type of a time between two moments, as people count it."""
        return _HOURS if self.is_of_hours else _DAYS

    @property
    def moment_type(self) -> Type:
        """What moments are: dates, or moments of a day."""
        return DATETIME if self.is_of_hours else DATE

    @property
    def far(self) -> int:
        """From this difference on, two readings lie on either side of an unknown year."""
        if self.counting is Counting.DAYS:
            return 1 << 62
        whole = self.working.ERA // 2
        return whole * self.working.session_microseconds if self.is_of_hours else whole

    def moment(self, at: Value) -> Value:
        """A date or moment as this clock takes it.

        Raises:
            FormulaError: `formula.type`.
        """
        if not self.is_of_hours and at.type == DATETIME:
            return Value(at.expr.cast(pl.Date), DATE, columns=at.columns)
        return Value(at.to(self.moment_type), self.moment_type, columns=at.columns)

    def reading(self, at: pl.Expr) -> pl.Expr:
        """Int64; null in a year the calendar does not know."""
        if self.is_of_hours:
            return self.working.time_until(at.to_physical())
        day = physical(at)
        return day if self.counting is Counting.DAYS else self.working.days_until(day)

    def limit(self, limit: Value) -> pl.Expr:
        """A time limit in the unit of readings, Int128; hours are rounded to the microsecond.

        Raises:
            FormulaError: `formula.whole_needed`: days are whole; `formula.type`.
        """
        if not self.is_of_hours:
            return whole_days(limit).cast(pl.Int128)
        exact = limit.type
        if not isinstance(exact, Exact):
            raise FormulaError("formula.type", expected="number", found=exact.name)
        near = pl.when((limit.expr.abs() // 10**exact.scale) < _MOST_HOURS).then(limit.expr)
        return divided(near.cast(pl.Int128) * HOUR_MICROSECONDS, 10**exact.scale)

    def told(self, length: pl.Expr) -> pl.Expr:
        """A difference of readings as a number of `length`: days, or hours to ten places."""
        if not self.is_of_hours:
            return length.cast(pl.Int128)
        return divided(length.cast(pl.Int128) * 10**QUOTIENT_SCALE, HOUR_MICROSECONDS)

    def last(self, reading: pl.Expr) -> pl.Expr:
        """The last moment of a limit that ends at a reading; null where the calendar ends."""
        if self.is_of_hours:
            return self.working.earliest(reading).cast(pl.Datetime("us"))
        if self.counting is Counting.WORKING_DAYS:
            return to_day(self.working.day_of(reading))
        return to_day(self.rolled(reading))

    def rolled(self, day: pl.Expr) -> pl.Expr:
        """A day since 1970, or the next working day where it is a day off."""
        return self.working.day_of(self.working.days_before(day) + 1)


def clock_of(counting: Counting, calendar: Calendar | None) -> Clock:
    """The clock of a calendar.

    Raises:
        FormulaError: `formula.no_calendar`, `formula.no_sessions`.
    """
    if calendar is None or not calendar.years:
        raise FormulaError("formula.no_calendar")
    working = WorkingTime.of(calendar)
    if counting is Counting.WORKING_HOURS and not working.session_microseconds:
        raise FormulaError("formula.no_sessions")
    return Clock(counting=counting, working=working)
