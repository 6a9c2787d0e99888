from datetime import UTC, date, datetime

import pytest

from inspection.documents import wording
from inspection.documents.values.parts import Basis, Money


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 10), "ngày 10 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_days_below_ten_and_months_one_and_two_are_padded(day, words):
    assert wording.in_words(day) == words


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (1_234_567, "VND", "1.234.567 đồng"),
        (0, "VND", "0 đồng"),
        (-500, "VND", "-500 đồng"),
        (123_456, "GBP", "1.234,56 GBP"),
        (-5, "GBP", "-0,05 GBP"),
        (10**15, "VND", "1.000.000.000.000.000 đồng"),
    ],
)
def test_money_is_written_the_vietnamese_way(minor, currency, words):
    assert wording.amount(Money(minor=minor, currency=currency)) == words


def test_no_amount_is_a_dash_and_not_zero():
    assert wording.amount(None) == "–"


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (1_023, "1.023 byte"),
        (1_024, "1.024 byte (1,0 KiB)"),
        (2_345_678, "2.345.678 byte (2,2 MiB)"),
        (2 * 1024**3, "2.147.483.648 byte (2,0 GiB)"),
    ],
)
def test_sizes_are_exact_and_readable(size_bytes, words):
    assert wording.size(size_bytes) == words


def test_an_instant_is_written_at_vietnams_offset():
    assert wording.moment(datetime(2026, 1, 1, 18, tzinfo=UTC)) == "2026-01-02T01:00:00+07:00"


def test_a_norm_nobody_confirmed_says_so():
    basis = Basis(document="22/2023/QH15", provision="Điều 45 khoản 1", confirmed=False)
    assert wording.provision(basis) == "Điều 45 khoản 1 văn bản số 22/2023/QH15 (chờ xác nhận)"


@pytest.mark.parametrize(("number", "words"), [(5, "05"), (10, "10"), (136, "136")])
def test_numbers_of_documents_below_ten_are_padded(number, words):
    assert wording.padded(number) == words


@pytest.mark.parametrize(
    ("document", "provision", "words"),
    [
        ("Luật Thanh tra", "Điều 36", "Điều 36 Luật Thanh tra"),
        ("30/2020/NĐ-CP", "Điều 15 khoản 1", "Điều 15 khoản 1 Nghị định số 30/2020/NĐ-CP"),
        (
            "61/2018/NĐ-CP (đến 30/6/2025); 118/2025/NĐ-CP (từ 01/7/2025)",
            "Điều 19 khoản 9; quy định tương ứng của Nghị định 118/2025/NĐ-CP",
            (
                "Điều 19 khoản 9 Nghị định số 61/2018/NĐ-CP (đến 30/6/2025); quy định tương ứng "
                "của Nghị định 118/2025/NĐ-CP (từ 01/7/2025)"
            ),
        ),
        ("A; B", "Điều 1", "Điều 1; A; B"),
        ("Thông lệ kiểm toán", "Chi trả hai lần", "Chi trả hai lần; Thông lệ kiểm toán"),
    ],
)
def test_citations_are_parted(document, provision, words):
    assert wording.provision(Basis(document=document, provision=provision, confirmed=True)) == words


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Việc tiếp nhận hồ sơ", "Về việc tiếp nhận hồ sơ"),
        ("Về việc tiếp nhận hồ sơ", "Về việc tiếp nhận hồ sơ"),
        ("Thanh tra việc chi trả", "Về việc thanh tra việc chi trả"),
        ("UBND xã chi trả", "Về việc UBND xã chi trả"),
        ("Hà Sơn chi trả", "Về việc Hà Sơn chi trả"),
    ],
)
def test_what_a_document_is_about_says_the_word_once(title, words):
    assert wording.about(title) == words


@pytest.mark.parametrize(
    ("ground", "words"),
    [
        ("Luật Thanh tra", "Căn cứ Luật Thanh tra"),
        ("căn cứ Luật Thanh tra", "Căn cứ Luật Thanh tra"),
        ("Theo đề nghị của Trưởng đoàn", "Theo đề nghị của Trưởng đoàn"),
    ],
)
def test_a_legal_ground_begins_as_grounds_do(ground, words):
    assert wording.grounded(ground) == words
