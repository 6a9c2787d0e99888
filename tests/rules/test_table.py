from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from rules.errors import TableError
from rules.table import OWN, UNREADABLE, open_table
from tests.rules.reading.reading_a_file import column, contract, read

AMOUNTS = contract(column("id", "code"), column("amount", "money", scale=2))


def part(folder: Path, content: bytes, of=AMOUNTS) -> Path:
    read(content, of, folder)
    return folder / "read" / "rows.parquet"


def test_parts_are_joined_in_the_order_given(tmp_path):
    first = part(tmp_path / "1", b"id,amount\nB,2\nA,1\n")
    second = part(tmp_path / "2", b"amount,id\n3,C\n")

    frame = open_table(AMOUNTS, [second, first], own=[False, True]).frame.collect()

    assert frame.columns == ["id", "amount", "__file", "__sheet", "__row", UNREADABLE, OWN]
    assert frame["id"].to_list() == ["C", "B", "A"]
    assert frame[OWN].to_list() == [False, True, True]


def test_a_column_that_one_part_lacks_is_unreadable_there_and_not_missing(tmp_path):
    whole = part(tmp_path / "1", b"id,amount\nA,1\n")
    lacking = part(tmp_path / "2", b"id\nB\n")

    frame = open_table(AMOUNTS, [whole, lacking]).frame.collect()

    assert frame["amount"].to_list() == [Decimal("1.00"), None]
    assert frame[UNREADABLE].to_list() == [[], ["amount"]]


def test_a_column_that_every_part_lacks_is_left_out(tmp_path):
    lacking = part(tmp_path / "1", b"id\nB\n")

    assert "amount" not in open_table(AMOUNTS, [lacking]).frame.collect_schema().names()


def test_without_parts_the_table_has_its_columns_and_no_row():
    frame = open_table(AMOUNTS, []).frame.collect()

    assert frame.height == 0
    assert frame.columns == ["id", "amount", "__file", "__sheet", "__row", UNREADABLE, OWN]


def test_a_part_read_under_another_declaration_is_refused(tmp_path):
    other = contract(column("id", "code"), column("amount", "money", scale=3))
    old = part(tmp_path / "1", b"id,amount\nA,1\n", other)

    with pytest.raises(TableError) as refused:
        open_table(AMOUNTS, [old])

    assert refused.value.code == "table.dtype"
    assert refused.value.facts["column"] == "amount"


def test_a_part_that_an_earlier_version_has_read_is_taken(tmp_path):
    path = part(tmp_path / "1", b"id,amount\nA,1.25\n")
    wide = pl.read_parquet(path).with_columns(pl.col("amount").cast(pl.Decimal(38, 2)))
    wide.write_parquet(path)

    frame = open_table(AMOUNTS, [path]).frame.collect()

    assert frame.schema["amount"] == pl.Decimal(18, 2)
    assert frame["amount"].to_list() == [Decimal("1.25")]
