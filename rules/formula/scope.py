"""What names mean in a formula: columns, parameters, the engine's words; and its calendar."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import Final

import polars as pl

from rules.calendar import Calendar
from rules.contract import Column, ColumnType, Contract
from rules.errors import FormulaError
from rules.formula.nearness import nearest
from rules.formula.values import (
    DATE,
    DATETIME,
    SHORT_DIGITS,
    TEXT,
    TIME,
    TRUTH,
    Exact,
    Type,
    Value,
    fitting,
    literal,
)
from rules.named_list import NamedList
from rules.parameter import Parameter, ParameterValue

BAD: Final = "__bad:"  # prefix of the Boolean flag beside a column: the cell was not readable
_PLAIN: Final[Mapping[ColumnType, Type]] = {
    ColumnType.TEXT: TEXT,
    ColumnType.CODE: TEXT,
    ColumnType.CATEGORY: TEXT,
    ColumnType.DATE: DATE,
    ColumnType.DATETIME: DATETIME,
    ColumnType.BOOLEAN: TRUTH,
}


@dataclass(slots=True)
class Reads:
    """What a formula turned out to read while it was compiled.

    Attributes:
        unknown_days: Conditions that are true where the calendar did not know a year it needed.
    """

    columns: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    unknown_days: list[pl.Expr] = field(default_factory=list)

    def with_(self, other: "Reads") -> "Reads":
        """What either of the two reads."""
        return Reads(
            columns=self.columns | other.columns,
            parameters=self.parameters | other.parameters,
            lists=self.lists | other.lists,
            unknown_days=[*self.unknown_days, *other.unknown_days],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Everything a formula may name.

    Attributes:
        dated_by: The column whose date chooses the value of a parameter.
        words: The engine's own words (`count`, `found` …); they win over columns.
        columns: Restricts the columns that may be read; None is all of the contract.
        lists: What `IN LIST` may ask.
        heard: A list that is told the text of every formula compiled against this scope.
    """

    contract: Contract
    parameters: Mapping[str, Parameter]
    calendar: Calendar | None
    as_of: date
    dated_by: str | None = None
    words: Mapping[str, Value] = field(default_factory=dict)
    columns: frozenset[str] | None = None
    lists: Mapping[str, NamedList] = field(default_factory=dict)
    reads: Reads = field(default_factory=Reads)
    heard: list[str] | None = field(default=None, repr=False, compare=False)

    def listening(self) -> "Scope":
        """The same scope with a fresh list of what is read."""
        return replace(self, reads=Reads(), heard=None)

    def meaning(self, name: str) -> Value:
        """What a name stands for.

        Raises:
            FormulaError: `formula.unknown_name`, `formula.ambiguous_name`,
                `formula.no_date_column`, `formula.parameter_types`.
        """
        if name in self.words:
            return self.words[name]
        column = self.contract.column(name)
        if column is not None and name in self.parameters:
            raise FormulaError("formula.ambiguous_name", name=name)
        if column is not None and (self.columns is None or name in self.columns):
            self.reads.columns.add(name)
            return column_value(column)
        if name in self.parameters:
            self.reads.parameters.add(name)
            return self._parameter(self.parameters[name])
        near = nearest(name, self.names())
        raise FormulaError("formula.unknown_name", name=name, table=self.contract.name, near=near)

    def names(self) -> frozenset[str]:
        """Every name that stands for something here."""
        declared = frozenset(column.name for column in self.contract.columns)
        columns = declared if self.columns is None else declared & self.columns
        return columns | frozenset(self.words) | frozenset(self.parameters)

    def date_of_record(self) -> pl.Expr:
        """The record's own date, null where it has none.

        Raises:
            FormulaError: `formula.no_date_column`: the rule names no `dated_by`.
        """
        if self.dated_by is None:
            raise FormulaError("formula.no_date_column")
        return pl.col(self.dated_by).cast(pl.Date)

    def _parameter(self, parameter: Parameter) -> Value:
        written = [_written(row.value) for row in parameter.values]
        kinds = {value.type.name for value in written}
        if len(kinds) != 1:
            raise FormulaError("formula.parameter_types", name=parameter.name)
        wanted = written[0].type
        if isinstance(wanted, Exact):
            exact = [value.type for value in written if isinstance(value.type, Exact)]
            scale = max(kind.scale for kind in exact)
            digits = max(kind.at_scale(scale).digits for kind in exact)
            wanted = fitting(Exact(digits, scale))
        chosen = pl.lit(None, dtype=wanted.dtype)
        on = self.date_of_record()
        for row, value in zip(parameter.values, written, strict=True):
            chosen = pl.when(in_force(row, on)).then(value.to(wanted)).otherwise(chosen)
        return Value(chosen, wanted)


def in_force(row: ParameterValue, on: pl.Expr) -> pl.Expr:
    """Whether a value is in force on a day; null where the day is."""
    return between(on, row.starts_on, row.ends_on)


def between(on: pl.Expr, first: date | None, last: date | None) -> pl.Expr:
    """Whether a day lies in a period, both ends included and None open; null where the day is."""
    known: pl.Expr = pl.when(on.is_not_null()).then(True)
    if first is not None:
        known = known & (on >= first)
    if last is not None:
        known = known & (on <= last)
    return known


def column_value(column: Column) -> Value:
    """How formulas read a column of a prepared frame."""
    here, own = pl.col(column.name), frozenset({column.name})
    match column.type:
        case ColumnType.INTEGER:
            # Longer numbers are unreadable cells (`subject.prepared` flags them): null here.
            return Value(here.cast(pl.Int64), Exact(SHORT_DIGITS), columns=own)
        case ColumnType.DECIMAL | ColumnType.MONEY:
            short = here.to_physical().cast(pl.Int64, strict=False)
            return Value(short, Exact(SHORT_DIGITS, column.scale), columns=own)
    return Value(
        here, _PLAIN[column.type], allowed=column.values or None, columns=own, is_cell=True
    )


def _written(value: Decimal | time | str) -> Value:
    if isinstance(value, time):
        return Value(pl.lit(value), TIME, value)
    return literal(value)
