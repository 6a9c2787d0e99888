"""A Parquet file, checked against its contract and read block by block.

A value is taken only where nothing of it is lost: whole numbers and decimals as far as the scale
goes, texts as the contract declares, dates and moments to the microsecond, moments of a time zone
as the wall clock of the contract's zone showed them.  A binary double holds fifteen decimal digits
for certain: one that needs more to be told from its neighbours is no exact amount, and is listed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from rules.contract import Column, ColumnType, Contract
from rules.errors import ReadingError
from rules.reading.cells import Cells
from rules.reading.heading import match_heading
from rules.reading.native_cells import NativeCells
from rules.reading.parquet_footer import check_parquet
from rules.reading.parts import Parts
from rules.reading.result import FOUND_LIMIT, Reading, Wrong
from rules.reading.spoiled import spoil
from rules.reading.typed_cells import convert_typed

BLOCK_ROWS: Final = 131_072
_EXACT_DIGITS: Final = {True: 6, False: 15}  # of a float in four bytes, and of a double
_MOMENTS: Final = frozenset({ColumnType.DATE, ColumnType.DATETIME})
_LARGEST: Final = 10**21  # of a double written out; no column holds a larger one


def read_parquet_file(
    source: Path, *, digest: str, contract: Contract, into: Path, block_rows: int = BLOCK_ROWS
) -> Reading:
    """Read a Parquet file; see `rules.reading.read_file`.  ROW is the number of the row, from 1.

    Raises:
        ReadingError: `reading.parquet_…`.
    """
    footer = check_parquet(source)
    with _guarded():
        frame = pl.scan_parquet(source, glob=False, hive_partitioning=False, low_memory=True)
        names = frame.collect_schema().names()
    heading = match_heading(names, contract=contract)
    columns = tuple(heading.places)
    parts = Parts(digest=digest, contract=contract, columns=columns, into=into)
    wanted = [pl.col(names[place]).alias(name) for name, place in heading.places.items()]
    for start in range(0, footer.rows if wanted else 0, block_rows):
        with _guarded():
            block = frame.slice(start, block_rows).select(wanted).collect()
        if block.height != min(block_rows, footer.rows - start):
            raise ReadingError("reading.parquet_broken", detail="rows")
        read = {name: _read(block[name], contract[name], contract) for name in columns}
        parts.add(
            pl.int_range(start + 1, start + block.height + 1, dtype=pl.Int64, eager=True),
            cells={name: cells for name, (cells, _) in read.items()},
            texts={name: texts for name, (_, texts) in read.items()},
        )
    if not wanted and footer.rows:
        _add_bare_rows(parts, footer.rows)
    return parts.finish(heading.problems)


def _add_bare_rows(parts: Parts, rows: int) -> None:
    """Rows of which no column is known are rows all the same."""
    for start in range(0, rows, BLOCK_ROWS):
        end = min(start + BLOCK_ROWS, rows)
        numbers = pl.int_range(start + 1, end + 1, dtype=pl.Int64, eager=True)
        parts.add(numbers, cells={}, texts={})


def _read(series: pl.Series, column: Column, contract: Contract) -> tuple[Cells, pl.Series]:
    """The cells of one column and their original texts."""
    native, wrong = _native(series, column, contract)
    texts = native.shown()
    if wrong is None:
        return convert_typed(native, column=column, contract=contract, is_1904=None), texts
    # Doubles are shown without exponent, as they are read; everything else as it is.
    whole = texts if series.dtype.is_float() else _texts(series)
    other = pl.select(pl.when(wrong.is_not_null()).then(whole)).to_series()
    texts = pl.select(pl.coalesce(other, texts)).to_series()
    cells = convert_typed(native, column=column, contract=contract, is_1904=None)
    return spoil(cells, wrong=wrong, texts=texts, column=column, contract=contract), texts


def _native(
    series: pl.Series, column: Column, contract: Contract
) -> tuple[NativeCells, pl.Series | None]:
    """A column by the kind it has, and why cells of it cannot be read whatever their text."""
    dtype = series.dtype
    if isinstance(dtype, (pl.String, pl.Categorical, pl.Enum)):
        return _cells(len(series), text=series.cast(pl.String)), None
    if dtype.is_integer() or isinstance(dtype, pl.Decimal):
        return _cells(len(series), number=series.cast(pl.String)), None
    if dtype.is_float():
        return _doubles(series)
    if isinstance(dtype, pl.Boolean):
        return _cells(len(series), truth=series), None
    if isinstance(dtype, (pl.Date, pl.Datetime)) and column.type in _MOMENTS:
        return _moments(series, contract)
    code = Wrong.NESTED if dtype.is_nested() else Wrong.KIND
    wrong = pl.select(pl.when(series.is_not_null()).then(pl.lit(code.value))).to_series()
    return _cells(len(series)), wrong


def _cells(
    height: int,
    *,
    text: pl.Series | None = None,
    number: pl.Series | None = None,
    truth: pl.Series | None = None,
    moment: pl.Series | None = None,
) -> NativeCells:
    nothing = pl.repeat(None, height, dtype=pl.String, eager=True)
    return NativeCells(
        text=nothing if text is None else text,
        number=nothing if number is None else number,
        truth=nothing.cast(pl.Boolean) if truth is None else truth,
        moment=nothing.cast(pl.Datetime("us")) if moment is None else moment,
        error=nothing,
    )


def _doubles(series: pl.Series) -> tuple[NativeCells, pl.Series | None]:
    """Doubles by their shortest texts; one that needs more digits than a double has is listed."""
    exact = _EXACT_DIGITS[series.dtype == pl.Float32]
    small = series.abs() < _LARGEST
    # Beyond, and for what is no number, the text keeps its exponent and is read as no number.
    text = series.cast(pl.String).str.strip_suffix(".0")
    odd = (small & text.str.contains("e", literal=True)).fill_null(False)
    if odd.any():
        plain = [format(Decimal(one), "f") for one in text.filter(odd)]
        text = text.scatter(odd.arg_true(), plain)
    digits = (
        text.str.replace_all("[^0-9]", "").str.strip_chars_start("0").str.strip_chars_end("0")
    ).str.len_chars()
    vague = (digits > exact).fill_null(False)
    fraction = text.str.contains(".", literal=True)
    wrong = pl.select(
        pl.when(vague & fraction)
        .then(pl.lit(Wrong.PLACES.value))
        .when(vague)
        .then(pl.lit(Wrong.SIZE.value))
    ).to_series()
    return _cells(len(series), number=text), wrong


def _moments(series: pl.Series, contract: Contract) -> tuple[NativeCells, pl.Series | None]:
    """Dates and moments as wall time, to the microsecond."""
    dtype = series.dtype
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        series = series.dt.convert_time_zone(contract.time_zone).dt.replace_time_zone(None)
    moment = series.cast(pl.Datetime("us"))
    if not isinstance(dtype, pl.Datetime) or dtype.time_unit != "ns":
        return _cells(len(series), moment=moment), None
    finer = moment.cast(pl.Datetime("ns")) != series
    wrong = pl.select(pl.when(finer).then(pl.lit(Wrong.PLACES.value))).to_series()
    return _cells(len(series), moment=moment), wrong


def _texts(series: pl.Series) -> pl.Series:
    """What to call the original text of cells that no column type takes."""
    dtype = series.dtype
    if dtype.is_nested() or isinstance(dtype, (pl.Binary, pl.Object)):
        most = FOUND_LIMIT + 1  # far enough to tell whether it is cut
        shown = [None if value is None else str(value)[:most] for value in series.to_list()]
        return pl.Series(shown, dtype=pl.String)
    if dtype.is_temporal():
        return series.dt.to_string("iso")
    return series.cast(pl.String)


@contextmanager
def _guarded() -> Iterator[None]:
    """What goes wrong inside the parser is one broken file, its panics (no Exceptions) included."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:
        raise ReadingError("reading.parquet_broken", detail=type(error).__name__) from error
