"""Sums over windows of days, per key, of amounts above zero.

A window ends on the day of a row and opens so many days earlier, or with the calendar period of
that day.  Because amounts are above zero, rows that lie close enough and reach a limit together
reach it in the window that ends with the last of them: no other windows have to be looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

ON: Final = "__on"  # Date
AMOUNT: Final = "__amount"  # Int128, above zero
LIMIT: Final = "__limit"  # Int128
FIRST: Final = "__first"  # Date: of the first row of a group
LAST: Final = "__last"  # Date: of its last row
TOTAL: Final = "__total"  # Int128: the largest sum of a window of the group
REACHED: Final = "__reached"  # Int128: the limit that window reaches
PERIODS: Final = {"month": "1mo", "quarter": "1q", "year": "1y"}
_END: Final = "__end"
_OPENS: Final = "__opens"
_GROUP: Final = "__cluster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How far back a window reaches: so many days, its last one included, or a calendar period."""

    days: int | None
    period: str | None

    def opens(self, on: pl.Expr) -> pl.Expr:
        """The first day of the window that ends on a day."""
        if self.period is not None:
            return on.dt.truncate(PERIODS[self.period])
        assert self.days is not None  # noqa: S101 - one of the two is given
        return on - pl.duration(days=self.days - 1)


def reaching(rows: pl.DataFrame, names: Sequence[str], window: Window) -> pl.DataFrame:
    """The rows that lie in a window whose sum reaches the limit of its last day.

    Args:
        rows: The key columns `names`, ON, AMOUNT and LIMIT; nothing null.
        names: The key.
        window: How far windows reach.

    Returns:
        One line for each day of a key with such rows: `names`, ON, and FIRST, LAST, TOTAL and
        REACHED of the group.  Windows that share a row are one group.
    """
    ends = _ends(rows, names, window)
    groups = ends.group_by(*names, _GROUP).agg(
        pl.col(FIRST).min(),
        pl.col(_END).max().alias(LAST),
        pl.col(TOTAL).max(),
        # Of several windows with the largest sum the earliest.
        pl.col(LIMIT).sort_by(TOTAL, _END, descending=[True, False]).first().alias(REACHED),
    )
    days = rows.select(*names, ON).unique().sort(*names, ON)
    covered = _asof(days, ends.select(*names, _END, _OPENS, _GROUP), ON, _END, names, "forward")
    covered = covered.filter(pl.col(_OPENS) <= pl.col(ON))
    return covered.join(groups, on=[*names, _GROUP]).select(*names, ON, FIRST, LAST, TOTAL, REACHED)


def nearest(
    rows: pl.DataFrame, unknown: pl.DataFrame, names: Sequence[str], window: Window
) -> pl.DataFrame:
    """The days whose windows hold a row of which not all is known, with the reason.

    Args:
        rows: `names` and ON, one line for each day.
        unknown: `names`, ON and `__why`, of the rows not all is known of.
        names: The key.
        window: How far windows reach.
    """
    whys = (
        unknown.group_by(*names, ON)
        .agg(pl.col("__why").min())
        .rename({ON: _END})
        .sort(*names, _END)
    )
    days = rows.unique().sort(*names, ON)
    before = _asof(days, whys, ON, _END, names, "backward")
    before = before.filter(pl.col(_END) >= window.opens(pl.col(ON)))
    after = _asof(days, whys, ON, _END, names, "forward")
    after = after.filter(window.opens(pl.col(_END)) <= pl.col(ON))
    both = pl.concat([before, after]).select(*names, ON, "__why")
    return both.group_by(*names, ON).agg(pl.col("__why").min())


def _ends(rows: pl.DataFrame, names: Sequence[str], window: Window) -> pl.DataFrame:
    """The days on which a window ends that reaches the limit, numbered by group."""
    days = (
        rows.group_by(*names, ON)
        .agg(pl.col(AMOUNT).sum(), pl.col(LIMIT).min())
        .sort(*names, ON)
        .with_columns(
            pl.col(AMOUNT).cum_sum().over(names).alias("__so_far"),
            window.opens(pl.col(ON)).alias(_OPENS),
        )
    )
    left = days.select(
        *names, pl.col(ON).alias(_END), LIMIT, _OPENS, pl.col("__so_far").alias("__to")
    )
    first = days.select(
        *names, pl.col(ON).alias(FIRST), "__so_far", pl.col(AMOUNT).alias("__of_day")
    )
    # The first day inside the window; what came before it is not added.
    windows = _asof(left, first, _OPENS, FIRST, names, "forward")
    total = pl.col("__to") - pl.col("__so_far") + pl.col("__of_day")
    ends = windows.with_columns(total.alias(TOTAL)).filter(pl.col(TOTAL) >= pl.col(LIMIT))
    ends = ends.sort(*names, _END)
    begins = (pl.col(FIRST) > pl.col(_END).shift(1).over(names)).fill_null(True)
    return ends.with_columns(begins.cast(pl.Int64).cum_sum().over(names).alias(_GROUP))


def _asof(  # noqa: PLR0917 - a private shorthand
    left: pl.DataFrame, right: pl.DataFrame, on: str, to: str, names: Sequence[str], strategy: str
) -> pl.DataFrame:
    joined = left.join_asof(
        right, left_on=on, right_on=to, by=list(names), strategy=strategy,  # type: ignore[arg-type] # two of the literals
        coalesce=False, check_sortedness=False,
    )  # fmt: skip
    return joined.filter(pl.col(to).is_not_null())
