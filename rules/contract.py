"""What a table must look like: columns, types, key, labels."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from rules.mapping import JsonMapping, XmlMapping
from rules.text import Text

Bound = int | Decimal | date | datetime


class ColumnType(StrEnum):
    """How the text of a cell becomes a value; the Polars dtype stands beside it."""

    TEXT = "text"  # String, NFC, outer white space removed
    CODE = "code"  # String, kept letter by letter: leading zeros and inner blanks stay
    INTEGER = "integer"  # Int64, at most 18 digits
    DECIMAL = "decimal"  # Decimal(38, scale)
    MONEY = "money"  # Decimal(38, scale), in the currency of the contract
    DATE = "date"  # Date
    DATETIME = "datetime"  # Datetime("us"): wall time in the contract's time zone
    BOOLEAN = "boolean"  # Boolean
    CATEGORY = "category"  # String out of `values`


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        scale: Places after the decimal mark, for DECIMAL and MONEY.
        format: strftime format, for DATE and DATETIME; several are tried in order.
        pattern: A regular expression the whole text must match, for TEXT and CODE.
        values: The closed set of a CATEGORY.
        least, most: What an INTEGER, DECIMAL, MONEY, DATE or DATETIME must lie between, both
            included; wall time in the contract's time zone for a DATETIME.  A value outside is
            treated as a text that misses a pattern is: a problem of reading with its place, null
            in the table, and undetermined wherever a rule needs it.  What the law limits, so that
            breaking it is a violation, belongs into a rule and not here.
        required: An empty cell is a problem of reading (it is null all the same).
        decimal_mark, grouping: How this column writes numbers, where not as the contract says.
        examples, counter_examples: Texts of cells that must be read, and that must not be; the
            loader tries them all.
    """

    name: str
    type: ColumnType
    label: Text
    help: Text | None = None
    required: bool = False
    scale: int = 0
    format: tuple[str, ...] = ()
    pattern: str | None = None
    values: tuple[str, ...] = ()
    least: Bound | None = None
    most: Bound | None = None
    decimal_mark: str | None = None
    grouping: str | None = None
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One table as an organization must hand it in.

    Attributes:
        key: Columns that name a row; empty where the table has no business key.
        delimiter, decimal_mark, grouping, encoding: How text files are written; nothing is guessed.
        quote: The mark that encloses a field with delimiters in it; "" where a file knows none.
        heading: The record that names the columns; 0 where a file has none and its columns are the
            contract's, in their order.  None: the first record that is not blank.
        stop: A regular expression; the first row whose first filled cell it matches whole, such as
            a row of totals, ends the table.  It and every row behind it are refused, and listed.
        sheet: The sheet of a workbook; None: the first that has every column.
        xml, json: Where values stand in files of these kinds.
        currency: ISO 4217, of the MONEY columns.
        time_zone: An IANA name; a moment written with its offset (`%z`) is taken to this zone, and
            one written without is wall time in it.
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    delimiter: str = ","
    decimal_mark: str = "."
    grouping: str = ","
    encoding: str = "utf-8"
    quote: str = '"'
    heading: int | None = None
    stop: str | None = None
    sheet: str | None = None
    xml: XmlMapping | None = None
    json: JsonMapping | None = None
    currency: str = "VND"
    time_zone: str = "Asia/Ho_Chi_Minh"
    help: Text | None = None
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Index the columns once; the loader has seen to it that names are unique."""
        object.__setattr__(self, "_by_name", {column.name: column for column in self.columns})

    def column(self, name: str) -> Column | None:
        """The column of that name, if declared."""
        return self._by_name.get(name)

    def marks_of(self, column: Column) -> tuple[str, str]:
        """The decimal mark and the grouping that a column's numbers are written with."""
        mark = self.decimal_mark if column.decimal_mark is None else column.decimal_mark
        return mark, self.grouping if column.grouping is None else column.grouping

    def __getitem__(self, name: str) -> Column:
        """The declared column of that name.

        Raises:
            KeyError: No column of that name is declared.
        """
        return self._by_name[name]
