"""Published broken files: what is wrong with them is reported at the published place."""

import json
from collections.abc import Iterator

import pytest

from rules.contract import Contract
from rules.errors import ReadingError
from rules.reading.result import Wrong
from tests.rules.reading.reading_a_file import column, contract, read, texts

FRICTIONLESS = {
    "structure-errors.csv": texts("id", "name", "age"),
    "capital-invalid.csv": contract(column("id", "integer"), column("name", "text")),
    "defective-rows.csv": texts("id", "name", "age"),
    "sequential-value.csv": texts("row", "index2", "index3"),
    "invalid.csv": texts("id", "name"),
    "duplicate-rows.csv": texts("id", "name", "age"),
    "deviated-value.csv": contract(column("temperature", "integer")),
    "truncated-value.csv": texts("int", "str"),
    "truncated-value-close.csv": texts("int", "str"),
}
# The other types are no errors of reading: a rule finds them (unique, gaps, outlier), or, in a
# refused row, its cells are not read.
STRUCTURE = {"missing-cell", "extra-cell", "blank-row", "duplicate-label", "blank-label"}


def test_no_file_of_frictionless_is_left_out(acceptance):
    published = _published(acceptance, "frictionless")

    assert sorted(FRICTIONLESS) == sorted(one["file"] for one in published)


@pytest.mark.parametrize("name", sorted(FRICTIONLESS))
def test_every_structure_error_of_frictionless_is_found_in_its_place(tmp_path, acceptance, name):
    published = _published(acceptance, "frictionless")
    errors = next(one["errors"] for one in published if one["file"] == name)
    wanted = {(one["row"], one["field"], one["type"]) for one in errors if one["type"] in STRUCTURE}

    found = read(acceptance / "tables" / "frictionless" / name, FRICTIONLESS[name], tmp_path)

    assert set(_structure_errors(found)) == wanted
    refused = [place for place in found.places if place[3] == "fields"]
    assert len(refused) == found.reading.rows_refused


def _structure_errors(found) -> Iterator[tuple[int | None, int | None, str]]:
    """Our problems in their words: one for each absent or additional cell."""
    lines = found.problems.select("row", "found", "detail", "code").rows()
    for row, what, detail, code in lines:
        match code:
            case Wrong.FIELDS:
                count, width = int(what), int(detail)
                for field in range(count + 1, width + 1):
                    yield row, field, "missing-cell"
                for field in range(width + 1, count + 1):
                    yield row, field, "extra-cell"
            case Wrong.ROWS_BLANK:
                for one in detail.split(", "):
                    yield int(one), None, "blank-row"
            case Wrong.COLUMN_DUPLICATE:
                for position in detail.split(", ")[1:]:
                    yield None, int(position), "duplicate-label"
            case Wrong.COLUMN_UNNAMED:
                yield None, int(detail), "blank-label"


def test_frictionless_type_errors_are_found_in_their_cell(tmp_path):
    # Row 12 of capital-invalid.csv, its extra cell taken away: refused rows have no cells.
    of = contract(column("id", "integer"), column("city", "text"))
    found = read(b"id,city\n1,London\nx,Tokio\n", of, tmp_path)

    assert found.places == [(3, "id", "x", "shape")]


CSVLINT = {
    "ragged_rows.csv": (Wrong.FIELDS, texts("col1", "col2", "col3")),
    "unclosed_quote.csv": (Wrong.QUOTE_OPEN, texts("col1", "col2", "col3")),
    "whitespace.csv": (Wrong.QUOTES, texts("col1", "col2", "col3")),
}


@pytest.mark.parametrize("name", sorted(CSVLINT))
def test_csvlint_refused_rows_are_named_with_their_line(tmp_path, acceptance, name):
    code, of = CSVLINT[name]

    found = read(acceptance / "tables" / "csvlint" / name, of, tmp_path)

    assert [(place[0], place[3]) for place in found.places] == [(_line(acceptance, name), code)]


@pytest.mark.parametrize("kind", ["empty_cells", "inside", "trailing"])
def test_csvlint_blank_rows_are_noted_with_their_line(tmp_path, acceptance, kind):
    name = f"blank_rows_{kind}.csv"

    found = read(acceptance / "tables" / "csvlint" / name, texts("col1", "col2", "col3"), tmp_path)

    assert [(one.code, one.detail) for one in found.reading.file_problems] == [
        (Wrong.ROWS_BLANK, str(_line(acceptance, name)))
    ]


