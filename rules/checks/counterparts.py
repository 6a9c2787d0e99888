"""Rows of several tables put together by one key.

The rule's own table keeps its columns; of every other table only what is asked for is kept, under
names of its own, because columns of two tables may bear one name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.grouping import INCOMPLETE, ROWS, STANDING
from rules.formula import Reads, Value
from rules.rule import Verdict
from rules.table import FILE, OWN, ROW, SHEET

NOBODY: Final = pl.lit(None, dtype=pl.String)  # rows of another table always take part


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the tables.

    Attributes:
        reads: What the key reads.
    """

    table: str
    key: tuple[Value, ...]
    reads: Reads

    def rows(
        self, frames: Mapping[str, pl.LazyFrame], standing: pl.Expr, *more: pl.Expr
    ) -> pl.DataFrame:
        """The rows of the rule's own table with their key, standing, and `more`."""
        frame = frames[self.table].with_columns(standing.alias(STANDING), *more)
        return grouping.keyed(frame, self.key, self.reads).collect(engine="streaming")

    def others(self, frames: Mapping[str, pl.LazyFrame], *more: pl.Expr) -> pl.DataFrame:
        """The rows of another table: key, place, STANDING and `more`, nothing else."""
        names = [expression.meta.output_name() for expression in more]
        frame = frames[self.table].with_columns(NOBODY.alias(STANDING), *more)
        keyed = grouping.keyed(frame, self.key, self.reads)
        kept = (FILE, SHEET, ROW, OWN, STANDING, INCOMPLETE, *names)
        return keyed.select(*kept, *grouping.key_names(self.key)).collect(engine="streaming")


def of(name: str, column: str) -> str:
    """How the column of another table is called beside the own ones."""
    return f"__{name}:{column}"


def together(
    own: pl.DataFrame, others: Mapping[str, pl.DataFrame], names: Iterable[str]
) -> pl.DataFrame:
    """Groups of all tables, one line for each key that any of them has.

    Args:
        own: Groups of the rule's own table (`grouping.grouped`).
        others: Groups of other tables, by the names their columns are to bear.
        names: The key columns.

    Returns:
        The columns of `own`; `of(name, column)` for every column of another; ROWS of all of them,
        OWN true where any has an own row, and the place of the first table
        that has the key.  The ROWS of each table are under `of("own", ROWS)`, `of(name, ROWS)`,
        null where it has no such key.
    """
    keys = list(names)
    joined = own.with_columns(pl.col(ROWS).alias(of("own", ROWS)))
    for name, groups in others.items():
        kept = (column for column in groups.columns if column not in keys)
        beside = groups.select(*keys, *(pl.col(column).alias(of(name, column)) for column in kept))
        joined = joined.join(
            beside, on=keys, how="full", coalesce=True, maintain_order="left_right"
        )
    sides = ["own", *others]
    own_rows = [pl.col(OWN), *(pl.col(of(name, OWN)) for name in others)]
    return joined.with_columns(
        *(_first(column, list(others)).alias(column) for column in grouping.PLACE),
        pl.any_horizontal(flag.fill_null(False) for flag in own_rows).alias(OWN),
        pl.sum_horizontal(pl.col(of(name, ROWS)).fill_null(0) for name in sides).alias(ROWS),
    )


def apart(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of another table without a complete key, each a unit of its own, undetermined."""
    return grouping.loose(rows).drop(STANDING, INCOMPLETE)


def not_applicable_if(condition: pl.Expr, otherwise: pl.Expr) -> pl.Expr:
    """The verdict `otherwise`, not applicable where the condition is true."""
    return pl.when(condition).then(pl.lit(Verdict.NOT_APPLICABLE.value)).otherwise(otherwise)


def key_words(names: Iterable[str], terms: tuple[Value, ...]) -> dict[str, Value]:
    """The parts of the key as words: a group of another table alone has no own row to speak."""
    pairs = zip(names, terms, grouping.key_names(terms), strict=False)
    return {name: Value(pl.col(column), term.type) for name, term, column in pairs}


def _first(column: str, others: list[str]) -> pl.Expr:
    """A column of the first table that has the key; SHEET may be null there all the same."""
    chosen: pl.Expr = pl.when(pl.col(of("own", ROWS)).is_not_null()).then(pl.col(column))
    for name in others:
        taken = pl.any_horizontal(
            pl.col(of(side, ROWS)).is_not_null() for side in ("own", *others[: others.index(name)])
        )
        here = pl.when(~taken & pl.col(of(name, ROWS)).is_not_null()).then(of(name, column))
        chosen = pl.coalesce(chosen, here)
    return chosen
