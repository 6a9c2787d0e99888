from decimal import Decimal

from rules.contract import ColumnType
from rules.profile import ColumnFacts, describe
from rules.table import open_table
from tests.rules.reading.reading_a_file import column, contract, read


def facts(tmp_path, content: bytes, *columns) -> dict[str, ColumnFacts]:
    of = contract(*columns)
    read(content, of, tmp_path / "one")
    table = open_table(of, [tmp_path / "one" / "read" / "rows.parquet"])
    return {one.name: one for one in describe(table)}


def test_filled_blank_and_unreadable_make_up_all_rows(tmp_path):
    found = facts(
        tmp_path,
        b"id,amount,day\nA,1.10,2024-01-02\nB,x,2024-01-01\nA,,\nC,-3,2024-13-01\n",
        column("id", "code"),
        column("amount", "money", scale=2),
        column("day", "date"),
    )

    assert found["amount"] == ColumnFacts(
        name="amount",
        type=ColumnType.MONEY,
        rows=4,
        filled=2,
        blank=1,
        unreadable=1,
        distinct=2,
        smallest="-3.00",
        largest="1.10",
        sum="-1.90",
    )
    day = found["day"]
    assert (day.filled, day.blank, day.unreadable) == (2, 1, 1)
    assert (day.smallest, day.largest, day.sum) == ("2024-01-01", "2024-01-02", None)
    assert (found["id"].distinct, found["id"].largest) == (3, "C")


def test_a_sum_is_exact_beyond_the_digits_of_any_column(tmp_path):
    largest = "9" * 18
    rows = f"{largest}\n" * 2_000
    found = facts(tmp_path, f"a\n{rows}-1\n".encode(), column("a", "money", scale=0))

    assert Decimal(found["a"].sum or "") == Decimal(largest) * 2_000 - 1


def test_whole_numbers_at_their_limits_add_up(tmp_path):
    found = facts(
        tmp_path, b"a\n999999999999999999\n999999999999999999\n-5\n", column("a", "integer")
    )

    assert found["a"].sum == "1999999999999999993"


def test_an_empty_table_has_no_smallest_and_a_sum_of_nothing(tmp_path):
    found = facts(tmp_path, b"a,b\n", column("a", "money", scale=2), column("b", "text"))

    assert (found["a"].rows, found["a"].smallest, found["a"].sum) == (0, None, "0.00")
    assert (found["b"].distinct, found["b"].sum) == (0, None)


def test_a_column_no_file_brought_is_left_out(tmp_path):
    found = facts(tmp_path, b"a\n1\n", column("a", "code"), column("b", "code"))

    assert list(found) == ["a"]
