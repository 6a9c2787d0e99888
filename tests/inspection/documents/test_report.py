from io import BytesIO
from itertools import count

import pytest
from pypdf import PdfReader

from tests.inspection.documents import samples
from tests.inspection.documents.reading import (
    fonts_of,
    pages_of,
    report_bytes,
    squeezed,
    text_of,
)


@pytest.fixture(scope="module")
def small():
    return report_bytes(samples.report(40))


def test_every_page_is_marked_as_a_draft(small):
    pages = pages_of(small)
    assert len(pages) > 3
    assert [at for at, page in enumerate(pages) if "DỰ THẢO – CHƯA XÁC MINH" not in page] == []


def test_the_same_input_gives_the_same_bytes(small):
    assert report_bytes(samples.report(40)) == small


def test_every_font_is_tinos_and_embedded(small):
    fonts = fonts_of(small)
    assert {name.split("-")[0] for name in fonts} == {"/AAAAAA+Tinos"}
    assert set(fonts.values()) == {True}


def test_a_draft_never_speaks_of_violations(small):
    text = text_of(small).lower()
    assert squeezed("vi phạm") not in text
    assert squeezed("Dấu hiệu cần xác minh").lower() in text


@pytest.mark.parametrize(
    "part",
    [
        "one-stop, phiên bản 2026.1",
        samples.DIGEST,
        "corporate_payment.csv",
        "189.470",
        "TT03. Thời hạn hẹn trả dài hơn thời hạn công bố 18.003 14.300 1.800 333 1.570 0",
        "TT08. Số phí thu khác mức quy định 20.000 0 0 0 0 20.000",
        "Điều 17 Nghị định 61/2018/NĐ-CP (chờ xác nhận)",
        "VendorNum Mã người bán mã 189.470 0 5.803",
        "In 40 dòng đầu trong tổng số 40 dòng.",
        "Số tiền (GBP)",
        "Căn cứ ghi “(chờ xác nhận)” chưa được người có chuyên môn pháp lý xác nhận.",
    ],
)
def test_the_report_says(small, part):
    assert squeezed(part) in text_of(small)


def test_the_first_five_thousand_lines_are_listed_and_no_more_are_read():
    lines = samples.lines(5_200)
    text = text_of(report_bytes(samples.report(5_200), lines))
    listed = [place for place in range(1, 5_201) if f"P-{place:07d}" in text]
    assert listed == list(range(1, 5_001))
    assert squeezed("In 5.000 dòng đầu trong tổng số 5.200 dòng.") in text
    assert next(lines).key == "P-0005001"


def test_a_list_shorter_than_it_claims_is_refused():
    with pytest.raises(ValueError, match="40 lines expected, 39 came"):
        report_bytes(samples.report(40), samples.lines(39))


def test_a_run_without_a_single_line_is_still_reported():
    text = text_of(report_bytes(samples.report(0), iter(())))
    assert squeezed("In 0 dòng đầu trong tổng số 0 dòng.") in text


def test_the_draft_is_dated_by_its_data(small):
    metadata = PdfReader(BytesIO(small)).metadata
    assert metadata is not None
    assert metadata["/CreationDate"] == "D:20260228000000+07'00'"
    assert metadata.subject == "DỰ THẢO – CHƯA XÁC MINH"


def test_many_rules_flow_over_pages():
    codes = count(1)
    many = tuple(
        samples.RuleTally(
            code=f"R{next(codes):03d}",
            title=one.title,
            rule_class=one.rule_class,
            basis=one.basis,
            met=1,
        )
        for _ in range(15)
        for one in samples.tallies()
    )
    text = text_of(report_bytes(samples.report(1, tallies=many)))
    assert [one.code for one in many if text.count(one.code) != 3] == []
