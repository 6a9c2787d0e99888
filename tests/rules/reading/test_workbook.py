"""Workbooks in the format of today: cells come as declared, rows bear the numbers Excel shows."""

# ruff: noqa: DTZ001 - files hold wall time
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from rules.errors import ReadingError
from rules.reading.result import FileProblem, Wrong
from rules.reading.sheets import _plain
from tests.rules.reading.reading_a_file import column, contract, read, texts


def workbook(path: Path, *sheets: Sequence[Sequence[object]]) -> Path:
    """A workbook of sheets "S1", "S2", …; a text `#…` becomes an error cell."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"S{number}")
        for row, cells in enumerate(rows, start=1):
            for place, value in enumerate(cells, start=1):
                cell = sheet.cell(row=row, column=place)
                if value is not None:
                    cell.value = value
                if isinstance(value, str) and value.startswith("#"):
                    cell.data_type = "e"
    book.save(path)
    return path


def of_one(tmp_path: Path, of, *values):
    """One column read from cells, beside a column of numbers that keeps every row."""
    rows = [["n", "a"], *([number, value] for number, value in enumerate(values))]
    under = contract(column("n", "integer"), of, decimal_mark=",", grouping=".")
    return read(workbook(tmp_path / "book.xlsx", rows), under, tmp_path / "out")


def test_numbers_come_without_the_noise_of_doubles(tmp_path):
    found = of_one(
        tmp_path,
        column("a", "decimal", scale=3),
        0.1 + 0.2, 1234567890.12, 1.234, 123456789012.345, -5, 0.0001, 1e-10, 1e20, 10.0,
    )  # fmt: skip

    assert found.column("a") == [
        Decimal("0.300"),
        Decimal("1234567890.120"),
        Decimal("1.234"),
        Decimal("123456789012.345"),
        Decimal("-5.000"),
        None,
        None,
        None,
        Decimal("10.000"),
    ]
    assert [place[2:] for place in found.places] == [
        ("0.0001", "places"),
        ("0.0000000001", "places"),
        ("100000000000000000000", "size"),
    ]


def test_a_text_is_read_as_declared_also_where_it_looks_like_a_number(tmp_path):
    found = of_one(tmp_path, column("a", "money", scale=2), "1.234", "1.234,50", 1.23, "1.23", " ")

    assert found.column("a") == [
        Decimal("1234.00"),
        Decimal("1234.50"),
        Decimal("1.23"),
        None,
        None,
    ]
    assert found.places == [(5, "a", "1.23", "shape")]


def test_dates_come_from_serials_or_from_texts_as_declared(tmp_path):
    of = column("a", "date", format=("%d/%m/%Y",))
    cells = (
        date(2024, 2, 29), datetime(2024, 2, 29), "29/02/2024", "2024-02-29", 45351,
        datetime(2024, 2, 29, 13, 45), time(13, 45), timedelta(hours=255, minutes=10), True,
    )  # fmt: skip
    found = of_one(tmp_path, of, *cells)

    assert found.column("a") == [date(2024, 2, 29)] * 3 + [None] * 6
    assert [(place[0], place[3]) for place in found.places] == [
        (5, "shape"),
        (6, "shape"),
        (7, "kind"),
        (8, "kind"),
        (9, "kind"),
        (10, "shape"),
    ]


def test_datetimes_keep_their_seconds(tmp_path):
    moment = datetime(2024, 2, 29, 14, 59, 59)
    of = column("a", "datetime", format=("%d/%m/%Y %H:%M",))
    found = of_one(tmp_path, of, moment, "29/02/2024 15:00", date(2024, 2, 29))

    assert found.column("a") == [moment, datetime(2024, 2, 29, 15), datetime(2024, 2, 29)]


def test_what_excel_made_of_a_code_is_a_problem_not_another_code(tmp_path):
    found = of_one(
        tmp_path, column("a", "code"), "00123", 123, 1.5, date(2010, 1, 11), True, "2010-01-11"
    )

    assert found.column("a") == ["00123", "123", "1.5", None, None, "2010-01-11"]
    assert found.places == [
        (5, "a", "2010-01-11 00:00:00", "kind"),
        (6, "a", "TRUE", "kind"),
    ]


def test_a_long_code_typed_as_a_number_keeps_its_digits(tmp_path):
    found = of_one(tmp_path, column("a", "code"), 1234567890123456, 999999999999999)

    assert found.column("a") == ["1234567890123456", "999999999999999"]


def test_truth_values_and_declared_words_are_booleans(tmp_path):
    of = column("a", "boolean", values=("Có", "Không"))
    found = of_one(tmp_path, of, True, False, "Có", "Không", "true", 1)

    assert found.column("a") == [True, False, True, False, None, None]
    assert [place[0] for place in found.places] == [6, 7]


def test_error_cells_are_problems_and_never_blanks(tmp_path):
    of = column("a", "code", required=True)
    found = of_one(tmp_path, of, "#N/A", None, "#DIV/0!", "x")

    assert found.column("a") == [None, None, None, "x"]
    assert found.unreadable == [["a"], [], ["a"], []]
    assert found.places == [
        (2, "a", "#N/A", "error_value"),
        (3, "a", "", "required"),
        (4, "a", "#DIV/0!", "error_value"),
    ]


def test_a_row_of_error_cells_alone_is_a_row(tmp_path):
    path = workbook(
        tmp_path / "book.xlsx", [["a", "b"], ["#N/A", "#N/A"], [None, None], ["1", "2"]]
    )
    found = read(path, texts("a", "b"), tmp_path / "out")

    assert found.numbers == [2, 4]
    assert found.unreadable == [["a", "b"], []]


def test_rows_bear_the_numbers_excel_shows(tmp_path):
    rows = [[], [], [None, "a", "b"], [None, 1, 2], [], [None, 3, "  "], [], [None, None, "x"]]
    found = read(workbook(tmp_path / "book.xlsx", rows), texts("a", "b"), tmp_path / "out")

    assert found.numbers == [4, 6, 8]
    assert found.column("__sheet") == ["S1"] * 3
    blank = FileProblem(code=Wrong.ROWS_BLANK, found="2", detail="5, 7")
    assert found.reading.file_problems == (blank,)


def test_the_first_sheet_with_every_column_is_read(tmp_path):
    path = workbook(
        tmp_path / "book.xlsx", [["Bìa"]], [["b", "c"]], [["b", "a"], ["x", 1]], [["a", "b"]]
    )
    found = read(path, texts("a", "b"), tmp_path / "out")

    assert found.rows.row(0)[:2] == ("1", "x")
    others = FileProblem(code=Wrong.SHEETS_IGNORED, found="S1; S2; S4")
    assert found.reading.file_problems == (others,)


def test_without_such_a_sheet_the_first_is_read_and_its_columns_missed(tmp_path):
    path = workbook(tmp_path / "book.xlsx", [["a"], ["1"]], [["b"]])
    found = read(path, texts("a", "b"), tmp_path / "out")

    assert found.column("a") == ["1"]
    codes = [(one.code, one.column) for one in found.reading.file_problems]
    assert codes == [(Wrong.COLUMN_MISSING, "b"), (Wrong.SHEETS_IGNORED, None)]


def test_an_empty_workbook_has_no_heading(tmp_path):
    with pytest.raises(ReadingError) as refused:
        read(workbook(tmp_path / "book.xlsx", []), texts("a"), tmp_path / "out")

    assert refused.value.code == "reading.no_heading"


def test_dates_of_1904_are_the_same_days(tmp_path, acceptance):
    named = tmp_path / "named"
    named.mkdir()
    for name in ("date.xlsx", "date_1904.xlsx"):
        source = openpyxl.load_workbook(acceptance / "tables" / "spreadsheets" / name)
        source.worksheets[0].insert_rows(1)
        source.worksheets[0]["A1"], source.worksheets[0]["B1"] = "day", "n"
        source.save(named / name)
        of = contract(column("day", "date"), column("n", "integer"))
        found = read(named / name, of, tmp_path / f"out-{name}")

        assert found.column("day") == [date(2021, 1, 1), date(2021, 1, 2), None]
        assert found.column("n") == [15, 16, 17]
        # The duration is no date: it is listed, not turned into one.
        assert [(place[0], place[1], place[3]) for place in found.places] == [(4, "day", "kind")]


@example(999_999_999_999_999, 0)
@example(999_999_999_999_999, 12)
@example(1, 12)
@given(some.integers(-(10**15) + 1, 10**15 - 1), some.integers(0, 12))
def test_a_number_of_fifteen_digits_survives_the_double_it_is_stored_in(digits, places):
    written = Decimal(digits).scaleb(-places)

    text = _plain(pl.Series([float(written), None]))

    assert Decimal(str(text[0])) == written
    assert text[1] is None


def test_a_row_of_totals_in_a_workbook_ends_the_table_and_is_listed(tmp_path):
    rows = [["a", "b"], ["x", 1], ["Cộng", 1], [None, None], ["Người lập", None]]
    of = contract(column("a", "text"), column("b", "integer"), stop="Cộng|Tổng.*")

    found = read(workbook(tmp_path / "book.xlsx", rows), of, tmp_path / "out")

    assert found.column("a") == ["x"]
    refused = [place for place in found.places if place[0] is not None]
    assert refused == [
        (3, None, "Cộng; 1", Wrong.STOPPED),
        (5, None, "Người lập", Wrong.STOPPED),
    ]
    assert found.reading.rows_in_file == 3


@pytest.mark.parametrize("kind", ["code", "text"])
def test_letters_beside_numbers_truths_and_dates_are_told_apart(tmp_path, kind):
    values = ["chữ", 12, True, "true", "12", -0.5, datetime(2024, 1, 2)]

    found = of_one(tmp_path, column("a", kind), *values)

    assert found.column("a") == ["chữ", "12", None, "true", "12", "-0.5", None]
    assert [(place[0], place[3]) for place in found.places] == [(4, "kind"), (8, "kind")]
