# ruff: noqa: DTZ001 - files hold wall time
import random
import struct
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest

from rules.errors import ReadingError
from rules.reading import Wrong, compound, open_document, read_file
from tests.rules.reading import making_workbooks as making
from tests.rules.reading.making_workbooks import Broken, ods, ods_cell, ods_table, xls, xlsb
from tests.rules.reading.reading_a_file import DIGEST, column, contract, read, texts

MAKERS = {
    "xls": xls,
    "xlsb": xlsb,
    "ods": lambda path, rows: ods(path, ods_table(rows)),
}


@pytest.fixture(params=list(MAKERS))
def book(request, tmp_path):
    """Writes rows as a workbook of each format."""
    return lambda rows: MAKERS[request.param](tmp_path / "book", rows)


def test_values_of_every_kind_come_out_as_their_columns_ask(tmp_path, book):
    of = contract(
        column("t", "text"),
        column("n", "decimal", scale=2),
        column("c", "code"),
        column("b", "boolean"),
    )
    rows = [["t", "n", "c", "b"], ["Đà Nẵng", 1234.5, "007", True], [" x ", 0.1, 15, False]]

    found = read(book(rows), of, tmp_path / "out")

    assert found.rows.select("t", "n", "c", "b").rows() == [
        ("Đà Nẵng", Decimal("1234.50"), "007", True),
        ("x", Decimal("0.10"), "15", False),
    ]
    assert found.places == []
    assert found.column("__sheet") == ["S", "S"]


def test_cells_of_another_kind_are_listed_with_their_original(tmp_path, book):
    of = contract(column("n", "integer"), column("d", "date", format=("%d/%m/%Y",)))
    rows = [["n", "d"], [True, 45000], ["x", "31/12/2024"], [1.5, None]]

    found = read(book(rows), of, tmp_path / "out")

    assert found.column("n") == [None, None, None]
    assert found.places == [
        (2, "n", "TRUE", "kind"),
        (2, "d", "45000", "shape"),
        (3, "n", "x", "shape"),
        (4, "n", "1.5", "places"),
    ]


def test_error_cells_are_problems_and_never_blanks(tmp_path, book):
    of = contract(column("k", "code"), column("a", "decimal", scale=2))
    rows = [["k", "a"], ["x", Broken("#N/A")], ["y", None], [Broken("#DIV/0!"), 1.0]]

    found = read(book(rows), of, tmp_path / "out")

    assert found.places == [
        (2, "a", "#N/A", "error_value"),
        (4, "k", "#DIV/0!", "error_value"),
    ]
    assert found.unreadable == [["a"], [], ["k"]]


def test_a_row_of_error_cells_alone_is_a_row(tmp_path, book):
    rows = [["a", "b"], [Broken("#REF!"), Broken("#NUM!")], [None, None], ["1", "2"]]

    found = read(book(rows), texts("a", "b"), tmp_path / "out")

    assert found.numbers == [2, 4]
    assert [(place[0], place[2]) for place in found.places[1:]] == [(2, "#REF!"), (2, "#NUM!")]


def test_rows_bear_the_numbers_the_program_shows(tmp_path, book):
    rows = [[None], [None, "a", "b"], [None, 1, 2], [], [None, "x", None]]

    found = read(book(rows), texts("a", "b"), tmp_path / "out")

    assert found.numbers == [3, 5]
    assert found.column("a") == ["1", "x"]


def test_a_declared_heading_row_passes_over_titles(tmp_path, book):
    rows = [["Báo cáo", "a"], [None, None], ["a", "b"], ["1", "2"]]
    of = contract(column("a", "code"), column("b", "code"), heading=3)

    found = read(book(rows), of, tmp_path / "out")

    assert (found.numbers, found.column("a"), found.column("b")) == ([4], ["1"], ["2"])


def test_a_heading_row_beyond_the_sheet_is_refused(tmp_path, book):
    with pytest.raises(ReadingError) as refused:
        read(book([["a"]]), contract(column("a", "code"), heading=9), tmp_path / "out")

    assert refused.value.code == "reading.no_heading"


def test_without_heading_columns_stand_in_the_order_of_the_contract(tmp_path, book):
    of = contract(column("x", "code"), column("y", "code"), column("z", "code"), heading=0)

    found = read(book([["1", "2"], ["3", "4"]]), of, tmp_path / "out")

    assert found.rows.select("x", "y").rows() == [("1", "2"), ("3", "4")]
    assert found.numbers == [1, 2]
    assert [(one.code, one.column) for one in found.reading.file_problems] == [
        (Wrong.COLUMN_MISSING, "z")
    ]


