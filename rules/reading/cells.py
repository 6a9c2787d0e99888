"""The text of a cell becomes a value exactly as the contract declares, or it is a problem."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from rules.contract import Column, ColumnType, Contract
from rules.reading.result import Expected, Wrong
from rules.reading.text_values import (
    DAMAGED,
    DATE_FORMATS,
    DATETIME_FORMATS,
    TRUTH_WORDS,
    Texts,
    exact_shape,
    number_shape,
    quick_shape,
)

LARGEST_UNITS: Final = 10**18 - 1  # of a number, in units of its last place
_SURE_DIGITS: Final = 18  # a number of so many is never larger

# Letters of Latin scripts, one by one, stay as they are in NFC; marks behind letters may not.
_MAY_COMPOSE: Final = "[^\\x00-\u02ff\u1e00-\u1eff\u2010-\u2027\u20ab\u20ac]"
_LETTERS: Final = frozenset({ColumnType.TEXT, ColumnType.CODE, ColumnType.CATEGORY})
_FREE: Final = frozenset({ColumnType.TEXT, ColumnType.CODE})  # any text is one
_NUMBERS: Final = frozenset({ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.MONEY})
_EXPECTED: Final = {
    ColumnType.TEXT: Expected.TEXT,
    ColumnType.CODE: Expected.TEXT,
    ColumnType.INTEGER: Expected.INTEGER,
    ColumnType.DECIMAL: Expected.NUMBER,
    ColumnType.MONEY: Expected.NUMBER,
    ColumnType.DATE: Expected.DATE,
    ColumnType.DATETIME: Expected.DATETIME,
    ColumnType.BOOLEAN: Expected.BOOLEAN,
    ColumnType.CATEGORY: Expected.ONE_OF,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One column of one block.

    Attributes:
        value: The dtype of the column; null where blank or unreadable.
        bad: Boolean: a text is there and cannot be read.
        blank: Boolean: nothing, or white space only.
        wrong: Why each bad cell is bad, in their order, where the text alone does not tell.
    """

    value: pl.Series
    bad: pl.Series
    blank: pl.Series
    wrong: tuple[Wrong, ...] | None = None


def convert(raw: pl.Series, *, column: Column, contract: Contract) -> Cells:
    """Read a column of texts; nothing is guessed, nothing is rounded.

    White space around a text is no part of it, for every type; inside, it stays.

    Args:
        raw: String; null is blank.
    """
    texts = raw.alias(column.name).to_frame()
    return convert_all(texts, columns=[column], contract=contract)[column.name]


def convert_all(
    texts: pl.DataFrame,
    *,
    columns: Sequence[Column],
    contract: Contract,
    is_tidy: bool = False,
    is_bare: bool = False,
) -> dict[str, Cells]:
    """Read several columns of texts at once, as `convert` reads one.

    Args:
        texts: A String column under the name of each of `columns`; null is blank.
        is_tidy: Whether no text holds damaged characters or another form than NFC, as
            `shapes.Shapes` sees to it: then nobody looks again.
        is_bare: Whether no text begins or ends with white space, and what is empty is null.
    """
    read = Texts(contract=contract, is_tidy=is_tidy)
    if not is_bare:
        # In two steps: an expression that stands twice in another is worked out twice.
        texts = texts.select(_outer(column) for column in columns)
        texts = texts.select(pl.when(pl.all() != "").then(pl.all()))
    if not is_tidy:
        texts = texts.with_columns(
            pl.col(column.name).str.normalize("NFC")
            for column in columns
            if column.type is ColumnType.TEXT and not _is_composed(texts[column.name])
        )
    values = texts.select(read.quickly(column) for column in columns)
    # Nearly every column of nearly every block is good throughout, which two counts tell.
    odd = _odd(texts, values, columns=columns)
    if odd:
        texts = texts.with_columns(read.stripped(column) for column in odd)
        values = values.with_columns(texts.select(read.thoroughly(column) for column in odd))
    longest = _longest(texts, columns=columns)
    good = pl.repeat(value=False, n=texts.height, eager=True)
    return {
        column.name: keep_in_range(
            _cells(
                texts[column.name],
                values[column.name],
                good=good,
                longest=longest.get(column.name, 0),
                column=column,
            ),
            texts[column.name],
            column=column,
            contract=contract,
        )
        for column in columns
    }


def keep_in_range(cells: Cells, text: pl.Series, *, column: Column, contract: Contract) -> Cells:
    """The cells, those outside the column's range being bad.

    Args:
        text: String: what was written, for what is wrong with the other bad cells.
    """
    if column.least is None and column.most is None:
        return cells
    value = pl.col("v")
    fits = pl.lit(value=True)
    for bound, compare in ((column.least, value.ge), (column.most, value.le)):
        if bound is not None:
            fits &= compare(pl.lit(bound).cast(cells.value.dtype))
    kept = cells.value.alias("v").to_frame().select(pl.when(fits).then(value)).to_series()
    out = kept.is_null() & cells.value.is_not_null()
    if not out.any():
        return cells
    known = dict(zip(cells.bad.arg_true(), cells.wrong or (), strict=bool(cells.wrong)))
    bad = cells.bad | out
    wrong = tuple(
        Wrong.RANGE
        if out[place]
        else known.get(place) or what_is_wrong(text[place] or "", column=column, contract=contract)
        for place in bad.arg_true()
    )
    return replace(cells, value=kept.alias(column.name), bad=bad, wrong=wrong)


