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
    assert wording.provision(basis) == "Điều 45 khoản 1 22/2023/QH15 (chưa xác nhận)"


@pytest.mark.parametrize(("number", "words"), [(5, "05"), (10, "10"), (136, "136")])
def test_numbers_of_documents_below_ten_are_padded(number, words):
    assert wording.padded(number) == words