def test_a_sheet_the_contract_names_must_be_there(tmp_path, book):
    of = contract(column("a", "code"), sheet="Chi tiết")

    with pytest.raises(ReadingError) as refused:
        read(book([["a"], ["1"]]), of, tmp_path / "out")

    assert refused.value.code == "reading.no_sheet"
    assert refused.value.facts == {"sheet": "Chi tiết", "known": "S"}


@pytest.mark.parametrize("make", [xls, xlsb])
def test_merged_regions_are_named(tmp_path, make):
    path = make(tmp_path / "book", [["a", "b"], ["1", "2"]], merged=[(0, 0, 0, 1), (1, 2, 0, 0)])

    found = read(path, texts("a", "b"), tmp_path / "out")

    assert [(one.code, one.found, one.detail) for one in found.reading.file_problems] == [
        (Wrong.CELLS_MERGED, "2", "A1:B1; A2:A3")
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda path: xls(path, [["a"], ["1"]], password=True),
        lambda path: making.compound(path, "EncryptedPackage", b"x"),
        lambda path: ods(path, ods_table([["a"]]), encrypted=True),
    ],
    ids=["xls", "xlsx", "ods"],
)
def test_a_workbook_under_a_password_is_named_as_such(tmp_path, make):
    with pytest.raises(ReadingError) as refused:
        read(make(tmp_path / "book"), texts("a"), tmp_path / "out")

    assert refused.value.code == "reading.encrypted"


def test_a_compound_file_that_is_no_workbook_is_named(tmp_path):
    path = making.compound(tmp_path / "letter.doc", "WordDocument", b"x")

    with pytest.raises(ReadingError) as refused:
        read(path, texts("a"), tmp_path / "out")

    assert (refused.value.code, refused.value.facts["found"]) == ("reading.kind", "ole")


def test_a_compound_file_beyond_its_budget_is_not_opened(tmp_path):
    path = tmp_path / "book.xls"
    with path.open("wb") as file:
        file.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        file.truncate(compound.SIZE_LIMIT_BYTES + 1)

    with pytest.raises(ReadingError) as refused:
        read(path, texts("a"), tmp_path / "out")

    assert refused.value.code == "reading.compound_size"


def test_a_chain_of_sectors_that_loops_is_a_broken_workbook(tmp_path):
    path = xls(tmp_path / "book.xls", [["a"], ["1"]])
    content = bytearray(path.read_bytes())
    content[making.SECTOR + 4 * 3 : making.SECTOR + 4 * 4] = (2).to_bytes(4, "little")
    path.write_bytes(bytes(content))

    with pytest.raises(ReadingError) as refused:
        read(path, texts("a"), tmp_path / "out")

    assert refused.value.code == "reading.workbook_broken"


def test_repeated_cells_and_rows_of_a_document_are_all_there(tmp_path):
    row = "<table:table-row {}>{}</table:table-row>"
    heading = row.format("", ods_cell("a") + ods_cell("b"))
    twice = row.format(
        'table:number-rows-repeated="2"',
        ods_cell("x", attributes='table:number-columns-repeated="2"'),
    )
    blank = row.format('table:number-rows-repeated="1000000"', ods_cell(None))
    path = ods(
        tmp_path / "book.ods",
        f'<table:table table:name="S">{heading}{twice}{blank}</table:table>',
    )

    found = read(path, texts("a", "b"), tmp_path / "out")

    assert found.rows.select("a", "b").rows() == [("x", "x")] * 2
    assert found.numbers == [2, 3]


def test_cells_repeated_beyond_the_budget_are_not_written_out(tmp_path):
    cell = ods_cell("x", attributes='table:number-columns-repeated="16384"')
    rows = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    path = ods(tmp_path / "book.ods", f'<table:table table:name="S">{rows}</table:table>')

    with pytest.raises(ReadingError) as refused:
        read(path, texts("x"), tmp_path / "out")

    assert refused.value.code == "reading.sheet_cells"
    assert refused.value.facts == {"limit": open_document.CELLS_LIMIT}


def test_notes_on_a_cell_are_no_part_of_its_text_and_spaces_are(tmp_path):
    cell = (
        '<table:table-cell office:value-type="string">'
        "<office:annotation><text:p>ghi chú</text:p></office:annotation>"
        '<text:p>một<text:s text:c="2"/>hai</text:p><text:p>ba</text:p></table:table-cell>'
    )
    rows = "".join(f"<table:table-row>{one}</table:table-row>" for one in (ods_cell("a"), cell))
    path = ods(tmp_path / "book.ods", f'<table:table table:name="S">{rows}</table:table>')

    assert read(path, texts("a"), tmp_path / "out").column("a") == ["một  hai\nba"]


