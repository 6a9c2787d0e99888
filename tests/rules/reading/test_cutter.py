"""The fast way and the careful way through a text find the same records."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.errors import ReadingError
from rules.reading.cutter import Cutter, Sure
from rules.reading.limits import FAST_WIDTH_LIMIT, RECORD_LIMIT
from rules.reading.shapes import _TIDY

LETTERS = st.text(alphabet='aaa;;;""\n\n\r é\u0301\ufeff\x00\ufffd1', max_size=60)
FAULTLESS = st.lists(
    st.lists(st.sampled_from(["", "a", "é ", '"a;b"', '"x\r\ny"', '""', '"q""q"']), min_size=2),
    max_size=9,
)


def records(
    text: str, *, width: int | None, block: int = 1 << 20, stretch: int = 1 << 14
) -> dict[int, object]:
    """Every record by its number: its fields, "blank", or why it is refused."""
    blocks = (text[at : at + block].encode() for at in range(0, len(text), block))
    cutter = Cutter(
        blocks=blocks,
        delimiter=";",
        width=width,
        small_rest_bytes=block,
        first_stretch_bytes=stretch,
    )
    found: dict[int, object] = {}
    for piece in cutter.pieces():
        if isinstance(piece, Sure):
            rows = ([cell or "" for cell in row] for row in piece.fields.iter_rows())
            found |= dict(enumerate(rows, start=piece.first))
            continue
        lines = "".join(piece.lines).removesuffix("\n").split("\n")
        numbers = [first + n for first, count in piece.spans for n in range(count)]
        found |= {n: line.split(";") for n, line in zip(numbers, lines, strict=False)}
        found |= dict(piece.quoted)
        found |= {one.row: (one.wrong, one.found) for one in piece.refused}
    return {
        row: "blank" if isinstance(one, list) and not "".join(one) else one
        for row, one in found.items()
    }


@given(LETTERS, st.integers(1, 4))
@example('a;b\r\n\n"\r\n";a\n', 2)
@example("a;b\r\na;b\n", 2)
@example("\n\na;b\n", 2)
@example("a;b\n\ufeffa;b\n", 2)
@example('a;"\n', 2)
def test_any_text_is_cut_alike_with_speed_and_with_care(text, width):
    assert records(text, width=width) == records(text, width=None)


@given(LETTERS, st.integers(1, 3), st.integers(1, 5), st.integers(1, 5))
def test_blocks_and_stretches_of_a_few_characters_are_cut_alike(text, width, block, stretch):
    found = records(text, width=width, block=block, stretch=stretch)

    assert found == records(text, width=None)


@given(FAULTLESS, st.sampled_from(["\n", "\r\n", "\r"]))
def test_faultless_records_are_cut_alike_whatever_ends_them(rows, end):
    text = "".join(";".join(row[:2]) + end for row in rows)

    assert records(text, width=2) == records(text, width=None)


def test_faultless_records_are_cut_with_speed():
    text = "".join(f'{n};"a;b""\nc";é \n' for n in range(1_000))
    pieces = list(Cutter(blocks=iter([text.encode()]), delimiter=";", width=3).pieces())

    assert [(type(piece), piece.first, piece.is_tidy) for piece in pieces] == [(Sure, 1, True)]
    assert pieces[0].fields.row(7) == ("7", 'a;b"\nc', "é ")


def test_letters_that_may_compose_are_left_for_a_look():
    pieces = list(Cutter(blocks=iter(["a;e\u0301\n".encode()]), delimiter=";", width=2).pieces())

    assert [piece.is_tidy for piece in pieces] == [False]


def test_no_tidy_letter_changes_in_nfc_whatever_stands_beside_it():
    spans = [tuple(int(end, 16) for end in part.split("-")) for part in _parts(_TIDY)]
    letters = [chr(code) for first, last in spans for code in range(first, last + 1)]

    assert "ệ" in letters
    assert "₫" in letters
    assert [one for one in letters if unicodedata.combining(one)] == []
    assert [one for one in letters if not unicodedata.is_normalized("NFC", one)] == []


def _parts(shape: str) -> list[str]:
    """`\\x20-\\x7e\\u{a0}` as ["20-7e", "a0-a0"]."""
    plain = shape.replace("\\x", " ").replace("\\u{", " ").replace("}", "").replace("- ", "-")
    return [one if "-" in one else f"{one}-{one}" for one in plain.split()]


def test_a_file_wider_than_the_automaton_is_cut_with_care():
    width = FAST_WIDTH_LIMIT + 1
    text = ";".join("a" * width) + "\n"

    assert records(text, width=width) == {1: ["a"] * width}


def test_a_quotation_never_closed_is_refused_without_reading_the_file():
    read = 0

    def blocks():
        nonlocal read
        yield b'a;b\n1;"'
        for _ in range(500):
            read += 1
            yield b"y;z\n" * (1 << 18)

    cutter = Cutter(blocks=blocks(), delimiter=";", width=2)
    refused = [one for piece in cutter.pieces() for one in getattr(piece, "refused", ())]

    assert [(one.row, one.wrong) for one in refused] == [(2, "quote_open")]
    assert read << 20 <= 4 * RECORD_LIMIT


@pytest.mark.parametrize("byte", [b"\x00", b"y"])
def test_a_line_without_end_is_refused_without_reading_the_file(byte):
    read = 0

    def blocks():
        nonlocal read
        for _ in range(2_048):
            read += 1
            yield byte * (1 << 20)

    with pytest.raises(ReadingError) as refused:
        list(Cutter(blocks=blocks(), delimiter=";", width=2).pieces())

    assert refused.value.code == "reading.record_too_long"
    assert read << 20 <= 4 * RECORD_LIMIT
