"""What the text of a cell is worth, as Polars expressions: null where it cannot be read."""

import re
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.contract import Column, ColumnType, Contract
from rules.table import dtype_of

DATE_FORMATS: Final = ("%Y-%m-%d",)
DATETIME_FORMATS: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
TRUTH_WORDS: Final = ("true", "false")

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
DAMAGED: Final = "[\ufffd\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The values of texts under a contract.

    Attributes:
        is_tidy: Whether no text holds damaged characters.
    """

    contract: Contract
    is_tidy: bool

    def stripped(self, column: Column) -> pl.Expr:
        """The text of a closed shape, stripped after all, and in the form of declared words."""
        cell = pl.col(column.name).str.strip_chars()
        if column.type is ColumnType.CATEGORY:
            cell = cell.str.normalize("NFC")
        return pl.when(cell != "").then(cell).alias(column.name)

    def quickly(self, column: Column) -> pl.Expr:
        """What most texts are: written in the plainest way, without white space around them."""
        text = pl.col(column.name)
        match column.type:
            case ColumnType.INTEGER:
                whole = text.cast(pl.Int64, strict=False)
                return pl.when(text.str.contains("^-?[0-9]+$")).then(whole).alias(column.name)
            case ColumnType.BOOLEAN:
                return _truth(text, words=column.values or TRUTH_WORDS).alias(column.name)
            case ColumnType.DATE if quick_shape(column) is not None:
                form = _formats(column)[0]
                moment = text.str.strptime(pl.Date(), form, strict=False, cache=False)
                return moment.alias(column.name)
            case _:
                return self.thoroughly(column)

    def thoroughly(self, column: Column) -> pl.Expr:
        """Any text without outer white space."""
        text = pl.col(column.name)
        match column.type:
            case ColumnType.INTEGER | ColumnType.DECIMAL | ColumnType.MONEY:
                value = _number(column, contract=self.contract)
            case ColumnType.DATE:
                value = _moments(column, dtype=pl.Date(), zone="")
            case ColumnType.DATETIME:
                zone = self.contract.time_zone
                value = _moments(column, dtype=pl.Datetime("us"), zone=zone)
            case ColumnType.BOOLEAN:
                # Declared words are taken letter by letter; true and false in any case.
                cell = text if column.values else text.str.to_lowercase()
                value = _truth(cell, words=column.values or TRUTH_WORDS)
            case ColumnType.CATEGORY:
                value = pl.when(text.is_in(list(column.values))).then(text)
            case _:
                value = _letters(column, is_tidy=self.is_tidy)
        return value.alias(column.name)


def quick_shape(column: Column) -> str | None:
    """What the texts of a column must all be like for their quick values to be certain.

    None where the quick way looks for itself.
    """
    if column.type is not ColumnType.DATE or len(_formats(column)) > 1:
        return None
    return format_shape(_formats(column)[0])


def format_shape(form: str) -> str:
    """The regular expression of all texts that have the full width of a date format."""
    parts = re.split("(%.)", form)
    return "".join(DIRECTIVES.get(part, re.escape(part)) for part in parts)


def exact_shape(column: Column, *, mark: str, grouping: str) -> str:
    """Numbers whose places beyond the scale are zeros."""
    places = f"(?:[0-9]{{1,{column.scale}}}0*)" if column.scale else "0+"
    return number_shape(mark=mark, grouping=grouping, places=places)


def number_shape(*, mark: str, grouping: str, places: str) -> str:
    """The regular expression of numbers whose places behind the mark fit to another one."""
    grouped = f"|[0-9]{{1,3}}(?:{re.escape(grouping)}[0-9]{{3}})+" if grouping else ""
    return f"-?(?:[0-9]+{grouped})(?:{re.escape(mark)}{places})?"


def _number(column: Column, *, contract: Contract) -> pl.Expr:
    """A number of the column's dtype; null where not well formed, or not exact."""
    mark, grouping = contract.marks_of(column)
    text = cell = pl.col(column.name)
    if grouping:
        cell = cell.str.replace_all(grouping, "", literal=True)
    if column.type is ColumnType.INTEGER:
        value = cell.str.extract("^(-?[0-9]+)").cast(pl.Int64, strict=False)
    else:
        plain = cell if mark == "." else cell.str.replace(mark, ".", literal=True)
        value = plain.cast(dtype_of(column), strict=False)
    shape = f"^{exact_shape(column, mark=mark, grouping=grouping)}$"
    return pl.when(text.str.contains(shape)).then(value)


def _letters(column: Column, *, is_tidy: bool) -> pl.Expr:
    text = pl.col(column.name)
    if is_tidy and column.pattern is None:
        return text
    fits = pl.lit(value=True) if is_tidy else ~text.str.contains(DAMAGED)
    if column.pattern is not None:
        fits &= text.str.contains(f"^(?:{column.pattern})$")
    return pl.when(fits).then(text)


def _truth(cell: pl.Expr, *, words: tuple[str, ...]) -> pl.Expr:
    yes, no = words
    return pl.when(cell == yes).then(True).when(cell == no).then(False)


def _formats(column: Column) -> tuple[str, ...]:
    return column.format or (DATE_FORMATS if column.type is ColumnType.DATE else DATETIME_FORMATS)


def _moments(column: Column, *, dtype: pl.Date | pl.Datetime, zone: str) -> pl.Expr:
    return pl.coalesce(
        _moment(column.name, form, dtype=dtype, zone=zone) for form in _formats(column)
    )


def _moment(name: str, form: str, *, dtype: pl.Date | pl.Datetime, zone: str) -> pl.Expr:
    text = pl.col(name)
    shaped: pl.Expr = pl.when(text.str.contains(f"^{format_shape(form)}$")).then(text)
    if "%z" not in form:
        return shaped.str.strptime(dtype, form, strict=False, cache=False)
    # The parser knows no Z; it stands where the format has its offset, and nowhere else.
    before, after = (format_shape(part) for part in form.split("%z"))
    shaped = shaped.str.replace(f"^({before})Z({after})$", "${1}+00:00${2}")
    moment = shaped.str.strptime(pl.Datetime("us", "UTC"), form, strict=False)
    return moment.dt.convert_time_zone(zone).dt.replace_time_zone(None)
