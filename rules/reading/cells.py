"""The text of a cell becomes a value exactly as the contract declares, or it is a problem."""

import re
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from rules.contract import Column, ColumnType, Contract
from rules.reading.result import Expected, Wrong
from rules.table import dtype_of

DATE_FORMATS: Final = ("%Y-%m-%d",)
DATETIME_FORMATS: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
TRUTH_WORDS: Final = ("true", "false")
LARGEST_UNITS: Final = 10**18 - 1  # of a number, in units of its last place

# Each directive with its full width: `01/03/24` is no `%d/%m/%Y`, although chrono would take it.
DIRECTIVES: Final = {
    "%Y": "[0-9]{4}",
    "%m": "(?:0[1-9]|1[0-2])",
    "%d": "(?:0[1-9]|[12][0-9]|3[01])",
    "%H": "(?:[01][0-9]|2[0-3])",
    "%M": "[0-5][0-9]",
    "%S": "[0-5][0-9]",
    "%z": "(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])",
}
_DAMAGED: Final = "[\ufffd\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]"
_LETTERS: Final = frozenset({ColumnType.TEXT, ColumnType.CODE, ColumnType.CATEGORY})
_NFC: Final = frozenset({ColumnType.TEXT, ColumnType.CATEGORY})
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
    text = raw.fill_null("").str.strip_chars()
    blank = text == ""
    value = _value(text, column=column, contract=contract)
    cells = Cells(value=value.rename(column.name), bad=value.is_null() & ~blank, blank=blank)
    return keep_in_range(cells, text, column=column, contract=contract)


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
    if re.search(_DAMAGED, raw):
        return Wrong.CHARACTERS
    if column.type in _NUMBERS:
        return _wrong_number(raw.strip(), column=column, contract=contract)
    if column.type is ColumnType.CATEGORY:
        return Wrong.NOT_LISTED
    return Wrong.PATTERN if column.type in _LETTERS else Wrong.SHAPE


def numbers(text: pl.Series, *, column: Column, mark: str, grouping: str) -> pl.Series:
    """Texts as numbers of the column's dtype; null where not well formed, or not exact.

    Args:
        text: String without outer white space.
        mark: The decimal mark.
        grouping: Between groups of three digits, optional in each number; "" for none.
    """
    shape = f"^{_exact_shape(column, mark=mark, grouping=grouping)}$"
    cell: pl.Expr = pl.when(pl.col("t").str.contains(shape)).then(pl.col("t"))
    if grouping:
        cell = cell.str.replace_all(grouping, "", literal=True)
    if column.type is ColumnType.INTEGER:
        whole = cell.str.extract("^(-?[0-9]+)").cast(pl.Int64, strict=False)
        return _one(text, pl.when(whole.is_between(-LARGEST_UNITS, LARGEST_UNITS)).then(whole))
    if mark != ".":
        cell = cell.str.replace(mark, ".", literal=True)
    value = cell.cast(dtype_of(column), strict=False)
    # Longer numbers have no room in exact arithmetic: unreadable, rather than wrong or an error.
    is_short = value.to_physical().is_between(-LARGEST_UNITS, LARGEST_UNITS)
    return _one(text, pl.when(is_short).then(value))


def format_shape(form: str) -> str:
    """The regular expression of all texts that have the full width of a date format."""
    parts = re.split("(%.)", form)
    return "".join(DIRECTIVES.get(part, re.escape(part)) for part in parts)


def _value(text: pl.Series, *, column: Column, contract: Contract) -> pl.Series:
    match column.type:
        case ColumnType.INTEGER | ColumnType.DECIMAL | ColumnType.MONEY:
            mark, grouping = contract.marks_of(column)
            return numbers(text, column=column, mark=mark, grouping=grouping)
        case ColumnType.DATE:
            return _moments(text, formats=column.format or DATE_FORMATS, dtype=pl.Date(), zone="")
        case ColumnType.DATETIME:
            formats = column.format or DATETIME_FORMATS
            zone = contract.time_zone
            return _moments(text, formats=formats, dtype=pl.Datetime("us"), zone=zone)
        case ColumnType.BOOLEAN:
            return _truths(text, words=column.values)
        case _:
            return _letters(text, column=column)


def _letters(text: pl.Series, *, column: Column) -> pl.Series:
    # Normalizing costs 400 ns a cell; what is ASCII throughout is in every normal form.
    if column.type in _NFC and text.str.len_bytes().sum() != text.str.len_chars().sum():
        text = text.str.normalize("NFC")
    fits = (pl.col("t") != "") & ~pl.col("t").str.contains(_DAMAGED)
    if column.pattern is not None:
        fits &= pl.col("t").str.contains(f"^(?:{column.pattern})$")
    if column.type is ColumnType.CATEGORY:
        fits &= pl.col("t").is_in(list(column.values))
    return _one(text, pl.when(fits).then(pl.col("t")))


def _moments(
    text: pl.Series, *, formats: tuple[str, ...], dtype: pl.Date | pl.Datetime, zone: str
) -> pl.Series:
    return _one(text, pl.coalesce(_moment(form, dtype=dtype, zone=zone) for form in formats))


def _moment(form: str, *, dtype: pl.Date | pl.Datetime, zone: str) -> pl.Expr:
    shape = f"^{format_shape(form)}$"
    shaped: pl.Expr = pl.when(pl.col("t").str.contains(shape)).then(pl.col("t"))
    if "%z" not in form:
        return shaped.str.strptime(dtype, form, strict=False)
    # The parser knows no Z; it stands where the format has its offset, and nowhere else.
    before, after = (format_shape(part) for part in form.split("%z"))
    shaped = shaped.str.replace(f"^({before})Z({after})$", "${1}+00:00${2}")
    moment = shaped.str.strptime(pl.Datetime("us", "UTC"), form, strict=False)
    return moment.dt.convert_time_zone(zone).dt.replace_time_zone(None)


def _truths(text: pl.Series, *, words: tuple[str, ...]) -> pl.Series:
    """Declared words are taken letter by letter; true and false in any case (Excel shouts)."""
    cell = pl.col("t") if words else pl.col("t").str.to_lowercase()
    yes, no = words or TRUTH_WORDS
    return _one(text, pl.when(cell == yes).then(True).when(cell == no).then(False))


def _exact_shape(column: Column, *, mark: str, grouping: str) -> str:
    """Numbers whose places beyond the scale are zeros."""
    places = f"(?:[0-9]{{1,{column.scale}}}0*)" if column.scale else "0+"
    return _number_shape(mark=mark, grouping=grouping, places=places)


def _number_shape(*, mark: str, grouping: str, places: str) -> str:
    grouped = f"|[0-9]{{1,3}}(?:{re.escape(grouping)}[0-9]{{3}})+" if grouping else ""
    return f"-?(?:[0-9]+{grouped})(?:{re.escape(mark)}{places})?"


def _wrong_number(text: str, *, column: Column, contract: Contract) -> Wrong:
    mark, grouping = contract.marks_of(column)
    if not re.fullmatch(_number_shape(mark=mark, grouping=grouping, places="[0-9]+"), text):
        return Wrong.SHAPE
    exact = re.fullmatch(_exact_shape(column, mark=mark, grouping=grouping), text)
    return Wrong.SIZE if exact else Wrong.PLACES


def _one(text: pl.Series, expression: pl.Expr) -> pl.Series:
    return text.alias("t").to_frame().select(expression.alias("v")).to_series()
