"""What a table holds, column by column: the facts an inspector looks at before any rule."""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from rules.contract import Column, ColumnType
from rules.table import UNREADABLE, Table

_NUMBERS = frozenset({ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.MONEY})
_HALF = 10**18  # an Int128 sum of whole numbers below this cannot overflow before 10^20 rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """One column of one table.

    Attributes:
        rows: Rows of the table; `filled + blank + unreadable` is the same number.
        blank: Rows whose cell was empty.
        unreadable: Rows whose cell held a text that the contract could not read.
        distinct: Different values among the filled ones.
        smallest, largest: As text; None where nothing is filled.
        sum: Exact, as decimal text; None for columns that are not numbers.
    """

    name: str
    type: ColumnType
    rows: int
    filled: int
    blank: int
    unreadable: int
    distinct: int
    smallest: str | None
    largest: str | None
    sum: str | None


def describe(table: Table) -> tuple[ColumnFacts, ...]:
    """The facts of every column the table has, in the order of its contract.

    A declared column that no file brought is left out.
    """
    names = set(table.frame.collect_schema().names())
    columns = [column for column in table.contract.columns if column.name in names]
    measures = [measure for column in columns for measure in _measures(column)]
    facts = table.frame.select(pl.len().alias("rows"), *measures).collect(engine="streaming")
    values = facts.row(0, named=True)
    return tuple(_facts(column, values) for column in columns)


def _measures(column: Column) -> list[pl.Expr]:
    cell = pl.col(column.name)
    measures = [
        cell.count().alias(f"filled:{column.name}"),
        pl.col(UNREADABLE).list.contains(column.name).sum().alias(f"unreadable:{column.name}"),
        cell.drop_nulls().n_unique().alias(f"distinct:{column.name}"),
        cell.min().cast(pl.String).alias(f"smallest:{column.name}"),
        cell.max().cast(pl.String).alias(f"largest:{column.name}"),
    ]
    if column.type in _NUMBERS:
        # Decimal sums stop at 38 digits; two halves of whole numbers add up exactly.
        whole = cell.to_physical().cast(pl.Int128)
        measures += [
            (whole // _HALF).sum().alias(f"high:{column.name}"),
            (whole % _HALF).sum().alias(f"low:{column.name}"),
        ]
    return measures


def _facts(column: Column, values: dict[str, object]) -> ColumnFacts:
    def count(measure: str) -> int:
        return int(str(values[measure]))

    def text(measure: str) -> str | None:
        value = values[measure]
        return None if value is None else str(value)

    name, rows = column.name, count("rows")
    filled, unreadable = count(f"filled:{name}"), count(f"unreadable:{name}")
    total = None
    if column.type in _NUMBERS:
        whole = count(f"high:{name}") * _HALF + count(f"low:{name}")
        total = _decimal_text(whole, scale=column.scale)
    return ColumnFacts(
        name=name,
        type=column.type,
        rows=rows,
        filled=filled,
        blank=rows - filled - unreadable,
        unreadable=unreadable,
        distinct=count(f"distinct:{name}"),
        smallest=text(f"smallest:{name}"),
        largest=text(f"largest:{name}"),
        sum=total,
    )


def _decimal_text(whole: int, *, scale: int) -> str:
    """`whole` in units of 10^-scale, written out; no context of `decimal` may round it."""
    digits = tuple(int(digit) for digit in str(abs(whole)))
    return format(Decimal((int(whole < 0), digits, -scale)), "f")
