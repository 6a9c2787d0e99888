from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.calendar import DayKind
from rules.errors import FormulaError, RulesError
from rules.rule import RuleClass
from rules.text import Text
from tests.rules.building import CALENDAR, SPECIAL, Outcome, contract, parameter, table
from tests.rules.checks.judging_indicators import facts_in, judge_rows

OF = contract(id="code", began="date", ended="date", days="integer", text="text", key=("id",))
STOPS = contract("stops", id="code", since="date", until="date")
AT_OF = contract(id="code", began="datetime", ended="datetime", key=("id",))
AT_STOPS = contract("stops", id="code", since="datetime", until="datetime")
PAUSES = {"table": "stops", "key": ["id"], "to": ["id"], "from": "since", "until": "until"}
CHECK = {"kind": "deadline", "start": "began", "done": "ended", "limit": 3, "count": "working-days"}
VIOLATION = {"rule_class": RuleClass.VIOLATION}


def judge_times(
    rows: Sequence[Mapping[str, object]],
    into: Path,
    *,
    pauses: Sequence[Mapping[str, object]] | None = None,
    check: Mapping[str, object] = CHECK,
    bad_pauses: Mapping[int, Sequence[str]] | None = None,
    **more: object,
) -> Outcome:
    of, stops = (AT_OF, AT_STOPS) if check["count"] == "working-hours" else (OF, STOPS)
    others = ()
    if pauses is not None:
        check = {**check, "pauses": PAUSES}
        others = (table(stops, pauses, unreadable=bad_pauses),)
    return judge_rows(of, check, rows, into, others=others, **{**VIOLATION, **more})


def pair(began: str | None, ended: str | None = None, name: str = "A") -> dict[str, object]:
    return {"id": name, "began": began, "ended": ended}


def stop(since: str | None, until: str | None = None, name: str | None = "A") -> dict[str, object]:
    return {"id": name, "since": since, "until": until}


def test_the_day_of_the_start_does_not_count(tmp_path: Path) -> None:
    # A Thursday; the third working day is the Tuesday.
    rows = [pair("2026-11-05", day, day) for day in ("2026-11-05", "2026-11-10", "2026-11-11")]
    said = Text(vi="Hạn {due}, chậm {difference} ({found}/{expected}, dừng {paused})", en="{due}")
    outcome = judge_times(rows, tmp_path, message=said)
    assert outcome.counts == (2, 1, 0, 0)
    assert outcome.column("message_vi") == ["Hạn 10/11/2026, chậm 1 (4/3, dừng 0)"]


def test_days_give_way_from_a_day_off_to_the_next_working_day(tmp_path: Path) -> None:
    check = CHECK | {"count": "days"}
    ends = ("2026-11-07", "2026-11-09", "2026-11-10")
    rows = [pair("2026-11-04", day, day) for day in ends]
    said = Text(vi="{due}", en="{difference}")
    outcome = judge_times(rows, tmp_path, check=check, message=said)
    assert outcome.column("unit_key") == ["2026-11-10"]
    assert outcome.column("message_vi") == ["09/11/2026"]


def test_hours_run_inside_the_sessions_only(tmp_path: Path) -> None:
    check = CHECK | {"count": "working-hours", "limit": "4.5"}
    rows = [
        pair("2026-11-06T10:00", "2026-11-06T16:30", "A"),
        pair("2026-11-06T10:00", "2026-11-06T16:30:01", "B"),
        pair("2026-11-06T16:00", "2026-11-09T11:00", "C"),
    ]
    outcome = judge_times(rows, tmp_path, check=check, message=Text(vi="{due}", en="{found}"))
    assert outcome.column("unit_key") == ["B"]
    assert outcome.column("message_vi") == ["06/11/2026 16:30"]
    assert outcome.column("found") == ["4.5002777778"]


