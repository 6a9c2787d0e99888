"""A number of every row, and rows put together by a key without holding them all.

`grouping.grouped` keeps the first row of every group whole and sorts for it; measures of millions
of rows need only sums and the place of that row, which stream.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from rules.checks import grouping
from rules.checks.grouping import APPLYING, INCOMPLETE, ROWS, STANDING, UNSURE
from rules.checks.reason import Reason, bad
from rules.checks.standing import OUT, Standing
from rules.formula import Exact, Reads, Value
from rules.table import FILE, ID, OWN, ROW, SHEET

NUMBER: Final = "__number"  # whole units of the type of the number
UNKNOWN: Final = "__unknown"  # String: why the number of a row is not known, else null
LIMIT: Final = "__limit"
LEAST_LIMIT: Final = "__least_limit"
MOST_LIMIT: Final = "__most_limit"
KNOWN: Final = pl.col(STANDING).is_null() & pl.col(UNKNOWN).is_null()  # applies, and has a number
Row = Mapping[str, Any]  # a line of a frame: columns of many types
_FIRST: Final = "__first"
_SOURCE: Final = "__source"
_FOREIGN, _SOURCE_AT, _ROW_AT = 1 << 120, 1 << 80, 1 << 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A number of each row, and the values by which rows come together.

    Attributes:
        number: A number.
        by: Empty: all rows together.
    """

    number: Value
    reads: Reads
    by: tuple[Value, ...]
    by_reads: Reads

    @property
    def all_reads(self) -> Reads:
        """What number and key read."""
        return self.reads.with_(self.by_reads)

    @property
    def number_digits(self) -> int:
        """How many digits the number can have."""
        return self.number.type.digits if isinstance(self.number.type, Exact) else 0

    def rows(self, frame: pl.LazyFrame, standing: Standing, *more: pl.Expr) -> pl.LazyFrame:
        """The rows with STANDING, NUMBER, UNKNOWN, their key columns, INCOMPLETE, and `more`."""
        asked = frame.with_columns(
            standing.expr.alias(STANDING),
            self.number.expr.cast(self.number.type.dtype).alias(NUMBER),
            unknown(self.number, self.reads).alias(UNKNOWN),
            *more,
        )
        return grouping.keyed(asked, self.by, self.by_reads)


def unknown(number: Value, reads: Reads) -> pl.Expr:
    """Why a number is not known; null where it is."""
    return (
        pl.when(bad(reads))
        .then(pl.lit(Reason.UNREADABLE.value))
        .when(number.expr.is_null())
        .then(pl.lit(Reason.MISSING.value))
    )


def summary(rows: pl.LazyFrame, terms: tuple[Value, ...], *more: pl.Expr) -> pl.DataFrame:
    """One line for each complete key: ID and PLACE of its first row, ROWS, APPLYING, UNSURE.

    The first row is that of `grouping.by_place`; beside it stand the key columns and `more`.
    The lines are sorted by place, whatever the order of the rows.
    """
    names = grouping.key_names(terms)
    sources = rows.select(FILE, SHEET).unique().collect(engine="streaming")
    sources = sources.sort(FILE, SHEET, nulls_last=False).with_columns(
        pl.int_range(pl.len(), dtype=pl.Int64).alias(_SOURCE)
    )
    source = pl.struct(FILE, SHEET).replace_strict(
        sources.select(pl.struct(FILE, SHEET)).to_series(), sources[_SOURCE], return_dtype=pl.Int64
    )
    if sources.height <= 1:
        source = pl.lit(0, dtype=pl.Int64)
    # Place and number of a row in one whole number: its smallest is the first row.
    at = (
        (~pl.col(OWN)).cast(pl.Int128) * _FOREIGN
        + source.cast(pl.Int128) * _SOURCE_AT
        + pl.col(ROW).cast(pl.Int128) * _ROW_AT
        + pl.col(ID).cast(pl.Int128)
    )
    standing = pl.col(STANDING)
    groups = (
        rows.filter(pl.col(INCOMPLETE).is_null())
        .with_columns(at.alias(_FIRST))
        .group_by(names)
        .agg(
            pl.col(_FIRST).min(),
            pl.len().cast(pl.Int64).alias(ROWS),
            standing.is_null().sum().cast(pl.Int64).alias(APPLYING),
            standing.filter(standing.is_not_null() & (standing != OUT)).min().alias(UNSURE),
            *more,
        )
        .collect(engine="streaming")
        .sort(_FIRST)
    )
    first = pl.col(_FIRST)
    return (
        groups.with_columns(
            (first < _FOREIGN).alias(OWN),
            (first % _FOREIGN // _SOURCE_AT).cast(pl.Int64).alias(_SOURCE),
            (first % _SOURCE_AT // _ROW_AT).cast(pl.Int64).alias(ROW),
            (first % _ROW_AT).cast(pl.UInt32).alias(ID),
        )
        .join(sources, on=_SOURCE, how="left", maintain_order="left")
        .drop(_FIRST, _SOURCE)
        .with_columns(grouping.parts(terms))
    )


def loose(rows: pl.LazyFrame) -> pl.DataFrame:
    """The rows without a complete key, each a unit of its own."""
    wanted = rows.filter(pl.col(INCOMPLETE).is_not_null())
    return grouping.loose(wanted.collect(engine="streaming"))


def limits() -> tuple[pl.Expr, pl.Expr]:
    """LEAST_LIMIT and MOST_LIMIT of the applying rows: a group has one limit or none."""
    limit = pl.col(LIMIT).filter(pl.col(STANDING).is_null())
    return limit.min().alias(LEAST_LIMIT), limit.max().alias(MOST_LIMIT)


def why_no_limit() -> pl.Expr:
    """Why a group has no one limit; null where it has."""
    return (
        pl.when(pl.col(LEAST_LIMIT).is_null())
        .then(pl.lit(Reason.PARAMETER.value))
        .when(pl.col(LEAST_LIMIT) != pl.col(MOST_LIMIT))
        .then(pl.lit(Reason.LIMITS.value))
    )


def group_of(names: list[str] | None) -> str | None:
    """The name of a group in the facts, out of its PARTS; None for the whole table."""
    return grouping.JOINT.join(names) if names else None


def by_key(frame: pl.DataFrame, names: Sequence[str]) -> dict[tuple[object, ...], list[Row]]:
    """The lines of a frame of measures by the group they belong to."""
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return found
