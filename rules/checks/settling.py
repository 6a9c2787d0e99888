"""Putting aside what is certainly met before rows are looked at together."""

from collections.abc import Mapping
from operator import and_
from typing import Final

import polars as pl

from rules.checks import grouping
from rules.checks.blank import is_blank
from rules.checks.reason import bad
from rules.checks.sets import Settled
from rules.checks.standing import Standing
from rules.formula import Reads, Value
from rules.formula.joined import joined
from rules.table import OWN

CERTAIN: Final = "__certain"  # Boolean: the rule speaks of the row, and its key is complete
HASH: Final = "__hash"  # UInt64, good within one run only
_MANY_LATE: Final = 8


def complete(key: tuple[Value, ...], reads: Reads) -> pl.Expr:
    """Whether a row has a key to be compared by: every part there, and readable."""
    return joined(and_, (pl.lit(True), *(~is_blank(term) for term in key))) & ~bad(reads)


def marked(
    frame: pl.LazyFrame, key: tuple[Value, ...], reads: Reads, standing: Standing
) -> pl.LazyFrame:
    """The frame with its key columns and CERTAIN."""
    certain = complete(key, reads) & standing.speaks
    keys = zip(grouping.key_names(key), key, strict=False)
    return frame.with_columns(
        certain.alias(CERTAIN), *(term.expr.alias(name) for name, term in keys)
    )


def settled(frame: pl.LazyFrame, *, left: pl.Expr) -> tuple[pl.LazyFrame, int]:
    """Put aside the certain rows but those of `left`.

    Returns:
        The rows that stay, without key columns and CERTAIN, and how many own rows do not.
    """
    return counted(frame, frame.filter(~pl.col(CERTAIN) | left))


def counted(frame: pl.LazyFrame, left: pl.LazyFrame) -> tuple[pl.LazyFrame, int]:
    """What is left of a frame, and how many own rows are not; see `settled`."""
    own = frame.select(pl.col(OWN).sum())
    rest = left.select(pl.exclude(f"^{CERTAIN}$|^__key[0-9]+$|^{HASH}$"))
    # Both in one pass over the table.
    all_own, found = pl.collect_all([own, rest], engine="streaming")
    return found.lazy(), int(all_own.item() or 0) - int(found.get_column(OWN).sum())


def without_twins(
    frame: pl.LazyFrame, key: tuple[Value, ...], reads: Reads, standing: Standing
) -> tuple[pl.LazyFrame, int]:
    """Put aside the rows whose key no other row has.

    Whatever shares a key belongs to its unit, also rows the rule does not speak of.
    Holds eight bytes for each row, and as much again while they are compared.
    """
    rows = marked(frame, key, reads, standing)
    names = grouping.key_names(key)
    if len(names) == 1 and _is_number(rows.collect_schema()[names[0]]):
        numbers = rows.select(names).collect(engine="streaming").to_series().drop_nulls()
        # A number that comes again is not above all those before it.
        late = numbers.filter(numbers <= numbers.cum_max().shift(1))
        if len(late) * _MANY_LATE <= len(numbers):
            return settled(rows, left=_among(names[0], late))
        return settled(rows, left=_among(names[0], _twice(numbers)))
    # By a 64-bit hash: two keys of one hash only stay to be compared.
    hashed = pl.col(names[0]).hash() if len(names) == 1 else pl.struct(names).hash()
    rows = rows.with_columns(hashed.alias(HASH))
    hashes = rows.select(HASH).collect(engine="streaming").to_series()
    return settled(rows, left=_among(HASH, _twice(hashes)))


def _is_number(dtype: pl.DataType) -> bool:
    return dtype.is_integer() or dtype == pl.Date


def _twice(values: pl.Series) -> pl.Series:
    values = values.sort()
    return values.filter(values == values.shift(1))


def _among(name: str, values: pl.Series) -> pl.Expr:
    found = values.unique()
    return pl.col(name).is_in(found.implode()).fill_null(False) if len(found) else pl.lit(False)


def without(
    frame: pl.LazyFrame, key: tuple[Value, ...], reads: Reads, keys: pl.LazyFrame
) -> pl.LazyFrame:
    """The rows of other keys, or of none that is complete."""
    names = grouping.key_names(key)
    named = zip(names, key, strict=True)
    # What is no complete key takes part under no key: a blank text is not the key of a group.
    parts = (pl.when(complete(key, reads)).then(term.expr).alias(name) for name, term in named)
    return frame.with_columns(parts).join(keys, on=names, how="anti").drop(names)


def aside(
    frames: Mapping[str, pl.LazyFrame], table: str, rest: tuple[pl.LazyFrame, int]
) -> Settled:
    """The tables with what is left of one of them."""
    return Settled(frames={**frames, table: rest[0]}, met=rest[1])
