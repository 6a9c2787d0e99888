# ruff: noqa: DTZ001 - files hold wall time
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from rules.reading.cells import convert, expectation
from rules.reading.result import Expected, Wrong
from tests.rules.reading.reading_a_file import column, contract, read


def one(text: str, of, **settings: str) -> object:
    """The value of one cell, or what is wrong with it."""
    cells = convert(pl.Series([text]), column=of, contract=contract(of, **settings))
    return cells.wrong[0] if cells.bad[0] and cells.wrong else cells.value[0]


@pytest.mark.parametrize(
    ("of", "good", "bad"),
    [
        (column("a", "integer", least=-1, most=3), ["-1", "0", "3"], ["-2", "4", "1000"]),
        (column("a", "integer", least=1), ["1", "999,999,999,999,999,999"], ["0", "-1"]),
        (
            column("a", "decimal", scale=2, least=Decimal("0.5"), most=Decimal("1.25")),
            ["0.50", "1.25", "1.250"],
            ["0.49", "1.26", "-1"],
        ),
        (column("a", "money", scale=2, most=Decimal(0)), ["0", "-5.01"], ["0.01"]),
        (
            column("a", "date", format=("%d/%m/%Y",), least=date(2024, 3, 1)),
            ["01/03/2024", "31/12/9999"],
            ["29/02/2024"],
        ),
        (
            column("a", "datetime", format=("%Y-%m-%d %H:%M",), most=datetime(2024, 3, 1, 7, 30)),
            ["2024-03-01 07:30"],
            ["2024-03-01 07:31"],
        ),
    ],
)
def test_both_limits_are_in_range_and_what_lies_beyond_is_not(of, good, bad):
    cells = convert(pl.Series([*good, "", *bad]), column=of, contract=contract(of))

    assert cells.bad.to_list() == [False] * (len(good) + 1) + [True] * len(bad)
    assert cells.value.is_null().to_list() == [False] * len(good) + [True] * (len(bad) + 1)
    assert cells.wrong == (Wrong.RANGE,) * len(bad)


@given(some.lists(some.integers(-50, 50)), some.integers(-20, 20), some.integers(0, 20))
def test_a_range_keeps_exactly_the_values_between_its_limits(values, least, width):
    of = column("a", "integer", least=least, most=least + width)

    cells = convert(
        pl.Series([str(value) for value in values], dtype=pl.String),
        column=of,
        contract=contract(of),
    )

    kept = [value if least <= value <= least + width else None for value in values]
    assert cells.value.to_list() == kept
    assert cells.bad.to_list() == [value is None for value in kept]


def test_a_value_out_of_range_is_listed_with_its_place_and_what_was_expected(tmp_path):
    of = contract(column("n", "integer"), column("a", "integer", least=0, most=100))

    found = read(b"n,a\n1,7\n2,101\n3,x\n4,-1\n5,\n", of, tmp_path)

    assert found.problems.select("row", "found", "expected", "detail", "code").rows() == [
        (3, "101", "range", "≥ 0; ≤ 100", "range"),
        (4, "x", "integer", "", "shape"),
        (5, "-1", "range", "≥ 0; ≤ 100", "range"),
    ]
    assert found.column("a") == [7, None, None, None, None]
    assert found.unreadable == [[], ["a"], ["a"], ["a"], []]


def test_the_cells_of_a_workbook_obey_the_same_range(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["n", "a", "on"],
        [1, 7, datetime(2024, 3, 1)],
        [2, 101, datetime(2024, 2, 1)],
        [3, "100", "01/01/2024"],
        [4, "101", "01/04/2024"],
        [5, True, 5],
    ):
        book.worksheets[0].append(row)
    book.save(tmp_path / "book.xlsx")
    of = contract(
        column("n", "integer"),
        column("a", "decimal", scale=1, most=Decimal(100)),
        column("on", "date", format=("%d/%m/%Y",), least=date(2024, 3, 1)),
    )

    found = read(tmp_path / "book.xlsx", of, tmp_path / "out")

    assert found.column("a") == [Decimal(7), None, Decimal(100), None, None]
    assert found.column("on") == [date(2024, 3, 1), None, None, date(2024, 4, 1), None]
    codes = found.problems.sort("column", "row").select("row", "column", "code").rows()
    assert codes == [
        (3, "a", "range"),
        (5, "a", "range"),
        (6, "a", "kind"),
        (3, "on", "range"),
        (4, "on", "range"),
        (6, "on", "shape"),
    ]


def test_a_column_may_write_its_numbers_in_a_way_of_its_own():
    own = column("a", "decimal", scale=3, decimal_mark=",", grouping=".")
    bare = column("a", "decimal", scale=3, grouping="")

    assert one("1.234", own) == Decimal(1234)
    assert one("1.234", bare) == Decimal("1.234")
    assert one("1,234", own) == Decimal("1.234")
    assert one("1,234", bare) is None


def test_a_workbook_writes_numbers_in_its_own_way_whatever_the_column_says(tmp_path):
    book = openpyxl.Workbook()
    for row in (["a"], [1.234], ["1.234"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "book.xlsx")
    of = contract(column("a", "decimal", scale=3, decimal_mark=",", grouping="."))

    found = read(tmp_path / "book.xlsx", of, tmp_path / "out")

    assert found.column("a") == [Decimal("1.234"), Decimal(1234)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-03-01T10:00:00Z", datetime(2024, 3, 1, 17)),
        ("2024-03-01T10:00:00+07:00", datetime(2024, 3, 1, 10)),
        ("2024-03-01T10:00:00+0700", datetime(2024, 3, 1, 10)),
        ("2024-03-01T20:00:00-05:30", datetime(2024, 3, 2, 8, 30)),
        ("2024-03-01T10:00:00", datetime(2024, 3, 1, 10)),
        ("2024-03-01T10:00:00z", None),
        ("2024-03-01T10:00:00+7", None),
        ("2024-03-01T10:00:00+24:00", None),
        ("2024-03-01T10:00:00 +07:00", None),
    ],
)
def test_a_moment_with_an_offset_is_taken_to_the_zone_of_the_contract(text, value):
    of = column("a", "datetime", format=("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"))

    assert one(text, of) == value


def test_the_zone_of_the_contract_decides_the_wall_time():
    of = column("a", "datetime", format=("%z %d/%m/%Y %H:%M",))

    assert one("Z 01/07/2024 10:00", of, time_zone="UTC") == datetime(2024, 7, 1, 10)
    assert one("Z 01/07/2024 10:00", of, time_zone="Europe/Paris") == datetime(2024, 7, 1, 12)
    assert one("Z 01/01/2024 10:00", of, time_zone="Europe/Paris") == datetime(2024, 1, 1, 11)


@given(
    some.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    some.integers(-12 * 60, 14 * 60),
)
def test_an_offset_is_reckoned_as_python_reckons_it(wall, minutes):
    of = column("a", "datetime", format=("%Y-%m-%dT%H:%M:%S%z",))
    moment = wall.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    here = moment.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).replace(tzinfo=None)
    assert one(moment.isoformat(), of) == here


def test_what_was_expected_depends_on_what_is_wrong():
    of = column("a", "integer", least=1)

    assert expectation(of) == (Expected.INTEGER, "")
    assert expectation(of, Wrong.SHAPE) == (Expected.INTEGER, "")
    assert expectation(of, Wrong.RANGE) == (Expected.RANGE, "≥ 1")
