"""Where a table in a text file begins, and where it ends."""

import polars as pl
import pytest

from rules.errors import ReadingError
from rules.reading.result import FileProblem, Wrong
from tests.rules.reading.reading_a_file import column, contract, read, texts

AB = texts("a", "b")


def test_columns_are_found_by_name_in_any_order(tmp_path):
    found = read(b" b ,c,a\nx,?,1\n", AB, tmp_path)

    assert found.rows.row(0)[:2] == ("1", "x")
    extra = FileProblem(code=Wrong.COLUMN_EXTRA, column="c", found="c", detail="2")
    assert found.reading.file_problems == (extra,)
    assert extra.is_note


def test_a_heading_in_another_normal_form_is_the_same_heading(tmp_path):
    found = read("so\u0302\u0301 tie\u0302\u0300n\n5\n".encode(), texts("số tiền"), tmp_path)

    assert found.column("số tiền") == ["5"]


def test_a_missing_column_is_a_problem_of_the_file_and_left_out(tmp_path):
    found = read(b"a,a,\n1,2,3\n", AB, tmp_path)

    assert "a" not in found.rows.columns
    assert "b" not in found.rows.columns
    assert found.reading.rows_read == 1
    assert [(one.code, one.column) for one in found.reading.file_problems] == [
        (Wrong.COLUMN_DUPLICATE, "a"),
        (Wrong.COLUMN_MISSING, "b"),
        (Wrong.COLUMN_UNNAMED, None),
    ]
    assert found.problems["row"].to_list() == [None, None, None]


def test_a_file_of_a_heading_alone_is_an_empty_table(tmp_path):
    found = read(b"a,b", AB, tmp_path)

    assert found.reading.rows_in_file == 0
    assert found.rows.schema["a"] == pl.String
    assert found.reading.problems == 0


@pytest.mark.parametrize("content", [b"", b"\n\n", b" , \n", b"\xef\xbb\xbf"])
def test_a_file_without_any_text_has_no_heading(tmp_path, content):
    with pytest.raises(ReadingError) as refused:
        read(content, AB, tmp_path)

    assert refused.value.code == "reading.no_heading"


@pytest.mark.parametrize("content", [b'a,"b\n1,2\n', b'"a"x,b\n1,2\n'])
def test_a_heading_with_broken_quotes_is_refused(tmp_path, content):
    with pytest.raises(ReadingError) as refused:
        read(content, AB, tmp_path)

    assert refused.value.code == "reading.heading_quotes"


TOTALS = contract(
    column("a", "code"), column("b", "integer"), delimiter=";", stop="Tổng cộng|TỔNG.*"
)


@pytest.mark.parametrize(
    "total", [" Tổng cộng ;3", ";TỔNG SỐ", '"Tổng cộng";"3"', "Tổng cộng", '"Tổng cộng";;"3"']
)
def test_a_row_of_totals_ends_the_table_and_is_listed(tmp_path, total):
    lines = ["a;b", "x;1", "Tổng cộng ty;2", total, "", "Người lập;", "ký;tên;đây"]

    found = read("\n".join(lines).encode(), TOTALS, tmp_path)

    assert found.column("a") == ["x", "Tổng cộng ty"]
    refused = [place for place in found.places if place[0] is not None]
    assert [(place[0], place[3]) for place in refused] == [
        (4, Wrong.STOPPED),
        (6, Wrong.STOPPED),
        (7, Wrong.STOPPED),
    ]
    assert found.reading.rows_in_file == 5


def test_nothing_behind_the_end_of_a_table_is_dropped_in_a_long_file(tmp_path):
    lines = "".join(f"x{n};{n}\n" for n in range(200_000))
    content = f"a;b\n{lines}Tổng cộng;9\n{lines}"

    found = read(content.encode(), TOTALS, tmp_path)

    assert found.reading.rows_read == 200_000
    assert found.reading.rows_refused == 200_001
    assert found.places[0] == (200_002, None, "Tổng cộng; 9", "stopped")
    assert found.places[-1] == (400_002, None, "x199999; 199999", "stopped")
