# ruff: noqa: DTZ001 - files hold wall time
"""A sheet loaded once, by the kinds of its cells, reads as one that is looked at with care."""

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from rules.reading.cell_places import letters
from rules.reading.guessed_sheet import load_guessed
from rules.reading.sheet_scan import _beyond, _wider, scan_sheets
from tests.rules.reading.reading_a_file import Outcome, column, contract, read
from tests.rules.reading.test_workbook import workbook

NEVER = "no row says this"
CELLS = {
    "number": (0, 1, -7, 1.5, 0.1 + 0.2, 1e20, 123456789012345.0, 20240301),
    "text": ("a", " b ", "00123", "true", "2024-03-01", "01/03/2024", "1,50", " ", "O'Neil"),
    "truth": (True, False),
    "date": (date(2024, 3, 1), datetime(2024, 3, 1, 15, 30), date(1900, 1, 5), time(3, 4)),
    "duration": (timedelta(hours=30),),
    "error": ("#N/A",),
}
TYPES = (
    column("a", "integer"),
    column("a", "money", scale=2),
    column("a", "date", format=("%d/%m/%Y", "%Y%m%d")),
    column("a", "datetime"),
    column("a", "boolean", values=("1", "0")),
    column("a", "boolean"),
    column("a", "category", values=("a", "1")),
    column("a", "code"),
    column("a", "text", required=True),
)


@some.composite
def columns(draw) -> list[object]:
    """Cells mostly of one kind, some of another, some nothing."""
    kind = draw(some.sampled_from(list(CELLS)))
    others = [None, *CELLS[draw(some.sampled_from([kind, kind, *CELLS]))]]
    return draw(some.lists(some.sampled_from([*CELLS[kind] * 2, *others]), min_size=1, max_size=6))


def outcomes(source: Path, of, folder: Path) -> list[Outcome]:
    """By a guess where it can be, and with care because the end of the table is looked for."""
    rest = {"decimal_mark": ",", "grouping": "."}
    return [
        read(source, contract(column("n", "integer"), of, stop=stop, **rest), folder / str(stop))
        for stop in (None, NEVER)
    ]


@given(columns(), some.sampled_from(TYPES))
@example([0, 1, True], TYPES[0])
@example([True, True], TYPES[0])
@example([20240301, 20240302], TYPES[2])
@example([1, 0], TYPES[4])
@example([date(2024, 3, 1)], TYPES[0])
@example(["#N/A", None], TYPES[1])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_column_reads_alike_by_a_guess_and_with_care(tmp_path_factory, cells, of):
    folder = tmp_path_factory.mktemp("guess")
    rows = [["n", "a"], *([number, cell] for number, cell in enumerate(cells))]

    guessed, careful = outcomes(workbook(folder / "book.xlsx", rows), of, folder)

    assert guessed.rows.equals(careful.rows)
    assert guessed.problems.equals(careful.problems)
    assert guessed.reading == careful.reading


def guess(folder: Path, *rows: list[object]) -> pl.DataFrame | None:
    """The grid of a sheet of these rows, if it can be guessed."""
    source = workbook(folder / "book.xlsx", rows)
    sheet = load_guessed(source, "S1", scan=scan_sheets(source)["S1"])
    return None if sheet is None else sheet.grid


def test_columns_of_one_kind_are_loaded_as_what_they_are(tmp_path):
    grid = guess(
        tmp_path,
        ["n", "t", "d", "b", "mixed"],
        [1, "a", date(2024, 3, 1), True, 5],
        [None, "#N/A", None, False, "x"],
    )

    dtypes = [pl.Float64, pl.String, pl.Datetime("ms"), pl.Boolean, pl.String]
    assert grid is not None
    assert grid.dtypes == dtypes
    assert grid.row(0) == (None, "t", None, None, "mixed")
    assert grid.row(1) == (1.0, "a", datetime(2024, 3, 1), True, "5")


def test_a_column_without_cells_is_no_news(tmp_path, caplog):
    grid = guess(tmp_path, ["n", "a"], [1, None])

    assert grid is not None
    assert grid.rows() == [(None, "a"), (1.0, None)]
    assert caplog.records == []


