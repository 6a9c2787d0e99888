"""Bases, parameters and calendars, from YAML."""

import re
from datetime import MAXYEAR, MINYEAR, date, time
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Final

from rules.calendar import Calendar, DayKind, DayStatus, SpecialDay
from rules.loading.entries import Entry, exact_number
from rules.loading.fields import Fields, to_time, to_whole
from rules.parameter import Parameter, ParameterValue
from rules.rule import Basis

DAYS_OF_WEEK: Final = 7
MOST_PERIODS: Final = 100  # each is a comparison of its own wherever the parameter is read
_PARAMETER_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")


def read_basis(entry: Entry) -> Basis:
    """The provision something rests on."""
    fields = Fields(entry)
    basis = Basis(
        document=fields.text("document"),
        provision=fields.text("provision"),
        confirmed=fields.truth("confirmed", default=True),
        note=fields.find_both("note"),
    )
    fields.end()
    return basis


def read_parameter(entry: Entry) -> Parameter:
    """One threshold with its values in force."""
    fields = Fields(entry)
    values = sorted(
        (_value(one) for one in fields.get("values").items()),
        key=lambda value: value.starts_on or date.min,
    )
    parameter = Parameter(
        name=fields.text("name"),
        unit=fields.text("unit"),
        title=fields.both("title"),
        values=tuple(values),
    )
    fields.end()
    if not _PARAMETER_NAME.fullmatch(parameter.name):
        raise entry.refuse("bad_name", found=parameter.name)
    if len({type(value.value) for value in values}) > 1:
        raise entry.refuse("values_of_two_types", parameter=parameter.name)
    _refuse_overlaps(entry, parameter)
    return parameter


def _value(entry: Entry) -> ParameterValue:
    fields = Fields(entry)
    value = ParameterValue(
        value=_quantity(fields.get("value")),
        starts_on=fields.find_date("from"),
        ends_on=fields.find_date("to"),
        basis=read_basis(fields.get("basis")),
    )
    fields.end()
    refuse_backwards(entry, value.starts_on, value.ends_on)
    return value


def _quantity(entry: Entry) -> Decimal | time | str:
    """A number, a time of day, or a text."""
    try:
        number = Decimal(entry.text)
    except InvalidOperation:
        try:
            return time.fromisoformat(entry.text)
        except ValueError:
            return entry.text
    if not number.is_finite():
        return entry.text
    return exact_number(entry)


def refuse_backwards(entry: Entry, first: date | None, last: date | None) -> None:
    """Refuse a time in force that ends before it begins."""
    if first is not None and last is not None and first > last:
        raise entry.refuse("dates_backwards", first=first, last=last)


def _refuse_overlaps(entry: Entry, parameter: Parameter) -> None:
    if not parameter.values:
        raise entry.refuse("no_value", parameter=parameter.name)
    if len(parameter.values) > MOST_PERIODS:
        raise entry.refuse("parameter_periods", parameter=parameter.name, most=MOST_PERIODS)
    for earlier, later in pairwise(parameter.values):
        ends_on = earlier.ends_on
        if ends_on is None or later.starts_on is None or later.starts_on <= ends_on:
            raise entry.refuse("values_overlap", parameter=parameter.name, on=later.starts_on)


def read_calendar(entry: Entry) -> Calendar:
    """The working days of whole years."""
    fields = Fields(entry)
    years = _years(fields.get("years"))
    rest = fields.find("weekly_rest")
    basis = fields.find("sessions_basis")
    calendar = Calendar(
        name=fields.text("name"),
        title=fields.both("title"),
        years=years,
        days=tuple(_day(one, years) for one in fields.get("days").items()),
        sessions=_sessions(fields.get("sessions")),
        sessions_basis=None if basis is None else read_basis(basis),
        **({} if rest is None else {"weekly_rest": _weekdays(rest)}),
    )
    fields.end()
    days = [day.on for day in calendar.days]
    if len(set(days)) != len(days):
        raise entry.refuse("day_twice", calendar=calendar.name)
    return calendar


def _day(entry: Entry, years: tuple[int, ...]) -> SpecialDay:
    fields = Fields(entry)
    on = fields.find_date("on")
    if on is None:
        raise entry.refuse("missing_key", key="on")
    if on.year not in years:
        raise entry.refuse("day_outside_years", on=on, years=", ".join(map(str, years)))
    day = SpecialDay(
        on=on,
        kind=fields.choice("kind", DayKind),
        name=fields.text("name"),
        source=fields.text("source"),
        status=fields.choice("status", DayStatus),
    )
    fields.end()
    return day


def _session(entry: Entry) -> tuple[time, time]:
    ends = [to_time(one, "sessions") for one in entry.items()]
    if len(ends) != 2 or ends[0] >= ends[1]:  # noqa: PLR2004 - from and to
        raise entry.refuse("bad_session")
    return ends[0], ends[1]


def _sessions(entry: Entry) -> tuple[tuple[time, time], ...]:
    sessions = tuple(_session(one) for one in entry.items())
    if any(later[0] <= earlier[1] for earlier, later in pairwise(sessions)):
        raise entry.refuse("bad_session")
    return sessions


def _weekdays(entry: Entry) -> tuple[int, ...]:
    days = tuple(to_whole(one, "weekly_rest") for one in entry.items())
    if len(set(days)) != len(days) or not all(1 <= day <= DAYS_OF_WEEK for day in days):
        raise entry.refuse("bad_weekdays")
    return days


def _years(entry: Entry) -> tuple[int, ...]:
    years = tuple(sorted(to_whole(one, "years") for one in entry.items()))
    if not years or len(set(years)) != len(years) or not MINYEAR < years[0] <= years[-1] < MAXYEAR:
        raise entry.refuse("bad_years")
    return years
