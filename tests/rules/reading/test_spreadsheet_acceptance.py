"""Published workbooks of four formats: every cell comes out exactly, or is reported."""

import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from rules.contract import Contract
from rules.reading import Wrong
from tests.rules.reading.reading_a_file import Outcome, column, contract, read

FILES = (
    "date.ods", "date.xls", "date.xlsb", "date.xlsx", "date_1904.xls", "date_1904.xlsb",
    "date_1904.xlsx", "date_iso.xlsx", "date_quoted_format.xlsx", "formula-date-format.xls",
    "merge_cells.xls", "merge_cells.xlsx", "merged_cells.ods", "merged_range.xls",
    "merged_range.xlsx",
)  # fmt: skip
WIDTH = 8
# Of these kinds no column can take a cell: it must be listed under every declaration.
NEVER = {"duration", "time"}
# What each kind of cell is read as, where its column asks for just that.
TAKEN_BY = {
    "date": {"date", "datetime"},
    "datetime": {"datetime"},
    "number": {"integer", "decimal", "code", "text"},
    "text": {"code", "text"},
}
DECLARATIONS = {
    "integer": {},
    "decimal": {"scale": 2},
    "code": {},
    "text": {},
    "date": {"format": ("%d/%m/%Y",)},
    "datetime": {"format": ("%d/%m/%Y %H:%M",)},
    "boolean": {},
}


def published(acceptance) -> dict[str, dict[str, object]]:
    folder = acceptance / "tables" / "spreadsheets"
    files = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["files"]
    return {one["file"]: one for one in files}


def bare(kind: str, *, sheet: str | None) -> Contract:
    """A contract without heading, whose columns are all of one type."""
    columns = (column(letter, kind, **DECLARATIONS[kind]) for letter in "ABCDEFGH"[:WIDTH])
    return contract(*columns, heading=0, sheet=sheet)


def place_of(cell: str) -> tuple[str, int]:
    letters, digits = re.fullmatch("([A-Z]+)([0-9]+)", cell).groups()
    return letters, int(digits)


def cell_of(found: Outcome, name: str, row: int) -> object:
    """The value read from a place; None where there is no row or no such column."""
    if name not in found.rows.columns or row not in found.numbers:
        return None
    return found.column(name)[found.numbers.index(row)]


def value_of(cell: dict[str, object], kind: str) -> object:
    """A published value as a column of this type must give it."""
    value = cell["value"]
    if cell["type"] in {"date", "datetime"}:
        moment = datetime.fromisoformat(value)
        return moment.date() if kind == "date" else moment
    if cell["type"] == "number" and kind in {"integer", "decimal"}:
        return Decimal(value) if kind == "decimal" else value
    return str(value)


def test_every_published_file_is_looked_at(acceptance):
    assert sorted(published(acceptance)) == sorted(FILES)
    folder = acceptance / "tables" / "spreadsheets"
    assert {path.name for path in folder.iterdir()} - {"expected.json"} == set(FILES)


@pytest.mark.parametrize("kind", list(DECLARATIONS))
@pytest.mark.parametrize("name", FILES)
def test_every_cell_is_read_exactly_or_reported_whatever_its_column_asks(
    acceptance, tmp_path, name, kind
):
    expected = published(acceptance)[name]
    source = acceptance / "tables" / "spreadsheets" / name

    found = read(source, bare(kind, sheet=expected.get("sheet")), tmp_path)

    listed = {(place[1], place[0]) for place in found.places if place[0] is not None}
    for cell in expected.get("cells", ()):
        place = place_of(cell["cell"])
        value = cell_of(found, *place)
        if kind in TAKEN_BY.get(cell["type"], set()):
            assert (place not in listed, value) == (True, value_of(cell, kind))
        else:
            assert (place in listed, value) == (True, None)
    if "rows" in expected:
        assert found.reading.rows_in_file == expected["rows"]


@pytest.mark.parametrize("name", FILES)
def test_the_original_of_a_reported_cell_stands_beside_it(acceptance, tmp_path, name):
    expected = published(acceptance)[name]
    source = acceptance / "tables" / "spreadsheets" / name

    found = read(source, bare("date", sheet=expected.get("sheet")), tmp_path)

    originals = {(place[1], place[0]): place[2] for place in found.places}
    for cell in expected.get("cells", ()):
        if cell["type"] in NEVER:
            original = originals[place_of(cell["cell"])]
            assert original in {cell["value"], *_moments_of(cell, expected)}


def _moments_of(cell: dict[str, object], expected: dict[str, object]) -> set[str]:
    """A duration of a serial, as the moment this serial stands for in the workbook's own days."""
    serial = expected.get("serials", {}).get(cell["cell"])
    if serial is None:
        return set()
    start = date(1904, 1, 1) if expected["date_system"] == 1904 else date(1899, 12, 31)
    seconds = round(serial * 86_400)
    moment = datetime.combine(start, datetime.min.time()) + timedelta(seconds=seconds)
    return {moment.strftime("%Y-%m-%d %H:%M:%S")}


MERGED = [name for name in FILES if name.startswith("merge")]


@pytest.mark.parametrize("name", MERGED)
def test_the_merged_regions_of_every_sheet_are_named(acceptance, tmp_path, name):
    expected = published(acceptance)[name]
    source = acceptance / "tables" / "spreadsheets" / name
    count = 0
    for sheet, regions in expected["merged"].items():
        found = read(source, bare("text", sheet=sheet), tmp_path / sheet)
        notes = [one for one in found.reading.file_problems if one.code is Wrong.CELLS_MERGED]
        assert [set(note.detail.split("; ")) for note in notes] == [set(regions)]
        assert notes[0].found == str(len(regions))
        count += len(regions)
    assert count == expected.get("merged_count", count)


@pytest.mark.parametrize("name", [name for name in MERGED if name.startswith("merged_range")])
def test_each_cell_of_a_merged_sheet_stands_where_it_says(acceptance, tmp_path, name):
    source = acceptance / "tables" / "spreadsheets" / name
    for sheet, regions in published(acceptance)[name]["merged"].items():
        found = read(source, bare("text", sheet=sheet), tmp_path / sheet)
        values = {
            f"{letter}{row}": value
            for letter in found.rows.columns[:-4]  # beyond them stands the place of the row
            for row, value in zip(found.numbers, found.column(letter), strict=True)
            if value is not None
        }
        assert values == {cell: cell for cell in values}
        assert {region.split(":")[0] for region in regions} <= set(values)


def test_the_published_table_of_a_merged_document_comes_out(acceptance, tmp_path):
    expected = published(acceptance)["merged_cells.ods"]
    source = acceptance / "tables" / "spreadsheets" / "merged_cells.ods"

    found = read(source, bare("text", sheet=expected["sheet"]), tmp_path)

    width = expected["columns"]
    rows = [list(row[:width]) for row in found.rows.select("A", "B", "C").iter_rows()]
    assert rows == expected["table"]
