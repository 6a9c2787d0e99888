"""Bytes of a text file become letters, or problems of their cells."""

from decimal import Decimal

import polars as pl
import pytest

from rules.errors import ReadingError
from rules.reading.characters import decode
from rules.reading.result import FOUND_LIMIT
from tests.rules.reading.reading_a_file import column, contract, read, texts

AB = texts("a", "b")


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