def test_pauses_do_not_count_and_overlap_once(tmp_path: Path) -> None:
    rows = [pair("2026-11-02", "2026-11-10"), pair("2026-11-02", "2026-11-11", "B")]
    pauses = [
        stop(since, until, name)
        for name in "AB"
        for since, until in (
            ("2026-11-03", "2026-11-05"),
            ("2026-11-04", "2026-11-06"),
            ("2026-11-04", "2026-11-05"),
        )
    ]
    outcome = judge_times(rows, tmp_path, pauses=pauses, message=Text(vi="{paused}", en="{due}"))
    assert outcome.column("unit_key") == ["B"]
    assert outcome.column("message_vi") == ["3"]
    assert outcome.column("message_en") == ["10/11/2026"]


def test_a_pause_outside_the_time_changes_nothing(tmp_path: Path) -> None:
    rows = [pair("2026-11-05", "2026-11-11")]
    pauses = [
        stop("2026-10-01", "2026-11-05"),
        stop("2026-11-11", "2026-11-20"),
        stop("2026-11-06", "2026-11-06"),
        stop("2026-11-07", "2026-11-08"),
        stop("2026-11-05", "2026-11-09", "B"),
    ]
    assert judge_times(rows, tmp_path, pauses=pauses).counts == (0, 1, 0, 0)


def test_a_pause_after_the_limit_has_run_out_mends_nothing(tmp_path: Path) -> None:
    rows = [pair("2026-11-02", "2026-11-13")]
    for count in ("days", "working-days"):
        check = CHECK | {"count": count}
        late = judge_times(rows, tmp_path, pauses=[stop("2026-11-06", "2026-11-13")], check=check)
        assert late.counts == (0, 1, 0, 0)
        good = judge_times(rows, tmp_path, pauses=[stop("2026-11-05", "2026-11-13")], check=check)
        assert good.counts == (1, 0, 0, 0)


def test_a_day_off_after_the_limit_takes_up_no_later_pause(tmp_path: Path) -> None:
    # Due on Thursday the 5th.  With the pause it would be the Saturday, and so the Monday.
    rows, check = [pair("2026-11-02", "2026-11-09")], CHECK | {"count": "days"}
    late = judge_times(rows, tmp_path, pauses=[stop("2026-11-06", "2026-11-08")], check=check)
    assert late.counts == (0, 1, 0, 0)
    good = judge_times(rows, tmp_path, pauses=[stop("2026-11-05", "2026-11-07")], check=check)
    assert good.counts == (1, 0, 0, 0)


def test_what_is_not_done_is_late_where_doing_it_now_would_be(tmp_path: Path) -> None:
    # The day of the evaluation is a Sunday; the Friday before it is the third working day.
    rows = [pair("2026-11-17", None), pair("2026-11-18", None, "B"), pair("2026-12-01", None, "C")]
    assert judge_times(rows, tmp_path).counts == (0, 0, 0, 3)
    rows = [pair("2026-11-16", None), pair("2026-11-17", None, "B")]
    assert judge_times(rows, tmp_path).counts == (0, 1, 0, 1)
    outcome = judge_times(rows, tmp_path, check=CHECK | {"running": "undetermined"})
    assert outcome.counts == (0, 1, 1, 0)
    assert outcome.column("reason") == [None, "running"]


def test_an_open_pause_stops_the_time(tmp_path: Path) -> None:
    rows = [pair("2026-11-02", None), pair("2026-11-02", "2026-11-20", "B")]
    pauses = [stop("2026-11-04"), stop("2026-11-05", name="B")]
    assert judge_times(rows, tmp_path, pauses=pauses).counts == (1, 0, 0, 1)
    assert judge_times(rows, tmp_path, pauses=[]).counts == (0, 2, 0, 0)


def test_unknown_pauses_matter_only_to_what_is_late(tmp_path: Path) -> None:
    rows = [pair("2026-11-02", "2026-11-05"), pair("2026-11-02", "2026-11-06", "B")]
    for pause, reason in (
        (stop(None, "2026-11-05"), "missing"),
        (stop("2026-11-05", "2026-11-04"), "backwards"),
        (stop("2025-11-05", "2026-11-04"), "calendar"),
    ):
        both = [pause, {**pause, "id": "B"}]
        outcome = judge_times(rows, tmp_path, pauses=both)
        assert outcome.counts == (1, 0, 1, 0)
        assert outcome.column("reason") == [reason]
    both = [stop("2026-11-03"), stop("2026-11-03", name="B")]
    # An end that cannot be read is no open end.
    unreadable = judge_times(rows, tmp_path, pauses=both, bad_pauses={1: ["until"]})
    assert unreadable.counts == (1, 0, 1, 0)


