"""Published broken files: what is wrong with them is reported at the published place."""

import json

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
}
STRUCTURE = {"missing-cell", "extra-cell", "blank-row", "duplicate-label", "blank-label"}


@pytest.mark.parametrize("name", sorted(FRICTIONLESS))
def test_frictionless_structure_errors_are_found_in_their_rows(tmp_path, acceptance, name):
    folder = acceptance / "tables" / "frictionless"
    published = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    errors = next(one["errors"] for one in published["files"] if one["file"] == name)

    found = read(folder / name, FRICTIONLESS[name], tmp_path)

    rows = {type_: {one["row"] for one in errors if one["type"] == type_} for type_ in STRUCTURE}
    refused = [place[0] for place in found.places if place[3] == "fields"]
    assert set(refused) == rows["missing-cell"] | rows["extra-cell"]
    assert len(refused) == len(set(refused)) == found.reading.rows_refused
    codes = [one.code for one in found.reading.file_problems]
    blank = [one.detail for one in found.reading.file_problems if one.code is Wrong.ROWS_BLANK]
    assert blank == [str(row) for row in sorted(rows["blank-row"])]
    assert (Wrong.COLUMN_DUPLICATE in codes) == bool(rows["duplicate-label"])
    assert (Wrong.COLUMN_UNNAMED in codes) == bool(rows["blank-label"])


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


def test_csvlint_title_row_leaves_the_columns_missing(tmp_path, acceptance):
    source = acceptance / "tables" / "csvlint" / "title-row.csv"

    found = read(source, texts("Foo", "Bsr", "Baz"), tmp_path)

    codes = {one.code for one in found.reading.file_problems}
    assert codes >= {Wrong.COLUMN_MISSING, Wrong.COLUMN_EXTRA}


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


def _line(acceptance, name: str) -> int:
    folder = acceptance / "tables" / "csvlint"
    published = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return next(one["line"] for one in published["files"] if one["file"] == name)
