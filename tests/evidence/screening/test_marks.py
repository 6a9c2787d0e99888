"""Marks of state secrets are found where they are marks, and nowhere else."""

import io
import random
import unicodedata

import pytest
from PIL import Image

from evidence.apart import ProcessLimits
from evidence.screening.budget import Budget
from evidence.screening.examining import examine
from evidence.screening.marks import find_in_metadata, find_in_name, find_marks, level_of_line
from evidence.screening.screen import examine_file
from evidence.screening.values import Level, Place, Secrecy
from rules.reading.vietnamese_encodings import TCVN3
from tests.evidence.screening.documents import BODY, docx, letter, odt, pdf, xlsx
from tests.evidence.screening.hostile import zipped

LEVELS = {
    "TUYỆT MẬT": Level.TOP_SECRET,
    "TỐI MẬT": Level.SECRET,
    "MẬT": Level.CONFIDENTIAL,
}


def look(tmp_path, name, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    return examine(path, name=name, budget=Budget(), folder=tmp_path)


def stamped(level):
    return [(level, Place.STAMP)]


def marks_of(found):
    return [(mark.level, mark.place) for mark in found.marks]


@pytest.mark.parametrize(("words", "level"), list(LEVELS.items()))
def test_a_line_of_its_own_is_a_mark(words, level):
    spaced = " ".join(words.replace(" ", ""))
    for line in (
        words,
        f"  {words}\t",
        f"| {words} |",
        spaced,
        f"Độ mật: {words}",
        f"*** {words} ***",
    ):
        assert level_of_line(line) is level, line


@pytest.mark.parametrize(("words", "level"), list(LEVELS.items()))
def test_decomposed_letters_are_the_same_letters(words, level):
    assert level_of_line(unicodedata.normalize("NFD", words)) is level


@pytest.mark.parametrize(("words", "level"), list(LEVELS.items()))
def test_a_text_in_tcvn3_shows_its_mark(tmp_path, words, level):
    capitals = bytes(TCVN3.index(letter) for letter in words)
    # A font of capitals over the codes of small letters, as most such documents were typed.
    drawn = bytes(TCVN3.index(letter if letter.isascii() else letter.lower()) for letter in words)
    for line in (capitals, drawn):
        assert marks_of(look(tmp_path, "a.txt", b"S\xe8: 12\n" + line + b"\n")) == stamped(level)


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("TUYEÄT MAÄT", Level.TOP_SECRET),
        ("TOÁI MAÄT", Level.SECRET),
        ("MAÄT", Level.CONFIDENTIAL),
    ],
)
def test_a_text_in_vni_shows_its_mark(tmp_path, line, level):
    content = f"Soá: 12\n{line}\n".encode("cp1252")

    assert marks_of(look(tmp_path, "a.txt", content)) == stamped(level)


@pytest.mark.parametrize(
    "line",
    [
        "Mật", "mật", "Tuyệt mật", "BẢO MẬT", "MẬT KHẨU", "MẬT ONG", "bảo mật", "mật khẩu",
        "TÀI LIỆU KHÔNG MẬT", "BÍ MẬT", "MẬT ĐỘ", "MẬT ĐỘ DÂN SỐ: 12", "MAT", "TOI MAT",
        "Văn bản TUYỆT MẬT không gửi qua hệ thống này", "LƯU HÀNH NỘI BỘ",
    ],
)  # fmt: skip
def test_ordinary_words_are_no_mark(line):
    assert level_of_line(line) is None


def ordinary(seed: int) -> list[str]:
    """A made-up office text that speaks of security and passwords in every way people do."""
    chance = random.Random(seed)  # noqa: S311 - made-up texts
    subjects = ["Đơn vị", "Phòng Công nghệ", "Ban Quản lý", "Trung tâm dữ liệu", "Sở", "Cán bộ"]
    verbs = ["rà soát", "báo cáo", "đề nghị", "kiểm tra", "cập nhật", "tập huấn về"]
    objects = [
        "bảo mật", "mật khẩu", "chính sách bảo mật", "mật khẩu thư điện tử", "mật độ xây dựng",
        "cam kết bảo mật", "bí mật kinh doanh", "mật mã dân sự", "nuôi ong lấy mật", "thân mật",
        "công tác bảo vệ bí mật nhà nước", "mật rỉ đường",
    ]  # fmt: skip
    heads = [
        "BÁO CÁO",
        "BẢO MẬT",
        "MẬT KHẨU",
        "MẬT ĐỘ",
        "CHÍNH SÁCH BẢO MẬT",
        "QUY CHẾ BẢO MẬT THÔNG TIN",
    ]
    lines = [chance.choice(heads), ""]
    for _ in range(chance.randint(3, 40)):
        sentence = f"{chance.choice(subjects)} {chance.choice(verbs)} {chance.choice(objects)}"
        lines.append(
            chance.choice([sentence + ".", sentence.upper(), f"- {sentence};", sentence.title()])
        )
    return lines


