import hashlib
import os
import subprocess
import sys
from decimal import Decimal

import polars as pl
import pytest

from rules.errors import ReadingError
from rules.reading.characters import decode
from rules.reading.limits import RECORD_LIMIT
from rules.reading.result import FOUND_LIMIT, FileProblem, Wrong
from rules.reading.text_file import read_text_file
from tests.rules.reading.reading_a_file import DIGEST, column, contract, read, texts

AB = texts("a", "b")


def test_records_keep_their_number_and_place(tmp_path):
    found = read(b"a,b\n1,x\n\n2,y\n", AB, tmp_path)

    assert found.rows.columns == ["a", "b", "__file", "__sheet", "__row", "__unreadable"]
    assert found.numbers == [2, 4]
    assert found.column("__file") == [DIGEST, DIGEST]
    assert found.column("__sheet") == [None, None]
    assert found.unreadable == [[], []]


def test_blank_records_are_no_rows_and_are_named_once(tmp_path):
    found = read(b'\n,\na,b\n1,x\n\n , \n2,y\n"",""\n\n', AB, tmp_path)

    assert found.column("a") == ["1", "2"]
    assert found.numbers == [4, 7]
    blank = FileProblem(code=Wrong.ROWS_BLANK, found="6", detail="1-2, 5-6, 8-9")
    assert found.reading.file_problems == (blank,)
    assert found.reading.rows_in_file == 2


