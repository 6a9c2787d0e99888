import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from rules.errors import PackError, ReadingError
from rules.loading.contracts import read_contract
from rules.loading.entries import parse
from rules.mapping import JsonMapping
from rules.reading import Wrong, json_lines
from tests.rules.reading.reading_a_file import DIGEST, column, contract, read, texts


def of_one(tmp_path, of, *values: str):
    """One column read from values written in JSON, one a line."""
    lines = "\n".join(f'{{"a": {value}}}' for value in values)
    return read(lines.encode(), contract(of, decimal_mark=",", grouping="."), tmp_path)


def test_numbers_are_exact_as_they_are_written(tmp_path):
    found = of_one(
        tmp_path, column("a", "money", scale=2),
        "1234567890123.45", "1.5e3", "-0.10", "0.1e1", "1.005", "1e400", "99999999999999999999",
    )  # fmt: skip

    assert found.column("a") == [
        Decimal("1234567890123.45"), Decimal("1500.00"), Decimal("-0.10"), Decimal("1.00"),
        None, None, None,
    ]  # fmt: skip
    assert found.places == [
        (5, "a", "1.005", "places"),
        (6, "a", "1e400", "shape"),
        (7, "a", "99999999999999999999", "size"),
    ]


def test_texts_are_read_as_the_contract_declares(tmp_path):
    found = of_one(tmp_path, column("a", "money", scale=2), '"1.234,50"', '"1234.50"', "1234.5")

    assert found.column("a") == [Decimal("1234.50"), None, Decimal("1234.50")]
    assert found.places == [(2, "a", "1234.50", "shape")]


def test_missing_and_null_are_blank(tmp_path):
    found = read(b'{"a": null}\n{}\n{"a": ""}\n{"a": "x"}', texts("a"), tmp_path)

    assert found.column("a") == [None, None, None, "x"]
    assert found.places == []


def test_blanks_of_a_required_column_are_problems(tmp_path):
    of = contract(column("a", "code", required=True), column("b", "code"))
    found = read(b'{"b": "1"}\n{"a": null}', of, tmp_path)

    assert [place for place in found.places if place[0]] == [
        (1, "a", "", "required"),
        (2, "a", "", "required"),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "found", "code"),
    [
        ("code", "7", "7", "kind"),
        ("text", "true", "TRUE", "kind"),
        ("integer", "true", "TRUE", "kind"),
        ("integer", '"x"', "x", "shape"),
        ("date", "20240229", "20240229", "shape"),
        ("boolean", "1", "1", "shape"),
        ("integer", '{"b": 1}', '{"b": "1"}', "nested"),
        ("text", '["x"]', '["x"]', "nested"),
    ],
)
def test_a_value_of_another_kind_is_a_problem(tmp_path, kind, value, found, code):
    settings = {"format": ("%Y-%m-%d",)} if kind == "date" else {}

    read_one = of_one(tmp_path, column("a", kind, **settings), value)

    assert read_one.column("a") == [None]
    assert read_one.places == [(1, "a", found, code)]


def test_truths_and_dates_are_read(tmp_path):
    of = contract(column("b", "boolean"), column("d", "date", format=("%d/%m/%Y",)))
    found = read(b'{"b": true, "d": "29/02/2024"}\n{"b": "false"}', of, tmp_path)

    assert found.column("b") == [True, False]
    assert found.column("d") == [date(2024, 2, 29), None]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"a": ', "record"),
        (b'["a"]', "record"),
        (b"7", "record"),
        (b'{"a": NaN}', "record"),
        (b"{'a': 1}", "record"),
        (b'{"a": "\xff"}', "encoding"),
        (b'{"a": 01}', "record"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "record"),
    ],
)
def test_a_line_that_is_no_object_is_refused_with_its_place(tmp_path, line, code):
    found = read(b'{"a": "x"}\n' + line + b'\n\n{"a": "y"}\n', texts("a"), tmp_path)

    assert (found.numbers, found.reading.rows_refused) == ([1, 4], 1)
    assert [(place[0], place[3]) for place in found.places] == [(None, "rows_blank"), (2, code)]