@pytest.mark.parametrize(
    "rows",
    [
        (["n", "n"], [1, 2]),
        (["n", "n_1"], [1, 2]),
        (["n", None], [1, 2]),
        (["n", " "], [1, 2]),
        (["n", 2024], [1, 2]),
        (["n", True], [1, 2]),
        ([], ["n", "a"], [1, 2]),
        (["n", "a"], [1, 2], [2, True]),
        (["n", "a"], [1, timedelta(hours=30)]),
        (["n", "a"], [1, timedelta(hours=30)], [1, "x"]),
    ],
)
def test_what_a_guess_cannot_tell_is_left_to_care(tmp_path, rows):
    assert guess(tmp_path, *rows) is None


@given(some.integers(0, 18_277), some.integers(0, 18_277), some.integers(1, 10**6), some.booleans())
@example(25, 26, 1, False)
@example(26, 25, 99_999, True)
@example(701, 702, 1, True)
@example(0, 0, 100_000, False)
def test_a_place_is_beyond_what_is_known_by_its_column_or_its_row(known, column, row, is_single):
    quote = "'" if is_single else '"'
    place = f"<c r={quote}{letters(column)}{row}{quote}>".encode()
    widest = letters(known).encode()

    beyond = _beyond(widest, int(is_single)).search(place)
    wider = _wider(widest, int(is_single))

    assert (beyond is not None) == (column > known or row > 99_999)
    assert (wider is not None and wider.search(place) is not None) == (column > known)


def test_a_sheet_tells_its_truths_and_the_cells_of_its_first_row(tmp_path):
    rows = [["a", None, "c", 4], *([True, 't="b"', "x", number % 2 == 0] for number in range(9))]
    source = workbook(tmp_path / "book.xlsx", rows, [[], ["below"]])

    scans = scan_sheets(source)

    assert [scan.truths for scan in scans.values()] == [{0, 3}, set()]
    assert [scan.first_row_cells for scan in scans.values()] == [3, 0]


@pytest.mark.parametrize(
    "cell",
    [
        "<c t='b' r='B2'>",
        '<c t="b">',
        '<x:c r="B2" t="b">',
        '<c r="B2" t = "b">',
        '<c r="B2" t\n="b">',
        '<c r="B2" t="&#98;">',
    ],
)
def test_truths_whose_columns_are_not_plain_are_not_told(tmp_path, cell):
    source = rewritten(tmp_path, b'<c r="B2" t="b">', cell.encode())

    assert scan_sheets(source)["S1"].truths is None


@pytest.mark.parametrize("far", [0, 100, 255, 256, 257, 1 << 20])
def test_truths_are_found_wherever_the_bytes_are_cut(tmp_path, far):
    rows = [["n", "a", "b"], [1, "y" * ((1 << 20) - 700 + far), True], [1, "x", True]]
    source = workbook(tmp_path / "book.xlsx", rows)
    inline = rewritten(tmp_path, b"<sheetData>", b"<sheetData>" + b" " * far, source=source)

    assert scan_sheets(inline)["S1"].truths == {2}


@pytest.mark.parametrize(
    "cells", ['<c r="A1"><v></v></c>', '<c r="A1"><v/></c><c r="B1" s="1"/>', "<c/>"]
)
def test_a_first_row_of_nothing_is_no_heading(tmp_path, cells):
    source = workbook(tmp_path / "book.xlsx", [["x"], ["n", "a"], [1, 2]])
    blank = rewritten(
        tmp_path,
        b'<c r="A1" t="inlineStr"><is><t>x</t></is></c>',
        cells.encode(),
        source=source,
    )

    assert load_guessed(blank, "S1", scan=scan_sheets(blank)["S1"]) is None
    assert read(blank, contract(column("n", "integer")), tmp_path).numbers == [3]


def test_white_space_in_a_heading_reads_alike(tmp_path):
    source = workbook(tmp_path / "book.xlsx", [[" n ", "a\n", " é"], [1, "x", "y"]])

    guessed, careful = outcomes(source, column("a", "text"), tmp_path)

    assert guessed.rows.equals(careful.rows)
    assert guessed.problems.equals(careful.problems)


def rewritten(folder: Path, old: bytes, new: bytes, *, source: Path | None = None) -> Path:
    """A workbook with something else in the XML of its sheet."""
    source = source or workbook(folder / "book.xlsx", [["n", "a"], [1, True]])
    other = folder / "other.xlsx"
    with zipfile.ZipFile(source) as good, zipfile.ZipFile(other, "w") as changed:
        for name in good.namelist():
            content = good.read(name)
            changed.writestr(name, content.replace(old, new) if "sheet1" in name else content)
    return other
