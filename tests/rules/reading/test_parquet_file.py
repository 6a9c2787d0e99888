# ruff: noqa: DTZ001 - files hold wall time unless they say otherwise
import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from rules.errors import ReadingError
from rules.reading import Wrong, parquet_footer, read_file
from rules.reading.parquet_file import read_parquet_file
from tests.rules.reading.reading_a_file import DIGEST, column, contract, read, texts

MONEY = column("a", "money", scale=2)


def of_one(tmp_path, of, values, dtype=None):
    """One column read from a Parquet file of one column."""
    path = tmp_path / "table.parquet"
    pl.DataFrame({"a": pl.Series(values, dtype=dtype)}).write_parquet(path)
    return read(path, contract(of, decimal_mark=",", grouping="."), tmp_path / "out")


def test_decimals_are_taken_as_far_as_the_scale_goes(tmp_path):
    values = [Decimal("1.5000"), Decimal("-0.0500"), None, Decimal("0.0010"), Decimal(10**17)]
    found = of_one(tmp_path, MONEY, values, pl.Decimal(38, 4))

    assert found.column("a") == [Decimal("1.50"), Decimal("-0.05"), None, None, None]
    assert found.places == [(4, "a", "0.0010", "places"), (5, "a", f"{10**17}.0000", "size")]


def test_whole_numbers_are_numbers_and_codes(tmp_path):
    values = [0, 10**18 - 1, 10**18]
    found = of_one(tmp_path, column("a", "integer"), values, pl.UInt64)
    (tmp_path / "code").mkdir()
    code = of_one(tmp_path / "code", column("a", "code"), values, pl.UInt64)

    assert found.column("a") == [0, 10**18 - 1, None]
    assert found.places == [(3, "a", str(10**18), "size")]
    assert code.column("a") == [str(value) for value in values]


def test_a_double_is_an_amount_only_where_its_digits_are_certain(tmp_path):
    values = [
        0.1,
        1234567890123.25,
        0.1 + 0.2,
        1.005,
        1e15,
        12345678901234567.0,
        float("nan"),
        1e300,
    ]
    found = of_one(tmp_path, MONEY, values)

    assert found.column("a") == [
        Decimal("0.10"), Decimal("1234567890123.25"), None, None,
        Decimal("1000000000000000.00"), None, None, None,
    ]  # fmt: skip
    assert found.places == [
        (3, "a", "0.30000000000000004", "places"),
        (4, "a", "1.005", "places"),
        (6, "a", "12345678901234568", "size"),
        (7, "a", "NaN", "shape"),
        (8, "a", "1e+300", "shape"),
    ]


@pytest.mark.parametrize(
    ("of", "value", "code"),
    [
        (column("a", "decimal", scale=17), 0.1 + 0.2, "places"),
        (column("a", "integer"), 12345678901234567.0, "size"),
        (column("a", "code"), 12345678901234567.0, "size"),
    ],
)
def test_digits_a_double_does_not_hold_for_certain_are_no_value_of_any_column(
    tmp_path, of, value, code
):
    found = of_one(tmp_path, of, [value])

    assert found.column("a") == [None]
    assert [place[3] for place in found.places] == [code]


def test_a_float_of_four_bytes_holds_six_digits(tmp_path):
    found = of_one(tmp_path, MONEY, [0.1, 1234.5, 16777.217], pl.Float32)

    assert found.column("a") == [Decimal("0.10"), Decimal("1234.50"), None]
    assert [place[3] for place in found.places] == ["places"]


def test_texts_are_read_as_the_contract_declares(tmp_path):
    found = of_one(tmp_path, MONEY, ["1.234,50", "1234.50", "", None])

    assert found.column("a") == [Decimal("1234.50"), None, None, None]
    assert found.places == [(2, "a", "1234.50", "shape")]


def test_moments_are_wall_time_of_the_contracts_zone(tmp_path):
    of = column("a", "datetime", format=("%d/%m/%Y %H:%M",))
    zoned = of_one(tmp_path, of, [datetime(2024, 1, 1, 23, 30, tzinfo=UTC)])

    assert zoned.column("a") == [datetime(2024, 1, 2, 6, 30)]


