"""The sheets of a workbook as fastexcel (calamine) sees them, cell kinds included.

The library turns a column into one dtype and leaves null what does not fit; which cells are not
null under which dtype tells the kind of each cell.  A number is not null as Boolean, a text never
is; a date alone is not null as Duration.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

import fastexcel
import polars as pl

from rules.contract import Column, ColumnType
from rules.errors import ReadingError
from rules.reading.native_cells import NativeCells

_MOMENTS: Final = frozenset({ColumnType.DATE, ColumnType.DATETIME})
_LETTERS: Final = frozenset({ColumnType.TEXT, ColumnType.CODE, ColumnType.CATEGORY})
# The dtypes whose cells are asked for in a column that is not of letters, which take all of them.
_NATIVE: Final = {
    ColumnType.INTEGER: (pl.Float64, pl.Boolean),
    ColumnType.DECIMAL: (pl.Float64, pl.Boolean),
    ColumnType.MONEY: (pl.Float64, pl.Boolean),
    ColumnType.DATE: (pl.Datetime,),
    ColumnType.DATETIME: (pl.Datetime,),
    ColumnType.BOOLEAN: (pl.Boolean,),
}
_MOMENT_SHAPE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
# What the library writes for a number, a truth value or a moment begins so, and an infinity.
MAY_BE_OTHER: Final = "^(?:[-+0-9.]|inf|NaN|true$|false$|P[T0-9])"
_EXACT_DIGITS: Final = 15  # of a binary double, as Excel itself keeps them
_ALL_DIGITS_FROM: Final = 1e15

_Dtype = Literal["string", "boolean", "float", "duration", "datetime"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet, all as text, or each column as what all of its cells are.

    Attributes:
        grid: Columns "0", "1", …; row i is row i + 1 of Excel.  String; or Float64, Boolean or
            Datetime("ms") where no cell below the heading is anything else.
        places: The column in the sheet, from 0, of each column of the grid.
        heading_index: The first row of the grid that is not blank.
        names: The texts of that row.
    """

    name: str
    grid: pl.DataFrame
    places: tuple[int, ...]
    heading_index: int | None
    names: tuple[str | None, ...]


def open_sheets(source: Path) -> list[Sheet]:
    """Every sheet of a workbook, as text.

    Raises:
        ReadingError: `reading.workbook_broken`.
    """
    return [open_sheet(source, name) for name in sheet_names(source)]


def sheet_names(source: Path) -> list[str]:
    """The sheets of a workbook, in its order.

    Raises:
        ReadingError: `reading.workbook_broken`.
    """
    with guarded():
        return fastexcel.read_excel(source).sheet_names


def open_sheet(source: Path, name: str) -> Sheet:
    """One sheet of a workbook, as text.

    Raises:
        ReadingError: `reading.workbook_broken`.
    """
    with guarded():
        sheet = fastexcel.read_excel(source).load_sheet(
            name, header_row=None, skip_rows=0, dtypes="string"
        )
        places = tuple(column.absolute_index for column in sheet.available_columns())
        grid = pl.DataFrame(sheet.to_polars())
    grid = grid.select(
        pl.col(old).cast(pl.String).alias(str(place)) for place, old in enumerate(grid.columns)
    )
    heading_index = None
    if grid.width:
        rows = filled(grid).arg_true()
        heading_index = int(rows[0]) if len(rows) else None
    names = grid.row(heading_index) if heading_index is not None else ()
    return Sheet(name=name, grid=grid, places=places, heading_index=heading_index, names=names)


def load_columns(
    source: Path,
    sheet: Sheet,
    *,
    columns: dict[str, tuple[Column, int]],
    errors: dict[tuple[int, int], str],
) -> dict[str, NativeCells]:
    """The cells of some columns by their kinds, as far as each column's type asks for them.

    Args:
        columns: By name, the declaration and the position in the heading.
        errors: As `SheetFacts` has them.

    Raises:
        ReadingError: `reading.workbook_broken`.
    """
    wanted = {
        name: (sheet.places[place], list(_dtypes(column, sheet.grid[str(place)])))
        for name, (column, place) in columns.items()
    }
    loaded: dict[int, dict[str, pl.Series]] = {where: {} for where, _ in wanted.values()}
    # Each look at the file parses all of its cells, so one look asks one thing of every column.
    while asked := {where: dtypes.pop(0) for where, dtypes in wanted.values() if dtypes}:
        for where, series in _load_kinds(source, sheet, asked).items():
            loaded[where][asked[where]] = series
    return {
        name: _kinds(
            sheet.grid[str(columns[name][1])],
            loaded[where],
            error=_errors(errors, where=where, height=sheet.grid.height),
        )
        for name, (where, _) in wanted.items()
    }


def filled(grid: pl.DataFrame) -> pl.Series:
    """Which rows of a grid hold anything."""
    if not grid.width:
        return pl.Series([], dtype=pl.Boolean)
    return grid.select(
        pl.any_horizontal(
            pl.col(name).fill_null("").str.strip_chars() != ""
            if dtype == pl.String
            else pl.col(name).is_not_null()
            for name, dtype in grid.schema.items()
        )
    ).to_series()


def _dtypes(column: Column, cells: pl.Series) -> tuple[_Dtype, ...]:
    """As which dtypes a column must be loaded to tell the kinds that matter for it."""
    if cells.dtype == pl.String:
        return _asked(column, cells)
    if column.type in _LETTERS or cells.dtype in _NATIVE.get(column.type, ()):
        return ()
    # Of a kind that the column does not ask for, all cells are read as texts.
    texts: tuple[_Dtype, ...] = ("string",)
    return texts + _asked(column, cells)


