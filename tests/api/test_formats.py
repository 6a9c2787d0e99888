from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from api.formats import Formats, days_left
from api.language import translator

VI, EN = Formats(lang="vi"), Formats(lang="en")
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)  # twelve o'clock in Vietnam


def test_numbers_are_written_as_each_language_writes_them():
    assert (VI.number(1234567), EN.number(1234567)) == ("1.234.567", "1,234,567")
    assert (VI.decimal(Decimal("1234.50")), EN.decimal(Decimal("1234.50"))) == (
        "1.234,50",
        "1,234.50",
    )
    assert VI.percent(1, 3) == "33,3 %"
    assert VI.percent(0, 0) == "–"


def test_money_has_the_places_of_its_currency():
    assert VI.minor(1234567, "VND") == "1.234.567 đồng"
    assert EN.minor(1234567, "VND") == "1,234,567 VND"
    assert EN.minor(1234567, "USD") == "12,345.67 USD"
    assert VI.short(Decimal(1_260_000_000)) == "1,3 tỷ"
    assert EN.short(Decimal(-3_400_000)) == "-3.4 m"
    assert EN.short(Decimal(999)) == "999"


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("2026-01-31", "31/01/2026", "31 Jan 2026"),
        ("<= 2026-01-31", "≤ 31/01/2026", "≤ 31 Jan 2026"),
        ("2026-01-31T08:05:00", "31/01/2026 08:05:00", "31 Jan 2026 08:05:00"),
        ("1234.50", "1.234,50", "1,234.50"),
        ("-0.5", "-0,5", "-0.5"),
        ("<= 5000", "≤ 5.000", "≤ 5,000"),
        ("2003 · 20.00 · 2026-01-31", "2003 · 20,00 · 31/01/2026", "2003 · 20.00 · 31 Jan 2026"),
        # What may be a code, is none of these, or is no day of any year, stays letter by letter.
        ("20030", "20030", "20030"),
        ("0012.50", "0012.50", "0012.50"),
        ("2026-13-45", "2026-13-45", "2026-13-45"),
        ("payments", "payments", "payments"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_what_the_engine_compared_is_written_as_people_do(text, vi, en):
    assert (VI.neutral(text), EN.neutral(text)) == (vi, en)


def test_two_sides_of_a_difference_are_no_codes():
    assert VI.figure("20030") == "20.030"
    assert VI.figure("2026-01-31") == "31/01/2026"


def test_sizes_are_written_in_their_largest_unit():
    assert VI.size(1023) == "1023 B"
    assert VI.size(1536) == "1,5 kB"
    assert EN.size(6_027_754) == "5.7 MB"
    assert EN.size(2**31) == "2.0 GB"


def test_moments_are_told_in_vietnamese_time():
    late = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)

    assert VI.moment(late) == "23/11/2026 00:30"
    assert EN.moment(late) == "23 Nov 2026 00:30"
    assert VI.iso(late) == "2026-11-23T00:30:00+07:00"
    assert VI.day(date(2026, 2, 1)) == "01/02/2026"
    assert VI.cell(datetime(2026, 2, 1, 15, 0)) == "01/02/2026 15:00:00"  # noqa: DTZ001 - wall time


@pytest.mark.parametrize(
    ("hours", "days"),
    [(-1, -1), (0, 0), (11, 0), (12, 1), (12 + 24 * 6, 7), (-13, -1), (-37, -2)],
)
def test_days_left_are_calendar_days_in_vietnam(hours, days):
    assert days_left(NOON + timedelta(hours=hours), now=NOON) == days


def test_patterns_of_dates_are_written_for_people():
    assert VI.pattern("%d/%m/%Y %H:%M") == "dd/mm/yyyy hh:mi"


def test_a_sentence_takes_its_facts_in_the_language_of_the_page():
    assert translator("vi")("pages.range", first=1, last=50, total=4264) == "1–50 trong 4.264"
    assert translator("en")("deposit.files", count=1) == "1 file"
    assert translator("en")("deposit.files", count=2) == "2 files"


def test_a_code_without_a_sentence_raises():
    with pytest.raises(KeyError):
        translator("vi")("no.such.code")


def test_a_refusal_without_a_fact_or_a_sentence_still_says_something():
    vi = translator("vi")

    assert "…" in vi.refusal("text.too_long", {})
    assert vi.refusal("never.heard", {}) == vi.refusal("unknown", {"code": "never.heard"})


def test_an_unknown_language_is_vietnamese():
    assert translator("fr").lang == "vi"