def test_ragged_records_are_refused_with_what_was_found_and_expected(tmp_path):
    found = read(b'a,b\n1\n1,2,3\n"x",y\n"x"\n"x",y,"z"\n', AB, tmp_path)

    assert found.numbers == [4]
    assert found.reading.rows_refused == 4
    lines = found.problems.select("row", "column", "found", "expected", "detail", "code").rows()
    assert lines == [
        (2, None, "1", "fields", "2", "fields"),
        (3, None, "3", "fields", "2", "fields"),
        (5, None, "1", "fields", "2", "fields"),
        (6, None, "3", "fields", "2", "fields"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_ends_a_record(tmp_path, end):
    lines = ["a,b", "1,x", '"2","y"', '"3\n4",z', "5,w"]
    found = read((end.join(lines) + end).encode(), AB, tmp_path)

    assert found.column("a") == ["1", "2", "3\n4", "5"]
    assert found.numbers == [2, 3, 4, 5]
    assert found.reading.problems == 0


def test_mixed_line_ends_are_read_and_noted(tmp_path):
    found = read(b'a,b\r\n1,x\n"2",y', AB, tmp_path)

    assert found.column("b") == ["x", "y"]
    assert found.reading.file_problems == (FileProblem(code=Wrong.LINE_ENDS, found="CRLF, LF"),)


def test_quotation_marks_hold_delimiters_line_ends_and_themselves(tmp_path):
    found = read(b'a,b\n"1,5","say ""hi"""\n"two\nlines",\n"","x"\n', AB, tmp_path)

    assert found.column("a") == ["1,5", "two\nlines", None]
    assert found.column("b") == ['say "hi"', None, "x"]
    assert found.numbers == [2, 3, 4]


@pytest.mark.parametrize("record", ['1,"x"y', '1,  "x"', '1,12" pipe', '"a"b,c', '1,"x""'])
def test_a_quotation_mark_out_of_place_refuses_its_record(tmp_path, record):
    rest = "" if record.endswith('""') else "\n2,y\n"
    found = read(f"a,b\n0,w\n{record}{rest}".encode(), AB, tmp_path)

    wrong = Wrong.QUOTES if rest else Wrong.QUOTE_OPEN
    assert found.places == [(3, None, record, wrong)]
    assert found.column("a") == (["0", "2"] if rest else ["0"])


def test_an_unterminated_quotation_is_named_with_its_record(tmp_path):
    found = read(b'a,b\n1,x\n2,"open\n3,z\n4,w\n', AB, tmp_path)

    assert found.numbers == [2]
    assert found.reading.rows_refused == 1
    assert found.places == [(3, None, '2,"open\n3,z\n4,w', "quote_open")]


def test_a_quotation_still_open_after_the_limit_is_one_never_closed(tmp_path):
    found = read(b'a,b\n1,x\n2,"' + b"y" * (3 * RECORD_LIMIT) + b'"\n3,z\n', AB, tmp_path)

    assert [place[0] for place in found.places] == [3]
    assert found.column("a") == ["1"]


def test_a_file_without_line_ends_is_refused(tmp_path):
    with pytest.raises(ReadingError) as refused:
        read(b"a,b\n" + b"y" * (2 * RECORD_LIMIT + 10), AB, tmp_path)

    assert refused.value.code == "reading.record_too_long"
    assert refused.value.facts["row"] == 2


def test_a_field_beyond_the_limit_of_the_csv_module_is_read(tmp_path):
    long = "y" * 200_000
    found = read(f'a,b\n"{long}","q""q"\n'.encode(), AB, tmp_path)

    assert found.column("a") == [long]
    assert found.column("b") == ['q"q']


def test_a_bad_cell_is_null_unreadable_and_listed_with_its_original_text(tmp_path):
    of = contract(
        column("day", "date", format=("%d/%m/%Y",)),
        column("amount", "money", scale=0, required=True),
        delimiter=";",
        decimal_mark=",",
        grouping=".",
    )
    found = read(b"day;amount\n01/03/24; 1.23 \n01/03/2024;1.234\n;\n  ;7\n", of, tmp_path)

    assert found.unreadable == [["day", "amount"], [], []]
    assert found.column("amount") == [None, Decimal(1234), Decimal(7)]
    lines = found.problems.filter(pl.col("row").is_not_null())
    assert lines.select("row", "column", "found", "expected", "detail", "code").rows() == [
        (2, "day", "01/03/24", "date", "%d/%m/%Y", "shape"),
        (2, "amount", " 1.23 ", "number", "0", "shape"),
    ]


def test_an_original_text_of_any_length_is_whole_or_says_that_it_is_cut(tmp_path):
    whole, long = "x" * FOUND_LIMIT, "y" * (FOUND_LIMIT + 1)
    of = contract(column("a", "integer"), column("b", "code"))
    found = read(f"a,b\n{whole},\n{long},\n".encode(), of, tmp_path)

    assert [text for _, _, text, _ in found.places] == [whole, long[:-1] + "…"]


def test_an_empty_required_cell_is_a_problem_and_missing_but_not_unreadable(tmp_path):
    of = contract(column("a", "code", required=True), column("b", "code"))
    found = read(b"a,b\n,x\n  ,y\n1,\n", of, tmp_path)

    assert found.column("a") == [None, None, "1"]
    assert found.unreadable == [[], [], []]
    assert found.places == [(2, "a", "", "required"), (3, "a", "  ", "required")]


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


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-8-sig", "windows-1258"),
        ("utf-16", "utf-16"),
        ("utf-16", "utf-8"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_a_byte_order_mark_outranks_the_declared_encoding(tmp_path, encoding, declared):
    of = contract(column("tên", "text"), encoding=declared)
    found = read('tên\nCộng hòa\n"xã hội"\n'.encode(encoding), of, tmp_path)

    assert found.column("tên") == ["Cộng hòa", "xã hội"]


@pytest.mark.parametrize("content", ["a\n1\n".encode("utf-16-le"), b"\xff", b"a"])
def test_utf_16_without_an_order_is_refused_rather_than_guessed(tmp_path, content):
    with pytest.raises(ReadingError) as refused:
        read(content, contract(column("a", "code"), encoding="utf-16"), tmp_path)

    assert refused.value.code == "reading.byte_order"


def test_windows_1258_becomes_whole_letters(tmp_path):
    of = contract(column("a", "code"), encoding="windows-1258")
    # In this code page a tone is a character of its own, behind its letter.
    found = read(b"a\nC\xf4\xf2ng ho\xcca: ti\xea\xccn\n", of, tmp_path)

    assert found.column("a") == ["Cộng hòa: tiền"]


@pytest.mark.parametrize("block_bytes", [1, 2, 5])
def test_a_tone_finds_its_letter_in_the_block_before(tmp_path, block_bytes):
    source = tmp_path / "source"
    source.write_bytes(b"a\nC\xf4\xf2ng ho\xcca\n")

    whole = "".join(decode(source, encoding="windows-1258", block_bytes=block_bytes))

    assert whole == "a\nCộng hòa\n"


def test_bytes_invalid_in_the_encoding_are_problems_of_their_cells(tmp_path):
    found = read(b"a,b\nx\xff,1\n\xc3\xa9,2\ny,\xc3\n", AB, tmp_path)

    assert found.column("a") == [None, "é", "y"]
    assert found.places == [(2, "a", "x\ufffd", "encoding"), (4, "b", "\ufffd", "encoding")]
    assert found.unreadable == [["a"], [], ["b"]]


def test_nul_bytes_are_problems_of_their_cells(tmp_path):
    found = read(b'a,b\nx\x00y,1\n"q\x00",2\n', AB, tmp_path)

    assert found.places == [(2, "a", "x\x00y", "characters"), (3, "a", "q\x00", "characters")]


@pytest.mark.parametrize("block_bytes", [7, 64, 1 << 20])
def test_blocks_of_any_size_read_the_same(tmp_path, block_bytes):
    lines = [b"a,b", b'"1\r\n""2""",\xe1\xbb\x99', b"3,4", b"5", b'6,"7', b'8"', b"", b"9,\xff"]
    source = tmp_path / "source"
    source.write_bytes(b"\r\n".join(lines * 3) + b"\r\n")
    whole = read(source, AB, tmp_path / "whole")
    into = tmp_path / "blocks"
    into.mkdir()

    reading = read_text_file(source, digest=DIGEST, contract=AB, into=into, block_bytes=block_bytes)

    assert reading == whole.reading
    assert pl.read_parquet(into / "rows.parquet").equals(whole.rows, null_equal=True)
    assert pl.read_parquet(into / "problems.parquet").equals(whole.problems, null_equal=True)


def test_the_same_bytes_give_the_same_bytes_at_any_number_of_threads(tmp_path):
    source = tmp_path / "source"
    lines = "".join(f'{n},"{n % 7}"\n' if n % 3 else f"{n}\n" for n in range(20_000))
    source.write_text("a,b\n" + lines, encoding="utf-8")
    program = (
        "import sys; from pathlib import Path\n"
        "from rules.reading.text_file import read_text_file\n"
        "from tests.rules.reading.reading_a_file import DIGEST, texts\n"
        "into = Path(sys.argv[2]); into.mkdir()\n"
        "read_text_file(Path(sys.argv[1]), digest=DIGEST, contract=texts('a', 'b'), into=into,"
        " block_bytes=30_000)\n"
    )
    digests = []
    for threads in ("1", "4"):
        into = tmp_path / threads
        subprocess.run(
            [sys.executable, "-c", program, str(source), str(into)],
            env={**os.environ, "POLARS_MAX_THREADS": threads},
            check=True,
        )
        files = sorted(into.iterdir())
        digests.append([hashlib.sha256(file.read_bytes()).hexdigest() for file in files])

    assert digests[0] == digests[1]


def test_a_million_blank_lines_are_no_rows_and_no_wait(tmp_path):
    found = read(b"\n" * 1_000_000 + b"a,b\n1,2\n" + b"\n" * 1_000_000, AB, tmp_path)

    assert found.numbers == [1_000_002]
    assert found.reading.file_problems[0].detail == "1-1000000, 1000003-2000002"


def test_the_real_payments_are_read_without_loss(tmp_path, acceptance):
    of = contract(
        column("VendorNum", "code", required=True),
        column("Date", "date", format=("%Y-%m-%d",), required=True),
        column("InvNum", "code", required=True),
        column("Amount", "money", scale=2, required=True),
    )
    source = acceptance / "payments" / "corporate_payment.csv"
    found = read(source, of, tmp_path)

    assert found.reading.rows_read == 189_470
    assert found.reading.problems == 0
    written = source.read_text(encoding="utf-8").splitlines()[1:]
    again = found.rows.select(
        pl.concat_str(
            "VendorNum",
            pl.col("Date").cast(str),
            "InvNum",
            pl.col("Amount").cast(str),
            separator=",",
        )
    ).to_series()
    assert again.to_list() == written


@pytest.mark.parametrize("quote", ["'", "|", ""])
def test_the_mark_of_quotation_is_the_declared_one(tmp_path, quote):
    of = contract(column("a", "code"), column("b", "code"), quote=quote)
    record = f'{quote}x{"," if quote else "."}"y{quote},5" pipe\n'

    found = read(b"a,b\n" + record.encode(), of, tmp_path)

    assert found.column("a") == [f'x{"," if quote else "."}"y']
    assert found.column("b") == ['5" pipe']
    assert found.reading.problems == 0


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
