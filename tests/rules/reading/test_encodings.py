"""Vietnamese in every encoding: read as declared, recognized where it is not."""

from itertools import product
from unicodedata import combining, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import ReadingError
from rules.reading.characters import decode, decode_whole
from rules.reading.recognition import CANDIDATES, recognize
from rules.reading.result import Expected, Wrong
from rules.reading.syllables import is_syllable
from rules.reading.vietnamese_encodings import TCVN3, VNI
from tests.rules.reading.reading_a_file import column, contract, read

VOWELS = "aăâeêioôơuưy"
SMALL = [
    normalize("NFC", v + t) for v, t in product(VOWELS, ["", *"\u0300\u0301\u0303\u0309\u0323"])
]
LETTERS = [*SMALL, "đ", *(one.upper() for one in SMALL), "Đ"]
PLAIN = "bcdghklmnpqrstvxBCDGHKLMNPQRSTVX 0123456789;,.-/"
MOTTO = "Cộng hòa xã hội chủ nghĩa Việt Nam; Độc lập - Tự do - Hạnh phúc"
SPOILED = {
    "tcvn3": "Céng hßa x· héi chñ nghÜa ViÖt Nam; §éc lËp - Tù do - H¹nh phóc",
    "vni": "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam; Ñoäc laäp - Töï do - Haïnh phuùc",
}
LINES = ["Công ty TNHH Xây dựng", "Phường Đống Đa, quận Thanh Xuân", "Thuế giá trị gia tăng"]


def encode(text: str, encoding: str) -> bytes:
    """Written as such a program would write it: an encoder made of the decoder's own table."""
    if encoding == "tcvn3":
        return bytes(TCVN3.index(one) for one in text)
    if encoding == "vni":
        written = {letter: shown for shown, letter in reversed(VNI.items())}
        return "".join(written.get(one, one) for one in text).encode("windows-1252")
    if encoding == "windows-1258":
        return b"".join(_in_1258(one) for one in text)
    return text.encode(encoding)


def _in_1258(letter: str) -> bytes:
    """The letter whole where the code page has it, otherwise its tone behind it."""
    try:
        return letter.encode("windows-1258")
    except UnicodeEncodeError:
        apart = normalize("NFD", letter)
        tone = next(one for one in apart if combining(one) and one not in "\u0302\u0306\u031b")
        return normalize("NFC", apart.replace(tone, "")).encode("windows-1258") + tone.encode(
            "windows-1258"
        )


def test_there_are_134_vietnamese_letters_beyond_ascii():
    assert len({one for one in LETTERS if not one.isascii()}) == 134


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "windows-1258", "utf-8", "utf-16-le"])
@given(text=st.text(alphabet=[*LETTERS, *PLAIN], max_size=40))
def test_any_vietnamese_text_comes_back_from_its_encoding(encoding, text):
    assert decode_whole(encode(text, encoding), encoding=encoding) == text


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "windows-1258"])
@pytest.mark.parametrize("block_bytes", [1, 2, 7])
def test_every_letter_comes_back_whole_whatever_the_blocks(tmp_path, encoding, block_bytes):
    text = "".join(LETTERS) + " " + " ".join(LETTERS)
    source = tmp_path / "source"
    source.write_bytes(encode(text, encoding))

    assert "".join(decode(source, encoding=encoding, block_bytes=block_bytes)) == text


@pytest.mark.parametrize("encoding", sorted(SPOILED))
def test_the_motto_as_everyone_has_seen_it_spoiled_is_read(tmp_path, encoding):
    content = SPOILED[encoding].encode("windows-1252")
    of = contract(column("a", "text"), encoding=encoding)

    found = read(b"a\n" + content + b"\n", of, tmp_path)

    assert found.column("a") == [MOTTO]
    assert found.reading.problems == 0


def test_a_tone_behind_its_letter_is_composed_in_tcvn3():
    assert decode_whole(b"a\xb3", encoding="tcvn3") == "á"


def test_a_capital_letter_of_vni_takes_a_small_mark_too():
    assert decode_whole(b"A\xf9A\xd9a\xf9", encoding="vni") == "ÁÁá"


