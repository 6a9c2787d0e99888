"""What is proved on the bytes of a block is what the expressions for shapes prove."""

import re

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.reading.cells import convert_all
from rules.reading.cutter import Cutter, Sure
from rules.reading.plain import Plain, prove_plain
from rules.reading.quoted import prove_quoted
from rules.reading.shapes import shapes_of
from tests.rules.reading.reading_a_file import column, contract

EDGES = (
    "\x00\x08\t\x1f !~\x7f\x80\x9f\xa0\u02ff\u0300\u1dff\u1e00\u1ebf\u1eff\u1f00\u200f\u2010"
    "\u2013\u2027\u2028\u207f\u2080\u20aa\u20ab\u20ac\u20ad\u2110\u3000\ufeff\ufffd\U0001f600"
)


def proof(text: str, *, delimiter: str = ";", width: int = 2) -> Plain | None:
    block = pl.Series([text.encode()], dtype=pl.Binary).cast(pl.List(pl.UInt8)).explode()
    return prove_plain(block, delimiter=delimiter, width=width)


@pytest.mark.parametrize("letter", list(EDGES))
def test_the_letters_that_are_tidy_are_those_of_the_shapes(letter):
    text = f"a{letter}b;c\n"
    shapes = shapes_of(delimiter=";", quote="", width=2, end="\n")
    is_tidy = not pl.Series([text]).str.replace(shapes.tidy, "").str.len_bytes()[0]

    plain = proof(text)

    # What may be a byte order mark is left to the shapes.
    assert letter in "\ufeff\ufffd" if plain is None else plain.is_tidy == is_tidy


@given(st.text(alphabet="aé ;;\n\n\r\u2013", max_size=40), st.integers(2, 3))
@example("a;b\r\nc;d\r\n", 2)
@example("a;b\r\nc;d\n", 2)
@example("a;\n", 2)
@example(" ;a\n", 2)
def test_plain_is_what_every_line_and_field_says(text, width):
    text += "\n"
    end = "\r\n" if "\r" in text else "\n"
    lines = text.split(end)[:-1]
    whole = not re.search("[\r\n]", "".join(lines)) and text.endswith(end)
    rows = [line.split(";") for line in lines]

    plain = proof(text, width=width)

    if not whole or any(len(row) != width for row in rows):
        assert plain is None
    else:
        is_bare = all(one == one.strip() for row in rows for one in row)
        assert plain == Plain(is_tidy=True, is_bare=is_bare, line_end=end)


@pytest.mark.parametrize("delimiter", ["\t", " ", "|"])
def test_the_delimiter_is_no_damage(delimiter):
    text = f"a{delimiter}b\n"

    assert proof(text, delimiter=delimiter) == Plain(is_tidy=True, is_bare=True, line_end="\n")


@pytest.mark.parametrize("text", ["\u00a0a;b\n", "a;b\u00a0\n"])
def test_the_white_space_of_latin_1_is_not_bare(text):
    assert proof(text) == Plain(is_tidy=True, is_bare=False, line_end="\n")


@pytest.mark.parametrize(
    ("text", "is_bare", "line_end"),
    [
        ('a;"b"\n', True, "\n"),
        ('"a; b";c\n"d";""\n', False, "\n"),
        ('"a; b";c\n', True, "\n"),
        ('"a";b\r\n', True, "\r\n"),
        ('"";b\n', False, "\n"),
        ('" a";b\n', False, "\n"),
        ('"a ";b\n', False, "\n"),
        (' ;"b"\n', False, "\n"),
        ('"a"; b\n', False, "\n"),
        ('"a";b \r\n', False, "\r\n"),
        ('"\u00a0a";b\n', False, "\n"),
        ('"a\nb";c\n', False, "\n"),
        ('"a""b";c\n', False, "\n"),
    ],
)
def test_quotations_in_their_places_are_proved(text, is_bare, line_end):
    assert quoted_proof(text) == Plain(is_tidy=True, is_bare=is_bare, line_end=line_end)


@pytest.mark.parametrize(
    "text",
    [
        '"a"x;b\n',
        'a"b;c\n',
        'a""b;c\n',
        '"a;b\n',
        '"a" ;b\n',
        ' "a";b\n',
        '"a;b"\n',
        '"a";b;c\n',
        '"a";b\n\n',
        '"a";b\n"c',
        '"a\r\n";b\r\n',
        '"a";b\rc;d\n',
        '"a\u0301";b\n',
        '"a\x00";b\n',
    ],
)
def test_quotations_out_of_their_places_are_left_to_the_shapes(text):
    assert quoted_proof(text) is None


def quoted_proof(text: str) -> Plain | None:
    block = pl.Series([text.encode()], dtype=pl.Binary).cast(pl.List(pl.UInt8)).explode()
    return prove_quoted(block, delimiter=";", quote='"', width=2)


def test_the_rest_of_a_line_waits_for_its_end():
    pieces = list(
        Cutter(
            blocks=iter([b"a;b\nc", b";d\ne;f\n"]), delimiter=";", width=2, small_rest_bytes=4
        ).pieces()
    )

    cells = [row for piece in pieces if isinstance(piece, Sure) for row in piece.fields.iter_rows()]
    assert cells == [("a", "b"), ("c", "d"), ("e", "f")]
    assert [piece.is_bare for piece in pieces] == [True, True]


@pytest.mark.parametrize(
    "odd", ["1/03/2024", " 1/03/2024", "01/3/2024 ", "+1/03/2024", "01/03/24", "01/03/+2024", "x"]
)
def test_one_odd_date_among_good_ones_is_found_though_the_quick_way_may_take_it(odd):
    declared = [column("d", "date", format=("%d/%m/%Y",))]
    texts = pl.DataFrame({"d": ["01/03/2024", None, odd, "31/12/2023"]})

    cells = convert_all(texts, columns=declared, contract=contract(*declared))["d"]

    assert cells.bad.to_list() == [False, False, True, False]
    assert cells.blank.to_list() == [False, True, False, False]
    assert cells.value.null_count() == 2