def test_a_record_without_its_key_may_have_been_paused(tmp_path: Path) -> None:
    rows = [{**pair("2026-11-02", day), "id": ""} for day in ("2026-11-05", "2026-11-06")]
    outcome = judge_times(rows, tmp_path, pauses=[])
    assert outcome.counts == (1, 0, 1, 0)
    assert outcome.column("reason") == ["key"]


def test_pauses_that_belong_to_nobody_are_told_by_their_places(tmp_path: Path) -> None:
    pauses = [stop("2026-11-03"), stop("2026-11-03", name="Z"), stop("2026-11-03", name=None)]
    judge_times([pair("2026-11-02", "2026-11-05")], tmp_path, pauses=pauses)
    told = [(group.rpartition(" ")[2], measure) for group, _, measure in facts_in(tmp_path)]
    assert told == [("#3", "without_record"), ("#4", "without_key")]


@pytest.mark.parametrize(
    ("row", "bad", "reason"),
    [
        (pair(None, "2026-11-05"), [], "missing"),
        (pair("2026-11-05", "2026-11-04"), [], "backwards"),
        (pair("2026-11-05", None), ["ended"], "unreadable"),
        (pair("2027-12-31", "2029-01-05"), [], "calendar"),
        (pair("2025-12-31", "2026-01-05"), [], "calendar"),
    ],
)
def test_what_cannot_be_told_is_undetermined(row, bad, reason, tmp_path: Path) -> None:
    outcome = judge_times([row], tmp_path, unreadable={0: bad})
    assert outcome.counts == (0, 0, 1, 0)
    assert outcome.column("reason") == [reason]


def test_the_limit_is_that_of_the_day_or_of_the_row(tmp_path: Path) -> None:
    limit = parameter("most", (Decimal(3), "2026-01-01", None))
    rows = [pair("2026-11-02", "2026-11-05"), pair("2025-11-02", "2025-11-05", "B")]
    more = {"dated_by": "began", "parameters": [limit]}
    outcome = judge_times(rows, tmp_path, check=CHECK | {"limit": "most"}, **more)
    assert outcome.column("reason") == ["parameter"]
    rows = [pair("2026-11-02", "2026-11-05") | {"days": days} for days in (3, 2, None, -1)]
    outcome = judge_times(rows, tmp_path, check=CHECK | {"limit": "days"})
    assert outcome.counts == (1, 1, 2, 0)
    assert outcome.column("reason") == [None, "missing", "undefined"]


@pytest.mark.parametrize(
    ("change", "more", "code"),
    [
        ({"count": "weeks"}, {}, "check.not_a_choice"),
        ({"limit": "2.5"}, {}, "formula.whole_needed"),
        ({"start": "text"}, {}, "formula.type"),
        ({"count": "working-hours"}, {}, "formula.type"),
        ({"running": "met"}, {}, "check.not_a_choice"),
        ({"pauses": {"table": "stops"}}, {}, "check.missing_key"),
        ({"pauses": PAUSES}, {}, "check.unknown_table"),
        ({"pauses": PAUSES | {"table": "t"}}, {}, "check.bad_value"),
        ({}, {"calendar": None}, "formula.no_calendar"),
    ],
)
def test_what_cannot_be_judged_is_refused(change, more, code, tmp_path: Path) -> None:
    with pytest.raises((RulesError, FormulaError)) as refused:
        judge_rows(OF, CHECK | change, [], tmp_path, **VIOLATION, **more)
    assert refused.value.code == code


def works(day: date) -> bool:
    kind = SPECIAL.get(day)
    return day.isoweekday() <= 5 if kind is None else kind is DayKind.SWAP_WORK


