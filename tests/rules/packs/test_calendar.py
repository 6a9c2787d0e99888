"""The shipped calendar against the independently gathered days off of 2026 and 2027."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from rules.calendar import Calendar, DayKind
from rules.pack_loading import load_pack


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    loaded = load_pack(Path("rules/packs/one-stop")).calendar
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def published(acceptance: Path) -> dict[str, dict]:
    return json.loads((acceptance / "vietnam" / "non_working_days.json").read_text("utf-8"))[
        "years"
    ]


def test_the_calendar_knows_two_years_and_five_day_weeks(calendar) -> None:
    assert (calendar.years, calendar.weekly_rest) == ((2026, 2027), (6, 7))


def test_its_hours_are_marked_as_to_be_confirmed(calendar) -> None:
    assert calendar.sessions_basis is not None
    assert calendar.sessions_basis.confirmed is False


@pytest.mark.parametrize("year", [2026, 2027])
def test_its_days_kinds_and_status_are_the_published_ones(calendar, published, year) -> None:
    ours = [
        (day.on.isoformat(), day.kind, day.status) for day in calendar.days if day.on.year == year
    ]
    theirs = [(day["date"], day["kind"], day["status"]) for day in published[str(year)]["days"]]
    assert ours == theirs


@pytest.mark.parametrize("year", [2026, 2027])
def test_working_days_by_month_are_the_published_ones(calendar, published, year) -> None:
    special = {day.on: day.kind is DayKind.SWAP_WORK for day in calendar.days}
    every = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    works = [d for d in every if special.get(d, d.isoweekday() not in calendar.weekly_rest)]
    by_month = [sum(1 for day in works if day.month == month) for month in range(1, 13)]
    assert by_month == published[str(year)]["computed"]["working_days_by_month"]
