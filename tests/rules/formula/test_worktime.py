"""Working days and hours against a count day by day, second by second."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.calendar import DayKind
from rules.errors import FormulaError
from tests.rules.building import CALENDAR, SPECIAL, computed, contract, table

OF = contract(a="date", b="date", v="datetime", w="datetime", n="integer", h="decimal:4")
SESSIONS = [(7.5, 11.5), (13.5, 17.0)]
FAST = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
DAY = st.dates(date(2025, 12, 20), date(2028, 1, 10))
MOMENT = st.datetimes(datetime(2025, 12, 28), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(second=0, microsecond=0)
)


def is_known(on: date) -> bool:
    return on.year in CALENDAR.years


def works(on: date) -> bool:
    if on in SPECIAL:
        return SPECIAL[on] is DayKind.SWAP_WORK
    return on.isoweekday() <= 5


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def workdays(first: date, last: date) -> Decimal | None:
    low, high = min(first, last), max(first, last)
    if not all(map(is_known, days_between(low, high))):
        return None
    count = sum(map(works, days_between(low, high)[1:]))
    return Decimal(count if first <= last else -count)


def add_workdays(start: date, count: int) -> date | None:
    day, left = start, abs(count)
    while is_known(day) and left:
        day += timedelta(days=1 if count > 0 else -1)
        left -= works(day)
    return day if is_known(day) else None


def workhours(first: datetime, last: datetime) -> Decimal | None:
    low, high = min(first, last), max(first, last)
    days = days_between(low.date(), high.date())
    if not all(map(is_known, days)):
        return None
    seconds = 0
    for day in filter(works, days):
        midnight = datetime.combine(day, datetime.min.time())
        for start, end in SESSIONS:
            opens, closes = midnight + timedelta(hours=start), midnight + timedelta(hours=end)
            seconds += max(int((min(closes, high) - max(opens, low)).total_seconds()), 0)
    sign = 1 if first <= last else -1
    return (Decimal(sign * seconds) / 3600).quantize(Decimal("1e-10"))


@FAST
@given(st.lists(st.tuples(DAY, DAY, st.integers(-40, 40)), min_size=1, max_size=20))
def test_working_days_equal_a_count_day_by_day(rows: list[tuple[date, date, int]]) -> None:
    evidence = table(OF, [{"a": a, "b": b, "n": n} for a, b, n in rows])
    assert computed("WORKDAYS(a, b)", evidence) == [workdays(a, b) for a, b, _ in rows]
    assert computed("ADD_WORKDAYS(a, n)", evidence) == [add_workdays(a, n) for a, _, n in rows]
    assert computed("ISWORKDAY(a)", evidence) == [
        works(a) if is_known(a) else None for a, *_ in rows
    ]


@FAST
@given(st.lists(st.tuples(MOMENT, MOMENT), min_size=1, max_size=20))
def test_working_hours_equal_a_count_of_sessions(rows: list[tuple[datetime, datetime]]) -> None:
    evidence = table(OF, [{"v": v, "w": w} for v, w in rows])
    assert computed("WORKHOURS(v, w)", evidence) == [workhours(v, w) for v, w in rows]


@FAST
@given(st.lists(st.tuples(MOMENT, st.integers(-4_000, 4_000)), min_size=1, max_size=20))
def test_adding_working_hours_is_the_first_or_last_moment_with_that_count(
    rows: list[tuple[datetime, int]],
) -> None:
    evidence = table(OF, [{"v": v, "h": (Decimal(quarters) / 4)} for v, quarters in rows])
    for (start, quarters), reached in zip(
        rows, computed("ADD_WORKHOURS(v, h)", evidence), strict=True
    ):
        if not isinstance(reached, datetime):
            assert reached is None
            continue
        assert workhours(start, reached) == Decimal(quarters) / 4
        nearer = reached - timedelta(seconds=1 if quarters > 0 else -1)
        assert quarters == 0 or workhours(start, nearer) != Decimal(quarters) / 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Monday 15:00 with eight hours: 2 on Monday, 5.5 … the day has 7.5 hours.
        ("ADD_WORKHOURS('2026-01-05 07:30', 7.5)", datetime(2026, 1, 5, 17)),  # noqa: DTZ001
        ("ADD_WORKHOURS('2026-01-05 15:00', 4)", datetime(2026, 1, 6, 9, 30)),  # noqa: DTZ001
        ("ADD_WORKHOURS('2026-01-05 10:30', 1.3333333333)", datetime(2026, 1, 5, 13, 50)),  # noqa: DTZ001
        ("ADD_WORKHOURS('2026-01-05 12:00', 0)", datetime(2026, 1, 5, 12)),  # noqa: DTZ001
        # Friday evening: the made-up Saturday of the swap works.
        ("ADD_WORKHOURS('2026-01-09 17:00', 1)", datetime(2026, 1, 10, 8, 30)),  # noqa: DTZ001
        ("ADD_WORKDAYS(DATE '2026-01-09', 1)", date(2026, 1, 10)),
        ("ADD_WORKDAYS(DATE '2026-01-03', 0)", date(2026, 1, 3)),
        ("ADD_WORKDAYS(DATE '2026-01-04', -1)", None),  # 2025 is not known
        ("ADD_WORKDAYS(DATE '2027-12-31', 1)", None),  # 2028 is not known, 2029 is
        ("WORKDAYS(DATE '2027-12-31', '2029-01-02')", None),
        ("WORKDAYS(DATE '2025-12-31', '2026-01-05')", None),
        ("WORKDAYS(DATE '2026-12-31', '2027-01-04')", Decimal(2)),
        ("WORKDAYS(DATE '2026-04-24', '2026-04-28')", Decimal(1)),
    ],
)
def test_edges_of_the_calendar(text: str, expected: object) -> None:
    assert computed(text, table(OF, [{}])) == [expected]


def test_a_pack_without_calendar_cannot_count_working_days() -> None:
    with pytest.raises(FormulaError) as caught:
        computed("WORKDAYS(a, b) > 1", table(OF, [{}]), calendar=None)
    assert (caught.value.code, caught.value.facts["at"]) == ("formula.no_calendar", 0)


def test_hours_of_more_places_than_can_be_counted_are_refused() -> None:
    of = contract(v="datetime", h="decimal:17")
    rows = table(of, [{"v": "2026-01-05T07:30:00", "h": "2"}])
    assert computed("ADD_WORKHOURS(v, h * 1.5)", rows) == [datetime(2026, 1, 5, 10, 30)]  # noqa: DTZ001
    with pytest.raises(FormulaError) as refused:
        computed("ADD_WORKHOURS(v, h * h)", rows)
    assert refused.value.code == "formula.too_wide"