DAY = st.integers(0, 25).map(lambda offset: date(2026, 1, 1) + timedelta(days=offset))


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    ends=st.tuples(DAY, DAY).map(sorted),
    pauses=st.lists(st.tuples(DAY, DAY).map(lambda pair: tuple(sorted(pair))), max_size=4),
    limit=st.integers(1, 8),
)
def test_working_days_are_those_counted_by_hand(ends, pauses, limit, tmp_path: Path) -> None:
    began, ended = ends
    stops = [{"id": "A", "since": since, "until": until} for since, until in pauses]
    row = {"id": "A", "began": began, "ended": ended}
    outcome = judge_times([row], tmp_path, pauses=stops, check=CHECK | {"limit": limit})
    days = [began + timedelta(days=n) for n in range(1, (ended - began).days + 1)]
    counted = [
        day for day in days
        if works(day) and not any(since < day <= until for since, until in pauses)
    ]  # fmt: skip
    assert outcome.counts == ((0, 1, 0, 0) if len(counted) > limit else (1, 0, 0, 0))


def due_by_hand(began: date, ended: date, pauses: list[tuple[date, date]], limit: int) -> date:
    """The last day: every stretch of pauses that begins by then moves it on."""
    due = first_working_day(began + timedelta(days=limit))
    covered = sorted(
        day for day in {since + timedelta(days=n) for since, until in pauses
                        for n in range((until - since).days)} if began <= day < ended
    )  # fmt: skip
    paused = 0
    while covered:
        stretch = [covered.pop(0)]
        while covered and covered[0] == stretch[-1] + timedelta(days=1):
            stretch.append(covered.pop(0))
        if stretch[0] > due:
            break
        paused += len(stretch)
        due = first_working_day(began + timedelta(days=limit + paused))
    return due


def first_working_day(day: date) -> date:
    while not works(day):
        day += timedelta(days=1)
    return day


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    ends=st.tuples(DAY, DAY).map(sorted),
    pauses=st.lists(st.tuples(DAY, DAY).map(lambda pair: tuple(sorted(pair))), max_size=4),
    limit=st.integers(0, 8),
)
def test_days_are_those_counted_by_hand(ends, pauses, limit, tmp_path: Path) -> None:
    began, ended = ends
    stops = [{"id": "A", "since": since, "until": until} for since, until in pauses]
    row = {"id": "A", "began": began, "ended": ended}
    check = CHECK | {"limit": limit, "count": "days"}
    outcome = judge_times([row], tmp_path, pauses=stops, check=check)
    is_late = ended > due_by_hand(began, ended, pauses, limit)
    assert outcome.counts == ((0, 1, 0, 0) if is_late else (1, 0, 0, 0))


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    minutes=st.lists(st.integers(0, 4 * 24 * 60), min_size=2, max_size=8),
    limit=st.integers(1, 20),
)
def test_working_hours_are_the_minutes_counted_by_hand(minutes, limit, tmp_path: Path) -> None:
    midnight = datetime(2026, 1, 8)  # noqa: DTZ001 - wall time
    at = [midnight + timedelta(minutes=one) for one in minutes]
    began, ended = sorted(at[:2])
    pauses = [tuple(sorted(two)) for two in zip(at[2::2], at[3::2], strict=False)]
    stops = [{"id": "A", "since": since, "until": until} for since, until in pauses]
    check = CHECK | {"count": "working-hours", "limit": limit}
    row = {"id": "A", "began": began, "ended": ended}
    outcome = judge_times([row], tmp_path, pauses=stops, check=check)

    def runs(minute: datetime) -> bool:
        inside = any(start <= minute.time() < end for start, end in CALENDAR.sessions)
        paused = any(since <= minute < until for since, until in pauses)
        return inside and works(minute.date()) and not paused

    total = int((ended - began).total_seconds()) // 60
    taken = sum(runs(began + timedelta(minutes=n)) for n in range(total))
    assert outcome.counts == ((0, 1, 0, 0) if taken > limit * 60 else (1, 0, 0, 0))