def without_range(column: Column) -> Column:
    """The column, any value of its type being in range."""
    return replace(column, least=None, most=None)


def expectation(column: Column, wrong: Wrong | None = None) -> tuple[Expected, str]:
    """What a cell of this column should be, and the detail that belongs to it.

    Args:
        wrong: What is wrong with the cell, where it is known.
    """
    if wrong is Wrong.RANGE:
        return Expected.RANGE, describe_range(column)
    if column.pattern:
        return Expected.PATTERN, column.pattern
    details = {
        Expected.NUMBER: str(column.scale),
        Expected.DATE: "; ".join(column.format or DATE_FORMATS),
        Expected.DATETIME: "; ".join(column.format or DATETIME_FORMATS),
        Expected.BOOLEAN: "; ".join(column.values or TRUTH_WORDS),
        Expected.ONE_OF: "; ".join(column.values),
    }
    expected = _EXPECTED[column.type]
    return expected, details.get(expected, "")


def describe_range(column: Column) -> str:
    """The limits of a column, as `≥ 0; ≤ 100`."""
    limits = (("≥", column.least), ("≤", column.most))
    return "; ".join(f"{sign} {bound}" for sign, bound in limits if bound is not None)


def what_is_wrong(raw: str, *, column: Column, contract: Contract) -> Wrong:
    """Why this text could not be read; that its value is out of range is not looked at."""
    if "\ufffd" in raw:
        return Wrong.ENCODING
    if re.search(DAMAGED, raw):
        return Wrong.CHARACTERS
    if column.type in _NUMBERS:
        return _wrong_number(raw.strip(), column=column, contract=contract)
    if column.type is ColumnType.CATEGORY:
        return Wrong.NOT_LISTED
    return Wrong.PATTERN if column.type in _LETTERS else Wrong.SHAPE


def _outer(column: Column) -> pl.Expr:
    """A text of a closed shape is stripped only if it must be, which its value will tell."""
    text = pl.col(column.name)
    return text.str.strip_chars() if column.type in _FREE else text


def _odd(texts: pl.DataFrame, values: pl.DataFrame, *, columns: Sequence[Column]) -> list[Column]:
    """The columns whose quick values are not all there is, or not certain."""
    shapes = {
        column.name: shape for column in columns if (shape := quick_shape(column)) is not None
    }
    # Distinct texts are few, and finding them costs a third of holding them against a shape.
    proofs = texts.select(
        pl.col(name).unique().str.contains(f"^{shape}$").all() for name, shape in shapes.items()
    )
    return [
        column
        for column in columns
        if column.type not in _FREE
        and (
            texts[column.name].null_count() != values[column.name].null_count()
            or (column.name in shapes and not proofs[column.name][0])
        )
    ]


def _cells(
    text: pl.Series, value: pl.Series, *, good: pl.Series, longest: int, column: Column
) -> Cells:
    blank = text.is_null() if text.null_count() else good
    if column.type in _NUMBERS and longest + column.scale > _SURE_DIGITS:
        # Longer numbers have no room in exact arithmetic: unreadable, rather than an error.
        units = value.to_physical()
        is_short = units.is_between(-LARGEST_UNITS, LARGEST_UNITS)
        value = value.set(~is_short.fill_null(value=True), None)
    is_good = value.null_count() == text.null_count()
    return Cells(value=value, bad=good if is_good else value.is_null() & ~blank, blank=blank)


def _longest(texts: pl.DataFrame, *, columns: Sequence[Column]) -> dict[str, int]:
    """The bytes of the longest text of each column of numbers."""
    names = [column.name for column in columns if column.type in _NUMBERS]
    if not names:
        return {}
    return texts.select(pl.col(names).str.len_bytes().max().fill_null(0)).row(0, named=True)


def _is_composed(text: pl.Series) -> bool:
    """Whether a look shows that normalizing, at 400 ns a cell, would change nothing."""
    if text.str.len_bytes().sum() == text.str.len_chars().sum():
        return True
    return not text.str.contains(_MAY_COMPOSE).any()


def _wrong_number(text: str, *, column: Column, contract: Contract) -> Wrong:
    mark, grouping = contract.marks_of(column)
    if not re.fullmatch(number_shape(mark=mark, grouping=grouping, places="[0-9]+"), text):
        return Wrong.SHAPE
    exact = re.fullmatch(exact_shape(column, mark=mark, grouping=grouping), text)
    return Wrong.SIZE if exact else Wrong.PLACES