@pytest.mark.parametrize("kind", ["txt", "docx", "xlsx", "pdf"])
def test_two_hundred_ordinary_texts_give_no_alarm(tmp_path, kind):
    make = {
        "txt": lambda lines: "\n".join(lines).encode(),
        "docx": docx,
        "xlsx": xlsx,
        "pdf": lambda lines: pdf([(3, 2 + n * 0.6, line) for n, line in enumerate(lines)]),
    }[kind]
    alarms = [
        seed for seed in range(200) if look(tmp_path, f"a.{kind}", make(ordinary(seed))).marks
    ]

    assert alarms == []


def test_the_same_two_hundred_texts_give_two_hundred_alarms_once_stamped():
    assert all(find_marks([*ordinary(seed)[:2], "MẬT"]) for seed in range(200))


def test_a_mark_far_below_is_no_stamp(tmp_path):
    content = "\n".join([BODY] * 100 + ["MẬT"]).encode()

    assert look(tmp_path, "a.txt", content).marks == ()


@pytest.mark.parametrize(("words", "level"), list(LEVELS.items()))
def test_documents_show_their_stamp(tmp_path, words, level):
    assert marks_of(look(tmp_path, "a.docx", docx(["Số: 12", words, BODY]))) == stamped(level)
    assert marks_of(look(tmp_path, "a.xlsx", xlsx(["Số: 12", words, BODY]))) == stamped(level)
    assert marks_of(look(tmp_path, "a.odt", odt(["Số: 12", words, BODY]))) == stamped(level)
    assert marks_of(look(tmp_path, "a.pdf", pdf(letter(words)))) == stamped(level)


def test_a_value_in_a_list_is_no_stamp(tmp_path):
    assert look(tmp_path, "a.xlsx", xlsx(["MẬT"], row=50)).marks == ()
    assert look(tmp_path, "a.pdf", pdf([*letter(), (3, 22, "MẬT")])).marks == ()


def test_capitals_by_format_are_capitals(tmp_path):
    small = docx(["Mật"], run="<w:rPr><w:caps/></w:rPr>")
    old_font = docx(["mËt"], run='<w:rPr><w:rFonts w:ascii=".VnTimeH"/></w:rPr>')
    off = docx(["Mật"], run='<w:rPr><w:caps w:val="0"/></w:rPr>')

    assert marks_of(look(tmp_path, "a.docx", small)) == stamped(Level.CONFIDENTIAL)
    assert marks_of(look(tmp_path, "a.docx", old_font)) == stamped(Level.CONFIDENTIAL)
    assert look(tmp_path, "a.docx", off).marks == ()


def test_metadata_and_names_tell_too(tmp_path):
    secret = [(Level.SECRET, Place.METADATA)]

    assert marks_of(look(tmp_path, "a.docx", docx([BODY], keywords="Tối mật"))) == secret
    assert marks_of(look(tmp_path, "a.pdf", pdf(letter(), keywords="tối mật; 2026"))) == secret
    assert [m.place for m in find_in_name("Tờ trình_MẬT.docx")] == [Place.NAME]
    assert find_in_name("Quy chế bảo mật (mật khẩu).docx") == []
    assert find_in_metadata(["bảo mật, mật khẩu"]) == []


def test_a_mark_deep_in_an_archive_is_found(tmp_path):
    content = zipped({"trong.zip": zipped({"văn bản.docx": docx(["MẬT"])})})

    assert marks_of(look(tmp_path, "a.zip", content)) == stamped(Level.CONFIDENTIAL)


def test_what_cannot_be_read_is_not_screened(tmp_path):
    picture = io.BytesIO()
    Image.new("RGB", (40, 40)).save(picture, "PNG")
    scan = io.BytesIO()
    Image.new("RGB", (400, 600)).save(scan, "PDF")

    for name, content in (
        ("a.png", picture.getvalue()),
        ("a.pdf", scan.getvalue()),
        ("b.pdf", pdf(letter(), password="x")),
        ("a.bin", bytes(range(256))),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(32)),
    ):
        assert look(tmp_path, name, content).secrecy is Secrecy.NOT_SCREENED, name
    assert look(tmp_path, "a.docx", docx([BODY])).secrecy is Secrecy.NOT_MARKED
    assert look(tmp_path, "a.pdf", pdf(letter())).secrecy is Secrecy.NOT_MARKED


def test_the_process_apart_tells_the_same(tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(docx(["TUYỆT MẬT"]))

    apart = examine_file(path, name="a.docx", folder=tmp_path, limits=ProcessLimits())

    assert apart == examine(path, name="a.docx", budget=Budget(), folder=tmp_path)
    assert marks_of(apart) == stamped(Level.TOP_SECRET)