def test_a_mark_of_vni_behind_nothing_is_a_problem_of_its_cell(tmp_path):
    of = contract(column("a", "text"), encoding="vni")

    found = read(b"a\nb\xf9\nba\xf9\n", of, tmp_path)

    assert found.places == [(2, "a", "b\ufffd", "encoding")]
    assert found.column("a") == [None, "bá"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("kind", ["text", "category"])
def test_texts_of_either_normal_form_are_one(tmp_path, form, kind):
    settings = {"values": (MOTTO,)} if kind == "category" else {}
    of = contract(column("a", kind, **settings))

    found = read(f"a\n{normalize(form, MOTTO)}\n".encode(), of, tmp_path)

    assert found.column("a") == [MOTTO]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "windows-1258", "tcvn3", "vni"])
def test_vietnamese_bytes_fit_their_own_encoding_best(encoding):
    fits = recognize(encode("\n".join(LINES), encoding), delimiter=";")

    assert fits[0].encoding == encoding
    assert fits[0].damaged == 0
    assert fits[0].words == fits[0].syllables == 12
    assert [fit.encoding for fit in fits if fit.is_vietnamese] == [encoding]


def test_every_encoding_says_how_many_cells_it_would_damage():
    fits = recognize(encode("Độc;lập;a\nTự;do;b", "tcvn3"), delimiter=";")

    by_name = {fit.encoding: fit for fit in fits}
    assert set(by_name) == set(CANDIDATES)
    assert (by_name["utf-8"].cells, by_name["utf-8"].damaged) == (6, 3)
    assert by_name["tcvn3"].damaged == 0


@pytest.mark.parametrize("declared", ["utf-8", "windows-1258", "tcvn3", "vni", "windows-1252"])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1258", "tcvn3", "vni", "utf-16-le"])
def test_another_encoding_is_named_and_never_applied(tmp_path, declared, encoding):
    of = contract(column("ten", "text"), column("so", "code"), encoding=declared)
    lines = ["ten,so", *(f"{line.replace(',', ' ')},{n}" for n, line in enumerate(LINES * 9))]

    found = read(encode("\n".join(lines), encoding), of, tmp_path)

    named = [
        (one.found, one.expected, one.detail, one.is_note)
        for one in found.reading.file_problems
        if one.code is Wrong.ENCODING_OTHER
    ]
    wanted = [(encoding, Expected.ENCODING, declared, False)]
    assert named == ([] if declared == encoding else wanted)
    if declared != encoding and "ten" in found.rows.columns:
        assert not set(LINES) & set(found.column("ten"))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"a\nplain\n", "utf-8"),
        ("a\nHistórico\nTransferência\n".encode("windows-1252"), "windows-1252"),
        ("a\nHistórico\nTransferência\n".encode("windows-1252"), "utf-8"),
        ("a\n漢字\n".encode(), "utf-8"),
        ("\ufeffa\nCộng hòa\n".encode(), "windows-1252"),
        ("a\n₫\n".encode(), "utf-8"),
    ],
)
def test_nothing_is_said_where_nothing_is_known(tmp_path, content, encoding):
    found = read(content, contract(column("a", "code"), encoding=encoding), tmp_path)

    assert [one for one in found.reading.file_problems if one.code is Wrong.ENCODING_OTHER] == []


def test_utf_16_without_a_mark_must_be_declared_with_its_order(tmp_path):
    with pytest.raises(ReadingError) as refused:
        read(
            "a\nb\n".encode("utf-16-le"), contract(column("a", "code"), encoding="utf-16"), tmp_path
        )

    assert refused.value.code == "reading.byte_order"


def test_plain_text_in_utf_16_without_a_mark_is_recognized(tmp_path):
    found = read("a\nplain\ntext\n".encode("utf-16-le"), contract(column("a", "code")), tmp_path)

    assert found.reading.file_problems[0].found == "utf-16-le"


@pytest.mark.parametrize(
    "word", ["nghiêng", "Nguyễn", "ĐƯỜNG", "quốc", "giêng", "khuỷu", "thuế", "Huỳnh", "gì", "yết"]
)
def test_vietnamese_words_are_syllables(word):
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["ViÖt", "nghÜa", "chñ", "Histórico", "quồc", "bãt", "đđi", "Müller", "vIệt", "ếẹ"]
)
def test_words_of_another_build_are_no_syllables(word):
    assert not is_syllable(word)
