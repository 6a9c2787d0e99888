"""Text files: records, their ends, their quotation marks, and blocks of any size."""

import hashlib
import os
import subprocess
import sys

import polars as pl
import pytest

from rules.errors import ReadingError
from rules.reading.limits import RECORD_LIMIT
from rules.reading.result import FileProblem, Wrong
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
