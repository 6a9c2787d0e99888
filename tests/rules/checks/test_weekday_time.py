from datetime import date, timedelta
from pathlib import Path

import pytest

from rules.calendar import DayKind
from rules.errors import FormulaError, RulesError
from rules.rule import RuleClass
from tests.rules.building import CALENDAR, SPECIAL, contract
from tests.rules.checks.judging_indicators import judge_rows

OF = contract(day="date", at="datetime", text="text")
DAYS = {"kind": "weekday-time", "at": "day", "not_on": ["weekly-rest", "holiday"]}
HOURS = {"kind": "weekday-time", "at": "at", "not_on": ["out-of-hours"]}


def test_every_day_of_a_year_is_what_the_calendar_says(tmp_path: Path) -> None:
    days = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]
    outcome = judge_rows(OF, DAYS, [{"day": day} for day in days], tmp_path)
    works = {day: day.isoweekday() not in CALENDAR.weekly_rest for day in days}
    works |= {day: kind is DayKind.SWAP_WORK for day, kind in SPECIAL.items()}
    assert outcome.column("found") == [day.isoformat() for day in days if not works[day]]


def test_the_line_tells_what_day_it_was(tmp_path: Path) -> None:
    rows = [{"day": "2026-01-01"}, {"day": "2026-01-03"}, {"day": "2026-01-10"}]
    outcome = judge_rows(OF, DAYS, rows, tmp_path)
    assert outcome.column("expected") == ["<> holiday", "<> weekly-rest"]


def test_only_what_is_asked_for_is_looked_for(tmp_path: Path) -> None:
    rows = [{"day": "2026-01-01"}, {"day": "2026-01-04"}]
    rest = judge_rows(OF, DAYS | {"not_on": ["weekly-rest"]}, rows, tmp_path)
    assert rest.column("found") == ["2026-01-04"]
    holiday = judge_rows(OF, DAYS | {"not_on": ["holiday"]}, rows, tmp_path)
    assert holiday.column("found") == ["2026-01-01"]


@pytest.mark.parametrize(
    ("at", "is_out"),
    [
        ("2026-11-20T07:29:59", True),
        ("2026-11-20T07:30", False),
        ("2026-11-20T11:30", False),
        ("2026-11-20T11:30:01", True),
        ("2026-11-20T17:00", False),
        ("2026-11-20T23:00", True),
        ("2026-11-21T23:00", False),
        ("2026-01-01T23:00", False),
        ("2026-01-10T23:00", True),
    ],
)
def test_hours_are_those_of_a_working_day(at, is_out, tmp_path: Path) -> None:
    outcome = judge_rows(OF, HOURS, [{"at": at}], tmp_path)
    assert outcome.counts == ((0, 1, 0, 0) if is_out else (1, 0, 0, 0))


def test_an_unknown_year_or_no_date_is_undetermined(tmp_path: Path) -> None:
    rows = [{"day": "2028-01-01"}, {}, {}]
    outcome = judge_rows(OF, DAYS, rows, tmp_path, unreadable={2: ["day"]})
    assert outcome.counts == (0, 0, 3, 0)
    assert outcome.column("reason") == ["calendar", "missing", "unreadable"]


@pytest.mark.parametrize(
    ("change", "more", "code"),
    [
        ({"not_on": []}, {}, "check.bad_value"),
        ({"not_on": ["sunday"]}, {}, "check.bad_value"),
        ({"not_on": ["out-of-hours"]}, {}, "formula.type"),
        ({"at": "text"}, {}, "formula.type"),
        ({}, {"calendar": None}, "formula.no_calendar"),
        ({}, {"rule_class": RuleClass.VIOLATION}, "check.class"),
    ],
)
def test_what_cannot_be_judged_is_refused(change, more, code, tmp_path: Path) -> None:
    with pytest.raises((RulesError, FormulaError)) as refused:
        judge_rows(OF, DAYS | change, [], tmp_path, **more)
    assert refused.value.code == code
