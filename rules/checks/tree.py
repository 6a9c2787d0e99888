"""Rows that name their parent: how deep each stands, and which of them run in a circle."""

from typing import Final

import polars as pl

LEVEL: Final = "__level"  # Int64: 1 at the top; null beneath or on a circle
CIRCLE: Final = "__circle"  # Boolean: the row is its own ancestor
_UP: Final = "__up"
_STEPS: Final = "__steps"


def levels(parents: pl.Series) -> pl.DataFrame:
    """Follow every row to its top, in steps that double: 24 of them for ten million rows.

    Args:
        parents: Of each row the place of its parent in the same series; null at the top.

    Returns:
        LEVEL and CIRCLE, a line for each row.  After at least as many single steps as there are
        rows, whoever has not reached a top walks on a circle, and every row of each circle is
        where somebody stands.
    """
    up = parents.cast(pl.UInt32)
    frame = pl.DataFrame({_UP: up, _STEPS: up.is_not_null().cast(pl.Int64)})
    walked = 1
    while walked <= parents.len() and frame.get_column(_UP).is_not_null().any():
        here = pl.col(_UP)
        frame = frame.select(
            here.gather(here), pl.col(_STEPS) + pl.col(_STEPS).gather(here).fill_null(0)
        )
        walked *= 2
    # The walk of a row on a circle ends on that circle, each at another place of it.
    ends = frame.get_column(_UP).drop_nulls().unique()
    places = pl.int_range(parents.len(), dtype=pl.UInt32, eager=True)
    return frame.select(
        pl.when(pl.col(_UP).is_null()).then(pl.col(_STEPS) + 1).alias(LEVEL),
        places.is_in(ends.implode()).alias(CIRCLE),
    )
