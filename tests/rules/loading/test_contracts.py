# ruff: noqa: DTZ001 - contracts hold wall time
from datetime import date, datetime
from decimal import Decimal

import pytest

from api.language import LANGUAGES, translator
from rules.errors import PackError
from rules.loading.contracts import read_contract
from rules.loading.entries import parse
from rules.loading.examples import try_examples
from rules.reading.result import Wrong

TABLE = """\
name: bids
title: {vi: Gói thầu, en: Bids}
file: {decimal_mark: ",", grouping: "."}
key: [code]
time_zone: Asia/Ho_Chi_Minh
columns:
  - {name: code, type: code, pattern: "[A-Z]+", label: {vi: Mã, en: Code}}
  - name: value
    type: money
    scale: 2
    range: {least: 0, most: 999.50}
    label: {vi: Giá trị, en: Value}
    examples: ["1,5", 7]
    counter_examples:
      - "1.5"
      - -1
  - {name: day, type: date, format: "%d/%m/%Y", range: {least: 2024-01-01}, label: {vi: N, en: D}}
  - {name: at, type: datetime, format: "%Y-%m-%d %H:%M%z", label: {vi: L, en: A}}
"""


def load(text: str = TABLE):
    return read_contract(parse(text.encode(), file="tables/bids.yaml"))


def changed(old: str, new: str) -> str:
    assert TABLE.count(old) == 1
    return TABLE.replace(old, new)


def refusal(old: str, new: str) -> PackError:
    with pytest.raises(PackError) as error:
        load(changed(old, new))
    return error.value


def test_ranges_marks_and_examples_are_what_the_file_says():
    contract = load(changed("scale: 2", 'scale: 2\n    decimal_mark: ","\n    grouping: ""'))

    value, day = contract["value"], contract["day"]
    assert (value.least, value.most) == (Decimal(0), Decimal("999.50"))
    assert (day.least, day.most) == (date(2024, 1, 1), None)
    assert contract.marks_of(value) == (",", "")
    assert contract.marks_of(day) == (",", ".")
    assert (value.examples, value.counter_examples) == (("1,5", "7"), ("1.5", "-1"))


def test_a_moment_may_have_limits_in_the_time_of_the_contract():
    settings = 'type: datetime, format: "%Y-%m-%d %H:%M%z"'
    limits = f'{settings}, range: {{least: "2024-01-01T07:30", most: 2024-12-31 23:59:59}}'

    column = load(changed(settings, limits))["at"]

    assert column.least == datetime(2024, 1, 1, 7, 30)
    assert column.most == datetime(2024, 12, 31, 23, 59, 59)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("{least: 0, most: 999.50}", "{}", "pack.no_limit", 11),
        ("{least: 0, most: 999.50}", "{least: 0, mots: 1}", "pack.unknown_key", 11),
        ("{least: 0, most: 999.50}", "[0, 1]", "pack.not_a_mapping", 11),
        ("least: 0,", "least: 1e3,", "pack.bad_limit", 11),
        ("least: 0,", "least: 0.005,", "pack.bad_limit", 11),
        ("least: 0,", 'least: "0,5",', "pack.bad_limit", 11),
        ("least: 0,", "least: nothing,", "pack.bad_limit", 11),
        ("most: 999.50", "most: 99999999999999999.50", "pack.bad_limit", 11),
        ("least: 0,", "least: 1000,", "pack.range_backwards", 11),
        ("least: 2024-01-01", "least: 2024-01-01 10:00", "pack.bad_limit", 17),
        ("least: 2024-01-01", "least: 1.1.2024", "pack.bad_limit", 17),
        ("type: code,", "type: code, range: {least: 1},", "pack.setting_of_type", 7),
        ("type: code,", 'type: code, grouping: "",', "pack.setting_of_type", 7),
        ("scale: 2", 'scale: 2\n    decimal_mark: "."', "pack.marks_alike", 8),
        ("scale: 2", 'scale: 2\n    decimal_mark: ".."', "pack.not_a_mark", 11),
        ("Asia/Ho_Chi_Minh", "Asia/Nowhere", "pack.unknown_zone", 5),
        ("Asia/Ho_Chi_Minh", '"+07:00"', "pack.unknown_zone", 5),
        ("Asia/Ho_Chi_Minh", "asia/ho_chi_minh", "pack.unknown_zone", 5),
        ("key: [code]", "key: [code, code]", "pack.name_twice", 4),
        ('"%d/%m/%Y"', '"%d/%m/%Y%z"', "pack.date_format", 17),
        ('"%Y-%m-%d %H:%M%z"', '"%z%Y-%m-%d %H:%M%z"', "pack.date_format", 18),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_with_its_line(old, new, code, line):
    error = refusal(old, new)

    assert (error.code, error.facts["file"], error.facts["line"]) == (
        code,
        "tables/bids.yaml",
        line,
    )


