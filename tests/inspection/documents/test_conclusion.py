"""The document of a conclusion: its cells, its annexes, its bytes."""

import subprocess
import sys
import time
import unicodedata
from dataclasses import fields, replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from inspection.documents.conclusion import MADE_UP, render_conclusion
from inspection.documents.values.conclusion import (
    Answer,
    ConclusionDocument,
    Silence,
)
from inspection.documents.values.parts import LogFacts
from rules.rule import Verdict
from tests.inspection.documents import samples
from tests.inspection.documents.reading import (
    conclusion_bytes,
    fonts_of,
    pages_of,
    squeezed,
    text_of,
)

ROOT = Path(__file__).parents[3]
PRINT_DIGEST = (
    "import hashlib; from tests.inspection.documents.reading import conclusion_bytes; "
    "print(hashlib.sha256(conclusion_bytes()).hexdigest())"
)


@pytest.fixture(scope="module")
def pdf():
    return conclusion_bytes()


@pytest.fixture(scope="module")
def text(pdf):
    return text_of(pdf)


def digest_elsewhere(**environment):
    """The digest that another process finds, in its own environment."""
    done = subprocess.run(
        [sys.executable, "-c", PRINT_DIGEST],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_same_input_gives_the_same_bytes_whatever_the_process_time_zone_and_locale(pdf):
    again = conclusion_bytes()
    here = digest_elsewhere(TZ="Asia/Ho_Chi_Minh", LC_ALL="vi_VN.UTF-8", PYTHONHASHSEED="1")
    there = digest_elsewhere(TZ="America/New_York", SOURCE_DATE_EPOCH="1", PYTHONHASHSEED="2")
    assert again == pdf
    assert here == there


def test_another_input_gives_other_bytes(pdf):
    assert conclusion_bytes(samples.conclusion(number=6)) != pdf


def test_a_path_receives_the_same_bytes_as_a_file(pdf, tmp_path):
    lines = [*samples.annex("1.1", 3), *samples.annex("2.1", 2, rule="TT07")]
    render_conclusion(samples.conclusion(), lines, into=tmp_path / "kl.pdf")
    assert (tmp_path / "kl.pdf").read_bytes() == pdf


@pytest.mark.parametrize(
    "cell",
    [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN TỈNH HÀ SƠN",
        "THANH TRA TỈNH HÀ SƠN",
        "Số: 05/KL-TTr",
        "Hà Sơn, ngày 05 tháng 02 năm 2026",
        "KẾT LUẬN THANH TRA",
        "Về việc chấp hành pháp luật trong tiếp nhận, giải quyết thủ tục hành chính",
        "Căn cứ Luật Thanh tra số 84/2025/QH15 ngày 25 tháng 6 năm 2025;",
    ],
)
def test_the_first_page_bears_the_cells_of_decree_30(pdf, cell):
    assert squeezed(cell) in squeezed(pages_of(pdf)[0])


@pytest.mark.parametrize(
    "part",
    [
        "Căn cứ Kế hoạch thanh tra năm 2026 của Thanh tra tỉnh Hà Sơn.",
        "I. KHÁI QUÁT CHUNG",
        "II. ĐÁNH GIÁ VIỆC THỰC HIỆN CHÍNH SÁCH, PHÁP LUẬT, NHIỆM VỤ, QUYỀN HẠN ĐƯỢC GIAO",
        "III. KẾT LUẬN VỀ NỘI DUNG THANH TRA",
        "IV. TÍNH CHẤT, MỨC ĐỘ, HẬU QUẢ; NGUYÊN NHÂN; TRÁCH NHIỆM",
        "V. BIỆN PHÁP XỬ LÝ THEO THẨM QUYỀN; KIẾN NGHỊ XỬ LÝ, KHẮC PHỤC",
        "VI. HẠN CHẾ, BẤT CẬP CỦA CƠ CHẾ, CHÍNH SÁCH, PHÁP LUẬT VÀ KIẾN NGHỊ KHẮC PHỤC",
        "Không có./.",
        "1. Việc tiếp nhận, giải quyết và trả kết quả hồ sơ thủ tục hành chính",
        "2. Việc công khai thủ tục hành chính",
        "3. Việc thu, nộp phí và lệ phí",
        "Chưa đủ cơ sở kết luận",
        "1.1. Vi phạm TT01: Trả kết quả giải quyết hồ sơ sau thời hạn đã hẹn",
        "2.1. Dấu hiệu rủi ro TT07",
        "Căn cứ: Điều 19 khoản 1 Nghị định 61/2018/NĐ-CP.",
        "Căn cứ: Điều 17 Nghị định 61/2018/NĐ-CP (chờ xác nhận).",
        "Số trường hợp: 3; số tiền: 1.234.567.000 đồng.",
        "Số trường hợp: 2; không xác định hậu quả bằng tiền.",
        "không giải trình trong thời hạn (đến hết ngày 10 tháng 3 năm 2026)",
        "Nhận định của người xác minh Trần Văn Kỷ (2026-03-07T15:30:15+07:00):",
        "giải trình.pdf",
        "2.345.678 byte (2,2 MiB)",
        "TT08. Số phí thu khác mức quy định 20.000 0 0 0 0 20.000",
        "Chưa đủ căn cứ",
        "Thiếu cột phí_đã_thu trong bảng hồ sơ.",
        "KT. CHÁNH THANH TRA",
        "PHÓ CHÁNH THANH TRA",
        "Lê Thị Diễm Quỳnh",
        "- Chủ tịch UBND tỉnh Hà Sơn (để báo cáo);",
        "- Lưu: VT, Đoàn thanh tra.",
        "Phụ lục I",
        "DANH MỤC CHỨNG CỨ",
        "sổ theo dõi hồ sơ quý 4.xlsx",
        "2026-03-04T15:30:15+07:00",
        "Phụ lục II",
        "DANH SÁCH VI PHẠM, DẤU HIỆU RỦI RO",
        samples.DIGEST,
    ],
)
def test_the_document_says(text, part):
    assert squeezed(part) in text


def test_an_answer_of_twenty_thousand_characters_is_printed_whole(text):
    assert len(samples.LONG_ANSWER) > 20_000
    assert squeezed(samples.LONG_ANSWER) in text_without_page_numbers(text)


def text_without_page_numbers(_text):
    """The answer flows over pages; drop the number each page starts with."""
    pages = pages_of(conclusion_bytes())
    return squeezed("".join(page.removeprefix(str(at)) for at, page in enumerate(pages, start=1)))


def test_an_answer_keeps_its_line_breaks_and_runs_of_blanks():
    answer = Answer(text="một\n\n  hai   ba\n<b>bốn</b> & &amp;", by="A", at=samples.AT)
    only = samples.conclusion(matters=samples.matters(samples.finding(answer=answer)))
    printed = "\n".join(pages_of(conclusion_bytes(only, samples.annex("1.1", 3))))
    assert "  hai   ba\n<b>bốn</b> & &amp;\n" in printed


def test_five_thousand_lines_of_the_annex_are_all_printed_in_under_ten_seconds():
    whole = samples.conclusion(matters=samples.matters(samples.finding(count=5_000)))
    begun = time.perf_counter()
    pdf = conclusion_bytes(whole, samples.annex("1.1", 5_000))
    took = time.perf_counter() - begun
    text = text_of(pdf)
    assert [line.key for line in samples.annex("1.1", 5_000) if line.key not in text] == []
    assert took < 10


def test_the_page_number_is_not_on_the_first_page_and_starts_anew_in_each_annex(pdf):
    pages = pages_of(pdf)
    starts = [at for at, page in enumerate(pages) if page.startswith(("ỦY BAN", "Phụ lục"))]
    numbers = [page.split("\n")[0] for page in pages]
    expected = [
        str(at - max(start for start in starts if start <= at) + 1) for at in range(len(pages))
    ]
    assert len(starts) == 3
    assert [number for at, number in enumerate(numbers) if at not in starts] == [
        number for at, number in enumerate(expected) if at not in starts
    ]


def test_text_in_nfd_is_printed_in_nfc(pdf):
    def decomposed(value):
        if isinstance(value, str):
            return unicodedata.normalize("NFD", value)
        if isinstance(value, tuple):
            return tuple(map(decomposed, value))
        return value

    document = samples.conclusion()
    texts = {f.name: decomposed(getattr(document, f.name)) for f in fields(ConclusionDocument)}
    texts["matters"] = document.matters
    assert texts["subject"] != document.subject
    assert conclusion_bytes(replace(document, **texts)) == pdf


def test_every_font_is_tinos_and_embedded(pdf):
    fonts = fonts_of(pdf)
    assert {name.split("+")[1] for name in fonts} == {
        "Tinos-Regular",
        "Tinos-Bold",
        "Tinos-Italic",
        "Tinos-BoldItalic",
    }
    assert set(fonts.values()) == {True}


def test_the_file_says_what_it_is(pdf):
    reader = PdfReader(BytesIO(pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == "Kết luận thanh tra số 05/KL-TTr"
    assert reader.metadata.author == "Thanh tra tỉnh Hà Sơn"
    assert reader.metadata["/CreationDate"] == "D:20260205000000+07'00'"
    assert reader.root_object["/Lang"] == "vi-VN"
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles[0] == "I. KHÁI QUÁT CHUNG"
    assert titles[-2:] == ["Phụ lục I. Danh mục chứng cứ", "Phụ lục II. Danh sách chi tiết"]


def test_risks_alone_are_never_called_violations():
    only = samples.conclusion(
        matters=samples.matters(samples.risk("1.1", count=3)), subject="Về việc kiểm tra hồ sơ"
    )
    text = text_of(conclusion_bytes(only, samples.annex("1.1", 3, rule="TT07"))).lower()
    assert squeezed("vi phạm") not in text
    assert squeezed("danh sách dấu hiệu rủi ro") in text


def test_a_line_that_could_not_be_judged_says_so():
    only = samples.conclusion(matters=samples.matters(samples.finding(count=1)))
    line = replace(next(samples.annex("1.1", 1)), verdict=Verdict.UNDETERMINED)
    assert squeezed("1.1. TT01 Chưa đủ căn cứ") in text_of(conclusion_bytes(only, [line]))


def test_a_conclusion_without_findings_evidence_or_rules_is_still_whole():
    bare = samples.conclusion(matters=samples.matters(), evidence=(), tallies=(), legal_bases=())
    text = text_of(conclusion_bytes(bare, []))
    assert squeezed("Không có phát hiện nào được kết luận.") in text
    assert squeezed("Không có chứng cứ nào được tiếp nhận.") in text


def test_how_far_the_log_had_come_is_printed():
    bare = samples.conclusion(matters=samples.matters(), evidence=(), tallies=())
    counted = replace(bare, log=LogFacts(entries=1_041, campaign_entries=9))

    said = squeezed("nhật ký đã ghi 1.041 mục của cuộc thanh tra này và 9 mục chung của đợt")
    assert said in text_of(conclusion_bytes(counted, []))
    assert squeezed("Nhật ký lưu giữ chứng cứ") not in text_of(conclusion_bytes(bare, []))


def test_silence_and_its_last_day_are_printed():
    silent = samples.finding(answer=Silence(due_on=date(2026, 12, 1)))
    only = samples.conclusion(matters=samples.matters(silent))
    text = text_of(conclusion_bytes(only, samples.annex("1.1", 3)))
    assert squeezed("không giải trình trong thời hạn (đến hết ngày 01 tháng 12 năm 2026)") in text


def test_every_page_of_a_demonstration_says_that_it_is_one(pdf):
    marked = pages_of(conclusion_bytes(samples.conclusion(is_demonstration=True)))
    assert [at for at, page in enumerate(marked) if MADE_UP not in page] == []
    assert [at for at, page in enumerate(pages_of(pdf)) if MADE_UP in page] == []
    assert len(marked) == len(pages_of(pdf))


def test_every_legal_basis_begins_with_its_first_words():
    document = samples.conclusion(legal_bases=("Luật Thanh tra.", "Căn cứ Kế hoạch;"))
    text = text_of(conclusion_bytes(document))
    assert squeezed("Căn cứ Luật Thanh tra; Căn cứ Kế hoạch.") in text


def test_number_and_day_are_blank_in_the_annexes(text):
    assert text.count(squeezed("(Kèm theo Kết luận thanh tra số /KL-TTr ngày / / )")) == 2


def test_what_the_organization_was_asked_under_another_name_is_said():
    asked = samples.finding(asked="Hồ sơ có dấu hiệu trả chậm", count=1)
    only = samples.conclusion(matters=samples.matters(asked))
    text = text_of(conclusion_bytes(only, samples.annex("1.1", 1)))
    assert squeezed("Tên gọi khi yêu cầu giải trình: Hồ sơ có dấu hiệu trả chậm") in text


def test_rows_that_could_not_be_read_are_told_by_file():
    first, *others = samples.conclusion().evidence
    evidence = (replace(first, rows_read=1_198, rows_in_file=1_204), *others)
    text = text_of(conclusion_bytes(samples.conclusion(evidence=evidence)))
    assert squeezed("(đọc được 1.198/1.204 dòng)") in text
    assert text.count(squeezed("đọc được")) == 1


def test_a_rule_that_had_nothing_to_run_on_shows_its_error_and_no_counts():
    lacking = replace(
        samples.tallies()[-1], error=0, note="Không thực hiện được: chưa có bảng “fees”."
    )
    text = text_of(conclusion_bytes(samples.conclusion(tallies=(lacking,))))
    assert squeezed("TT08. Số phí thu khác mức quy định – – – – – Lỗi") in text
    assert squeezed("TT08: Không thực hiện được: chưa có bảng “fees”.") in text
    assert squeezed("Quy tắc không thực hiện được (không được coi là đã chấp hành):") in text