def test_a_moment_finer_than_a_microsecond_is_listed(tmp_path):
    nanoseconds = pl.Series([1_000, 1_001]).cast(pl.Datetime("ns"))
    path = tmp_path / "table.parquet"
    pl.DataFrame({"a": nanoseconds}).write_parquet(path)
    found = read(path, contract(column("a", "datetime")), tmp_path / "out")

    assert found.column("a") == [datetime(1970, 1, 1, microsecond=1), None]
    assert [(place[0], place[3]) for place in found.places] == [(2, "places")]


def test_dates_are_dates_whatever_their_year_and_a_time_of_day_is_none(tmp_path):
    of = column("a", "date", format=("%d/%m/%Y",))
    days = of_one(tmp_path, of, [date(1890, 5, 19), None])
    (tmp_path / "m").mkdir()
    moments = of_one(tmp_path / "m", of, [datetime(2024, 1, 1), datetime(2024, 1, 1, 8)])

    assert days.column("a") == [date(1890, 5, 19), None]
    assert moments.column("a") == [date(2024, 1, 1), None]
    assert moments.places == [(2, "a", "2024-01-01 08:00:00", "kind")]


@pytest.mark.parametrize(
    ("kind", "values", "found", "code"),
    [
        ("integer", [True], "TRUE", "kind"),
        ("boolean", [1], "1", "shape"),
        ("text", [date(2024, 1, 1)], "2024-01-01", "kind"),
        ("text", [time(8, 30)], "08:30:00", "kind"),
        ("integer", [timedelta(hours=1)], "PT1H", "kind"),
        ("text", [b"x"], "b'x'", "kind"),
        ("text", [["x"]], "['x']", "nested"),
        ("text", [{"b": 1}], "{'b': 1}", "nested"),
        ("date", [45000], "45000", "shape"),
    ],
)
def test_a_value_of_another_kind_is_a_problem(tmp_path, kind, values, found, code):
    settings = {"format": ("%Y-%m-%d",)} if kind == "date" else {}

    read_one = of_one(tmp_path, column("a", kind, **settings), [*values, None])

    assert read_one.column("a") == [None, None]
    assert [(place[0], place[2], place[3]) for place in read_one.places] == [(1, found, code)]


def test_the_columns_of_the_file_are_held_against_the_contract(tmp_path):
    path = tmp_path / "table.parquet"
    pl.DataFrame({"z": [1], "b": ["x"]}).write_parquet(path)
    found = read(path, texts("a", "b"), tmp_path / "out")

    assert found.column("b") == ["x"]
    assert [(one.code, one.column) for one in found.reading.file_problems] == [
        (Wrong.COLUMN_MISSING, "a"),
        (Wrong.COLUMN_EXTRA, "z"),
    ]


def test_rows_without_any_declared_column_are_counted(tmp_path):
    path = tmp_path / "table.parquet"
    pl.DataFrame({"z": [1, 2, 3]}).write_parquet(path)

    assert read(path, texts("a"), tmp_path / "out").numbers == [1, 2, 3]


@pytest.mark.parametrize("groups", [1, 7, 100])
def test_rows_do_not_depend_on_blocks_and_row_groups(tmp_path, groups):
    path = tmp_path / "table.parquet"
    values = [None if n % 5 == 0 else str(n) for n in range(50)]
    pl.DataFrame({"a": values}).write_parquet(path, row_group_size=groups)
    found = read(path, contract(column("a", "integer", required=True)), tmp_path / "out")
    (tmp_path / "small").mkdir()
    read_parquet_file(
        path,
        digest=DIGEST,
        contract=contract(column("a", "integer", required=True)),
        into=tmp_path / "small",
        block_rows=9,
    )

    assert found.numbers == list(range(1, 51))
    assert found.column("a") == [None if value is None else int(value) for value in values]
    for file in ("rows.parquet", "problems.parquet"):
        whole = (tmp_path / "out" / "read" / file).read_bytes()
        assert (tmp_path / "small" / file).read_bytes() == whole


