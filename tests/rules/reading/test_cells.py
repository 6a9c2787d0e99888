# ruff: noqa: DTZ001 - files hold wall time
from datetime import date, datetime
from decimal import Decimal
from unicodedata import normalize

import polars as pl
import pytest

from rules.contract import Column
from rules.reading.cells import convert, what_is_wrong
from rules.reading.result import Wrong
from tests.rules.reading.reading_a_file import column, contract


def one(text: str, of: Column, **settings: str) -> object:
    """The value of one cell, or what is wrong with it; None for a blank."""
    under = contract(of, **settings)
    cells = convert(pl.Series([text]), column=of, contract=under)
    assert cells.value[0] is None or not (cells.bad[0] or cells.blank[0])
    if cells.bad[0]:
        return what_is_wrong(text, column=of, contract=under)
    return cells.value[0]


VIETNAMESE = {"decimal_mark": ",", "grouping": "."}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234", Decimal("1234.00")),
        ("1.234.567,89", Decimal("1234567.89")),
        ("1234567,8", Decimal("1234567.80")),
        ("-12,50", Decimal("-12.50")),
        (" 7 ", Decimal("7.00")),
        ("007", Decimal("7.00")),
        ("5,1000", Decimal("5.10")),
        ("1.23", Wrong.SHAPE),
        ("1.2345", Wrong.SHAPE),
        (".123", Wrong.SHAPE),
        ("1..234", Wrong.SHAPE),
        ("1.234.56", Wrong.SHAPE),
        ("1,234.5", Wrong.SHAPE),
        ("12,", Wrong.SHAPE),
        (",5", Wrong.SHAPE),
        ("--5", Wrong.SHAPE),
        ("+5", Wrong.SHAPE),
        ("5-", Wrong.SHAPE),
        ("1e3", Wrong.SHAPE),
        ("(5)", Wrong.SHAPE),
        ("NaN", Wrong.SHAPE),
        ("5 đ", Wrong.SHAPE),
        ("١٢", Wrong.SHAPE),
        ("1 234", Wrong.SHAPE),
        ("5,123", Wrong.PLACES),
        ("5,1001", Wrong.PLACES),
        ("9999999999999999,99", Decimal("9999999999999999.99")),
        ("10000000000000000,00", Wrong.SIZE),
        ("9" * 60, Wrong.SIZE),
        ("5\x00", Wrong.CHARACTERS),
        ("5\ufffd", Wrong.ENCODING),
        ("", None),
        ("\u00a0 ", None),
    ],
)
def test_a_number_is_read_under_the_declared_marks_and_never_rounded(text, value):
    assert one(text, column("a", "money", scale=2), **VIETNAMESE) == value


def test_the_same_text_is_another_number_under_other_marks():
    of = column("a", "decimal", scale=3)

    assert one("1.234", of) == Decimal("1.234")
    assert one("1.234", of, **VIETNAMESE) == Decimal(1234)
    assert one("1 234", of, decimal_mark=",", grouping=" ") == Decimal(1234)
    assert one("1,234", of, decimal_mark=".", grouping="") is Wrong.SHAPE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1,234", 1234),
        ("12.00", 12),
        ("12.5", Wrong.PLACES),
        ("999999999999999999", 999999999999999999),
        ("-999999999999999999", -999999999999999999),
        ("1000000000000000000", Wrong.SIZE),
        ("-1000000000000000000", Wrong.SIZE),
        ("9223372036854775808", Wrong.SIZE),
        ("-0", 0),
    ],
)
def test_an_integer_takes_no_places_but_zeros(text, value):
    assert one(text, column("a", "integer")) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("00123", "00123"),
        (" AB 12/3 ", "AB 12/3"),
        ("1.0", "1.0"),
        ("a\x00b", Wrong.CHARACTERS),
        ("a\ufffdb", Wrong.ENCODING),
        ("", None),
    ],
)
def test_a_code_is_kept_letter_by_letter(text, value):
    assert one(text, column("a", "code")) == value


def test_text_becomes_nfc_and_a_code_does_not():
    decomposed = normalize("NFD", "Hoàn trả")

    assert one(decomposed, column("a", "text")) == "Hoàn trả"
    assert one(decomposed, column("a", "category", values=("Hoàn trả",))) == "Hoàn trả"
    assert one(decomposed, column("a", "code")) == decomposed


def test_a_pattern_binds_the_whole_text():
    of = column("a", "code", pattern="[0-9]{10}|[0-9]{13}")

    assert one("0123456789", of) == "0123456789"
    assert one("0123456789-1", of) is Wrong.PATTERN
    assert one("0123456789\n", of) == "0123456789"
    assert one("x0123456789", of) is Wrong.PATTERN


def test_a_category_is_a_member_letter_by_letter():
    of = column("a", "category", values=("DA_TRA", "RUT"))

    assert one("RUT", of) == "RUT"
    assert one("rut", of) is Wrong.NOT_LISTED


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("01/03/2024", date(2024, 3, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        ("2024-03-01", date(2024, 3, 1)),
        ("01/03/24", Wrong.SHAPE),
        ("1/3/2024", Wrong.SHAPE),
        ("29/02/2023", Wrong.SHAPE),
        ("31/04/2024", Wrong.SHAPE),
        ("03/13/2024", Wrong.SHAPE),
        ("01/03/2024 00:00", Wrong.SHAPE),
        ("01/03/20245", Wrong.SHAPE),
        ("45351", Wrong.SHAPE),
    ],
)
def test_a_date_has_the_full_width_of_a_declared_format(text, value):
    assert one(text, column("a", "date", format=("%d/%m/%Y", "%Y-%m-%d"))) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("01/03/2024 15:00", datetime(2024, 3, 1, 15)),
        ("01/03/2024 15:00:01", datetime(2024, 3, 1, 15, 0, 1)),
        ("01/03/2024 24:00", Wrong.SHAPE),
        ("01/03/2024 15:00:60", Wrong.SHAPE),
        ("01/03/2024 5:00", Wrong.SHAPE),
        ("01/03/2024", Wrong.SHAPE),
    ],
)
def test_seconds_are_optional_only_when_both_formats_are_declared(text, value):
    both = column("a", "datetime", format=("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"))
    without = column("a", "datetime", format=("%d/%m/%Y %H:%M",))

    assert one(text, both) == value
    expected = Wrong.SHAPE if text == "01/03/2024 15:00:01" else value
    assert one(text, without) == expected


def test_a_boolean_knows_its_declared_words_alone():
    declared = column("a", "boolean", values=("Có", "Không"))

    assert one("Có", declared) is True
    assert one("Không", declared) is False
    assert one("có", declared) is Wrong.SHAPE
    assert one("true", declared) is Wrong.SHAPE
    assert one("TRUE", column("a", "boolean")) is True
    assert one("1", column("a", "boolean")) is Wrong.SHAPE
