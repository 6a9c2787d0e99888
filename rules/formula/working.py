"""A calendar as lookups: how much working time lies before a day, and which day that was.

Every day of the known years carries its ordinal among working days.  Runs of known years are set
`ERA` ordinals apart, so that a count across a year the calendar does not know can be told from a
real one, and a step out of the known years finds nothing.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from typing import ClassVar, Final

import polars as pl

from rules.calendar import Calendar, DayKind
from rules.formula.let import let

HOUR_MICROSECONDS: Final = 3_600_000_000
DAY_MICROSECONDS: Final = 24 * HOUR_MICROSECONDS
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class WorkingTime:
    """Lookups over one calendar; days are numbers since 1970, times microseconds.

    Attributes:
        days: Int64, the known days.
        until: Int64, the working days up to and including each of them.
        before: Int64, the working days before each of them.
        sessions: (from, to) of a day, sorted.
    """

    ERA: ClassVar[int] = 1_000_000

    days: pl.Series
    until: pl.Series
    before: pl.Series
    sessions: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, calendar: Calendar) -> "WorkingTime":
        """The lookups of a calendar."""
        return _lookups(calendar)

    @property
    def session_microseconds(self) -> int:
        """Working time of one working day."""
        return sum(end - start for start, end in self.sessions)

    def days_until(self, day: pl.Expr) -> pl.Expr:
        """The ordinal of the last working day up to `day`; null in an unknown year."""
        return _looked_up(day, self.days, self.until)

    def days_before(self, day: pl.Expr) -> pl.Expr:
        """The ordinal of the last working day before `day`; null in an unknown year."""
        return _looked_up(day, self.days, self.before)

    def day_of(self, ordinal: pl.Expr) -> pl.Expr:
        """The working day with that ordinal; null where the calendar ends before."""
        works = self.until > self.before
        return _looked_up(ordinal, self.until.filter(works), self.days.filter(works))

    def time_until(self, at: pl.Expr) -> pl.Expr:
        """Working microseconds up to a moment; null in an unknown year."""
        day, clock = pl.field("day"), pl.field("clock")
        spent = sum(
            ((clock - start).clip(0, end - start) for start, end in self.sessions), pl.lit(0)
        )
        before, until = pl.field("before"), pl.field("until")
        return let(
            {"day": at // DAY_MICROSECONDS, "clock": at % DAY_MICROSECONDS},
            {"before": self.days_before(day), "until": self.days_until(day)},
            before * self.session_microseconds + (until - before) * spent,
        )

    def earliest(self, target: pl.Expr) -> pl.Expr:
        """The first moment with so much working time behind it."""
        return self._moment((target - 1) // self.session_microseconds, target, least=1)

    def latest(self, target: pl.Expr) -> pl.Expr:
        """The last moment with so much working time behind it."""
        return self._moment(target // self.session_microseconds, target, least=0)

    def _moment(self, whole: pl.Expr, target: pl.Expr, *, least: int) -> pl.Expr:
        """So many whole days and a rest: from nothing (0) or the first instant (1) of a day on."""
        rest = pl.field("rest")
        clock, passed = pl.lit(None, dtype=pl.Int64), 0
        for start, end in self.sessions:
            inside = rest.is_between(passed + least, passed + end - start - 1 + least)
            clock = pl.when(inside).then(start - passed + rest).otherwise(clock)
            passed += end - start
        day = self.day_of(pl.field("whole") + 1)
        return let(
            {"whole": whole, "target": target},
            {"rest": pl.field("target") - pl.field("whole") * self.session_microseconds},
            day * DAY_MICROSECONDS + clock,
        )


def _looked_up(value: pl.Expr, known: pl.Series, meaning: pl.Series) -> pl.Expr:
    return value.replace_strict(known, meaning, default=None, return_dtype=pl.Int64)


@lru_cache(maxsize=64)
def _lookups(calendar: Calendar) -> WorkingTime:
    special = {day.on: day.kind is DayKind.SWAP_WORK for day in calendar.days}
    days: list[int] = []
    until: list[int] = []
    before: list[int] = []
    count = 0
    for year in sorted(set(calendar.years)):
        first = date(year, 1, 1)
        if days and days[-1] + 1 != (first - _EPOCH).days:
            count += WorkingTime.ERA
        for on in _days_of(first):
            works = special.get(on, on.isoweekday() not in calendar.weekly_rest)
            days.append((on - _EPOCH).days)
            before.append(count)
            count += works
            until.append(count)
    sessions = sorted(
        (_microseconds(start), _microseconds(end)) for start, end in calendar.sessions
    )
    return WorkingTime(
        days=pl.Series(days, dtype=pl.Int64),
        until=pl.Series(until, dtype=pl.Int64),
        before=pl.Series(before, dtype=pl.Int64),
        sessions=tuple(sessions),
    )


def _days_of(first: date) -> list[date]:
    count = (first.replace(month=12, day=31) - first).days + 1
    return [first + timedelta(days=offset) for offset in range(count)]


def _microseconds(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond
