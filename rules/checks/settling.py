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
    own = frame.select(pl.col(OWN).sum()).collect(engine="streaming").item()
    rest = (
        frame.filter(~pl.col(CERTAIN) | left)
        .select(pl.exclude(f"^{CERTAIN}$|^__key[0-9]+$|^{HASH}$"))
        .collect(engine="streaming")
    )
    return rest.lazy(), int(own or 0) - int(rest.get_column(OWN).sum())


def without_twins(
    frame: pl.LazyFrame, key: tuple[Value, ...], reads: Reads, standing: Standing
) -> tuple[pl.LazyFrame, int]:
    """Put aside the rows whose key no other row has.

    Rows are compared by a 64-bit hash of the key: two keys of one hash only stay to be compared.
    Holds eight bytes for each row.
    """
    names = grouping.key_names(key)
    hashed = pl.col(names[0]).hash() if len(names) == 1 else pl.struct(names).hash()
    rows = marked(frame, key, reads, standing).with_columns(hashed.alias(HASH))
    # Whatever shares a key belongs to its unit, also rows the rule does not speak of.
    hashes = rows.select(HASH).collect(engine="streaming").to_series().sort()
    twice = hashes.filter(hashes == hashes.shift(1)).unique()
    left = pl.col(HASH).is_in(twice.implode()) if len(twice) else pl.lit(False)
    return settled(rows, left=left)


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