@pytest.mark.parametrize(
    ("written", "value"),
    [("0.30000000000000004", "0.3"), ("1E+3", "1000"), ("1234567890123456", "1234567890123456")],
)
def test_numbers_of_a_document_come_without_noise_and_without_exponent(tmp_path, written, value):
    cell = f'<table:table-cell office:value-type="float" office:value="{written}"/>'
    rows = "".join(f"<table:table-row>{one}</table:table-row>" for one in (ods_cell("a"), cell))
    path = ods(tmp_path / "book.ods", f'<table:table table:name="S">{rows}</table:table>')

    assert read(path, texts("a"), tmp_path / "out").column("a") == [value]


def test_dates_of_a_document_are_dates_also_before_1900(tmp_path):
    cell = '<table:table-cell office:value-type="date" office:date-value="{}"/>'
    rows = "".join(
        f"<table:table-row>{one}</table:table-row>"
        for one in (
            ods_cell("a"), cell.format("1890-05-19"), cell.format("2024-02-29T14:59:59"),
            cell.format("2024-02-29T14:59:59.1234567"), cell.format("2024-02-30"),
        )
    )  # fmt: skip
    path = ods(tmp_path / "book.ods", f'<table:table table:name="S">{rows}</table:table>')

    found = read(path, contract(column("a", "datetime")), tmp_path / "out")

    assert found.column("a")[:2] == [datetime(1890, 5, 19), datetime(2024, 2, 29, 14, 59, 59)]
    assert found.places == [
        (4, "a", "2024-02-29T14:59:59.1234567", "kind"),
        (5, "a", "2024-02-30", "kind"),
    ]


def far_off(path):
    """An XLSX workbook whose second cell stands in the last place there is."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "a", "x"
    book.save(path)
    return path


def far_off_binary(path):
    rows = [["a"], *[[] for _ in range(8_000)], [None] * 16_000 + ["x"]]
    return xlsb(path, rows)


@pytest.mark.parametrize("make", [far_off, far_off_binary])
def test_a_cell_so_far_off_that_no_memory_reaches_it_is_refused(tmp_path, make):
    with pytest.raises(ReadingError) as refused:
        read(make(tmp_path / "book"), texts("a"), tmp_path / "out")

    assert refused.value.code == "reading.sheet_area"


def test_cells_far_down_a_narrow_sheet_are_read(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A1048576"] = "a", "x"
    book.save(tmp_path / "book.xlsx")

    found = read(tmp_path / "book.xlsx", texts("a"), tmp_path / "out")

    assert (found.numbers, found.column("a")) == ([1_048_576], ["x"])


@pytest.mark.parametrize("announced", [(0, 1 << 31, 0, 9), (9, 1, 0, 1), (0, 9, 0, 1 << 12)])
def test_dimensions_that_no_sheet_has_are_not_made_room_for(tmp_path, announced):
    path = xls(tmp_path / "book.xls", [["a"], ["1"]])
    true = struct.pack("<IIHH", 0, 2, 0, 1)
    content = path.read_bytes()
    assert content.count(true) == 1
    path.write_bytes(content.replace(true, struct.pack("<IIHH", *announced)))

    with pytest.raises(ReadingError) as refused:
        read(path, texts("a"), tmp_path / "out")

    assert (refused.value.code, refused.value.facts["detail"]) == (
        "reading.workbook_broken",
        "dimensions",
    )


def test_a_damaged_workbook_is_one_refused_file_whatever_the_parser_does(tmp_path, capfd):
    rows = [["a", "b"], *([f"t{n}", n] for n in range(60)), [Broken("#N/A"), True]]
    whole = xls(tmp_path / "good", rows, merged=[(1, 2, 0, 0)]).read_bytes()
    endings = set()
    for number in range(80):
        seed, into = random.Random(number), tmp_path / str(number)  # noqa: S311 - no secrets
        into.mkdir()
        content = bytearray(whole)
        for _ in range(seed.randint(1, 6)):
            content[seed.randrange(making.SECTOR, len(content))] = seed.randrange(256)
        (into / "damaged").write_bytes(bytes(content))
        try:
            read_file(into / "damaged", digest=DIGEST, contract=texts("a", "b"), into=into)
            endings.add("read")
        except ReadingError as error:
            endings.add(error.code)
    capfd.readouterr()  # a panic speaks on stderr

    assert endings == {"read", "reading.kind", "reading.workbook_broken"}