def test_a_key_that_stands_twice_is_no_value(tmp_path):
    found = read(b'{"a": "1", "a": "2"}', texts("a"), tmp_path)

    assert found.column("a") == [None]
    assert found.places == [(1, "a", "1 | 2", "repeated")]


def test_nested_values_are_reached_by_a_declared_path_only(tmp_path):
    of = contract(
        column("amount", "decimal", scale=2),
        column("value", "code"),
        json=JsonMapping(columns=(("amount", ("v", "amount")),)),
    )
    lines = b'{"v": {"amount": 1}}\n{"v": null}\n{"v": {}}\n{"v": 5}\n{"v": [{"amount": 2}]}'
    found = read(lines, of, tmp_path)

    assert found.column("amount") == [Decimal(1), None, None, None, None]
    assert [place for place in found.places if place[0]] == [
        (4, "amount", '["5"]', "nested"),
        (5, "amount", '[[{"amount": "2"}]]', "nested"),
    ]


def test_keys_nobody_asked_for_and_columns_nobody_has_are_noted(tmp_path):
    found = read(b'{"a": "1", "z": 1}\n{"y": 2}', texts("a", "b"), tmp_path)

    assert [(one.code, one.column) for one in found.reading.file_problems] == [
        (Wrong.COLUMN_ABSENT, "b"),
        (Wrong.COLUMN_EXTRA, "y"),
        (Wrong.COLUMN_EXTRA, "z"),
    ]


def test_half_characters_are_listed_and_not_passed_on(tmp_path):
    found = read(b'{"a": "x\\ud800"}\n{"a": "\\ud83d\\ude00"}', texts("a"), tmp_path)

    assert found.column("a") == [None, "😀"]
    assert found.places == [(1, "a", "x�", "encoding")]


def test_a_line_without_end_is_refused(tmp_path):
    with pytest.raises(ReadingError) as refused:
        read(b'{"a": "' + b"x" * json_lines.LINE_LIMIT_BYTES, texts("a"), tmp_path)

    assert (refused.value.code, refused.value.facts["row"]) == ("reading.record_too_long", 1)


@settings(deadline=None, max_examples=30)  # each writes two files
@given(
    some.lists(some.one_of(some.none(), some.text(max_size=5), some.integers(-9, 9)), max_size=9)
)
def test_every_line_is_a_row_whatever_the_blocks(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("json")
    content = "".join(json.dumps({"a": value}) + "\n" for value in values)
    (folder / "source").write_text(content or "{}\n", encoding="utf-8")
    found = read(folder / "source", texts("a"), folder / "whole")
    (folder / "small").mkdir()
    json_lines.read_json_lines(
        folder / "source",
        digest=DIGEST,
        contract=texts("a"),
        into=folder / "small",
        block_records=2,
    )

    assert found.reading.rows_read == max(1, len(values))
    for file in ("rows.parquet", "problems.parquet"):
        whole = (folder / "whole" / "read" / file).read_bytes()
        assert (folder / "small" / file).read_bytes() == whole


@pytest.mark.parametrize(
    ("paths", "code"),
    [
        ("{a: v//x}", "pack.json_path"),
        ("{a: v, b: v/x}", "pack.json_path"),
        ("{a: b}", "pack.json_path"),
        ("{c: v}", "pack.unknown_column"),
        ("[a]", "pack.not_a_mapping"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_when_it_is_loaded(paths, code):
    text = f"""
name: t
title: {{vi: —, en: —}}
file: {{json: {{columns: {paths}}}}}
columns:
  - {{name: a, type: code, label: {{vi: —, en: —}}}}
  - {{name: b, type: code, label: {{vi: —, en: —}}}}
"""
    with pytest.raises(PackError) as refused:
        read_contract(parse(text.encode(), file="t.yaml"))

    assert refused.value.code == code