@pytest.mark.parametrize(
    "name", ["inconsistent-line-endings.csv", "inconsistent-line-endings-unquoted.csv"]
)
def test_csvlint_mixed_line_ends_are_noted(tmp_path, acceptance, name):
    found = read(acceptance / "tables" / "csvlint" / name, texts("Foo", "Bsr", "Baz"), tmp_path)

    assert [one.code for one in found.reading.file_problems] == [Wrong.LINE_ENDS]
    assert found.reading.rows_read == 2


def test_csvlint_invalid_bytes_are_found_under_utf_8_and_not_under_latin_1(tmp_path, acceptance):
    source = acceptance / "tables" / "csvlint" / "invalid-byte-sequence.csv"

    strict = read(source, _statement("utf-8"), tmp_path / "utf-8")
    latin = read(source, _statement("iso-8859-1"), tmp_path / "latin")

    assert {place[3] for place in strict.places if place[0]} <= {"encoding"}
    assert Wrong.COLUMN_MISSING in [one.code for one in strict.reading.file_problems]
    assert [place for place in latin.places if place[0]] == []
    assert latin.rows["Histórico"][1].startswith("Transferência")
    assert strict.reading.rows_read == latin.reading.rows_read > 0


def test_csvlint_other_dialect_is_one_column_that_nobody_asked_for(tmp_path, acceptance):
    source = acceptance / "tables" / "csvlint" / "semicolon_single_quote.csv"

    found = read(source, texts("Foo", "Bar", "Baz"), tmp_path)

    codes = [one.code for one in found.reading.file_problems]
    assert codes == [Wrong.COLUMN_MISSING] * 3 + [Wrong.COLUMN_EXTRA]


def test_csvlint_other_dialect_is_read_where_it_is_declared(tmp_path, acceptance):
    published = _published(acceptance, "csvlint")
    wanted = next(one for one in published if one["file"] == "semicolon_single_quote.csv")
    of = contract(*(column(name, "code") for name in wanted["columns"]), **wanted["dialect"])

    found = read(acceptance / "tables" / "csvlint" / wanted["file"], of, tmp_path)

    assert found.reading.rows_read == wanted["rows"]
    assert found.reading.problems == wanted["error_count"]


def test_csvlint_title_row_leaves_the_columns_missing(tmp_path, acceptance):
    source = acceptance / "tables" / "csvlint" / "title-row.csv"

    found = read(source, texts("Foo", "Bsr", "Baz"), tmp_path)

    codes = {one.code for one in found.reading.file_problems}
    assert codes >= {Wrong.COLUMN_MISSING, Wrong.COLUMN_EXTRA}


def test_csvlint_title_row_is_passed_over_where_the_heading_is_declared(tmp_path, acceptance):
    of = contract(*(column(name, "code") for name in ("Foo", "Bsr", "Baz")), heading=2)

    found = read(acceptance / "tables" / "csvlint" / "title-row.csv", of, tmp_path)

    assert found.numbers == [3, 4]
    assert found.reading.problems == 0


def test_no_file_of_csvlint_is_left_out(acceptance):
    tested = {
        *CSVLINT,
        *(f"blank_rows_{kind}.csv" for kind in ("empty_cells", "inside", "trailing")),
    }
    tested |= {"inconsistent-line-endings.csv", "inconsistent-line-endings-unquoted.csv"}
    tested |= {"invalid-byte-sequence.csv", "semicolon_single_quote.csv", "title-row.csv"}

    assert tested == {one["file"] for one in _published(acceptance, "csvlint")}


def test_every_file_of_the_sets_is_read_or_refused_by_name(tmp_path, acceptance):
    for number, source in enumerate(sorted((acceptance / "tables").rglob("*.*"))):
        if source.suffix == ".json":
            continue
        try:
            read(source, texts("id", "name"), tmp_path / str(number))
        except ReadingError as error:
            pytest.fail(f"{source.name}: {error}")


def _statement(encoding: str) -> Contract:
    names = ("Data", "Histórico", "Valor")
    return contract(*(column(name, "text") for name in names), encoding=encoding)


def _published(acceptance, name: str) -> list[dict[str, object]]:
    source = acceptance / "tables" / name / "expected.json"
    return json.loads(source.read_text(encoding="utf-8"))["files"]


def _line(acceptance, name: str) -> int:
    published = _published(acceptance, "csvlint")
    return next(one["line"] for one in published if one["file"] == name)