def good(tmp_path: Path) -> bytes:
    path = tmp_path / "good.parquet"
    pl.DataFrame({"a": [str(n) for n in range(1_000)], "b": [1.5] * 1_000}).write_parquet(path)
    return path.read_bytes()


def test_a_damaged_file_is_one_refused_file_whatever_the_parser_does(tmp_path, capfd):
    whole, seed = good(tmp_path), random.Random(20261122)  # noqa: S311 - damage needs no secrets
    endings = set()
    for number in range(150):
        into = tmp_path / str(number)
        into.mkdir()
        content = bytearray(whole)
        for _ in range(seed.randint(1, 8)):
            start = 4 if number % 2 else len(whole) - 300
            content[seed.randrange(start, len(content))] = seed.randrange(256)
        if number % 10 == 0:
            del content[seed.randrange(4, len(content)) :]
        (into / "damaged").write_bytes(bytes(content))
        try:
            of = contract(column("a", "code"), column("b", "decimal", scale=2))
            read_file(into / "damaged", digest=DIGEST, contract=of, into=into)
            endings.add("read")
        except ReadingError as error:
            endings.add(error.code.removesuffix("_group").removesuffix("_footer"))
    capfd.readouterr()  # a panic speaks on stderr

    assert endings - {"reading.parquet", "reading.parser_failed"} == {
        "read",
        "reading.parquet_broken",
    }


@pytest.mark.parametrize(
    "content", [b"PAR1", b"PAR1PAR1", b"PAR1" + bytes(100) + b"PAR1", b"PAR1x"]
)
def test_what_only_begins_like_parquet_is_refused(tmp_path, content):
    with pytest.raises(ReadingError) as refused:
        read(content, texts("a"), tmp_path)

    assert refused.value.code == "reading.parquet_broken"


def test_a_footer_of_too_many_columns_is_not_opened(tmp_path):
    path = tmp_path / "wide.parquet"
    count = parquet_footer.COLUMNS_LIMIT + 1
    pl.DataFrame({f"c{n}": [1] for n in range(count)}).write_parquet(path)

    with pytest.raises(ReadingError) as refused:
        read(path, texts("a"), tmp_path / "out")

    assert refused.value.code == "reading.parquet_columns"
    assert refused.value.facts["found"] == count


def number(value: int) -> bytes:
    """A number as the compact protocol writes it."""
    value <<= 1
    content = b""
    while value > 127:
        content += bytes([value & 127 | 128])
        value >>= 7
    return content + bytes([value])


def announcing(unpacked: int, *, rows: int = 1, rows_of_group: int = 1) -> bytes:
    """A file of no data whose footer announces one row group of one column."""
    column = bytes([0x3C, 0x66]) + number(unpacked) + bytes(2)
    group = bytes([0x19, 0x1C]) + column + bytes([0x16]) + number(1)
    group += bytes([0x16]) + number(rows_of_group) + bytes(1)
    footer = bytes([0x29, 0x2C, 0, 0, 0x16]) + number(rows) + bytes([0x19, 0x1C]) + group + bytes(1)
    return b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def test_a_row_group_that_unpacks_to_too_much_is_not_opened(tmp_path):
    limit = parquet_footer.ROW_GROUP_LIMIT_BYTES
    path = tmp_path / "bomb.parquet"
    path.write_bytes(announcing(limit))
    assert parquet_footer.check_parquet(path) == parquet_footer.Footer(
        rows=1, columns=1, largest_group_bytes=limit
    )

    with pytest.raises(ReadingError) as refused:
        read(announcing(limit + 1), texts("a"), tmp_path / "out")

    assert refused.value.code == "reading.parquet_group"
    assert refused.value.facts == {"found": limit + 1, "limit": limit}


def test_a_footer_that_contradicts_itself_is_broken(tmp_path):
    with pytest.raises(ReadingError) as refused:
        read(announcing(1, rows=5, rows_of_group=4), texts("a"), tmp_path / "out")

    assert refused.value.code == "reading.parquet_broken"
