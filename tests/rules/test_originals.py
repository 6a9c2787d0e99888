"""A line shows what stands in a cell that could not be read, and says that it is no value."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from rules.evaluation import judge
from rules.reading import read_file
from rules.table import open_table
from tests.rules.building import AS_OF, contract, pack, rule
from tests.rules.reading.making_workbooks import ods, ods_table

OF = contract(key=("id",), id="code", amount="integer", day="date", note="text")
PAID = {"kind": "formula", "must": "amount > 0"}


def lines(folder: Path, *checks, sources=(), keep: bool = True) -> pl.DataFrame:
    """Read each source as a file of its own, judge, and take the lines."""
    parts = []
    for number, content in enumerate(sources):
        into = folder / str(number)
        into.mkdir()
        (into / "source").write_bytes(content)
        read_file(into / "source", digest=sha256(content).hexdigest(), contract=OF, into=into)
        parts.append(into / "rows.parquet")
    problems = [part.with_name("problems.parquet") for part in parts] if keep else []
    table = open_table(OF, parts, problems=problems)
    list(judge(pack(*checks, contracts=[OF]), {"t": table}, as_of=AS_OF, into=folder))
    return pl.read_parquet(folder / "violations.parquet")


def told(frame: pl.DataFrame) -> list[tuple[str, Mapping[str, str | None], list[str] | None]]:
    return [
        (unit, json.loads(values), unread and json.loads(unread))
        for unit, values, unread in frame.select("unit_key", "values", "unread").iter_rows()
    ]


def test_the_original_text_stands_where_a_value_would(tmp_path):
    source = b'id,amount,day,note\nA,300 abc,,\nB,-1,,\nC,"say ""x""",,\nD,,,\n'
    assert told(lines(tmp_path, rule(PAID), sources=[source])) == [
        ("A", {"amount": "300 abc"}, ["amount"]),
        ("B", {"amount": "-1"}, None),
        ("C", {"amount": 'say "x"'}, ["amount"]),
        ("D", {"amount": None}, None),
    ]


def test_a_text_that_looks_like_a_value_is_told_from_one(tmp_path):
    source = b'id,amount,day,note\nA,"1.5",,\nB,-15,,\n'
    assert told(lines(tmp_path, rule(PAID), sources=[source])) == [
        ("A", {"amount": "1.5"}, ["amount"]),
        ("B", {"amount": "-15"}, None),
    ]


def test_only_the_columns_a_rule_shows_are_named(tmp_path):
    both = rule({"kind": "formula", "must": "amount > 0 AND day > '2026-01-01'"}, code="R-02")
    source = b"id,amount,day,note\nA,x,31/12/2026,\nB,y,2026-01-02,\n"
    frame = lines(tmp_path, rule(PAID), both, sources=[source])
    assert told(frame) == [
        ("A", {"amount": "x"}, ["amount"]),
        ("B", {"amount": "y"}, ["amount"]),
        ("A", {"amount": "x", "day": "31/12/2026"}, ["amount", "day"]),
        ("B", {"amount": "y", "day": "2026-01-02"}, ["amount"]),
    ]


def test_files_with_the_same_places_keep_their_own_texts(tmp_path):
    files = [b"id,amount,day,note\nA,one,,\n", b"id,amount,day,note\nB,two,,\n"]
    frame = lines(tmp_path, rule(PAID), sources=files).sort("unit_key")
    assert told(frame) == [
        ("A", {"amount": "one"}, ["amount"]),
        ("B", {"amount": "two"}, ["amount"]),
    ]


def test_a_sheet_of_a_workbook_is_part_of_the_place(tmp_path):
    (tmp_path / "book").mkdir()
    rows = [["id", "amount", "day", "note"], ["A", "300 abc", "", ""]]
    book = ods(tmp_path / "book" / "a.ods", ods_table(rows, name="Quý I"))
    frame = lines(tmp_path, rule(PAID), sources=[book.read_bytes()])
    assert frame["sheet"].to_list() == ["Quý I"]
    assert told(frame) == [("A", {"amount": "300 abc"}, ["amount"])]


def test_a_column_that_was_not_handed_in_has_no_text(tmp_path):
    whole, lacking = b"id,amount,day,note\nA,-1,,\n", b"id,day,note\nB,,\n"
    frame = lines(tmp_path, rule(PAID), sources=[whole, lacking])
    assert told(frame.sort("unit_key")) == [
        ("A", {"amount": "-1"}, None),
        ("B", {"amount": None}, ["amount"]),
    ]


def test_without_problems_at_hand_the_cell_is_named_all_the_same(tmp_path):
    source = b"id,amount,day,note\nA,300 abc,,\n"
    assert told(lines(tmp_path, rule(PAID), sources=[source], keep=False)) == [
        ("A", {"amount": None}, ["amount"])
    ]


@pytest.mark.parametrize(("unit", "first"), [("row", {"amount": "7"}), ("group", {"amount": "7"})])
def test_a_check_of_many_rows_shows_them_too(unit, first, tmp_path):
    source = b"id,amount,day,note\nA,7,,\nB,7,,\nC,7 or so,,\n"
    unique = rule({"kind": "unique", "key": ["amount"]}, unit)
    found = [
        (values, unread) for _, values, unread in told(lines(tmp_path, unique, sources=[source]))
    ]
    assert found[-1] == ({"amount": "7 or so"}, ["amount"])
    assert found[:-1] == [(first, None)] * (2 if unit == "row" else 1)