def _asked(column: Column, text: pl.Series) -> tuple[_Dtype, ...]:
    if column.type in _MOMENTS:
        return ("duration", "datetime")
    if column.type is ColumnType.BOOLEAN:
        return ("boolean",)
    if column.type in _LETTERS and not text.str.contains(MAY_BE_OTHER).any():
        return ()
    if column.type in _LETTERS and text.str.contains(_MOMENT_SHAPE).any():
        # Excel makes dates of codes such as "JAN 10"; only then is it worth another look.
        return ("boolean", "float", "duration", "datetime")
    return ("boolean", "float")


def _kinds(cells: pl.Series, loaded: dict[str, pl.Series], *, error: pl.Series) -> NativeCells:
    text = loaded.pop("string", cells)
    if text.dtype == pl.String:
        return _mixed(text, loaded, error=error)
    return NativeCells(
        text=_nothing(text, pl.String()),
        number=_plain(text) if text.dtype == pl.Float64 else _nothing(text, pl.String()),
        truth=text if text.dtype == pl.Boolean else _nothing(text, pl.Boolean()),
        moment=(
            text.cast(pl.Datetime("us"))
            if text.dtype == pl.Datetime
            else _nothing(text, pl.Datetime("us"))
        ),
        error=error,
    )


def _nothing(cells: pl.Series, dtype: pl.DataType) -> pl.Series:
    return pl.repeat(None, len(cells), dtype=dtype, eager=True)


def _mixed(text: pl.Series, loaded: dict[str, pl.Series], *, error: pl.Series) -> NativeCells:
    frame = pl.DataFrame({"text": text} | loaded)
    has, col = set(loaded), pl.col
    is_truth = pl.lit(value=False)
    if "boolean" in has:
        is_truth = col("boolean").is_not_null() & col("text").is_in(["true", "false"])
    is_number = col("boolean").is_not_null() & ~is_truth if "float" in has else pl.lit(value=False)
    no_truth, no_number = pl.lit(None, dtype=pl.Boolean), pl.lit(None, dtype=pl.Float64)
    kinds = frame.select(
        col("text"),
        (pl.when(is_truth).then(col("boolean")) if "boolean" in has else no_truth).alias("truth"),
        (pl.when(is_number).then(col("float")) if "float" in has else no_number).alias("number"),
        (
            pl.when(col("duration").is_not_null()).then(col("datetime").cast(pl.Datetime("us")))
            if "duration" in has
            else pl.lit(None, dtype=pl.Datetime("us"))
        ).alias("moment"),
    )
    other = pl.any_horizontal(col("truth", "number", "moment").is_not_null())
    return NativeCells(
        text=kinds.select(pl.when(~other).then(col("text"))).to_series(),
        number=_plain(kinds["number"]),
        truth=kinds["truth"],
        moment=kinds["moment"],
        error=error,
    )


def _plain(number: pl.Series) -> pl.Series:
    """Doubles in fifteen significant digits, written without exponent.

    From 10^15 on the digits a double still has are kept all: a code of sixteen digits stays what
    the workbook says.
    """
    text = number.cast(pl.String).str.strip_suffix(".0")
    # The shortest text of a double is its fifteen digits, unless noise or an exponent is in it.
    is_long = text.str.len_bytes() > _EXACT_DIGITS
    places = (is_long | text.str.contains("[^0-9.-]")).arg_true()
    digits = text.gather(places).str.replace_all("[^0-9]", "").str.strip_chars_start("0")
    is_odd = (digits.str.len_chars() > _EXACT_DIGITS) | text.gather(places).str.contains("[^0-9.-]")
    odd = places.filter(is_odd)
    if odd.is_empty():
        return text
    return text.scatter(odd, [_written_out(value) for value in number.gather(odd)])


def _written_out(value: float) -> str:
    digits = repr(value) if abs(value) >= _ALL_DIGITS_FROM else f"{value:.{_EXACT_DIGITS}g}"
    return format(Decimal(digits), "f").removesuffix(".0")


def _errors(errors: dict[tuple[int, int], str], *, where: int, height: int) -> pl.Series:
    """The error cells of one column, over all rows of the grid."""
    here = {row - 1: text for (row, column), text in errors.items() if column == where}
    some = pl.repeat(None, height, dtype=pl.String, eager=True)
    places = sorted(place for place in here if place < height)
    return some.scatter(places, [here[place] for place in places]) if places else some


def _load_kinds(source: Path, sheet: Sheet, asked: dict[int, _Dtype]) -> dict[int, pl.Series]:
    """Some columns by their place in the sheet, each under a dtype; null where a cell is not so."""
    dtypes: dict[str | int, fastexcel.DType] = dict.fromkeys(sheet.places, "null")
    dtypes.update(asked.items())
    with guarded():
        loaded = fastexcel.read_excel(source).load_sheet(
            sheet.name, header_row=None, skip_rows=0, dtypes=dtypes
        )
        frame = pl.DataFrame(loaded.to_polars())
    return {place: frame.to_series(sheet.places.index(place)) for place in asked}


@contextmanager
def guarded() -> Iterator[None]:
    """What goes wrong inside the parser is one broken file, its panics (no Exceptions) included."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise ReadingError("reading.workbook_broken", detail=type(error).__name__) from error
