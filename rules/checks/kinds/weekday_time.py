"""Things done on a day or at an hour when nobody should be at work.

Unit: row.  `at` is a date or a moment, `not_on` what is looked for: `weekly-rest` (a weekly day of
rest that is not worked in exchange for another), `holiday` (a day off by law or notice, exchanged
days included), `out-of-hours` (a moment on a working day outside its sessions; their first and last
instant are inside).  Days and sessions are those of the pack's calendar; in a year it does not know
nothing can be told.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from rules.calendar import Calendar, DayKind
from rules.checks.indicator import refuse_violation
from rules.checks.row import NOTHING, RowCheck
from rules.checks.setting import Setting
from rules.errors import FormulaError
from rules.formula import Value
from rules.formula.functions.dates import physical
from rules.formula.values import DATE, DATETIME
from rules.formula.working import DAY_MICROSECONDS, WorkingTime
from rules.formula.writing import text_of

WEEKLY_REST: Final = "weekly-rest"
HOLIDAY: Final = "holiday"
OUT_OF_HOURS: Final = "out-of-hours"
_KINDS: Final = (WEEKLY_REST, HOLIDAY, OUT_OF_HOURS)
_EPOCH: Final = date(1970, 1, 1)


def compile_check(setting: Setting) -> RowCheck:
    """Compile the date or moment, and what is looked for.

    Raises:
        FormulaError: `formula.type`: `at` is neither date nor moment, or a date where hours are
            looked for; `formula.no_calendar`, `formula.no_sessions`.
        RulesError: `check.class`, `check.unit`, `check.missing_key`, `check.unknown_key`,
            `check.bad_value`.
    """
    refuse_violation(setting)
    setting.units("row")
    setting.keys(required=("at", "not_on"))
    wanted = setting.texts("not_on")
    if not wanted or any(one not in _KINDS for one in wanted):
        expected = ", ".join(_KINDS)
        raise setting.refusal("check.bad_value", key="check.not_on", expected=expected)
    scope = setting.scope().listening()
    at = setting.term("check.at", setting.text("at"), scope)
    kinds = setting.compiled(
        "check.at", setting.text("at"), scope, lambda *_: _kinds(at, scope.calendar, wanted)
    )
    day = _day(at)
    known = WorkingTime.of(_calendar(scope.calendar)).days_until(day).is_not_null()
    scope.reads.unknown_days.append(day.is_not_null() & ~known)
    hit = pl.any_horizontal(kinds.values())
    which = [pl.when(kinds[one]).then(pl.lit(one)) for one in _KINDS if one in kinds]
    return RowCheck(
        holds=pl.when(known).then(~hit),
        scope=scope,
        found=text_of(at),
        expected=pl.lit("<> ") + pl.coalesce(*which, NOTHING),
        difference=NOTHING,
    )


def _kinds(at: Value, calendar: Calendar | None, wanted: tuple[str, ...]) -> Mapping[str, pl.Expr]:
    """For each kind looked for, whether the moment is one; over a known year.

    Raises:
        FormulaError: See `compile_check`.
    """
    calendar = _calendar(calendar)
    if at.type not in (DATE, DATETIME):
        raise FormulaError("formula.type", expected=DATE.name, found=at.type.name)
    special = {(one.on - _EPOCH).days: one.kind for one in calendar.days}
    off = [on for on, kind in special.items() if kind is not DayKind.SWAP_WORK]
    worked = [on for on, kind in special.items() if kind is DayKind.SWAP_WORK]
    day = _day(at)
    # 1 January 1970 was a Thursday; ISO days count from Monday.
    weekday = (day + 3) % 7 + 1
    rests = weekday.is_in(list(calendar.weekly_rest)) & ~day.is_in(worked)
    kinds = {WEEKLY_REST: rests, HOLIDAY: day.is_in(off)}
    if OUT_OF_HOURS in wanted:
        kinds[OUT_OF_HOURS] = ~kinds[WEEKLY_REST] & ~kinds[HOLIDAY] & _outside(at, calendar)
    return {kind: kinds[kind] for kind in wanted}


def _outside(at: Value, calendar: Calendar) -> pl.Expr:
    """Whether a moment lies outside every session of its day."""
    if at.type != DATETIME:
        raise FormulaError("formula.type", expected=DATETIME.name, found=at.type.name)
    sessions = WorkingTime.of(calendar).sessions
    if not sessions:
        raise FormulaError("formula.no_sessions")
    clock = at.expr.to_physical() % DAY_MICROSECONDS
    return ~pl.any_horizontal(clock.is_between(start, end) for start, end in sessions)


def _day(at: Value) -> pl.Expr:
    return physical(at.expr.cast(pl.Date))


def _calendar(calendar: Calendar | None) -> Calendar:
    if calendar is None or not calendar.years:
        raise FormulaError("formula.no_calendar")
    return calendar