@pytest.mark.parametrize("limit", ["2024-01-01", "2024-01-01T00:00:00+07:00", "10:00"])
def test_a_limit_of_a_moment_is_wall_time_and_has_its_time(limit):
    settings = 'type: datetime, format: "%Y-%m-%d %H:%M%z"'

    error = refusal(settings, f'{settings}, range: {{most: "{limit}"}}')

    assert (error.code, error.facts["found"]) == ("pack.bad_limit", limit)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('"1,5"', "1.5", "pack.example.shape", 13),
        ('"1,5"', '"1,555"', "pack.example.places", 13),
        ('"1,5"', '"99999999999999999"', "pack.example.size", 13),
        ('"1,5"', '"1000"', "pack.example.range", 13),
        ('"1,5"', '"1\\x01"', "pack.example.characters", 13),
        ('"1,5"', '"1\ufffd"', "pack.example.encoding", 13),
        ("type: code,", "type: code, examples: abc,", "pack.example.pattern", 7),
        (
            'type: code, pattern: "[A-Z]+",',
            "type: category, values: [A], examples: [A, B],",
            "pack.example.not_listed",
            7,
        ),
        ("      - -1", "      - 1", "pack.counter_example", 16),
        ('- "1.5"', '- "1.500"', "pack.counter_example", 15),
    ],
)
def test_an_example_that_does_not_hold_is_refused_with_its_line(old, new, code, line):
    text = changed(old, new).replace("999.50", "9999") if "1.500" in new else changed(old, new)

    with pytest.raises(PackError) as error:
        load(text)

    assert (error.value.code, error.value.facts["line"]) == (code, line)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_refusal_of_a_counter_example_says_what_it_was_read_as(lang):
    error = refusal("      - -1", '      - "0,50"')

    sentence = translator(lang).refusal(error.code, error.facts)
    assert error.facts["value"] == "0.50"
    assert [word in sentence for word in ("tables/bids.yaml", "16", "0,50", "0.50", "value")] == [
        True
    ] * 5


def test_every_reason_a_text_can_be_refused_for_has_a_sentence():
    reasons = {
        Wrong.SHAPE, Wrong.PLACES, Wrong.SIZE, Wrong.RANGE, Wrong.PATTERN,
        Wrong.NOT_LISTED, Wrong.CHARACTERS, Wrong.ENCODING,
    }  # fmt: skip

    for lang in LANGUAGES:
        say = translator(lang)
        assert [one for one in reasons if not say.knows(f"error.pack.example.{one}")] == []


def test_examples_are_read_as_cells_of_a_text_file_are():
    contract = load()

    trials = list(try_examples(contract["value"], contract=contract))

    assert [(one.text, one.is_example, one.value, one.wrong) for one in trials] == [
        ("1,5", True, "1.50", None),
        ("7", True, "7.00", None),
        ("1.5", False, None, Wrong.SHAPE),
        ("-1", False, None, Wrong.RANGE),
    ]
    assert all(trial.holds for trial in trials)


@pytest.mark.parametrize(
    ("old", "new", "nearest"),
    [
        ("pattern:", "patern:", "pattern"),
        ("    examples:", "    exmaples:", "examples"),
        ("type: money", "type: mony", "money"),
        ("type: date,", "type: Date,", "date"),
    ],
)
def test_a_misspelt_word_is_refused_with_the_one_it_is_most_like(old, new, nearest):
    assert refusal(old, new).facts["nearest"] == nearest
