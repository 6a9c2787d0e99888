import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.documents import fonts
from inspection.documents.text import clean, wrap

FOLDER = Path(fonts.__file__).parent / "fonts"


def test_the_fonts_are_the_ones_that_were_vendored():
    noted = re.findall(
        r"`(Tinos_\w+\.ttf)` \| `([0-9a-f]{64})`", (FOLDER / "VENDORED.md").read_text()
    )
    held = [
        (file.name, hashlib.sha256(file.read_bytes()).hexdigest())
        for file in sorted(FOLDER.glob("*.ttf"))
    ]
    assert sorted(noted) == held


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\tb", "a    b"),
        ("Tie\u0302\u0301ng", "Tiếng"),
        ("\u202e", "[U+202E]"),
        ("\u200b\ufeff\u00ad", "[U+200B][U+FEFF][U+00AD]"),
        ("😀", "[U+1F600]"),
        ("\ud800", "[U+D800]"),
        ("₫ “ngoặc” – ●", "₫ “ngoặc” – ●"),
    ],
)
def test_what_cannot_be_seen_is_shown_by_its_number(raw, seen):
    assert clean(raw) == seen


@given(st.text(max_size=200), st.sampled_from([20.0, 60.0, 400.0]))
def test_wrapping_loses_nothing_but_blanks_and_every_line_fits(raw, width):
    text = clean(raw)
    lines = wrap(text, face=fonts.REGULAR, size=10, width=width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    widest = max(
        (len(line), fonts.width_of(line, face=fonts.REGULAR, size=10)) for line in [*lines, ""]
    )
    assert widest[0] <= 1 or widest[1] <= width + 1e-6


def test_a_long_word_is_cut_behind_a_sign_where_it_has_one():
    lines = wrap("bao_cao_thanh_toan.csv", face=fonts.REGULAR, size=10, width=70)
    assert lines == ["bao_cao_thanh_", "toan.csv"]


def test_blanks_inside_a_line_are_kept():
    assert wrap("  a   b", face=fonts.REGULAR, size=10, width=100) == ["  a   b"]
