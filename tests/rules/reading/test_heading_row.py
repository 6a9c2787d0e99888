"""A contract says where the heading of a text file stands, or that there is none."""

import pytest

from rules.errors import PackError, ReadingError
from rules.loading.contracts import read_contract
from rules.loading.entries import parse
from rules.reading import Wrong
from tests.rules.reading.reading_a_file import column, contract, read


def of(heading: int | None):
    return contract(column("a", "code"), column("b", "code"), heading=heading)


def test_without_heading_the_first_record_is_a_row(tmp_path):
    found = read(b'1,2\n"3","4"\n\n5,6,7\n', of(0), tmp_path)

    assert found.rows.select("a", "b").rows() == [("1", "2"), ("3", "4")]
    assert found.numbers == [1, 2]
    assert [(place[0], place[3]) for place in found.places] == [(None, "rows_blank"), (4, "fields")]


def test_without_heading_the_first_record_may_be_in_quotation_marks(tmp_path):
    assert read(b'"1","2"\n3,4\n', of(0), tmp_path).column("a") == ["1", "3"]


@pytest.mark.parametrize(
    "before",
    [b"Title\n\n", b'"Title, with a comma"\n"two\nlines"\n', b'"out of" place\nx\n', b"a,b\na,b\n"],
)
def test_a_declared_heading_passes_over_what_stands_before_it(tmp_path, before):
    found = read(before + b"a,b\n1,2\n", of(3), tmp_path)

    assert (found.numbers, found.column("a"), found.column("b")) == ([4], ["1"], ["2"])
    assert found.places == []


def test_a_declared_heading_in_quotation_marks_is_understood(tmp_path):
    assert read(b'x\n"a","b"\n1,2\n', of(2), tmp_path).column("b") == ["2"]


def test_a_declared_heading_that_is_not_the_heading_leaves_the_columns_missing(tmp_path):
    found = read(b"a,b\n1,2\n3,4\n", of(2), tmp_path)

    codes = [one.code for one in found.reading.file_problems]
    assert codes == [Wrong.COLUMN_MISSING] * 2 + [Wrong.COLUMN_EXTRA] * 2


@pytest.mark.parametrize(
    ("content", "heading", "code"),
    [
        (b"a,b\n1,2\n", 9, "reading.no_heading"),
        (b'x\n"a"b,c\n1,2\n', 2, "reading.heading_quotes"),
        (b"", 0, "reading.no_heading"),
    ],
)
def test_a_heading_that_is_not_there_is_refused(tmp_path, content, heading, code):
    with pytest.raises(ReadingError) as refused:
        read(content, of(heading), tmp_path)

    assert refused.value.code == code


TABLE = """
name: t
title: {{vi: —, en: —}}
file: {file}
columns: [{{name: a, type: code, label: {{vi: —, en: —}}}}]
"""


@pytest.mark.parametrize(
    ("file", "heading", "sheet"),
    [
        ("{heading: none}", 0, None),
        ("{heading: 4, sheet: Chi tiết}", 4, "Chi tiết"),
        ("{delimiter: ';'}", None, None),
    ],
)
def test_heading_and_sheet_are_read_from_the_contract(file, heading, sheet):
    table = read_contract(parse(TABLE.format(file=file).encode(), file="t.yaml"))

    assert (table.heading, table.sheet) == (heading, sheet)


@pytest.mark.parametrize("written", ["0", "-1", "first", "true", "1.5", "[1]"])
def test_a_heading_that_is_no_row_is_refused(written):
    with pytest.raises(PackError) as refused:
        read_contract(parse(TABLE.format(file=f"{{heading: {written}}}").encode(), file="t.yaml"))

    assert refused.value.code == "pack.heading_row"
